/*
 * Writing metrics.csv.
 */
#include "cli/base/metrics_write.h"

#include "cli/base/rows_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line of a file. */
struct header {
    char text[METRICS_COLUMNS * 32];
};

static struct header header_of(size_t columns)
{
    struct header header = {""};
    for (size_t c = 0; c < columns; c++) {
        size_t used = strlen(header.text);
        snprintf(header.text + used, sizeof header.text - used, "%s%s", metrics_column_name(c),
                 c + 1 < columns ? "," : "\n");
    }
    return header;
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
    [METRICS_SECONDS] = "%.6f",
    [METRICS_SAMPLES_PER_SECOND] = "%.0f",
    [METRICS_TRAIN_R2] = "%.9g",
    [METRICS_TRAIN_RMSE] = "%.9g",
    [METRICS_VALIDATION_R2] = "%.9g",
    [METRICS_VALIDATION_RMSE] = "%.9g",
};

struct metrics_row metrics_row_empty(void)
{
    struct metrics_row row;
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        row.values[c] = NAN;
    }
    return row;
}

enum exit_status metrics_start(const char *path, size_t columns)
{
    return rows_start(path, header_of(columns).text);
}

enum exit_status metrics_append(const char *path, size_t columns, const struct metrics_row *row)
{
    char line[METRICS_COLUMNS * 32];
    size_t used = 0;
    for (size_t c = 0; c < columns; c++) {
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

enum exit_status metrics_cut(const char *path, size_t columns, uint64_t epoch, double *seconds)
{
    char last[METRICS_COLUMNS * 32];
    struct header header = header_of(columns);
    enum exit_status status = rows_cut(path, header.text, "metrics", epoch, last, sizeof last);
    *seconds = seconds_of(last);
    return status;
}
