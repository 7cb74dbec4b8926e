/*
 * descent plot: the curves of one or several runs, of all runs in folders, of a benchmark, or what
 * a study has come to, in the terminal or as a picture.
 */
#include "cli/plot/plot.h"

#include "cli/base/nearest.h"
#include "cli/base/paths.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Bounds of --size for text; of pictures they are those of --width. */
enum { COLUMNS_MIN = 60, CHARACTERS_MAX = 500, LINES_MIN = 10 };

static const char *name_abscissa(int i)
{
    const struct abscissa *abscissa = run_curves_abscissa((size_t)i);
    return abscissa != NULL ? abscissa->name : NULL;
}

static bool draws_runs(const void *values)
{
    return !((const struct plot_options *)values)->bench;
}

static bool draws_runs_alone(const void *values)
{
    return draws_runs(values) && !((const struct plot_options *)values)->study;
}

static bool draws_picture(const void *values)
{
    return figure_is_picture(((const struct plot_options *)values)->out);
}

#define AT(kind, member) OPTION_AT(kind, struct plot_options, member)

static const struct option rows[] = {
    {"out", 'o', AT(TEXT, out), .common = true, .value = "FILE",
     .help =
         "Write a picture (.png, .svg, .pdf) or text (.txt) instead of drawing in the terminal"},
    {"text", AT(FLAG, text), .common = true, .former = 't',
     .help = "Draw in the terminal as well as to --out"},
    {"what", 'w', AT(TEXT, what), .common = true, .value = "LIST", .choice = plot_panel_name,
     .help = "Panels to draw, with commas between; those before loss are of a study, layers of "
             "train --log-layers, speed and those behind it of a benchmark (default: "
             "loss,accuracy, or loss,r2 for regression; of a benchmark speed,ratio; of a study "
             "what it has of its own)"},
    {"over", AT(CHOICE, over), .common = true, .choice = name_abscissa, .initial = "epoch",
     .value = "AXIS", .applies = draws_runs, .only = "for runs", .help = "Horizontal axis"},
    {"log", AT(FLAG, logarithmic), .common = true, .former = 'l',
     .help = "Logarithmic vertical axes, where that makes sense (default: of losses, errors and "
             "norms that span a decade)"},
    {"linear", AT(FLAG, linear), .applies = draws_runs, .only = "for runs",
     .help = "Linear vertical axes"},
    {"each-seed", AT(FLAG, each_seed), .common = true, .applies = draws_runs, .only = "for runs",
     .help = "Draw runs that differ in the seed only one by one (default: their mean, and a band "
             "of one standard deviation)"},
    {"follow", AT(FLAG, follow), .common = true, .applies = draws_runs_alone, .only = "for runs",
     .help = "Draw again and again while a run is training"},
    {"size", AT(PAIR, size), .common = true, .former = 's', OPTION_FROM_TO(1.0, FIGURE_PIXELS_MAX),
     .value = "WxH",
     .help = "Width and height in pixels, or in characters for text (default: by the panels; the "
             "terminal's width)"},
    FIGURE_LOOK_OPTIONS(struct plot_options, 0, NULL, draws_picture, FIGURE_ONLY),
    OPTION_QUIET(struct plot_options, 0),
};

static const char *const groups[] = {"Options:"};

static const struct option_table table = OPTION_TABLE(
    rows, groups, "RUN...|STUDY|BENCH.csv", .run_files = true,
    .about = "Reads metrics.csv, also while a run is training. Pictures are drawn by gnuplot. Runs "
             "that differ in the seed only become their mean and a band of one standard deviation, "
             "as far as all of them got; of others, colours and dashes say what they differ in, "
             "and above twelve the best "
             "three stand out. The loss is logarithmic where it spans a decade; circles mark the "
             "epoch whose weights are saved. Of a study that varies the batch, draws the steps and "
             "seconds to its target, learning rates and accuracy by batch size; of others, the "
             "best value by each option that is varied, and the curves by setting.",
    .operands = "RUN is a run folder, or a folder of several; STUDY is the folder of descent "
                "sweep; BENCH.csv is what descent bench --csv wrote.",
    .examples = {
        {"descent plot models/digits-20260101-120000", "Draws in the terminal."},
        {"descent plot models --out curves.png", "Compares all runs in a folder in a picture."},
        {"descent plot studies/batch --out batch.svg",
         "Draws a study, also while it is under way."},
    });

static enum exit_status check_size(const struct plot_options *options)
{
    enum figure_format format = FIGURE_TEXT;
    size_t width = options->size.first, height = options->size.second;
    if (options->out != NULL) {
        CLI_TRY(figure_format_of(&format, options->out));
    }
    bool pixels = format != FIGURE_TEXT;
    size_t least_width = pixels ? FIGURE_PIXELS_MIN : COLUMNS_MIN;
    size_t least_height = pixels ? FIGURE_PIXELS_MIN : LINES_MIN;
    size_t most = pixels ? FIGURE_PIXELS_MAX : CHARACTERS_MAX;
    bool given = width > 0;
    if (given && options->look.width > 0) {
        return cli_usage("--size and --width: give one of them");
    }
    if (given && (width < least_width || width > most || height < least_height || height > most)) {
        return cli_usage("--size: expected WIDTHxHEIGHT, %zu..%zu by %zu..%zu %s, found %zux%zu",
                         least_width, most, least_height, most, pixels ? "pixels" : "characters",
                         width, height);
    }
    return DONE;
}

enum exit_status plot_load_runs(struct plot *plot)
{
    if (plot->paths[0] == NULL) {
        return cli_usage("plot: expected at least one run folder, or a folder with runs in it");
    }
    plotted_runs_free(&plot->runs);
    run_folders_free(&plot->folders);
    CLI_TRY(run_folders_find(&plot->folders, plot->paths));
    CLI_TRY(plotted_runs_load(&plot->runs, &plot->folders));
    return plotted_runs_group(&plot->runs, plot->options.each_seed);
}

/* The runs of a study, where their curves are drawn. */
static enum exit_status load_study_runs(struct plot *plot)
{
    bool curves = false;
    for (size_t i = 0; i < plot->count; i++) {
        curves |= !plot_is_study_panel(plot->names[i]);
    }
    if (!curves || !plot->options.study) {
        return DONE;
    }
    CLI_TRY(plotted_study_runs(&plot->folders, &plot->study));
    if (plot->folders.count == 0) {
        return DONE;
    }
    CLI_TRY(plotted_runs_load(&plot->runs, &plot->folders));
    return plotted_runs_group(&plot->runs, plot->options.each_seed);
}

static enum exit_status load_study(struct plot *plot)
{
    return plotted_study_load(&plot->study, plot->paths[0]);
}

static enum exit_status load_bench(struct plot *plot)
{
    const char *const *paths = plot->paths;
    if (paths[1] != NULL) {
        return cli_usage("plot: expected one file of a benchmark, found \"%s\" and \"%s\"",
                         paths[0], paths[1]);
    }
    return bench_file_load(&plot->bench, paths[0]);
}

/* A run is a folder, a benchmark a file. */
static bool is_bench(const char *path)
{
    return path != NULL && path_is_file(path);
}

/* Beside others, a study is a folder of runs. */
static bool is_study(const char *const *paths)
{
    return paths[0] != NULL && paths[1] == NULL && study_is_in(paths[0]);
}

/* Draws into the file that path names, or on the terminal where it is NULL; --size is the file's
 * if there is one. */
static enum exit_status draw(const struct plot *plot, const char *path)
{
    const struct plot_options *options = &plot->options;
    char title[FIGURE_TITLE_BYTES];
    struct figure figure;
    enum exit_status status = figure_begin(&figure, path);
    figure.look = options->look;
    if (options->bench) {
        bench_curves_title(&plot->bench, title, sizeof title);
        figure.title = title;
    } else if (options->study) {
        plotted_study_title(&plot->study, title, sizeof title);
        figure.title = title;
    } else if (plot->runs.group_count == 1) {
        figure.title = plot->runs.groups[0].name;
    }
    if (path != NULL || options->out == NULL) {
        figure.width = options->size.first;
        figure.height = options->size.second;
    }
    if (status == DONE) {
        bool report = !options->quiet && !(path != NULL && options->text); /* once for both */
        status = plot_describe(&figure, plot, report);
    }
    if (status == DONE) {
        status = figure_draw(&figure, options->quiet);
    }
    figure_free(&figure);
    return status;
}

/* USAGE where options contradict each other. */
static enum exit_status check_options(const struct plot_options *options)
{
    if (options->logarithmic && options->linear) {
        return cli_usage("--linear: expected it without --log, found both");
    }
    if (options->follow && options->out != NULL) {
        return cli_usage("--follow: draws in the terminal, expected no --out, found \"%s\"",
                         options->out);
    }
    if (options->follow && !terminal_of(stdout).redraws) {
        return cli_usage("--follow: expected a terminal that can be drawn over, found none; "
                         "without --follow the picture is drawn once, with --out FILE into a file");
    }
    return check_size(options);
}

/* What the panels are made of, and which there are. */
static enum exit_status load(struct plot *plot)
{
    const struct plot_options *options = &plot->options;
    CLI_TRY((options->bench ? load_bench : options->study ? load_study : plot_load_runs)(plot));
    CLI_TRY(plot_read_panels(plot));
    CLI_TRY(load_study_runs(plot));
    return cli_check_whole();
}

static enum exit_status run(struct plot *plot, const struct option_arguments *arguments)
{
    struct plot_options *options = &plot->options;
    plot->paths = arguments->rest;
    options->bench = is_bench(plot->paths[0]);
    options->study = is_study(plot->paths);
    CLI_TRY(check_options(options));
    CLI_TRY(option_check_effects(&table, arguments, options));
    if (options->follow && plot->paths[0] != NULL) {
        CLI_TRY(plot_wait(plot));
    }
    CLI_TRY(load(plot));
    if (!options->quiet && !options->follow) {
        plotted_runs_report(&plot->runs);
    }
    enum exit_status followed = options->follow ? plot_follow(plot) : DONE;
    if (followed != FAILED && (options->text || options->out == NULL)) {
        CLI_TRY(draw(plot, NULL));
    }
    CLI_TRY(followed);
    return options->out != NULL ? draw(plot, options->out) : DONE;
}

const struct option_table *command_plot_options(void)
{
    return &table;
}

enum exit_status command_plot(int argc, const char **argv)
{
    struct plot plot = {0};
    struct option_arguments arguments = {0};
    enum exit_status status = option_read_command(&table, argc, argv, &arguments, &plot.options);
    if (status == DONE) {
        status = run(&plot, &arguments);
    }
    plotted_runs_free(&plot.runs);
    run_folders_free(&plot.folders);
    bench_file_free(&plot.bench);
    if (plot.options.study) {
        plotted_study_free(&plot.study);
    }
    option_free(&table, &arguments, &plot.options);
    return status;
}
