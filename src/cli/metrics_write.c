/*
 * Writing metrics.csv. A row is on the disk before the checkpoint of its epoch is, and a resumed
 * run cuts off the rows behind its checkpoint: whenever a run is killed, each epoch ends up in the
 * file once.
 */
#include "metrics_write.h"

#include <descent/file.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    bool saved = descent_file_save(path, header(), strlen(header())) == DESCENT_OK;
    return saved ? DONE : cli_library_failed();
}

static void print_row(FILE *file, const struct metrics_row *row)
{
    for (size_t c = 0; c < METRICS_COLUMNS; c++) {
        char field[64] = "";
        if (!isnan(row->values[c])) {
            snprintf(field, sizeof field, FORMATS[c], row->values[c]);
        }
        fprintf(file, "%s%s", c == 0 ? "" : ",", field);
    }
    fputc('\n', file);
}

enum exit_status metrics_append(const char *path, const struct metrics_row *row)
{
    FILE *file = fopen(path, "a");
    if (file == NULL) {
        return cli_failed("%s: cannot add a row: %s", path, strerror(errno));
    }
    print_row(file, row);
    bool written = fflush(file) == 0 && fsync(fileno(file)) == 0;
    int error = errno;
    if (fclose(file) != 0 || !written) {
        return cli_failed("%s: cannot add a row: %s", path, strerror(error));
    }
    return DONE;
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

/* The length of the header and the complete rows up to an epoch. */
static size_t length_until(const char *text, uint64_t epoch, double *seconds)
{
    size_t length = strlen(header());
    for (const char *end; (end = strchr(text + length, '\n')) != NULL;) {
        if (strtoull(text + length, NULL, 10) > epoch) {
            break;
        }
        *seconds = seconds_of(text + length);
        length = (size_t)(end - text) + 1;
    }
    return length;
}

enum exit_status metrics_cut(const char *path, uint64_t epoch, double *seconds)
{
    *seconds = 0.0;
    char *text;
    size_t size;
    descent_status status = descent_file_load(&text, &size, path, (size_t)1 << 30);
    if (status == DESCENT_ERROR_NOT_FOUND) {
        return metrics_start(path);
    }
    if (status != DESCENT_OK) {
        return cli_library_failed();
    }
    enum exit_status result = DONE;
    if (strncmp(text, header(), strlen(header())) != 0) {
        result =
            cli_failed("%s:1: expected the header of a metrics file, found \"%.40s\"", path, text);
    } else {
        size_t length = length_until(text, epoch, seconds);
        if (length != size && descent_file_save(path, text, length) != DESCENT_OK) {
            result = cli_library_failed();
        }
    }
    free(text);
    return result;
}
