/*
 * Infers header and label columns of a CSV file from its first two lines, and refuses doubtful
 * cases: training would also run on a wrong label column.
 */
#include "data/csv_columns.h"

#include "base/decimal.h"
#include "base/fail.h"
#include "data/csv_header.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The column with that name, or with that number; fails where there is none, or several. */
static descent_status find_column(const struct descent_csv_columns *columns, const char *path,
                                  const char *text, size_t *column)
{
    size_t found = 0;
    for (size_t i = 0; columns->names != NULL && i < columns->count; i++) {
        if (strcmp(columns->names[i], text) == 0) {
            *column = i;
            found++;
        }
    }
    if (found == 1 || (found == 0 && descent_csv_read_index(text, columns->count, column))) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_INVALID,
                        "%s: label column: expected %sa number from 1 to %zu or from -1 to -%zu, "
                        "found \"%s\"%s",
                        path, columns->header ? "a name of the first line, " : "", columns->count,
                        columns->count, text, found > 1 ? ", the name of several columns" : "");
}

static descent_status choose(struct descent_csv_columns *columns, const char *path,
                             const char *text)
{
    size_t column = 0;
    descent_status status = find_column(columns, path, text, &column);
    if (status == DESCENT_OK && columns->answer[column] == 0) {
        columns->answer[column] = ++columns->answers;
    }
    return status;
}

/* Each of the columns in a list with commas, unless the whole is a name. */
static descent_status choose_several(struct descent_csv_columns *columns, const char *path,
                                     const char *list)
{
    size_t column = 0;
    if (strchr(list, ',') == NULL || find_column(columns, path, list, &column) == DESCENT_OK) {
        return choose(columns, path, list);
    }
    char *copy = strdup(list);
    char *rest = NULL;
    if (copy == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the label columns", path);
    }
    descent_status status = DESCENT_OK;
    for (char *name = strtok_r(copy, ",", &rest); name != NULL && status == DESCENT_OK;
         name = strtok_r(NULL, ",", &rest)) {
        status = choose(columns, path, name);
    }
    free(copy);
    return status;
}

/* The one column that satisfies a test, or `count` if there is none or several. */
static size_t find_single(bool (*test)(const char *), const struct descent_csv *csv,
                          char *const *names, size_t count)
{
    size_t found = count;
    for (size_t i = 0; i < count; i++) {
        if (test(names != NULL ? names[i] : descent_csv_field(csv, i))) {
            if (found != count) {
                return count;
            }
            found = i;
        }
    }
    return found;
}

/* Without being told: the column with one of the usual names, or the only one with words. */
static descent_status guess(struct descent_csv_columns *columns, const struct descent_csv *csv)
{
    size_t column = columns->count;
    if (columns->names != NULL) {
        column = find_single(descent_csv_is_answer_name, csv, columns->names, columns->count);
    }
    if (column == columns->count) {
        column = find_single(descent_csv_is_word, csv, NULL, columns->count);
    }
    if (column == columns->count) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "%s: which of the %zu columns holds the labels? None is named label, "
                            "class or target, and there is not exactly one with words; give the "
                            "label column's name or number (-1 is the last)",
                            csv->reader.path, columns->count);
    }
    columns->answer[column] = ++columns->answers;
    return DESCENT_OK;
}

static bool copy_names(struct descent_csv_columns *columns, const struct descent_csv *csv)
{
    columns->names = calloc(columns->count, sizeof *columns->names);
    for (size_t i = 0; columns->names != NULL && i < columns->count; i++) {
        columns->names[i] = strdup(descent_csv_field(csv, i));
        if (columns->names[i] == NULL) {
            return false;
        }
    }
    return columns->names != NULL;
}

/* Names of as many columns as the record has. */
static descent_status take_names(struct descent_csv_columns *columns, const struct descent_csv *csv)
{
    columns->count = csv->fields;
    columns->answer = calloc(columns->count, sizeof *columns->answer);
    if (columns->answer == NULL || (columns->header && !copy_names(columns, csv))) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", csv->reader.path,
                            columns->count);
    }
    return DESCENT_OK;
}

static descent_status take_comment(struct descent_csv_columns *columns,
                                   const struct descent_csv *csv)
{
    struct descent_csv comment;
    bool more = false;
    descent_csv_begin_comment(&comment, csv);
    descent_status status = descent_csv_next(&comment, &more);
    if (status == DESCENT_OK) {
        status = take_names(columns, &comment);
    }
    descent_csv_close(&comment);
    return status;
}

/* Reads the header, if there is one, and stands at the first record of data then. */
static descent_status read_header(struct descent_csv_columns *columns, struct descent_csv *csv,
                                  const descent_source *source, size_t features)
{
    bool more = false;
    enum descent_csv_names names = DESCENT_CSV_NAMES_NONE;
    columns->dialect = csv->dialect;
    DESCENT_TRY(descent_csv_find_names(&names, csv, source, features));
    columns->header = names != DESCENT_CSV_NAMES_NONE;
    columns->commented = names == DESCENT_CSV_NAMES_COMMENT;
    DESCENT_TRY(descent_csv_next(csv, &more));
    if (more && columns->commented) {
        return take_comment(columns, csv);
    }
    if (more) {
        DESCENT_TRY(take_names(columns, csv));
        DESCENT_TRY(columns->header ? descent_csv_next(csv, &more) : DESCENT_OK);
    }
    return more ? DESCENT_OK
                : descent_fail(DESCENT_ERROR_FORMAT, "%s: expected at least one line of data%s",
                               csv->reader.path,
                               columns->header ? " after the column names, found none"
                                               : ", found none");
}

/* Whether there are as many columns as features, or one more, or answers that were told. */
static descent_status check_features(const struct descent_csv_columns *columns,
                                     const struct descent_csv *csv, const descent_source *source,
                                     size_t features)
{
    size_t count = columns->count;
    if (count < features || (count > features + 1 && source->label_column == NULL)) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "%s: expected %zu numbers in a line, and perhaps a label, found %zu "
                            "field%s",
                            csv->reader.path, features, count, count == 1 ? "" : "s");
    }
    return DESCENT_OK;
}

static descent_status choose_answers(struct descent_csv_columns *columns,
                                     const struct descent_csv *csv, const descent_source *source)
{
    const char *path = csv->reader.path;
    descent_status status;
    if (columns->count == 1) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: line %llu: expected a column beside that of the label, found one "
                            "field; say what separates fields (--separator)",
                            path, (unsigned long long)csv->line);
    }
    if (source->label_column == NULL) {
        status = guess(columns, csv);
    } else {
        status = choose_several(columns, path, source->label_column);
    }
    if (status == DESCENT_OK && columns->answers == columns->count) {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected a column beside that of the label, found none", path);
    }
    return status;
}

descent_status descent_csv_columns_read(struct descent_csv_columns *columns,
                                        struct descent_csv *csv, const descent_source *source,
                                        size_t features)
{
    descent_status status = read_header(columns, csv, source, features);
    if (status == DESCENT_OK) {
        status = descent_csv_columns_check(columns, csv);
    }
    if (status == DESCENT_OK && features > 0) {
        status = check_features(columns, csv, source, features);
    }
    return status == DESCENT_OK && columns->count != features ? choose_answers(columns, csv, source)
                                                              : status;
}

descent_status descent_csv_columns_load(struct descent_csv_columns *columns, const char *path,
                                        const descent_source *source)
{
    *columns = (struct descent_csv_columns){0};
    struct descent_csv csv;
    descent_status status = descent_csv_open(&csv, path, descent_csv_dialect_of(source));
    if (status == DESCENT_OK) {
        status = descent_csv_columns_read(columns, &csv, source, 0);
        descent_csv_close(&csv);
    }
    return status;
}

descent_status descent_csv_columns_check(const struct descent_csv_columns *columns,
                                         const struct descent_csv *csv)
{
    if (csv->fields == columns->count) {
        return DESCENT_OK;
    }
    return descent_fail(
        DESCENT_ERROR_FORMAT, "%s: line %llu: expected %zu fields, as in the first line, found %zu",
        csv->reader.path, (unsigned long long)csv->line, columns->count, csv->fields);
}

descent_status descent_csv_columns_fail(const struct descent_csv_columns *columns,
                                        const struct descent_csv *csv, size_t column,
                                        const char *expected)
{
    char name[80] = "";
    const char *field = descent_csv_field(csv, column);
    if (columns->names != NULL) {
        snprintf(name, sizeof name, " (%.70s)", columns->names[column]);
    }
    if (field[0] == '\0') {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: line %llu, column %zu%s: expected %s, found nothing: a missing "
                            "value",
                            csv->reader.path, (unsigned long long)csv->line, column + 1, name,
                            expected);
    }
    return descent_fail(
        DESCENT_ERROR_FORMAT, "%s: line %llu, column %zu%s: expected %s, found \"%.80s\"",
        csv->reader.path, (unsigned long long)csv->line, column + 1, name, expected, field);
}

descent_status descent_csv_columns_number(const struct descent_csv_columns *columns,
                                          const struct descent_csv *csv, size_t column,
                                          float *number)
{
    double value = 0.0;
    const char *field = descent_csv_field(csv, column);
    bool decimal = descent_decimal_load(&value, field);
    if (!decimal && (strcasecmp(field, "true") == 0 || strcasecmp(field, "false") == 0)) {
        *number = strcasecmp(field, "true") == 0 ? 1.0f : 0.0f;
        return DESCENT_OK;
    }
    *number = (float)value;
    return decimal && isfinite(*number)
               ? DESCENT_OK
               : descent_csv_columns_fail(columns, csv, column,
                                          "a finite number that fits a float");
}

void descent_csv_columns_free(struct descent_csv_columns *columns)
{
    for (size_t i = 0; columns->names != NULL && i < columns->count; i++) {
        free(columns->names[i]);
    }
    free(columns->names);
    free(columns->answer);
    *columns = (struct descent_csv_columns){0};
}
