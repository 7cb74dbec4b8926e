/*
 * Builds the panel of layers. With several runs, each run's curves are named after it; layers keep
 * their colours, and runs differ in how their lines are broken; in text each curve is another one.
 */
#include "cli/plot/layer_curves.h"

#include "cli/base/metrics.h"
#include "cli/base/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TITLE_BYTES = 128 };

/* Where a run's curves go. */
struct builder {
    const struct plotted_run *run;
    size_t number; /* of the run */
    size_t runs;
    const struct curves_options *options;
    struct curves *curves;
    double *next; /* room in curves->values */
};

/* The value on the horizontal axis at an epoch's end; NaN where metrics.csv has no such row. */
static double abscissa_at(const struct builder *builder, double epoch)
{
    const struct metrics *metrics = &builder->run->metrics;
    for (size_t i = 0; i < metrics->rows; i++) {
        if (metrics->columns[METRICS_EPOCH][i] >= epoch) {
            bool same = metrics->columns[METRICS_EPOCH][i] <= epoch;
            return same ? metrics->columns[builder->options->abscissa->column][i] : NAN;
        }
    }
    return NAN;
}

/* One way to break a line for each run; the fifth looks like the first again. */
static const enum chart_style styles[] = {CHART_SOLID, CHART_DASHED, CHART_DOTTED,
                                          CHART_DASH_DOTTED};

enum { STYLES = sizeof styles / sizeof styles[0] };

static void add_layer(struct builder *builder, const struct layers *layers, size_t layer)
{
    struct curves *curves = builder->curves;
    double *x = builder->next, *y = x + layers->rows;
    size_t n = 0;
    for (size_t r = 0; r < layers->rows; r++) {
        const struct layers_row *row = &layers->row[r];
        if ((size_t)row->layer == layer) {
            double norm = row->gradient_norm;
            x[n] = abscissa_at(builder, row->epoch);
            y[n++] = builder->options->logarithmic && norm <= 0.0 ? NAN : norm;
        }
    }
    builder->next += 2 * layers->rows;
    char *title = curves->titles + curves->count * TITLE_BYTES;
    snprintf(title, TITLE_BYTES, "%s%slayer %zu", builder->runs > 1 ? builder->run->name : "",
             builder->runs > 1 ? ", " : "", layer);
    struct chart_series *series = &curves->series[curves->count];
    *series = (struct chart_series){
        .title = title,
        .x = x,
        .y = y,
        .n = n,
        .colour = builder->options->one_a_run ? curves->count : layer - 1,
        .style = styles[builder->number % STYLES],
    };
    curves->count++;
}

/* The layers of all runs; zeroed where there is no file. */
static enum exit_status load_all(struct layers *layers, const struct plotted_run *runs,
                                 size_t count)
{
    enum exit_status status = DONE;
    for (size_t r = 0; r < count && status == DONE; r++) {
        struct run_path path;
        snprintf(path.text, sizeof path.text, "%s/" RUN_LAYERS, runs[r].folder);
        if (access(path.text, F_OK) == 0) {
            status = layers_load(&layers[r], path.text);
        }
    }
    return status;
}

static bool allocate(struct curves *curves, const struct layers *layers, size_t count)
{
    size_t series = 0, values = 0;
    for (size_t r = 0; r < count; r++) {
        series += layers[r].layers;
        values += 2 * layers[r].layers * layers[r].rows;
    }
    curves->series = calloc(series + 1, sizeof *curves->series);
    curves->titles = calloc(series + 1, TITLE_BYTES);
    curves->values = calloc(values + 1, sizeof *curves->values);
    return curves->series != NULL && curves->titles != NULL && curves->values != NULL;
}

static void add_all(struct curves *curves, const struct layers *layers,
                    const struct plotted_run *runs, size_t count,
                    const struct curves_options *options)
{
    struct builder builder = {
        .runs = count, .options = options, .curves = curves, .next = curves->values};
    for (size_t r = 0; r < count; r++) {
        builder.run = &runs[r];
        builder.number = r;
        for (size_t l = 1; l <= layers[r].layers; l++) {
            add_layer(&builder, &layers[r], l);
        }
    }
}

enum exit_status layer_curves_build(struct chart_panel *panel, struct curves *curves,
                                    const struct plotted_run *runs, size_t count,
                                    const struct curves_options *options)
{
    *curves = (struct curves){0};
    struct layers *layers = calloc(count, sizeof *layers);
    enum exit_status status = DONE;
    if (layers == NULL) {
        return cli_failed("out of memory for the layers of %zu runs", count);
    }
    status = load_all(layers, runs, count);
    if (status == DONE && !allocate(curves, layers, count)) {
        status = cli_failed("out of memory for the layers of %zu runs", count);
    }
    if (status == DONE) {
        add_all(curves, layers, runs, count, options);
        *panel = (struct chart_panel){
            .title = "Gradient norm by layer",
            .x = curves_axis(options->abscissa),
            .y = {.label = "L2 norm over all training samples",
                  .low = NAN,
                  .high = NAN,
                  .logarithmic = options->logarithmic},
            .series = curves->series,
            .series_count = curves->count,
        };
    }
    for (size_t r = 0; r < count; r++) {
        layers_free(&layers[r]);
    }
    free(layers);
    return status;
}
