/*
 * Reads and writes layers.csv.
 */
#include "cli/base/layers.h"

#include "cli/base/csv_table.h"
#include "cli/base/rows_file.h"

#include <descent/model.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const COLUMN_NAMES[LAYERS_COLUMNS] = {
#define LAYERS_COLUMN_ENTRY(name, text) [LAYERS_##name] = text,
    LAYERS_COLUMN_MAP(LAYERS_COLUMN_ENTRY)
#undef LAYERS_COLUMN_ENTRY
};

/* Each entry brings its comma, so the header starts behind the first one. */
static const char HEADER[] =
#define LAYERS_HEADER_ENTRY(name, text) "," text
    LAYERS_COLUMN_MAP(LAYERS_HEADER_ENTRY)
#undef LAYERS_HEADER_ENTRY
        "\n";

static enum exit_status read_row(struct layers *layers, const struct csv_table *table, size_t row)
{
    double *values = layers->values[row];
    for (size_t c = 0; c < LAYERS_COLUMNS; c++) {
        enum exit_status status = csv_number(table, row, c, &values[c]);
        if (status != DONE) {
            return status;
        }
    }
    double layer = values[LAYERS_LAYER];
    if (!(layer >= 1.0 && layer <= (double)DESCENT_LAYERS_MAX) || !(values[LAYERS_EPOCH] >= 0.0)) {
        return csv_failed(table, row, "expected an epoch, and a layer from 1 to %d",
                          DESCENT_LAYERS_MAX);
    }
    layers->layers = (size_t)layer > layers->layers ? (size_t)layer : layers->layers;
    layers->rows++;
    return DONE;
}

enum exit_status layers_load(struct layers *layers, const char *path)
{
    *layers = (struct layers){0};
    struct csv_table table;
    enum exit_status status =
        csv_load(&table, path, "layers", COLUMN_NAMES, LAYERS_COLUMNS, LAYERS_COLUMNS);
    if (status == DONE) {
        layers->values = calloc(table.rows + 1, sizeof *layers->values);
        status = layers->values != NULL ? DONE : cli_failed("%s: out of memory", path);
    }
    for (size_t row = 0; row < table.rows && status == DONE; row++) {
        status = read_row(layers, &table, row);
    }
    csv_free(&table);
    return status;
}

void layers_free(struct layers *layers)
{
    free(layers->values);
    *layers = (struct layers){0};
}

enum exit_status layers_start(const char *path)
{
    return rows_start(path, HEADER + 1);
}

enum exit_status layers_append(const char *path, const double (*rows)[LAYERS_COLUMNS], size_t count)
{
    char lines[DESCENT_LAYERS_MAX * 128] = "";
    size_t used = 0;
    for (size_t r = 0; r < count && used < sizeof lines; r++) {
        for (size_t c = 0; c < LAYERS_COLUMNS && used < sizeof lines; c++) {
            used += (size_t)snprintf(lines + used, sizeof lines - used, "%s%.9g", c == 0 ? "" : ",",
                                     rows[r][c]);
        }
        used += (size_t)snprintf(lines + used, sizeof lines - used, "\n");
    }
    return rows_append(path, lines);
}

enum exit_status layers_cut(const char *path, uint64_t epoch)
{
    return rows_cut(path, HEADER + 1, "layers", epoch, NULL, 0);
}
