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

static struct record metrics_record(size_t columns)
{
    return (struct record){METRICS_FIELDS, columns, sizeof(struct metrics_row)};
}

static const char *check_metrics(const void *row)
{
    double epoch = ((const struct metrics_row *)row)->values[METRICS_EPOCH];
    return isfinite(epoch) ? NULL : "an epoch, found none";
}

enum exit_status metrics_load(struct metrics *metrics, const char *path)
{
    const struct record record = metrics_record(METRICS_COLUMNS);
    struct record_rows read;
    enum exit_status status =
        record_load(&read, &record, METRICS_COLUMNS_OF_CLASSES, path, "metrics", check_metrics);
    *metrics = (struct metrics){.rows = status == DONE ? read.count : 0, .row = read.rows};
    free(read.text);
    return status;
}

void metrics_free(struct metrics *metrics)
{
    free(metrics->row);
    *metrics = (struct metrics){0};
}

enum exit_status metrics_start(const char *path, size_t columns)
{
    const struct record record = metrics_record(columns);
    return record_start(&record, path);
}

enum exit_status metrics_append(const char *path, size_t columns, const struct metrics_row *row)
{
    const struct record record = metrics_record(columns);
    return record_append(&record, path, row, 1);
}

enum exit_status metrics_cut(const char *path, size_t columns, uint64_t epoch, double *seconds)
{
    const struct record record = metrics_record(columns);
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

const struct record LAYERS_RECORD = RECORD(struct layers_row, LAYERS_FIELDS);

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
