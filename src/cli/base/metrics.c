/*
 * The files metrics.csv and layers.csv.
 */
#include "cli/base/metrics.h"

#include "cli/base/record.h"

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

/* All columns in one block. */
static enum exit_status set_columns(struct metrics *metrics, const struct metrics_row *rows,
                                    size_t count, const char *path)
{
    double *block = calloc(count + 1, METRICS_COLUMNS * sizeof *block);
    if (block == NULL) {
        return cli_failed("%s: out of memory for %zu rows", path, count);
    }
    metrics->rows = count;
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        metrics->columns[c] = block + c * count;
        for (size_t r = 0; r < count; r++) {
            metrics->columns[c][r] = rows[r].values[c];
        }
    }
    return DONE;
}

enum exit_status metrics_load(struct metrics *metrics, const char *path)
{
    const struct record record = metrics_record(METRICS_COLUMNS);
    struct record_rows read;
    *metrics = (struct metrics){0};
    enum exit_status status =
        record_load(&read, &record, METRICS_COLUMNS_OF_CLASSES, path, "metrics", check_metrics);
    if (status == DONE) {
        status = set_columns(metrics, read.rows, read.count, path);
    }
    record_free(&read);
    return status;
}

void metrics_free(struct metrics *metrics)
{
    free(metrics->columns[0]);
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
    *seconds = 0.0;
    CLI_TRY(record_cut(&record, path, "metrics", epoch));
    CLI_TRY(metrics_load(&metrics, path));
    if (metrics.rows > 0 && isfinite(metrics.columns[METRICS_SECONDS][metrics.rows - 1])) {
        *seconds = metrics.columns[METRICS_SECONDS][metrics.rows - 1];
    }
    metrics_free(&metrics);
    return DONE;
}

static const struct record_field LAYERS_FIELDS[] = {
    {"epoch", RECORD_MEMBER(WHOLE, struct layers_row, epoch)},
    {"step", RECORD_MEMBER(WHOLE, struct layers_row, step)},
    {"layer", RECORD_MEMBER(WHOLE, struct layers_row, layer)},
    {"gradient_norm", RECORD_MEMBER(NUMBER, struct layers_row, gradient_norm)},
    {"weight_norm", RECORD_MEMBER(NUMBER, struct layers_row, weight_norm)},
};

static const struct record LAYERS = RECORD(struct layers_row, LAYERS_FIELDS);

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
        record_load(&read, &LAYERS, LAYERS.count, path, "layers", check_layer);
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

enum exit_status layers_start(const char *path)
{
    return record_start(&LAYERS, path);
}

enum exit_status layers_append(const char *path, const struct layers_row *rows, size_t count)
{
    return record_append(&LAYERS, path, rows, count);
}

enum exit_status layers_cut(const char *path, uint64_t epoch)
{
    return record_cut(&LAYERS, path, "layers", epoch);
}
