/*
 * Reads metrics.csv.
 */
#include "cli/base/metrics.h"

#include "cli/base/csv_table.h"

#include <math.h>
#include <stdlib.h>

static const char *const COLUMN_NAMES[METRICS_COLUMNS] = {
#define METRICS_COLUMN_ENTRY(name, text) [METRICS_##name] = text,
    METRICS_COLUMN_MAP(METRICS_COLUMN_ENTRY)
#undef METRICS_COLUMN_ENTRY
};

const char *metrics_column_name(size_t column)
{
    return COLUMN_NAMES[column];
}

/* All columns in one block. */
static enum exit_status allocate(struct metrics *metrics, const struct csv_table *table)
{
    size_t room = table->rows > 0 ? table->rows : 1;
    double *block = calloc(room, METRICS_COLUMNS * sizeof *block);
    if (block == NULL) {
        return cli_failed("%s: out of memory for %zu rows", table->path, table->rows);
    }
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        metrics->columns[c] = block + c * room;
    }
    return DONE;
}

static enum exit_status read_row(struct metrics *metrics, const struct csv_table *table, size_t row)
{
    for (size_t c = table->columns; c < METRICS_COLUMNS; c++) {
        metrics->columns[c][row] = NAN;
    }
    for (size_t c = 0; c < table->columns; c++) {
        enum exit_status status = csv_number(table, row, c, &metrics->columns[c][row]);
        if (status != DONE) {
            return status;
        }
    }
    if (!isfinite(metrics->columns[METRICS_EPOCH][row])) {
        return csv_failed(table, row, "the epoch is missing");
    }
    metrics->rows++;
    return DONE;
}

enum exit_status metrics_load(struct metrics *metrics, const char *path)
{
    *metrics = (struct metrics){0};
    struct csv_table table;
    enum exit_status status = csv_load(&table, path, "metrics", COLUMN_NAMES,
                                       METRICS_COLUMNS_OF_CLASSES, METRICS_COLUMNS);
    if (status == DONE) {
        status = allocate(metrics, &table);
    }
    for (size_t row = 0; row < table.rows && status == DONE; row++) {
        status = read_row(metrics, &table, row);
    }
    if (status != DONE) {
        metrics_free(metrics);
    }
    csv_free(&table);
    return status;
}

void metrics_free(struct metrics *metrics)
{
    free(metrics->columns[0]);
    *metrics = (struct metrics){0};
}
