/*
 * Describes the panel of layers. With several runs, each run's curves are named after it; layers
 * keep their colours, and runs differ in how their lines are broken; in text each curve is another
 * one.
 */
#include "cli/base/run.h"
#include "cli/plot/run_curves.h"

#include <math.h>
#include <unistd.h>

/* One way to break a line for each run; the fifth looks like the first again. */
static const enum figure_style styles[] = {FIGURE_SOLID, FIGURE_DASHED, FIGURE_DOTTED,
                                           FIGURE_DASH_DOTTED};

enum { STYLES = sizeof styles / sizeof styles[0] };

/* The value on the horizontal axis at an epoch's end; NaN where metrics.csv has no such row. */
static double abscissa_at(const struct run_curves *curves, const struct metrics *metrics,
                          double epoch)
{
    for (size_t i = 0; i < metrics->rows; i++) {
        if (metrics->columns[METRICS_EPOCH][i] >= epoch) {
            bool same = metrics->columns[METRICS_EPOCH][i] <= epoch;
            return same ? metrics->columns[curves->abscissa->column][i] : NAN;
        }
    }
    return NAN;
}

static void add_layer(struct figure *figure, const struct run_curves *curves, size_t run,
                      const struct layers *layers, size_t layer, size_t colour)
{
    const struct plotted_run *of = &curves->runs[run];
    bool several = curves->count > 1;
    figure_curve(figure, styles[run % STYLES], colour, "%s%slayer %zu", several ? of->name : "",
                 several ? ", " : "", layer);
    for (size_t r = 0; r < layers->rows; r++) {
        const struct layers_row *row = &layers->row[r];
        if ((size_t)row->layer == layer) {
            figure_point(figure, abscissa_at(curves, &of->metrics, row->epoch), row->gradient_norm);
        }
    }
}

static enum exit_status load(struct layers *layers, const struct plotted_run *run)
{
    struct run_path path;
    snprintf(path.text, sizeof path.text, "%s/" RUN_LAYERS, run->folder);
    return access(path.text, F_OK) == 0 ? layers_load(layers, path.text) : DONE;
}

enum exit_status layer_curves_add(struct figure *figure, const struct run_curves *curves)
{
    figure_panel(figure, "Gradient norm by layer", run_curves_axis(curves),
                 (struct figure_axis){.label = "L2 norm over all training samples",
                                      .low = NAN,
                                      .high = NAN,
                                      .logarithmic = curves->logarithmic});
    enum exit_status status = DONE;
    size_t number = 0;
    for (size_t r = 0; r < curves->count && status == DONE; r++) {
        struct layers layers = {0};
        status = load(&layers, &curves->runs[r]);
        for (size_t l = 1; l <= layers.layers && status == DONE; l++) {
            add_layer(figure, curves, r, &layers, l, curves->one_a_run ? number : l - 1);
            number++;
        }
        layers_free(&layers);
    }
    figure_end_panel(figure);
    return status;
}
