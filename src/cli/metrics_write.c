/*
 * Writing metrics.csv.
 */
#include "metrics_write.h"

#include "rows_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HEADER[] =
#define METRICS_HEADER_ENTRY(name, text) "," text
    METRICS_COLUMN_MAP(METRICS_HEADER_ENTRY)
#undef METRICS_HEADER_ENTRY
        "\n";

/* Each entry brings its comma, so the header starts behind the first one. */
static const char *header(void)
{
    return HEADER + 1;
}

static const char *const FORMATS[METRICS_COLUMNS] = {
    [METRICS_EPOCH] = "%.0f",
    [METRICS_STEP] = "%.0f",
    [METRICS_SAMPLES] = "%.0f",
    [METRICS_LEARNING_RATE] = "%.9g",
    [METRICS_TRAIN_LOSS] = "%.9g",
    [METRICS_TRAIN_ACCURACY] = "%.9g",
    [METRICS_VALIDATION_LOSS] = "%.9g",
    [METRICS_VALIDATION_ACCURACY] = "%.9g",
    [METRICS_GRADIENT_NORM] = "%.9g",
    [METRICS_SECONDS] = "%.3f",
    [METRICS_SAMPLES_PER_SECOND] = "%.0f",
};

struct metrics_row metrics_row_empty(void)
{
    struct metrics_row row;
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        row.values[c] = NAN;
    }
    return row;
}

enum exit_status metrics_start(const char *path)
{
    return rows_start(path, header());
}

enum exit_status metrics_append(const char *path, const struct metrics_row *row)
{
    char line[METRICS_COLUMNS * 32];
    size_t used = 0;
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        char field[30] = "";
        if (!isnan(row->values[c])) {
            snprintf(field, sizeof field, FORMATS[c], row->values[c]);
        }
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", c == 0 ? "" : ",", field);
    }
    snprintf(line + used, sizeof line - used, "\n");
    return rows_append(path, line);
}

/* The time in a row, 0 if it has none. */
static double seconds_of(const char *row)
{
    for (int c = 0; c < METRICS_SECONDS && row != NULL; c++) {
        row = strchr(row, ',');
        row = row == NULL ? NULL : row + 1;
    }
    return row == NULL ? 0.0 : strtod(row, NULL);
}

enum exit_status metrics_cut(const char *path, uint64_t epoch, double *seconds)
{
    char last[METRICS_COLUMNS * 32];
    enum exit_status status = rows_cut(path, header(), "metrics", epoch, last, sizeof last);
    *seconds = seconds_of(last);
    return status;
}
