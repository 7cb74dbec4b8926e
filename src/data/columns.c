/*
 * The columns of a table, and the names of the features that they make.
 */
#include "data/columns_private.h"

#include "base/fail.h"
#include "base/names.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

descent_status descent_columns_allocate(descent_columns **columns, size_t count)
{
    descent_columns *made = calloc(1, sizeof *made);
    descent_column *array = calloc(count, sizeof *array);
    if (made == NULL || array == NULL) {
        free(made);
        free(array);
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu columns", count);
    }
    *made = (descent_columns){.count = count, .columns = array};
    *columns = made;
    return DESCENT_OK;
}

static descent_status check_text(const char *text, size_t most, const char *where)
{
    size_t length = strlen(text);
    if (length > most) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected at most %zu bytes, found %zu",
                            where, most, length);
    }
    for (size_t i = 0, size; i < length; i += size) {
        size = descent_utf8_size(text + i);
        if (size == 0) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected UTF-8, found byte 0x%02x: save the file as UTF-8",
                                where, (unsigned)(unsigned char)text[i]);
        }
    }
    return DESCENT_OK;
}

static descent_status copy_text(const char **copy, const char *text, size_t most, const char *where)
{
    DESCENT_TRY(check_text(text, most, where));
    *copy = strdup(text);
    return *copy != NULL ? DESCENT_OK
                         : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a name", where);
}

descent_status descent_columns_set_name(descent_columns *columns, size_t i, const char *name,
                                        const char *where)
{
    columns->named = true;
    return copy_text(&columns->columns[i].name, name, DESCENT_COLUMN_NAME_MAX, where);
}

descent_status descent_columns_set_words(descent_columns *columns, size_t i,
                                         const char *const *words, size_t count, const char *where)
{
    descent_column *column = &columns->columns[i];
    const char **copies = calloc(count, sizeof *copies);
    if (copies == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu words", where, count);
    }
    column->words = copies;
    for (; column->count < count; column->count++) {
        DESCENT_TRY(
            copy_text(&copies[column->count], words[column->count], DESCENT_NAME_SIZE_MAX, where));
    }
    return DESCENT_OK;
}

/* Gives each column its features. */
static descent_status count_features(descent_columns *columns, const char *where)
{
    uint64_t bytes = 0;
    columns->features = 0;
    for (size_t i = 0; i < columns->count; i++) {
        descent_column *column = &columns->columns[i];
        size_t values = column->kind == DESCENT_COLUMN_WORDS ? column->count : 1;
        column->first = columns->features;
        column->features = descent_column_counts(column) ? values + column->flagged : 0;
        columns->features += column->features;
        bytes += (column->name != NULL ? strlen(column->name) : 0) * column->features;
    }
    if (columns->features < 1 || columns->features > DESCENT_COLUMNS_FEATURES_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected columns that make 1 to %d features, found %zu", where,
                            DESCENT_COLUMNS_FEATURES_MAX, columns->features);
    }
    return bytes <= DESCENT_COLUMNS_NAMES_MAX
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected shorter names of columns, found names of features "
                              "that take %llu bytes",
                              where, (unsigned long long)bytes);
}

static char *join(const char *name, const char *between, const char *word)
{
    size_t size = strlen(name) + strlen(between) + strlen(word) + 1;
    char *text = malloc(size);
    if (text != NULL) {
        snprintf(text, size, "%s%s%s", name, between, word);
    }
    return text;
}

/* False where there is no memory. */
static bool name_features(char **names, const descent_column *column, size_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "x%zu", number);
    const char *name = column->name != NULL && column->name[0] != '\0' ? column->name : digits;
    bool complete = true;
    for (size_t f = 0; f < column->features; f++) {
        bool flag = column->flagged && f + 1 == column->features;
        bool word = !flag && column->kind == DESCENT_COLUMN_WORDS;
        names[f] = join(name, flag ? " missing" : word ? "=" : "", word ? column->words[f] : "");
        complete = complete && names[f] != NULL;
    }
    return complete;
}

descent_status descent_columns_settle(descent_columns *columns, const char *where)
{
    DESCENT_TRY(count_features(columns, where));
    columns->feature_names = calloc(columns->features, sizeof *columns->feature_names);
    bool complete = columns->feature_names != NULL;
    for (size_t i = 0; i < columns->count && complete; i++) {
        const descent_column *column = &columns->columns[i];
        complete = name_features(columns->feature_names + column->first, column, i + 1);
    }
    return complete ? DESCENT_OK
                    : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu features", where,
                                   columns->features);
}

static descent_status copy_column(descent_columns *copy, size_t i, const descent_column *column)
{
    copy->columns[i] =
        (descent_column){.kind = column->kind, .flagged = column->flagged, .fill = column->fill};
    if (column->name != NULL) {
        DESCENT_TRY(descent_columns_set_name(copy, i, column->name, "columns"));
    }
    return column->words == NULL
               ? DESCENT_OK
               : descent_columns_set_words(copy, i, column->words, column->count, "columns");
}

descent_status descent_columns_copy(descent_columns **copy, const descent_columns *columns)
{
    DESCENT_TRY(descent_columns_allocate(copy, columns->count));
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < columns->count && status == DESCENT_OK; i++) {
        status = copy_column(*copy, i, &columns->columns[i]);
    }
    status = status == DESCENT_OK ? descent_columns_settle(*copy, "columns") : status;
    if (status != DESCENT_OK) {
        descent_columns_destroy(*copy);
        *copy = NULL;
    }
    return status;
}

static void free_column(descent_column *column)
{
    for (size_t w = 0; w < column->count; w++) {
        free((char *)(uintptr_t)column->words[w]);
    }
    free((void *)(uintptr_t)column->words);
    free((char *)(uintptr_t)column->name);
}

void descent_columns_destroy(descent_columns *columns)
{
    if (columns == NULL) {
        return;
    }
    for (size_t f = 0; columns->feature_names != NULL && f < columns->features; f++) {
        free(columns->feature_names[f]);
    }
    free(columns->feature_names);
    for (size_t i = 0; i < columns->count; i++) {
        free_column(&columns->columns[i]);
    }
    free(columns->columns);
    free(columns);
}

size_t descent_columns_count(const descent_columns *columns)
{
    return columns->count;
}

const descent_column *descent_columns_at(const descent_columns *columns, size_t i)
{
    return &columns->columns[i];
}

bool descent_columns_named(const descent_columns *columns)
{
    return columns->named;
}

size_t descent_columns_features(const descent_columns *columns)
{
    return columns->features;
}

const char *const *descent_columns_feature_names(const descent_columns *columns)
{
    return (const char *const *)columns->feature_names;
}

const char *descent_column_kind_name(descent_column_kind kind)
{
    static const char *const names[] = {
        [DESCENT_COLUMN_NUMBERS] = "numbers", [DESCENT_COLUMN_WORDS] = "words",
        [DESCENT_COLUMN_EMPTY] = "empty",     [DESCENT_COLUMN_IGNORED] = "ignored",
        [DESCENT_COLUMN_KEPT] = "kept",       [DESCENT_COLUMN_ANSWER] = "answer",
    };
    return (unsigned)kind < DESCENT_COLUMN_KINDS ? names[kind] : NULL;
}

bool descent_columns_need(const descent_columns *columns, const char *name)
{
    for (size_t i = 0; columns != NULL && columns->named && name != NULL && i < columns->count;
         i++) {
        const descent_column *column = &columns->columns[i];
        if (descent_column_counts(column) && strcmp(column->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_words(const void *word, const void *other)
{
    return strcmp(word, *(const char *const *)other);
}

size_t descent_column_find(const descent_column *column, const char *word)
{
    const char *const *found =
        bsearch(word, column->words, column->count, sizeof *column->words, compare_words);
    return found != NULL ? (size_t)(found - column->words) : column->count;
}
