/*
 * From a reader's record to lines for people. Each begins with what it is: "note" says how a file
 * was understood, "warning" that it has what the training part had not.
 */
#include "cli/base/reading.h"

#include "cli/base/source.h"
#include "cli/base/text.h"

#include <stdio.h>

enum { LIST_SIZE = 400, NAME_SIZE = 128 };

/* A column's name, or its number where it has none. */
static const char *name_of(char text[NAME_SIZE], const descent_columns *columns, size_t i)
{
    const char *name = descent_columns_at(columns, i)->name;
    if (name != NULL) {
        snprintf(text, NAME_SIZE, "%.100s", name);
    } else {
        snprintf(text, NAME_SIZE, "%zu", i + 1);
    }
    return text;
}

/* The file has no header, or the model's data had none. */
static void tell_places(struct progress *display, const char *path, const descent_columns *columns,
                        const descent_reading *reading)
{
    bool named = descent_columns_named(columns);
    if (reading->match == DESCENT_MATCH_PLACES && (named || reading->header)) {
        progress_say(
            display,
            "note: %s: %s: its columns are taken in the order of the training "
            "data",
            path, named ? "the first line names no columns" : "the model stores no column names");
    }
}

static void tell_passed(struct progress *display, const char *path, const descent_reading *reading)
{
    char list[LIST_SIZE] = "";
    for (size_t i = 0; i < reading->passed_count; i++) {
        text_append(list, sizeof list, "%s%.100s", i == 0 ? "" : ", ", reading->passed[i]);
    }
    if (reading->passed_count > 0) {
        bool one = reading->passed_count == 1;
        progress_say(display, "note: %s: ignored %s that the training data lack: %s", path,
                     one ? "a column" : "columns", list);
    }
}

/* Missing values are learned with a flag, or as a word that is none; without, they are new. */
static void tell_column(struct progress *display, const char *path, const descent_columns *columns,
                        size_t i, const descent_column_reading *met)
{
    const descent_column *column = descent_columns_at(columns, i);
    char name[NAME_SIZE], count[TEXT_SIZE];
    name_of(name, columns, i);
    if (met->unknown > 0) {
        progress_say(display,
                     "warning: %s: column %s: %s value%s not in the training data, such as "
                     "\"%.60s\", coded as all zeros",
                     path, name, text_count(count, met->unknown), met->unknown == 1 ? "" : "s",
                     met->example);
    }
    if (met->missing > 0 && column->features > 0 && !column->flagged) {
        progress_say(display,
                     "warning: %s: column %s: %s value%s missing, unlike in the training data%s",
                     path, name, text_count(count, met->missing), met->missing == 1 ? "" : "s",
                     column->kind == DESCENT_COLUMN_NUMBERS ? "; replaced with the mean" : "");
    }
}

void reading_warn(struct progress *display, const char *path, const descent_columns *columns,
                  const descent_reading *reading)
{
    if (columns == NULL || reading == NULL || reading->match == DESCENT_MATCH_LEARNED) {
        return;
    }
    tell_places(display, path, columns, reading);
    tell_passed(display, path, reading);
    if (reading->empty > 0) {
        progress_say(display, "note: %s: rows without any value were skipped: %zu", path,
                     reading->empty);
    }
    for (size_t i = 0; reading->columns != NULL && i < descent_columns_count(columns); i++) {
        tell_column(display, path, columns, i, &reading->columns[i]);
    }
}

void reading_describe(char *text, size_t size, const descent_dataset *dataset)
{
    const descent_reading *reading = descent_dataset_reading(dataset);
    char count[TEXT_SIZE];
    text[0] = '\0';
    if (reading == NULL) {
        return;
    }
    text_append(text, size, "separator %s%s, %s", source_separator_name(reading->separator),
                reading->decimal_comma ? ", decimal commas" : "",
                reading->header ? "names in the first line" : "no names in the first line");
    if (reading->empty > 0) {
        text_append(text, size, ", %s empty row%s skipped", text_count(count, reading->empty),
                    reading->empty == 1 ? "" : "s");
    }
    if (reading->incomplete > 0) {
        text_append(text, size, ", %s of %zu rows lack values",
                    text_count(count, reading->incomplete), reading->rows);
    }
}

json_t *reading_json(const descent_dataset *dataset)
{
    const descent_reading *reading = descent_dataset_reading(dataset);
    return reading == NULL
               ? json_null()
               : json_pack("{s:s, s:b, s:b, s:I, s:I, s:I}", "separator",
                           source_separator_name(reading->separator), "decimal_comma",
                           reading->decimal_comma, "header", reading->header, "rows",
                           (json_int_t)reading->rows, "incomplete", (json_int_t)reading->incomplete,
                           "empty", (json_int_t)reading->empty);
}

/* Adds ", BEFORE NAME (count), NAME (count)" for the columns that have such a count, a few by name.
 */
static void list_counts(char *text, size_t size, const descent_columns *columns, const char *before,
                        const char *behind,
                        size_t (*count_of)(const descent_column *, const descent_column_reading *),
                        const descent_reading *reading)
{
    enum { SHOWN = 3 };
    size_t listed = 0;
    for (size_t i = 0; i < descent_columns_count(columns); i++) {
        size_t count = count_of(descent_columns_at(columns, i), &reading->columns[i]);
        if (count > 0 && ++listed <= SHOWN) {
            char name[NAME_SIZE], cut[20], number[TEXT_SIZE];
            text_cut(cut, sizeof cut, name_of(name, columns, i));
            text_append(text, size, "%s%s (%s)", listed == 1 ? before : ", ", cut,
                        text_count(number, count));
        }
    }
    if (listed > SHOWN) {
        text_append(text, size, " and %zu more", listed - SHOWN);
    }
    text_append(text, size, "%s", listed > 0 ? behind : "");
}

static size_t count_words(const descent_column *column, const descent_column_reading *met)
{
    (void)met;
    return column->count;
}

static size_t count_missing(const descent_column *column, const descent_column_reading *met)
{
    return column->features > 0 ? met->missing : 0;
}

static size_t count_kind(const descent_columns *columns, descent_column_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < descent_columns_count(columns); i++) {
        count += descent_columns_at(columns, i)->kind == kind;
    }
    return count;
}

void reading_inputs(char *text, size_t size, const descent_dataset *dataset)
{
    const descent_columns *columns = descent_dataset_columns(dataset);
    const descent_reading *reading = descent_dataset_reading(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    text[0] = '\0';
    if (reading != NULL && columns == NULL) {
        text_append(text, size, "%s", bytes ? "pixels divided by 255" : "numbers as they are");
    }
    if (reading == NULL || columns == NULL) {
        return;
    }
    size_t words = count_kind(columns, DESCENT_COLUMN_WORDS);
    size_t used = count_kind(columns, DESCENT_COLUMN_NUMBERS) + words;
    size_t empty = count_kind(columns, DESCENT_COLUMN_EMPTY);
    text_append(text, size, "%zu column%s", used, used == 1 ? "" : "s");
    list_counts(text, size, columns, "; of words: ", ", one-hot", count_words, reading);
    list_counts(text, size, columns, "; missing values: ", "", count_missing, reading);
    if (empty > 0) {
        text_append(text, size, "; %zu without values left out", empty);
    }
}
