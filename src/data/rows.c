/*
 * Rows without labels, read by the same CSV reader as data sets.
 */
#include <descent/rows.h>

#include "base/fail.h"
#include "data/columns_code.h"
#include "data/columns_match.h"
#include "data/columns_reading.h"
#include "data/csv_header.h"
#include "data/csv_list.h"
#include "data/csv_pixels.h"
#include "data/rows_kept.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct descent_rows {
    struct descent_csv csv;
    struct descent_csv_columns columns;
    descent_reading *reading;
    struct descent_coding coding; /* its columns are NULL for pixels */
    struct descent_kept kept;
    size_t width; /* of a row */
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

/* Numbers alone, as many as are wanted beside the label. */
static descent_status find_numbers(descent_rows *rows, const descent_source *source)
{
    const char *path = rows->csv.reader.path;
    DESCENT_TRY(descent_csv_columns_read(&rows->columns, &rows->csv, source, rows->width));
    if (rows->columns.features != rows->width) {
        return descent_fail(DESCENT_ERROR_MISMATCH, "%s: expected %zu numbers in a line, found %zu",
                            path, rows->width, rows->columns.features);
    }
    return descent_csv_check_pixels(&rows->columns, path);
}

static bool is_in_list(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; length > 0 && (at = strstr(at, name)) != NULL; at++) {
        if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* Whether a list names answers of known columns: then it is theirs, and says nothing of the file.
 */
static bool names_answers(const char *list, const descent_columns *known)
{
    for (size_t i = 0; known->named && i < known->count; i++) {
        const descent_column *column = &known->columns[i];
        if (column->kind == DESCENT_COLUMN_ANSWER && is_in_list(list, column->name)) {
            return true;
        }
    }
    return false;
}

/* A column of labels stands where the table had it, unless it is said to stand elsewhere. */
static descent_status choose_answers(descent_rows *rows, const descent_source *source)
{
    struct descent_csv_columns *file = &rows->columns;
    const char *list = source->label_column;
    size_t others = 0;
    for (size_t i = 0; i < source->columns->count; i++) {
        others += source->columns->columns[i].kind != DESCENT_COLUMN_ANSWER;
    }
    if (list == NULL || names_answers(list, source->columns) ||
        (file->header ? !descent_csv_has_name(list, file->count) : file->count <= others)) {
        return DESCENT_OK;
    }
    return descent_csv_columns_choose(file, rows->csv.reader.path, source);
}

static descent_status find_known(descent_rows *rows, const descent_source *source)
{
    const char *path = rows->csv.reader.path;
    if (rows->width != source->columns->features) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "%s: expected columns of %zu features, found %zu", path, rows->width,
                            source->columns->features);
    }
    DESCENT_TRY(descent_csv_columns_begin(&rows->columns, &rows->csv, source, 0));
    DESCENT_TRY(choose_answers(rows, source));
    DESCENT_TRY(descent_reading_create(&rows->reading, source->columns->count));
    rows->coding = (struct descent_coding){
        .file = &rows->columns,
        .columns = source->columns,
        .reading = rows->reading,
        .map = calloc(rows->columns.count, sizeof *rows->coding.map),
        .missing = source->missing,
        .divide = rows->bytes,
    };
    if (rows->coding.map == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", path,
                            rows->columns.count);
    }
    return descent_columns_match(rows->coding.map, rows->reading, source->columns, &rows->columns,
                                 path);
}

/* Those that the source names, or else those that the table keeps. */
static descent_status find_kept(descent_rows *rows, const descent_source *source)
{
    if (source->keep != NULL) {
        return descent_csv_each_column(&rows->columns, rows->csv.reader.path,
                                       "columns to keep (--keep)", source->keep, descent_kept_add,
                                       &rows->kept);
    }
    for (size_t c = 0; source->columns != NULL && c < rows->columns.count; c++) {
        size_t i = rows->coding.map[c];
        if (i != SIZE_MAX && source->columns->columns[i].kind == DESCENT_COLUMN_KEPT) {
            DESCENT_TRY(descent_kept_add(&rows->kept, c));
        }
    }
    return DESCENT_OK;
}

static descent_status open_rows(descent_rows *rows, const char *path, const descent_source *source)
{
    struct descent_csv_dialect dialect = descent_csv_dialect_of(source);
    DESCENT_TRY(strcmp(path, "-") == 0 ? open_standard_input(&rows->csv, dialect)
                                       : descent_csv_open(&rows->csv, path, dialect));
    rows->opened = true;
    rows->waiting = true;
    if (source->columns != NULL) {
        DESCENT_TRY(find_known(rows, source));
    } else {
        DESCENT_TRY(descent_reading_create(&rows->reading, 0));
        DESCENT_TRY(find_numbers(rows, source));
        rows->reading->match = DESCENT_MATCH_PLACES;
    }
    rows->reading->header = rows->columns.header;
    rows->reading->separator = rows->csv.dialect.separator;
    return find_kept(rows, source);
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
    made->width = features;
    made->bytes = source->values == DESCENT_VALUES_BYTES;
    descent_status status = open_rows(made, path, source);
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
        descent_kept_free(&rows->kept);
        free(rows->coding.map);
        if (rows->opened) {
            descent_csv_close(&rows->csv);
        }
        free(rows);
    }
}

static descent_status read_record(descent_rows *rows, float *features)
{
    DESCENT_TRY(descent_csv_columns_check(&rows->columns, &rows->csv));
    DESCENT_TRY(descent_kept_take(&rows->kept, &rows->csv));
    if (rows->coding.columns != NULL) {
        return descent_coding_apply(&rows->coding, &rows->csv, features);
    }
    for (size_t c = 0; c < rows->csv.fields; c++) {
        if (rows->columns.role[c] == DESCENT_COLUMN_NUMBERS) {
            DESCENT_TRY(descent_csv_columns_number(&rows->columns, &rows->csv, c, features));
            *features /= rows->bytes ? 255.0f : 1.0f;
            features++;
        }
    }
    rows->reading->rows++;
    return DESCENT_OK;
}

descent_status descent_rows_next(descent_rows *rows, size_t most, float *features, size_t *n)
{
    DESCENT_RETURN_UNLESS(n != NULL);
    *n = 0;
    DESCENT_RETURN_UNLESS(rows != NULL && features != NULL);
    descent_kept_clear(&rows->kept);
    for (; *n < most; ++*n) {
        bool more = true;
        if (!rows->waiting) {
            DESCENT_TRY(descent_csv_next(&rows->csv, &more));
        }
        rows->waiting = false;
        if (!more) {
            break;
        }
        DESCENT_TRY(read_record(rows, features + *n * rows->width));
    }
    rows->reading->decimal_comma = rows->csv.comma_line != 0;
    rows->reading->empty = rows->csv.empty;
    return DESCENT_OK;
}

size_t descent_rows_kept(const descent_rows *rows)
{
    return rows->kept.count;
}

const char *descent_rows_kept_name(const descent_rows *rows, size_t k)
{
    return rows->columns.names != NULL ? rows->columns.names[rows->kept.columns[k]] : NULL;
}

const char *descent_rows_kept_text(const descent_rows *rows, size_t i, size_t k)
{
    return rows->kept.text + rows->kept.starts[i * rows->kept.count + k];
}

const descent_reading *descent_rows_reading(const descent_rows *rows)
{
    return rows->reading;
}
