/*
 * Infers header and label columns of a CSV file from its first two lines, and refuses doubtful
 * cases: training would also run on a wrong label column.
 */
#include "data/csv_columns.h"

#include "base/decimal.h"
#include "base/fail.h"
#include "data/columns_private.h"
#include "data/csv_header.h"
#include "data/csv_list.h"
#include "data/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Makes a column one of the answers, behind those before it. */
static descent_status choose(void *context, size_t column)
{
    struct descent_csv_columns *columns = context;
    if (columns->role[column] == DESCENT_COLUMN_IGNORED ||
        columns->role[column] == DESCENT_COLUMN_KEPT) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "label column: column %zu cannot be left out as well", column + 1);
    }
    if (columns->answer[column] == 0) {
        columns->answer[column] = ++columns->answers;
        columns->role[column] = DESCENT_COLUMN_ANSWER;
        columns->features--;
    }
    return DESCENT_OK;
}

/* The one column among those of features that satisfies a test, and whose name is not that of a
 * known feature; `count` if there is none, or several. */
static size_t find_single(const struct descent_csv_columns *columns, bool (*test)(const char *),
                          const struct descent_csv *csv, const descent_columns *known)
{
    size_t found = columns->count;
    for (size_t i = 0; i < columns->count; i++) {
        const char *name = columns->names != NULL ? columns->names[i] : NULL;
        if (columns->role[i] != DESCENT_COLUMN_NUMBERS || descent_columns_need(known, name) ||
            !test(csv != NULL ? descent_csv_field(csv, i) : name)) {
            continue;
        }
        if (found != columns->count) {
            return columns->count;
        }
        found = i;
    }
    return found;
}

static bool has_words(const struct descent_csv_columns *columns, const struct descent_csv *csv)
{
    bool found = false;
    for (size_t i = 0; i < columns->count && !found; i++) {
        found = columns->role[i] == DESCENT_COLUMN_NUMBERS &&
                descent_value_is_word(descent_csv_field(csv, i));
    }
    return found;
}

/* Without being told: the column with one of the usual names, or the only one with words, or where
 * none has any, with True or False. */
static descent_status guess(struct descent_csv_columns *columns, const struct descent_csv *csv,
                            const descent_columns *known)
{
    size_t column = columns->count;
    if (columns->names != NULL) {
        column = find_single(columns, descent_csv_is_answer_name, NULL, known);
    }
    if (column == columns->count) {
        column = find_single(columns, descent_value_is_word, csv, known);
    }
    if (column == columns->count && !has_words(columns, csv)) {
        column = find_single(columns, descent_value_is_truth, csv, known);
    }
    if (column == columns->count) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "%s: which of the %zu columns holds the labels? None is named label, "
                            "class or target, and there is not exactly one with words; give the "
                            "label column's name or number (--label-column; -1 is the last)",
                            csv->reader.path, columns->count);
    }
    return choose(columns, column);
}

/* The one answer that known columns have, by its name or its place; false where it is not there. */
static bool choose_known(struct descent_csv_columns *columns, const descent_columns *known)
{
    size_t column = 0, answers = 0;
    for (size_t i = 0; known != NULL && i < known->count; i++) {
        if (known->columns[i].kind == DESCENT_COLUMN_ANSWER) {
            column = i;
            answers++;
        }
    }
    if (answers != 1) {
        return false;
    }
    if (columns->header && known->named) {
        const char *name = known->columns[column].name;
        for (column = 0; column < columns->count; column++) {
            if (strcmp(columns->names[column], name) == 0) {
                break;
            }
        }
    } else if (columns->count != known->count) {
        return false;
    }
    return column < columns->count && choose(columns, column) == DESCENT_OK;
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
    columns->features = csv->fields;
    columns->answer = calloc(columns->count, sizeof *columns->answer);
    columns->role = calloc(columns->count, sizeof *columns->role);
    if (columns->answer == NULL || columns->role == NULL ||
        (columns->header && !copy_names(columns, csv))) {
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
    size_t count = columns->features;
    if (count < features || (count > features + 1 && source->label_column == NULL)) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "%s: expected %zu numbers in a line, and perhaps a label, found %zu "
                            "field%s",
                            csv->reader.path, features, count, count == 1 ? "" : "s");
    }
    return DESCENT_OK;
}

descent_status descent_csv_columns_choose(struct descent_csv_columns *columns, const char *path,
                                          const descent_source *source)
{
    return descent_csv_each_column(columns, path, "label column (--label-column)",
                                   source->label_column, choose, columns);
}

static descent_status choose_answers(struct descent_csv_columns *columns,
                                     const struct descent_csv *csv, const descent_source *source)
{
    const char *path = csv->reader.path;
    descent_status status = DESCENT_OK;
    if (columns->count == 1) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: line %llu: expected a feature column besides the label, found one "
                            "field; say what separates fields (--separator)",
                            path, (unsigned long long)csv->line);
    }
    if (source->label_column != NULL) {
        status = descent_csv_columns_choose(columns, path, source);
    } else if (!choose_known(columns, source->columns)) {
        status = guess(columns, csv, source->columns);
    }
    if (status == DESCENT_OK && columns->features == 0) {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected a feature column besides the label, found none", path);
    }
    return status;
}

static descent_status take_roles(struct descent_csv_columns *columns, const char *path,
                                 const char *what, const char *list, descent_column_kind role)
{
    bool *marks = calloc(columns->count, sizeof *marks);
    if (marks == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", path,
                            columns->count);
    }
    descent_status status = descent_csv_mark_columns(columns, path, what, list, marks);
    for (size_t c = 0; c < columns->count && status == DESCENT_OK; c++) {
        columns->features -= marks[c] && columns->role[c] == DESCENT_COLUMN_NUMBERS;
        columns->role[c] = marks[c] ? role : columns->role[c];
    }
    free(marks);
    return status;
}

/* Known columns say themselves which are left out. */
descent_status descent_csv_columns_begin(struct descent_csv_columns *columns,
                                         struct descent_csv *csv, const descent_source *source,
                                         size_t features)
{
    const char *path = csv->reader.path;
    DESCENT_TRY(read_header(columns, csv, source, features));
    DESCENT_TRY(descent_csv_columns_check(columns, csv));
    if (source->columns != NULL) {
        return DESCENT_OK;
    }
    DESCENT_TRY(take_roles(columns, path, "columns to leave out (--ignore)", source->ignore,
                           DESCENT_COLUMN_IGNORED));
    return take_roles(columns, path, "columns to keep (--keep)", source->keep, DESCENT_COLUMN_KEPT);
}

descent_status descent_csv_columns_read(struct descent_csv_columns *columns,
                                        struct descent_csv *csv, const descent_source *source,
                                        size_t features)
{
    DESCENT_TRY(descent_csv_columns_begin(columns, csv, source, features));
    if (features > 0) {
        DESCENT_TRY(check_features(columns, csv, source, features));
    }
    bool all = features > 0 && columns->features == features;
    return all ? DESCENT_OK : choose_answers(columns, csv, source);
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
    bool unnamed = columns->header && csv->fields == columns->count + 1;
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: line %llu: expected %zu fields, as in the first line, found %zu%s",
                        csv->reader.path, (unsigned long long)csv->line, columns->count,
                        csv->fields,
                        unnamed ? "; if lines begin with a name of their own, name its column in "
                                  "the first line as well"
                                : "");
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
               : descent_csv_columns_fail(columns, csv, column, DESCENT_EXPECTED_NUMBER);
}

void descent_csv_columns_free(struct descent_csv_columns *columns)
{
    for (size_t i = 0; columns->names != NULL && i < columns->count; i++) {
        free(columns->names[i]);
    }
    free(columns->names);
    free(columns->answer);
    free(columns->role);
    *columns = (struct descent_csv_columns){0};
}
