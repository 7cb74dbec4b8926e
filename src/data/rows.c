/*
 * Rows without labels, read by the same CSV reader as data sets.
 */
#include <descent/rows.h>

#include "base/fail.h"
#include "data/columns_reading.h"
#include "data/csv_columns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct descent_rows {
    struct descent_csv csv;
    struct descent_csv_columns columns;
    descent_reading *reading;
    bool opened;
    bool bytes;   /* whether numbers are divided by 255 */
    bool waiting; /* whether the present record has not been given out */
};

static descent_status open_standard_input(struct descent_csv *csv,
                                          struct descent_csv_dialect dialect)
{
    static const char name[] = "standard input";
    int file = dup(STDIN_FILENO);
    return file >= 0 ? descent_csv_take(csv, file, name, dialect)
                     : descent_fail(DESCENT_ERROR_IO, "%s: %s", name, strerror(errno));
}

static descent_status open_rows(descent_rows *rows, const char *path, size_t features,
                                const descent_source *source)
{
    struct descent_csv_dialect dialect = descent_csv_dialect_of(source);
    descent_status status = strcmp(path, "-") == 0 ? open_standard_input(&rows->csv, dialect)
                                                   : descent_csv_open(&rows->csv, path, dialect);
    if (status != DESCENT_OK) {
        return status;
    }
    rows->opened = true;
    rows->waiting = true;
    status = descent_csv_columns_read(&rows->columns, &rows->csv, source, features);
    size_t found = rows->columns.count - rows->columns.answers;
    if (status == DESCENT_OK && found != features) {
        status =
            descent_fail(DESCENT_ERROR_MISMATCH, "%s: expected %zu numbers in a line, found %zu",
                         rows->csv.reader.path, features, found);
    }
    return status;
}

descent_status descent_rows_create(descent_rows **rows, const char *path, size_t features,
                                   const descent_source *source)
{
    DESCENT_RETURN_UNLESS(rows != NULL);
    *rows = NULL;
    DESCENT_RETURN_UNLESS(path != NULL && features > 0);
    const descent_source plain = DESCENT_SOURCE_DEFAULT;
    source = source != NULL ? source : &plain;
    descent_rows *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory to read it", path);
    }
    made->bytes = source->values == DESCENT_VALUES_BYTES;
    descent_status status = descent_reading_create(&made->reading, 0);
    status = status == DESCENT_OK ? open_rows(made, path, features, source) : status;
    if (status == DESCENT_OK) {
        *rows = made;
    } else {
        descent_rows_destroy(made);
    }
    return status;
}

void descent_rows_destroy(descent_rows *rows)
{
    if (rows != NULL) {
        descent_csv_columns_free(&rows->columns);
        descent_reading_destroy(rows->reading);
        if (rows->opened) {
            descent_csv_close(&rows->csv);
        }
        free(rows);
    }
}

static descent_status read_record(const descent_rows *rows, float *features)
{
    descent_status status = descent_csv_columns_check(&rows->columns, &rows->csv);
    for (size_t c = 0; status == DESCENT_OK && c < rows->csv.fields; c++) {
        if (rows->columns.answer[c] == 0) {
            status = descent_csv_columns_number(&rows->columns, &rows->csv, c, features);
            *features /= rows->bytes ? 255.0f : 1.0f;
            features++;
        }
    }
    return status;
}

descent_status descent_rows_next(descent_rows *rows, size_t most, float *features, size_t *n)
{
    DESCENT_RETURN_UNLESS(n != NULL);
    *n = 0;
    DESCENT_RETURN_UNLESS(rows != NULL && features != NULL);
    size_t width = rows->columns.count - rows->columns.answers;
    descent_status status = DESCENT_OK;
    for (*n = 0; *n < most && status == DESCENT_OK; ++*n) {
        bool more = true;
        if (!rows->waiting) {
            status = descent_csv_next(&rows->csv, &more);
        }
        rows->waiting = false;
        if (status != DESCENT_OK || !more) {
            break;
        }
        status = read_record(rows, features + *n * width);
    }
    return status;
}

size_t descent_rows_kept(const descent_rows *rows)
{
    (void)rows;
    return 0;
}

const char *descent_rows_kept_name(const descent_rows *rows, size_t k)
{
    (void)rows;
    (void)k;
    return "";
}

const char *descent_rows_kept_text(const descent_rows *rows, size_t i, size_t k)
{
    (void)rows;
    (void)i;
    (void)k;
    return "";
}

const descent_reading *descent_rows_reading(const descent_rows *rows)
{
    return rows->reading;
}
