/*
 * Columns as a line of JSON:
 *
 *     [{"kind": "numbers", "name": "age", "fill": 39.5, "flag": true},
 *      {"kind": "words", "name": "colour", "words": ["blue", "red"]}, {"kind": "answer", …}, …]
 *
 * Nine significant digits give back the same float32.
 */
#include "data/columns_private.h"

#include "base/fail.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *words_to_json(const descent_column *column)
{
    json_t *array = json_array();
    bool complete = array != NULL;
    for (size_t w = 0; w < column->count; w++) {
        complete = json_array_append_new(array, json_string(column->words[w])) == 0 && complete;
    }
    if (!complete) {
        json_decref(array);
        return NULL;
    }
    return array;
}

static json_t *column_to_json(const descent_column *column)
{
    json_t *object = json_pack("{s:s}", "kind", descent_column_kind_name(column->kind));
    bool complete = object != NULL;
    if (column->name != NULL) {
        complete = complete && json_object_set_new(object, "name", json_string(column->name)) == 0;
    }
    if (column->kind == DESCENT_COLUMN_NUMBERS) {
        complete =
            complete && json_object_set_new(object, "fill", json_real((double)column->fill)) == 0;
    }
    if (column->kind == DESCENT_COLUMN_WORDS) {
        complete = complete && json_object_set_new(object, "words", words_to_json(column)) == 0;
    }
    if (column->flagged) {
        complete = complete && json_object_set_new(object, "flag", json_true()) == 0;
    }
    if (!complete) {
        json_decref(object);
        return NULL;
    }
    return object;
}

descent_status descent_columns_save(char **text, const descent_columns *columns)
{
    DESCENT_RETURN_UNLESS(text != NULL);
    *text = NULL;
    DESCENT_RETURN_UNLESS(columns != NULL);
    json_t *array = json_array();
    bool complete = array != NULL;
    for (size_t i = 0; i < columns->count && complete; i++) {
        complete = json_array_append_new(array, column_to_json(&columns->columns[i])) == 0;
    }
    *text = complete ? json_dumps(array, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(array);
    return *text != NULL ? DESCENT_OK
                         : descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu columns as text",
                                        columns->count);
}

/* DESCENT_COLUMN_KINDS where there is no such kind. */
static descent_column_kind read_kind(const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "kind"));
    int kind = 0;
    while (
        kind < DESCENT_COLUMN_KINDS &&
        (name == NULL || strcmp(name, descent_column_kind_name((descent_column_kind)kind)) != 0)) {
        kind++;
    }
    return (descent_column_kind)kind;
}

static descent_status fail_expected(const char *where, const char *expected)
{
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected %s", where, expected);
}

/* Words are sorted, each there once: they are looked for as such. */
static descent_status read_words(descent_columns *columns, size_t i, const json_t *array,
                                 const char *where)
{
    const char *words[DESCENT_COLUMN_WORDS_MAX];
    size_t count = json_array_size(array); /* 0 for what is no array */
    if (count < 1 || count > DESCENT_COLUMN_WORDS_MAX) {
        return fail_expected(where, "\"words\" with 1 to 100 texts");
    }
    for (size_t w = 0; w < count; w++) {
        words[w] = json_string_value(json_array_get(array, w));
        if (words[w] == NULL || (w > 0 && strcmp(words[w - 1], words[w]) >= 0)) {
            return fail_expected(where, "\"words\" as texts in the order of their bytes");
        }
    }
    return descent_columns_set_words(columns, i, words, count, where);
}

static descent_status read_column(descent_columns *columns, size_t i, const json_t *object)
{
    char where[48];
    snprintf(where, sizeof where, "columns: column %zu", i + 1);
    descent_column *column = &columns->columns[i];
    const json_t *name = json_object_get(object, "name");
    column->kind = read_kind(object);
    if (column->kind == DESCENT_COLUMN_KINDS) {
        return fail_expected(where, "\"kind\" with numbers, words, empty, ignored, kept or answer");
    }
    column->flagged =
        descent_column_counts(column) && json_is_true(json_object_get(object, "flag"));
    if (name != NULL && !json_is_string(name)) {
        return fail_expected(where, "\"name\" as a text");
    }
    if (name != NULL) {
        DESCENT_TRY(descent_columns_set_name(columns, i, json_string_value(name), where));
    }
    if (column->kind == DESCENT_COLUMN_WORDS) {
        return read_words(columns, i, json_object_get(object, "words"), where);
    }
    if (column->kind == DESCENT_COLUMN_NUMBERS) {
        const json_t *fill = json_object_get(object, "fill");
        column->fill = json_is_number(fill) ? (float)json_number_value(fill) : NAN;
    }
    return isfinite(column->fill) ? DESCENT_OK
                                  : fail_expected(where, "\"fill\" as a finite number");
}

static descent_status read_array(descent_columns *columns, const json_t *array)
{
    for (size_t i = 0; i < columns->count; i++) {
        DESCENT_TRY(read_column(columns, i, json_array_get(array, i)));
    }
    for (size_t i = 0; i < columns->count; i++) {
        if ((columns->columns[i].name != NULL) != columns->named) {
            return fail_expected("columns", "\"name\" in all columns or in none");
        }
    }
    return descent_columns_settle(columns, "columns");
}

descent_status descent_columns_load(descent_columns **columns, const char *text)
{
    DESCENT_RETURN_UNLESS(columns != NULL);
    *columns = NULL;
    DESCENT_RETURN_UNLESS(text != NULL);
    json_error_t error;
    json_t *array = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    size_t count = json_array_size(array);
    descent_status status = DESCENT_OK;
    if (array == NULL && error.text[0] == '\0') { /* jansson says nothing about this one */
        status = descent_fail(DESCENT_ERROR_MEMORY, "columns: no memory for them");
    } else if (array == NULL) {
        status = descent_fail(DESCENT_ERROR_FORMAT, "columns: %s", error.text);
    } else if (count == 0) {
        status = fail_expected("columns", "an array of at least one");
    } else {
        status = descent_columns_allocate(columns, count);
    }
    if (status == DESCENT_OK) {
        status = read_array(*columns, array);
    }
    json_decref(array);
    if (status != DESCENT_OK) {
        descent_columns_destroy(*columns);
        *columns = NULL;
    }
    return status;
}
