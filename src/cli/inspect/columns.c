/*
 * What the columns of a table are, and what is in them.
 */
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/inspect/inspect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Columns that people are shown; programs get all. */
enum { SHOWN_MAX = 40, NAME_SIZE = 19, VALUES_SIZE = 30 };

/* Values of the training part, or of the test part where there is no other. */
struct column_row {
    size_t number; /* from 1 */
    const char *name;
    char label[NAME_SIZE]; /* the name, cut */
    const char *kind;
    size_t inputs;
    size_t missing, test_missing, test_unknown;
    struct statistics numbers; /* NaN where it has none */
    json_t *words;             /* made for JSON */
    char values[4 * VALUES_SIZE];
};

#define AT(kind, member) RECORD_MEMBER(kind, struct column_row, member)

static const struct record_field FIELDS[] = {
    {"number", AT(SIZE, number), .heading = "no."},
    {"name", AT(TEXT, name)},
    {NULL, AT(CHARS, label), .heading = "name"},
    {"kind", AT(TEXT, kind), .heading = "kind"},
    {"inputs", AT(SIZE, inputs), .heading = "inputs"},
    {"missing", AT(SIZE, missing), .heading = "missing"},
    {"test_missing", AT(SIZE, test_missing)},
    {"test_unknown", AT(SIZE, test_unknown)},
    {"minimum", AT(NUMBER, numbers.minimum)},
    {"maximum", AT(NUMBER, numbers.maximum)},
    {"mean", AT(NUMBER, numbers.mean)},
    {"words", AT(JSON, words), .optional = true},
    {NULL, AT(CHARS, values), .heading = "values"},
};
static const struct record COLUMN = RECORD(struct column_row, FIELDS);

/* Of the samples that have a value in a column of numbers. */
static struct statistics numbers_of(const descent_dataset *dataset, const descent_column *column,
                                    float *room)
{
    size_t count = 0;
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        const float *sample = descent_dataset_sample_floats(dataset, i) + column->first;
        if (!column->flagged || sample[column->features - 1] == 0.0f) {
            room[count++] = sample[0];
        }
    }
    return statistics_of(room, count);
}

static void list_words(struct column_row *row, const descent_column *column)
{
    snprintf(row->values, sizeof row->values, "%zu:", column->count);
    for (size_t w = 0; w < column->count; w++) {
        char more[VALUES_SIZE];
        text_cut(more, sizeof more, column->words[w]);
        text_append(row->values, sizeof row->values, "%s %s", w == 0 ? "" : ",", more);
    }
    text_cut(row->values, VALUES_SIZE, row->values);
}

static struct column_row row_of(const descent_dataset *first, const descent_reading *test, size_t i,
                                float *room)
{
    const descent_column *column = descent_columns_at(descent_dataset_columns(first), i);
    const descent_column_reading *met = &descent_dataset_reading(first)->columns[i];
    struct column_row row = {
        .number = i + 1,
        .name = column->name,
        .kind = descent_column_kind_name(column->kind),
        .inputs = column->features,
        .missing = met->missing,
        .test_missing = test != NULL ? test->columns[i].missing : 0,
        .test_unknown = test != NULL ? test->columns[i].unknown : 0,
        .numbers = {.minimum = NAN, .maximum = NAN, .mean = NAN},
        .values = "-",
    };
    text_cut(row.label, sizeof row.label, column->name != NULL ? column->name : "-");
    if (column->kind == DESCENT_COLUMN_NUMBERS) {
        row.numbers = numbers_of(first, column, room);
        snprintf(row.values, sizeof row.values, "%.3g to %.3g, mean %.3g", row.numbers.minimum,
                 row.numbers.maximum, row.numbers.mean);
        text_cut(row.values, VALUES_SIZE, row.values);
    } else if (column->kind == DESCENT_COLUMN_WORDS) {
        list_words(&row, column);
    }
    return row;
}

static json_t *words_json(const descent_column *column)
{
    json_t *array = json_array();
    for (size_t w = 0; w < column->count; w++) {
        cli_json_append(&array, json_string(column->words[w]));
    }
    return array;
}

/* Rows of the first `count` columns, to be freed. */
static enum exit_status make_rows(struct column_row **rows, size_t count,
                                  const descent_dataset *first, const descent_dataset *test)
{
    const descent_reading *other =
        test != NULL && test != first ? descent_dataset_reading(test) : NULL;
    float *room = calloc(descent_dataset_count(first), sizeof *room);
    *rows = calloc(count, sizeof **rows);
    if (*rows == NULL || room == NULL) {
        free(room);
        return cli_failed("out of memory for %zu columns", count);
    }
    for (size_t i = 0; i < count; i++) {
        (*rows)[i] = row_of(first, other, i, room);
    }
    free(room);
    return DONE;
}

enum exit_status inspect_print_columns(const descent_dataset *first, const descent_dataset *test)
{
    const descent_columns *columns = descent_dataset_columns(first);
    struct column_row *rows = NULL;
    if (columns == NULL) {
        return DONE;
    }
    size_t count = descent_columns_count(columns);
    size_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
    enum exit_status status = make_rows(&rows, shown, first, test);
    if (status == DONE) {
        status = record_print(&COLUMN, rows, shown);
    }
    if (status == DONE) {
        if (shown < count) {
            printf("and %zu more: see --json\n", count - shown);
        }
        putchar('\n');
    }
    free(rows);
    return status;
}

json_t *inspect_columns_json(const descent_dataset *first, const descent_dataset *test)
{
    const descent_columns *columns = descent_dataset_columns(first);
    struct column_row *rows = NULL;
    json_t *array = NULL;
    if (columns == NULL) {
        return json_null();
    }
    size_t count = descent_columns_count(columns);
    if (make_rows(&rows, count, first, test) == DONE) {
        for (size_t i = 0; i < count; i++) {
            const descent_column *column = descent_columns_at(columns, i);
            rows[i].words = column->words != NULL ? words_json(column) : NULL;
        }
        array = record_array(&COLUMN, rows, count);
    }
    free(rows);
    return array;
}
