/*
 * Known columns in another file.
 */
#include "data/columns_match.h"

#include "base/fail.h"
#include "data/columns_reading.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A column of the file, to be sorted by its name. */
struct entry {
    const char *name;
    size_t column;
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : a->column < b->column ? -1 : 1;
}

static int compare_name(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entry *)entry)->name);
}

/* Whether the file has the same names in the same order, and the answers where they were: then it
 * does not matter if one of the names is there twice. */
static bool is_same(const descent_columns *columns, const struct descent_csv_columns *file)
{
    bool same = columns->count == file->count;
    for (size_t c = 0; same && c < file->count; c++) {
        same = strcmp(columns->columns[c].name, file->names[c]) == 0 &&
               (file->role[c] != DESCENT_COLUMN_ANSWER ||
                !descent_column_counts(&columns->columns[c]));
    }
    return same;
}

/* Adds a name to a short list, or only counts it where there are several already. */
static void list_name(char list[200], size_t *count, const char *name)
{
    enum { SHOWN = 4 };
    size_t used = strlen(list);
    if ((*count)++ < SHOWN) {
        snprintf(list + used, 200 - used, "%s\"%.40s\"", used > 0 ? ", " : "", name);
    }
    if (*count == SHOWN + 1) {
        snprintf(list + used, 200 - used, ", ...");
    }
}

static descent_status fail_missing(const descent_columns *columns,
                                   const struct descent_csv_columns *file, const size_t *map,
                                   const char *path)
{
    char missing[200] = "", found[200] = "";
    size_t missing_count = 0, found_count = 0;
    bool *there = calloc(columns->count, sizeof *there);
    if (there == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", path,
                            columns->count);
    }
    for (size_t c = 0; c < file->count; c++) {
        if (map[c] == SIZE_MAX) {
            list_name(found, &found_count, file->names[c]);
        } else {
            there[map[c]] = true;
        }
    }
    for (size_t i = 0; i < columns->count; i++) {
        if (descent_column_counts(&columns->columns[i]) && !there[i]) {
            list_name(missing, &missing_count, columns->columns[i].name);
        }
    }
    free(there);
    return descent_fail(DESCENT_ERROR_MISMATCH,
                        "%s: expected the columns of the training data; missing: %s%s%s", path,
                        missing, found_count > 0 ? "; also found: " : "", found);
}

/* Finds the one column of that name. */
static descent_status find_name(size_t *column, const struct entry *entries, size_t count,
                                const char *name, const char *path)
{
    const struct entry *found = bsearch(name, entries, count, sizeof *entries, compare_name);
    *column = SIZE_MAX;
    if (found == NULL) {
        return DESCENT_OK;
    }
    bool again = (found > entries && strcmp(found[-1].name, name) == 0) ||
                 (found + 1 < entries + count && strcmp(found[1].name, name) == 0);
    *column = found->column;
    return again
               ? descent_fail(DESCENT_ERROR_MISMATCH,
                              "%s: expected one column named \"%.80s\", found several", path, name)
               : DESCENT_OK;
}

/* Finds the known columns that make features, or those that make none, which may be missing. */
static descent_status match_names(size_t *map, bool counting, const descent_columns *columns,
                                  const struct entry *entries,
                                  const struct descent_csv_columns *file, const char *path)
{
    bool complete = true;
    for (size_t i = 0; i < columns->count; i++) {
        const descent_column *column = &columns->columns[i];
        size_t at = SIZE_MAX;
        if (descent_column_counts(column) != counting) {
            continue;
        }
        descent_status status = find_name(&at, entries, file->count, column->name, path);
        if (counting && status != DESCENT_OK) {
            return status;
        }
        if (counting && at != SIZE_MAX && map[at] != SIZE_MAX) {
            return descent_fail(DESCENT_ERROR_MISMATCH,
                                "%s: the training data have several columns named \"%.80s\": "
                                "expected the same columns in the same order",
                                path, column->name);
        }
        if (counting && at != SIZE_MAX && file->role[at] == DESCENT_COLUMN_ANSWER) {
            return descent_fail(DESCENT_ERROR_MISMATCH,
                                "%s: label column: expected one that is none of the features of "
                                "the training data, found \"%.80s\"",
                                path, column->name);
        }
        complete = complete && at != SIZE_MAX;
        if (at != SIZE_MAX && map[at] == SIZE_MAX) {
            map[at] = i;
        }
    }
    return complete || !counting ? DESCENT_OK : fail_missing(columns, file, map, path);
}

static descent_status note_passed(descent_reading *reading, const size_t *map,
                                  const struct descent_csv_columns *file)
{
    for (size_t c = 0; c < file->count; c++) {
        if (map[c] == SIZE_MAX && file->role[c] != DESCENT_COLUMN_ANSWER) {
            DESCENT_TRY(descent_reading_pass(reading, file->names[c]));
        }
    }
    return DESCENT_OK;
}

static descent_status match_by_name(size_t *map, descent_reading *reading,
                                    const descent_columns *columns,
                                    const struct descent_csv_columns *file, const char *path)
{
    struct entry *entries = calloc(file->count, sizeof *entries);
    if (entries == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", path,
                            file->count);
    }
    for (size_t c = 0; c < file->count; c++) {
        entries[c] = (struct entry){file->names[c], c};
    }
    qsort(entries, file->count, sizeof *entries, compare_entries);
    descent_status status = match_names(map, true, columns, entries, file, path);
    if (status == DESCENT_OK) {
        status = match_names(map, false, columns, entries, file, path);
    }
    free(entries);
    return status == DESCENT_OK ? note_passed(reading, map, file) : status;
}

/* What a file without names may leave out of the table that was learned. */
enum layout { WHOLE, WITHOUT_ANSWERS, FEATURES, FEATURES_AND_ANSWERS, LAYOUTS };

static bool is_in_layout(const descent_column *column, enum layout layout)
{
    bool answer = column->kind == DESCENT_COLUMN_ANSWER;
    switch (layout) {
    case WITHOUT_ANSWERS:
        return !answer;
    case FEATURES:
        return descent_column_counts(column);
    case FEATURES_AND_ANSWERS:
        return descent_column_counts(column) || answer;
    default:
        return true;
    }
}

/* Puts the known columns of a layout into those of the file that hold no answers, in order; false
 * where these are more or fewer. */
static bool lay_out(size_t *map, const descent_columns *columns,
                    const struct descent_csv_columns *file, enum layout layout)
{
    size_t c = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (!is_in_layout(&columns->columns[i], layout)) {
            continue;
        }
        while (c < file->count && file->role[c] == DESCENT_COLUMN_ANSWER) {
            map[c++] = SIZE_MAX;
        }
        if (c == file->count) {
            return false;
        }
        map[c++] = i;
    }
    while (c < file->count && file->role[c] == DESCENT_COLUMN_ANSWER) {
        map[c++] = SIZE_MAX;
    }
    return c == file->count;
}

/* Whether two ways to lay out a file give the same features. */
static bool is_same_map(const size_t *map, const size_t *other, const descent_columns *columns,
                        size_t count)
{
    bool same = true;
    for (size_t c = 0; same && c < count; c++) {
        bool counts = (map[c] != SIZE_MAX && descent_column_counts(&columns->columns[map[c]])) ||
                      (other[c] != SIZE_MAX && descent_column_counts(&columns->columns[other[c]]));
        same = !counts || map[c] == other[c];
    }
    return same;
}

static descent_status fail_count(const descent_columns *columns,
                                 const struct descent_csv_columns *file, const char *path)
{
    size_t needed = 0;
    for (size_t i = 0; i < columns->count; i++) {
        needed += descent_column_counts(&columns->columns[i]);
    }
    return descent_fail(DESCENT_ERROR_MISMATCH,
                        "%s: expected %zu columns of features, as the training data have, or all "
                        "their %zu, found %zu%s",
                        path, needed, columns->count, file->count - file->answers,
                        file->answers > 0 ? " besides the label" : "");
}

/* A file whose answers are known has no others. */
static descent_status match_by_place(size_t *map, const descent_columns *columns,
                                     const struct descent_csv_columns *file, const char *path)
{
    size_t *other = calloc(file->count, sizeof *other);
    size_t fitting = 0;
    bool same = true;
    if (other == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", path,
                            file->count);
    }
    for (int layout = 0; layout < LAYOUTS; layout++) {
        bool answers = layout == WHOLE || layout == FEATURES_AND_ANSWERS;
        if ((answers && file->answers > 0) ||
            !lay_out(fitting == 0 ? map : other, columns, file, (enum layout)layout)) {
            continue;
        }
        same = same && (fitting == 0 || is_same_map(map, other, columns, file->count));
        fitting++;
    }
    free(other);
    if (fitting == 0) {
        return fail_count(columns, file, path);
    }
    return same ? DESCENT_OK
                : descent_fail(DESCENT_ERROR_MISMATCH,
                               "%s: %zu columns may be those of the training data without the "
                               "label, or without those that were left out: expected a first line "
                               "that names them",
                               path, file->count);
}

descent_status descent_columns_match(size_t *map, descent_reading *reading,
                                     const descent_columns *columns,
                                     const struct descent_csv_columns *file, const char *path)
{
    bool named = columns->named && file->header;
    for (size_t c = 0; c < file->count; c++) {
        map[c] = SIZE_MAX;
    }
    reading->match = named ? DESCENT_MATCH_NAMES : DESCENT_MATCH_PLACES;
    if (!named) {
        return match_by_place(map, columns, file, path);
    }
    if (!is_same(columns, file)) {
        return match_by_name(map, reading, columns, file, path);
    }
    for (size_t c = 0; c < file->count; c++) {
        map[c] = c;
    }
    return DESCENT_OK;
}
