/*
 * The panel of layers.csv. Layers keep their colours, and runs differ in how their lines are
 * broken.
 */
#include "cli/plot/run_curves.h"

#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/plot/figure_axis.h"
#include "cli/plot/thinned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One way to break a line for each run; the fifth looks like the first again. */
static const enum figure_style styles[] = {FIGURE_SOLID, FIGURE_DASHED, FIGURE_DOTTED,
                                           FIGURE_DASH_DOTTED};

enum { STYLES = sizeof styles / sizeof styles[0] };

/* A run without the file has none. */
static enum exit_status load(struct layers *layers, const struct plotted_run *run)
{
    struct run_path path = run_file(run->folder, RUN_LAYERS);
    return path_is_there(path.text) ? layers_load(layers, path.text) : DONE;
}

static void add_layer(struct figure *figure, const struct run_curves *curves,
                      const struct plotted_run *run, const struct layers *layers, size_t layer)
{
    struct thinned line = thinned_begin(figure, layers->rows);
    for (size_t r = 0; r < layers->rows; r++) {
        const struct layers_row *row = &layers->row[r];
        if ((size_t)row->layer == layer) {
            const struct metrics_row *at = plotted_run_row(run, row->epoch);
            thinned_point(&line, r, at != NULL ? at->values[curves->abscissa->column] : NAN,
                          row->gradient_norm);
        }
    }
    thinned_end(&line);
}

/* With several groups, their curves are named after them. */
static void add_run(struct figure *figure, const struct run_curves *curves, size_t group,
                    const struct plotted_run *run, const struct layers *layers)
{
    bool several = curves->runs->group_count > 1;
    for (size_t l = 1; l <= layers->layers; l++) {
        figure_curve(figure, styles[group % STYLES], l - 1, "%s%slayer %zu",
                     several ? curves->runs->groups[group].name : "", several ? ", " : "", l);
        add_layer(figure, curves, run, layers, l);
    }
}

static bool spans_decade(const struct layers *layers, size_t count)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < count; i++) {
        for (size_t r = 0; r < layers[i].rows; r++) {
            low = fmin(low, layers[i].row[r].gradient_norm);
            high = fmax(high, layers[i].row[r].gradient_norm);
        }
    }
    return figure_axis_spans_decade(low, high);
}

static void add_panel(struct figure *figure, const struct run_curves *curves,
                      const struct layers *layers)
{
    const struct plotted_runs *runs = curves->runs;
    bool logarithmic = curves->scale == RUN_CURVES_LOGARITHMIC ||
                       (curves->scale == RUN_CURVES_AUTO && spans_decade(layers, runs->count));
    figure_panel(figure, "Gradient norm by layer", run_curves_horizontal(curves),
                 FIGURE_AXIS("L2 norm over all training samples", .logarithmic = logarithmic));
    for (size_t g = 0; g < runs->group_count; g++) {
        for (size_t r = 0; r < runs->groups[g].count; r++) {
            const struct plotted_run *run = &runs->groups[g].runs[r];
            add_run(figure, curves, g, run, &layers[run - runs->runs]);
        }
    }
    figure_end_panel(figure);
}

enum exit_status run_layers_add(struct figure *figure, const struct run_curves *curves)
{
    size_t count = curves->runs->count;
    struct layers *layers = calloc(count, sizeof *layers);
    enum exit_status status =
        layers != NULL ? DONE : cli_failed("out of memory for the layers of %zu runs", count);
    for (size_t r = 0; r < count && status == DONE; r++) {
        status = load(&layers[r], &curves->runs->runs[r]);
    }
    if (status == DONE) {
        add_panel(figure, curves, layers);
    }
    for (size_t r = 0; r < count && layers != NULL; r++) {
        layers_free(&layers[r]);
    }
    free(layers);
    return status;
}
