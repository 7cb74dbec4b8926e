/*
 * Builds the panels of `plot`. Training and validation are two colours where one run is drawn; with
 * several, each run has one colour, and training is dashed.
 */
#include "cli/plot/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_BYTES = 128 };

static const struct quantity QUANTITIES[] = {
    {"loss", "Loss", "loss", "", METRICS_TRAIN_LOSS, METRICS_VALIDATION_LOSS, 1.0, 0.0, false,
     true},
    {"accuracy", "Accuracy", "accuracy, %", " %", METRICS_TRAIN_ACCURACY,
     METRICS_VALIDATION_ACCURACY, 100.0, 0.0, true, false},
    {"error", "Error rate", "wrong answers, %", " %", METRICS_TRAIN_ACCURACY,
     METRICS_VALIDATION_ACCURACY, -100.0, 100.0, false, true},
    {"r2", "R2", "R2", "", METRICS_TRAIN_R2, METRICS_VALIDATION_R2, 1.0, 0.0, true, false},
    {"rmse", "RMSE", "RMSE, in the target's unit", "", METRICS_TRAIN_RMSE, METRICS_VALIDATION_RMSE,
     1.0, 0.0, false, true},
    {"learning-rate", "Learning rate", "learning rate", "", METRICS_LEARNING_RATE,
     METRICS_LEARNING_RATE, 1.0, 0.0, false, true},
    {"gradient-norm", "Gradient norm", "L2 norm of the gradient", "", METRICS_GRADIENT_NORM,
     METRICS_GRADIENT_NORM, 1.0, 0.0, false, true},
};

static const struct abscissa ABSCISSAE[] = {
    {"epoch", "epoch", METRICS_EPOCH},
    {"step", "step", METRICS_STEP},
    {"samples", "training samples seen", METRICS_SAMPLES},
    {"seconds", "time, s", METRICS_SECONDS},
};

const struct quantity *curves_quantity(const char *name)
{
    for (size_t i = 0; i < sizeof QUANTITIES / sizeof QUANTITIES[0]; i++) {
        if (strcmp(QUANTITIES[i].name, name) == 0) {
            return &QUANTITIES[i];
        }
    }
    return NULL;
}

const struct abscissa *curves_abscissa(const char *name)
{
    for (size_t i = 0; i < sizeof ABSCISSAE / sizeof ABSCISSAE[0]; i++) {
        if (strcmp(ABSCISSAE[i].name, name) == 0) {
            return &ABSCISSAE[i];
        }
    }
    return NULL;
}

const char *curves_quantity_names(void)
{
    return "loss, accuracy, error, r2, rmse, learning-rate, gradient-norm, layers";
}

const char *curves_abscissa_names(void)
{
    return "epoch, step, samples, seconds";
}

struct chart_axis curves_axis(const struct abscissa *abscissa)
{
    return (struct chart_axis){.label = abscissa->label,
                               .low = NAN,
                               .high = NAN,
                               .integers = abscissa->column == METRICS_EPOCH};
}

/* What a panel's curves are built from. */
struct builder {
    const struct quantity *quantity;
    const struct curves_options *options;
    struct curves *curves;
    bool logarithmic;
    size_t runs;
    bool validated; /* whether any of them has values of validation */
    size_t rows;    /* room taken in curves->values */
};

/* Whether there is a curve each for training and validation. */
static bool is_paired(const struct quantity *quantity)
{
    return quantity->train != quantity->validation;
}

/* A value as it is drawn; on a logarithmic axis there is no place for 0 and below. */
static double drawn(const struct builder *builder, double value)
{
    double y = builder->quantity->offset + builder->quantity->scale * value;
    return builder->logarithmic && y <= 0.0 ? NAN : y;
}

static bool has_values(const struct builder *builder, const struct plotted_run *run,
                       enum metrics_column column)
{
    for (size_t i = 0; i < run->metrics.rows; i++) {
        if (isfinite(drawn(builder, run->metrics.columns[column][i]))) {
            return true;
        }
    }
    return false;
}

/* "validation, best 0.0831 at epoch 12". */
static void describe_best(char *title, const struct quantity *quantity,
                          const struct chart_series *series, const double *epochs)
{
    size_t best = 0;
    double sign = quantity->higher_is_better ? 1.0 : -1.0;
    for (size_t i = 1; i < series->n; i++) {
        if (!isfinite(series->y[best]) || sign * series->y[i] > sign * series->y[best]) {
            best = i;
        }
    }
    snprintf(title, TITLE_BYTES, "validation, best %.4g%s at epoch %.0f", series->y[best],
             quantity->unit, epochs[best]);
}

/* Several runs are told apart by name, and their training curves have no entry of their own, unless
 * a run among validated ones has no other curve. */
static void write_title(char *title, const struct builder *builder, const struct plotted_run *run,
                        const struct chart_series *series, bool training)
{
    bool validated = has_values(builder, run, builder->quantity->validation);
    if (builder->runs > 1 && builder->validated && !validated) {
        snprintf(title, TITLE_BYTES, "%s, training", run->name);
    } else if (builder->runs > 1) {
        snprintf(title, TITLE_BYTES, "%s", series->style == CHART_DASHED ? "" : run->name);
    } else if (training) {
        snprintf(title, TITLE_BYTES, "training");
    } else if (is_paired(builder->quantity)) {
        describe_best(title, builder->quantity, series, run->metrics.columns[METRICS_EPOCH]);
    }
}

/* Adds one column of one run. */
static void add_series(struct builder *builder, const struct plotted_run *run, size_t number,
                       bool training, bool faint)
{
    const struct metrics *metrics = &run->metrics;
    const struct quantity *quantity = builder->quantity;
    struct curves *curves = builder->curves;
    double *y = curves->values + builder->rows;
    builder->rows += metrics->rows;
    for (size_t i = 0; i < metrics->rows; i++) {
        y[i] =
            drawn(builder, metrics->columns[training ? quantity->train : quantity->validation][i]);
    }

    char *title = curves->titles + curves->count * TITLE_BYTES;
    struct chart_series *series = &curves->series[curves->count++];
    *series = (struct chart_series){
        .title = title,
        .x = metrics->columns[builder->options->abscissa->column],
        .y = y,
        .n = metrics->rows,
        .colour = builder->runs == 1 && is_paired(quantity) && !training ? 1 : number,
        .style = faint ? CHART_DASHED : CHART_SOLID,
    };
    write_title(title, builder, run, series, training);
}

static void add_run(struct builder *builder, const struct plotted_run *run, size_t number)
{
    const struct quantity *quantity = builder->quantity;
    bool validated = has_values(builder, run, quantity->validation);
    bool one = validated && (!is_paired(quantity) || builder->options->one_a_run);
    if (!one && has_values(builder, run, quantity->train)) {
        add_series(builder, run, number, true, builder->validated && builder->runs > 1);
    }
    if (validated) {
        add_series(builder, run, number, false, false);
    }
}

/* Extends [low, high] by the finite values of the curves, with or without their first points. */
static void value_range(double *low, double *high, const struct curves *curves, size_t first)
{
    *low = HUGE_VAL;
    *high = -HUGE_VAL;
    for (size_t s = 0; s < curves->count; s++) {
        for (size_t i = first; i < curves->series[s].n; i++) {
            double y = curves->series[s].y[i];
            if (isfinite(y)) {
                *low = fmin(*low, y);
                *high = fmax(*high, y);
            }
        }
    }
}

/*
 * The first row is the untrained network. Where it would squeeze all that was learnt into less than
 * a third of the panel, it is left out of the range, and the curve comes in through the edge.
 */
static void choose_range(struct chart_axis *axis, const struct curves *curves)
{
    double low;
    double high;
    double low_trained;
    double high_trained;
    value_range(&low, &high, curves, 0);
    value_range(&low_trained, &high_trained, curves, 1);
    double span = high_trained - low_trained;
    if (axis->logarithmic || !(span > 0.0) || high - low <= 3.0 * span) {
        return;
    }
    double margin = 0.05 * span;
    axis->low = low_trained - margin;
    axis->high = high_trained + margin;
}

static void horizontal_range(struct chart_axis *axis, const struct curves *curves)
{
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    for (size_t s = 0; s < curves->count; s++) {
        for (size_t i = 0; i < curves->series[s].n; i++) {
            double x = curves->series[s].x[i];
            if (isfinite(x)) {
                low = fmin(low, x);
                high = fmax(high, x);
            }
        }
    }
    if (low <= high) {
        axis->low = low;
        axis->high = low < high ? high : low + 1.0; /* left alone, it would begin at low − 1 */
    }
}

/* "Loss", or what the dashed curves are as well. */
static const char *panel_title(struct curves *curves, const struct quantity *quantity)
{
    for (size_t s = 0; s < curves->count; s++) {
        if (curves->series[s].style == CHART_DASHED) {
            char *title = curves->titles + curves->count * TITLE_BYTES;
            snprintf(title, TITLE_BYTES, "%s (dashed: training)", quantity->title);
            return title;
        }
    }
    return quantity->title;
}

/* "cross-entropy loss" where all runs have the same one. */
static const char *panel_label(struct curves *curves, const struct quantity *quantity,
                               const struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        bool known = runs[r].loss != NULL && strcmp(runs[r].loss, runs[0].loss) == 0;
        if (quantity->train != METRICS_TRAIN_LOSS || !known) {
            return quantity->label;
        }
    }
    char *label = curves->titles + (curves->count + 1) * TITLE_BYTES;
    snprintf(label, TITLE_BYTES, "%s %s", runs[0].loss, quantity->label);
    return label;
}

/* Room for two curves a run, and two texts more. */
static bool allocate(struct curves *curves, const struct plotted_run *runs, size_t count)
{
    size_t rows = 0;
    for (size_t r = 0; r < count; r++) {
        rows += runs[r].metrics.rows;
    }
    curves->series = calloc(2 * count, sizeof *curves->series);
    curves->titles = calloc(2 * count + 2, TITLE_BYTES);
    curves->values = calloc(2 * rows + 1, sizeof *curves->values);
    return curves->series != NULL && curves->titles != NULL && curves->values != NULL;
}

enum exit_status curves_build(struct chart_panel *panel, struct curves *curves,
                              const struct quantity *quantity, const struct plotted_run *runs,
                              size_t count, const struct curves_options *options)
{
    *curves = (struct curves){0};
    if (!allocate(curves, runs, count)) {
        curves_free(curves);
        return cli_failed("out of memory for the curves of %zu runs", count);
    }
    struct builder builder = {
        .quantity = quantity,
        .options = options,
        .curves = curves,
        .logarithmic = options->logarithmic && quantity->logarithmic,
        .runs = count,
    };
    for (size_t r = 0; r < count; r++) {
        builder.validated =
            builder.validated || has_values(&builder, &runs[r], quantity->validation);
    }
    for (size_t r = 0; r < count; r++) {
        add_run(&builder, &runs[r], r);
    }

    *panel = (struct chart_panel){
        .title = panel_title(curves, quantity),
        .x = curves_axis(options->abscissa),
        .y = {.label = panel_label(curves, quantity, runs, count),
              .low = NAN,
              .high = NAN,
              .logarithmic = builder.logarithmic},
        .series = curves->series,
        .series_count = curves->count,
    };
    horizontal_range(&panel->x, curves);
    choose_range(&panel->y, curves);
    return DONE;
}

void curves_free(struct curves *curves)
{
    free(curves->series);
    free(curves->values);
    free(curves->titles);
    *curves = (struct curves){0};
}
