/*
 * The files metrics.csv and layers.csv.
 */
#include "cli/base/metrics.h"

#include <descent/model.h>

#include <math.h>
#include <stdlib.h>

static const struct record_field METRICS_FIELDS[] = {
#define METRICS_FIELD(id, name, kind, format)                                                      \
    {name, RECORD_MEMBER(kind, struct metrics_row, values[METRICS_##id]), .csv = (format)},
    METRICS_COLUMN_MAP(METRICS_FIELD)
#undef METRICS_FIELD
};

static bool has_column(struct metrics_form form, enum metrics_column column)
{
    bool test = column >= METRICS_TEST_LOSS && column <= METRICS_TEST_RMSE;
    bool number = column == METRICS_TEST_R2 || column == METRICS_TEST_RMSE ||
                  (column >= METRICS_TRAIN_R2 && column < METRICS_TEST_LOSS);
    if (column >= METRICS_SHARPNESS) {
        return column == METRICS_NOISE_SCALE ? form.noise : form.sharpness;
    }
    return (form.test || !test) && (form.regression || !number) &&
           !(form.regression && column == METRICS_TEST_ACCURACY);
}

/* The record of a form, with its fields in the array. */
static struct record form_record(struct record_field fields[METRICS_COLUMNS],
                                 struct metrics_form form)
{
    size_t count = 0;
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        if (has_column(form, (enum metrics_column)c)) {
            fields[count++] = METRICS_FIELDS[c];
        }
    }
    return (struct record){fields, count, sizeof(struct metrics_row), true};
}

static const char *check_metrics(const void *row)
{
    double epoch = ((const struct metrics_row *)row)->values[METRICS_EPOCH];
    return isfinite(epoch) ? NULL : "an epoch, found none";
}

enum exit_status metrics_load(struct metrics *metrics, const char *path)
{
    static const struct record record = RECORD_THAT_GROWS(struct metrics_row, METRICS_FIELDS);
    struct record_rows read;
    enum exit_status status =
        record_load(&read, &record, METRICS_TRAIN_R2, path, "metrics", check_metrics);
    *metrics = (struct metrics){.rows = status == DONE ? read.count : 0, .row = read.rows};
    free(read.text);
    return status;
}

const struct metrics_row *metrics_saved(const struct metrics *metrics)
{
    const struct metrics_row *saved = NULL;
    double least = HUGE_VAL;
    for (size_t i = 0; i < metrics->rows; i++) {
        const double *values = metrics->row[i].values;
        double loss = values[METRICS_VALIDATION_LOSS];
        bool better = isnan(loss) ? !(least < HUGE_VAL) : loss < least;
        if (values[METRICS_EPOCH] >= 1.0 && better) {
            saved = &metrics->row[i];
            least = isnan(loss) ? least : loss;
        }
    }
    return saved;
}

void metrics_free(struct metrics *metrics)
{
    free(metrics->row);
    *metrics = (struct metrics){0};
}

enum exit_status metrics_start(const char *path, struct metrics_form form)
{
    struct record_field fields[METRICS_COLUMNS];
    const struct record record = form_record(fields, form);
    return record_start(&record, path);
}

enum exit_status metrics_append(const char *path, struct metrics_form form,
                                const struct metrics_row *row)
{
    struct record_field fields[METRICS_COLUMNS];
    const struct record record = form_record(fields, form);
    return record_append(&record, path, row, 1);
}

enum exit_status metrics_cut(const char *path, struct metrics_form form, uint64_t epoch,
                             double *seconds)
{
    struct record_field fields[METRICS_COLUMNS];
    const struct record record = form_record(fields, form);
    struct metrics metrics;
    CLI_TRY(record_cut(&record, path, "metrics", epoch));
    enum exit_status status = metrics_load(&metrics, path);
    double last = metrics.rows > 0 ? metrics.row[metrics.rows - 1].values[METRICS_SECONDS] : NAN;
    *seconds = isfinite(last) ? last : 0.0;
    metrics_free(&metrics);
    return status;
}

static const struct record_field LAYERS_FIELDS[] = {
    {"epoch", RECORD_MEMBER(WHOLE, struct layers_row, epoch)},
    {"step", RECORD_MEMBER(WHOLE, struct layers_row, step)},
    {"layer", RECORD_MEMBER(WHOLE, struct layers_row, layer)},
    {"gradient_norm", RECORD_MEMBER(NUMBER, struct layers_row, gradient_norm)},
    {"weight_norm", RECORD_MEMBER(NUMBER, struct layers_row, weight_norm)},
};

const struct record LAYERS_RECORD = RECORD_THAT_GROWS(struct layers_row, LAYERS_FIELDS);

static const char *check_layer(const void *row)
{
    static char expected[64];
    const struct layers_row *layer = row;
    snprintf(expected, sizeof expected, "an epoch, and a layer from 1 to %d", DESCENT_LAYERS_MAX);
    bool valid =
        layer->layer >= 1.0 && layer->layer <= (double)DESCENT_LAYERS_MAX && layer->epoch >= 0.0;
    return valid ? NULL : expected;
}

enum exit_status layers_load(struct layers *layers, const char *path)
{
    struct record_rows read;
    enum exit_status status =
        record_load(&read, &LAYERS_RECORD, LAYERS_RECORD.count, path, "layers", check_layer);
    *layers = (struct layers){.rows = status == DONE ? read.count : 0, .row = read.rows};
    for (size_t r = 0; r < layers->rows; r++) {
        size_t layer = (size_t)layers->row[r].layer;
        layers->layers = layer > layers->layers ? layer : layers->layers;
    }
    free(read.text);
    return status;
}

void layers_free(struct layers *layers)
{
    free(layers->row);
    *layers = (struct layers){0};
}
