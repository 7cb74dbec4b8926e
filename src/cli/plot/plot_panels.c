/*
 * The panels that are drawn: which there are, which were asked for, and who draws each.
 */
#include "cli/plot/plot.h"

#include "cli/base/nearest.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Panel i of those of two kinds, NULL behind the last. */
static const char *name_either(const char *(*first)(size_t), const char *(*second)(size_t),
                               size_t i)
{
    size_t count = 0;
    while (first(count) != NULL) {
        count++;
    }
    return i < count ? first(i) : second(i - count);
}

/* Studies have the curves of their runs as well. */
static const char *name_study_panel(size_t i)
{
    return name_either(study_panels_name, run_curves_name, i);
}

const char *plot_panel_name(int i)
{
    return name_either(name_study_panel, bench_curves_name, (size_t)i);
}

bool plot_is_study_panel(const char *name)
{
    size_t i = 0;
    while (study_panels_name(i) != NULL && strcmp(study_panels_name(i), name) != 0) {
        i++;
    }
    return study_panels_name(i) != NULL;
}

/* The panel's name that equals the text; else USAGE after naming all that there are. */
static enum exit_status find_panel(const char **found, const struct plot_options *options,
                                   const char *text)
{
    const char *(*name)(size_t) = options->bench   ? bench_curves_name
                                  : options->study ? name_study_panel
                                                   : run_curves_name;
    char names[256] = "", asked[TEXT_SIZE * 3] = "";
    descent_nearest nearest = descent_nearest_to(text);
    for (size_t i = 0; (*found = name(i)) != NULL; i++) {
        if (strcasecmp(*found, text) == 0) {
            return DONE;
        }
        descent_nearest_offer(&nearest, *found);
        text_append(names, sizeof names, "%s%s", i == 0 ? "" : ", ", *found);
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("--what: expected one of %s; found \"%s\"%s", names, text, asked);
}

/* Runs on numbers have R² where the others have accuracy. */
static void write_standard(const struct plot *plot, char *text, size_t size)
{
    bool numbers = plot->runs.count > 0;
    if (plot->options.study) {
        study_panels_standard(&plot->study, text, size);
        return;
    }
    for (size_t i = 0; i < plot->runs.count && numbers; i++) {
        numbers = plotted_run_has(&plot->runs.runs[i], METRICS_TRAIN_R2);
    }
    snprintf(text, size, "%s",
             plot->options.bench ? "speed,ratio"
             : numbers           ? "loss,r2"
                                 : "loss,accuracy");
}

enum exit_status plot_read_panels(struct plot *plot)
{
    struct plot_options *options = &plot->options;
    if (options->what == NULL) {
        char standard[128];
        write_standard(plot, standard, sizeof standard);
        options->what = strdup(standard);
    }
    if (options->what == NULL) {
        return cli_failed("out of memory");
    }
    char *rest;
    for (char *text = options->what; text != NULL; text = rest) {
        rest = text_split(text, ',');
        if (plot->count == PLOT_PANELS_MAX) {
            return cli_usage("--what: expected at most %d names", PLOT_PANELS_MAX);
        }
        CLI_TRY(find_panel(&plot->names[plot->count], options, text));
        plot->count++;
    }
    return DONE;
}

static enum exit_status add_panel(struct figure *figure, const char *name, const struct plot *plot)
{
    if (plot->options.bench) {
        return bench_curves_add(figure, name, &plot->bench, plot->options.logarithmic);
    }
    const struct plot_options *options = &plot->options;
    if (options->study && plot_is_study_panel(name)) {
        study_panels_add(figure, name, &plot->study);
        return DONE;
    }
    if (plot->runs.count == 0) {
        return DONE;
    }
    const struct run_curves curves = {
        .runs = &plot->runs,
        .abscissa = run_curves_abscissa((size_t)options->over),
        .scale = options->logarithmic ? RUN_CURVES_LOGARITHMIC
                 : options->linear    ? RUN_CURVES_LINEAR
                                      : RUN_CURVES_AUTO,
        .text = figure->format == FIGURE_TEXT,
    };
    return run_curves_add(figure, name, &curves);
}

enum exit_status plot_describe(struct figure *figure, const struct plot *plot, bool report)
{
    for (size_t i = 0; i < plot->count; i++) {
        size_t before = figure->panels;
        CLI_TRY(add_panel(figure, plot->names[i], plot));
        if (figure->panels == before && report && !figure->out_of_memory) {
            fprintf(stderr, "descent: %s: no values to draw, panel left out\n", plot->names[i]);
        }
    }
    return DONE;
}
