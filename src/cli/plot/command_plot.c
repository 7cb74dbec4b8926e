/*
 * descent plot: the curves of one or several runs, or of a benchmark, in the terminal or as a
 * picture.
 */
#include "cli/bench/curves.h"
#include "cli/plot/chart_output.h"
#include "cli/plot/curves.h"
#include "cli/plot/layer_curves.h"
#include "cli/plot/plotted_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PANELS_MAX = 8 };

/* Bounds of --size. */
enum {
    PIXELS_MIN = 200,
    PIXELS_MAX = 8000,
    COLUMNS_MIN = 60,
    CHARACTERS_MAX = 500,
    LINES_MIN = 10
};

struct plot;

/* What can be drawn. */
struct kind {
    const char *(*standard)(const struct plot *plot); /* --what, if it is not given */
    const char *(*names)(void);
    bool (*knows)(const char *name);
    enum exit_status (*load)(struct plot *plot, const char *const *paths);
    enum exit_status (*build)(struct chart_panel *panel, struct curves *curves,
                              const struct plot *plot, const char *name, bool text);
};

struct plot {
    const struct kind *kind;
    char *out;
    char *size_text;
    char *quantity_list;
    char *abscissa_name;
    int text;
    int logarithmic;
    int quiet;

    size_t width; /* 0: not given */
    size_t height;
    enum chart_format out_format;
    struct curves_options curves_options;
    const char *quantities[PANELS_MAX]; /* names */
    size_t quantity_count;

    struct plotted_run *runs;
    size_t run_count;
    struct bench_file bench;
};

static enum exit_status choose_format(struct plot *plot)
{
    if (plot->out == NULL) {
        plot->text = 1;
        return DONE;
    }
    return chart_format_of(&plot->out_format, plot->out);
}

static enum exit_status parse_size(struct plot *plot)
{
    if (plot->size_text == NULL) {
        return DONE;
    }
    bool pixels = plot->out != NULL && plot->out_format != CHART_TEXT;
    unsigned least_width = pixels ? PIXELS_MIN : COLUMNS_MIN;
    unsigned least_height = pixels ? PIXELS_MIN : LINES_MIN;
    unsigned most = pixels ? PIXELS_MAX : CHARACTERS_MAX;
    unsigned width = 0;
    unsigned height = 0;
    int end = 0;
    /* %u would take signs and blanks, and must not see more digits than it can hold. */
    bool plain = strspn(plot->size_text, "0123456789x") == strlen(plot->size_text);
    if (!plain || sscanf(plot->size_text, "%5ux%5u%n", &width, &height, &end) != 2 ||
        plot->size_text[end] != '\0' || width < least_width || width > most ||
        height < least_height || height > most) {
        return cli_usage("--size: expected WIDTHxHEIGHT, %u..%u by %u..%u %s, found \"%s\"",
                         least_width, most, least_height, most, pixels ? "pixels" : "characters",
                         plot->size_text);
    }
    plot->width = width;
    plot->height = height;
    return DONE;
}

static enum exit_status parse_quantities(struct plot *plot)
{
    if (plot->quantity_list == NULL) {
        plot->quantity_list = strdup(plot->kind->standard(plot));
    }
    if (plot->quantity_list == NULL) {
        return cli_failed("out of memory");
    }
    char *rest;
    for (char *name = strtok_r(plot->quantity_list, ",", &rest); name != NULL;
         name = strtok_r(NULL, ",", &rest)) {
        if (!plot->kind->knows(name)) {
            return cli_usage("--what: expected one of %s; found \"%s\"", plot->kind->names(), name);
        }
        if (plot->quantity_count == PANELS_MAX) {
            return cli_usage("--what: expected at most %d names", PANELS_MAX);
        }
        plot->quantities[plot->quantity_count++] = name;
    }
    if (plot->quantity_count == 0) {
        return cli_usage("--what: expected one of %s; found nothing", plot->kind->names());
    }
    return DONE;
}

static enum exit_status parse_abscissa(struct plot *plot)
{
    const char *name = plot->abscissa_name != NULL ? plot->abscissa_name : "epoch";
    plot->curves_options.abscissa = curves_abscissa(name);
    plot->curves_options.logarithmic = plot->logarithmic != 0;
    if (plot->curves_options.abscissa == NULL) {
        return cli_usage("--over: expected one of %s; found \"%s\"", curves_abscissa_names(), name);
    }
    return DONE;
}

static enum exit_status check_options(struct plot *plot)
{
    static enum exit_status (*const CHECKS[])(struct plot *) = {choose_format, parse_size,
                                                                parse_abscissa};
    enum exit_status status = DONE;
    for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0] && status == DONE; i++) {
        status = CHECKS[i](plot);
    }
    return status;
}

static enum exit_status load_runs(struct plot *plot, const char *const *paths)
{
    while (paths != NULL && paths[plot->run_count] != NULL) {
        plot->run_count++;
    }
    if (plot->run_count == 0) {
        return cli_usage("plot: expected at least one run folder; see descent plot --help");
    }
    return plotted_runs_load(&plot->runs, paths, plot->run_count);
}

static bool knows_of_runs(const char *name)
{
    return strcmp(name, LAYER_CURVES_NAME) == 0 || curves_quantity(name) != NULL;
}

static enum exit_status build_of_runs(struct chart_panel *panel, struct curves *curves,
                                      const struct plot *plot, const char *name, bool text)
{
    struct curves_options options = plot->curves_options;
    options.one_a_run = text && plot->run_count > 1;
    if (strcmp(name, LAYER_CURVES_NAME) == 0) {
        return layer_curves_build(panel, curves, plot->runs, plot->run_count, &options);
    }
    return curves_build(panel, curves, curves_quantity(name), plot->runs, plot->run_count,
                        &options);
}

static enum exit_status load_bench(struct plot *plot, const char *const *paths)
{
    if (paths[1] != NULL) {
        return cli_usage("plot: expected one file of a benchmark, found \"%s\" and \"%s\"",
                         paths[0], paths[1]);
    }
    if (plot->abscissa_name != NULL) {
        return cli_usage("--over has an effect only for runs");
    }
    return bench_file_load(&plot->bench, paths[0]);
}

static enum exit_status build_of_bench(struct chart_panel *panel, struct curves *curves,
                                       const struct plot *plot, const char *name, bool text)
{
    return bench_curves_build(panel, curves, name, &plot->bench, plot->logarithmic != 0, text);
}

/* Runs on numbers have R² where the others have accuracy. */
static const char *standard_of_runs(const struct plot *plot)
{
    for (size_t i = 0; i < plot->run_count; i++) {
        const struct metrics *metrics = &plot->runs[i].metrics;
        if (metrics->rows == 0 || isnan(metrics->columns[METRICS_TRAIN_R2][0])) {
            return "loss,accuracy";
        }
    }
    return "loss,r2";
}

static const char *standard_of_bench(const struct plot *plot)
{
    (void)plot;
    return "speed,ratio";
}

static const struct kind RUNS = {standard_of_runs, curves_quantity_names, knows_of_runs, load_runs,
                                 build_of_runs};
static const struct kind BENCH = {standard_of_bench, bench_curves_names, bench_curves_knows,
                                  load_bench, build_of_bench};

/* A run is a folder, a benchmark a file. */
static void choose_kind(struct plot *plot, const char *const *paths)
{
    struct stat found;
    bool file =
        paths != NULL && paths[0] != NULL && stat(paths[0], &found) == 0 && S_ISREG(found.st_mode);
    plot->kind = file ? &BENCH : &RUNS;
}

/* Fills in the panels that have something to draw; with tell, the others are named on stderr. */
static enum exit_status build_panels(struct chart_panel *panels, struct curves *curves,
                                     size_t *panel_count, const struct plot *plot, bool text,
                                     bool tell)
{
    for (size_t q = 0; q < plot->quantity_count; q++) {
        struct chart_panel *panel = &panels[*panel_count];
        enum exit_status status =
            plot->kind->build(panel, &curves[q], plot, plot->quantities[q], text);
        if (status != DONE) {
            return status;
        }
        if (panel->series_count > 0) {
            ++*panel_count;
        } else if (tell) {
            fprintf(stderr, "descent: %s: no values to draw, panel left out\n",
                    plot->quantities[q]);
        }
    }
    return *panel_count > 0 ? DONE : cli_failed("there are no values to draw");
}

/* What stands over all panels; text has room for it. */
static const char *chart_title(const struct plot *plot, char *text, size_t size)
{
    if (plot->kind == &BENCH) {
        bench_curves_title(&plot->bench, text, size);
        return text;
    }
    return plot->run_count == 1 ? plot->runs[0].name : NULL;
}

/* Draws on the terminal (file false), or into --out, whose --size is. */
static enum exit_status draw(const struct plot *plot, bool file)
{
    enum chart_format format = file ? plot->out_format : CHART_TEXT;
    struct chart_panel panels[PANELS_MAX];
    struct curves curves[PANELS_MAX] = {0};
    char title[256];
    struct chart chart = {.title = chart_title(plot, title, sizeof title), .panels = panels};
    if (file || plot->out == NULL) {
        chart.width = plot->width;
        chart.height = plot->height;
    }
    if (!file && chart.width == 0) {
        chart.width = chart_terminal_width();
    }
    bool tell = !plot->quiet && !(file && plot->text); /* once for both */
    enum exit_status status =
        build_panels(panels, curves, &chart.panel_count, plot, format == CHART_TEXT, tell);
    if (status == DONE) {
        status =
            file ? chart_save(&chart, format, plot->out, plot->quiet != 0) : chart_print(&chart);
    }
    for (size_t q = 0; q < plot->quantity_count; q++) {
        curves_free(&curves[q]);
    }
    return status;
}

static enum exit_status run_plot(struct plot *plot, const char *const *paths)
{
    choose_kind(plot, paths);
    enum exit_status status = check_options(plot);
    if (status == DONE) {
        status = plot->kind->load(plot, paths);
    }
    if (status == DONE) {
        status = parse_quantities(plot);
    }
    if (status == DONE && plot->text) {
        status = draw(plot, false);
    }
    if (status == DONE && plot->out != NULL) {
        status = draw(plot, true);
    }
    return status;
}

static void free_plot(struct plot *plot)
{
    plotted_runs_free(plot->runs, plot->run_count);
    bench_file_free(&plot->bench);
    free(plot->out);
    free(plot->size_text);
    free(plot->quantity_list);
    free(plot->abscissa_name);
}

enum exit_status command_plot(int argc, const char **argv)
{
    struct plot plot = {0};
    const struct poptOption options[] = {
        {"out", 'o', POPT_ARG_STRING, &plot.out, 0,
         "Write a picture (.png, .svg) or text (.txt) instead of drawing in the terminal", "FILE"},
        {"text", 't', POPT_ARG_NONE, &plot.text, 0, "Draw in the terminal as well as to --out",
         NULL},
        {"what", 'w', POPT_ARG_STRING, &plot.quantity_list, 0,
         "Panels: loss, accuracy, error, r2, rmse, learning-rate, gradient-norm, layers (of train "
         "--log-layers) (default: loss,accuracy, or loss,r2 for regression); of a benchmark speed, "
         "ratio, plain, time, gflops, memory (default: speed,ratio)",
         "LIST"},
        {"over", 0, POPT_ARG_STRING, &plot.abscissa_name, 0,
         "Horizontal axis: epoch, step, samples, seconds (default: epoch)", "AXIS"},
        {"log", 'l', POPT_ARG_NONE, &plot.logarithmic, 0,
         "Logarithmic vertical axes, where that makes sense", NULL},
        {"size", 's', POPT_ARG_STRING, &plot.size_text, 0,
         "Size in pixels, or in characters for text (default: 640x480 a panel; the terminal's "
         "width)",
         "WxH"},
        {"quiet", 'q', POPT_ARG_NONE, &plot.quiet, 0, "No messages", NULL},
        POPT_TABLEEND,
    };
    poptContext context =
        cli_options(argc, argv, options, "RUN...|BENCH.csv",
                    "descent plot models/first models/second --log --out curves.png");
    enum exit_status status = cli_parse(context);
    if (status == DONE) {
        status = run_plot(&plot, poptGetArgs(context));
    }
    free_plot(&plot);
    poptFreeContext(context);
    return status;
}
