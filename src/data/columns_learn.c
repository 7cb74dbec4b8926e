/*
 * From records to columns: which hold numbers and which words, their means and their words.
 */
#include "data/columns_learn.h"

#include "base/fail.h"
#include "base/memory_limit.h"
#include "base/names.h"
#include "data/csv_list.h"
#include "data/values.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static descent_status name_columns(struct descent_lessons *lessons)
{
    const struct descent_csv_columns *file = lessons->file;
    for (size_t c = 0; file->header && c < file->count; c++) {
        char where[PATH_MAX + 48];
        snprintf(where, sizeof where, "%s: name of column %zu", lessons->path, c + 1);
        DESCENT_TRY(descent_columns_set_name(lessons->columns, c, file->names[c], where));
    }
    return DESCENT_OK;
}

descent_status descent_lessons_begin(struct descent_lessons *lessons,
                                     const struct descent_csv_columns *file, const char *path,
                                     const descent_source *source)
{
    *lessons = (struct descent_lessons){.file = file, .path = path};
    size_t size = sizeof *lessons->lessons + sizeof(descent_column);
    DESCENT_TRY(descent_memory_check(path, file->count, "columns", file->count * size,
                                     source->memory_limit));
    DESCENT_TRY(descent_columns_allocate(&lessons->columns, file->count));
    lessons->lessons = calloc(file->count, sizeof *lessons->lessons);
    bool *forced = calloc(file->count, sizeof *forced);
    descent_status status = DESCENT_OK;
    if (lessons->lessons == NULL || forced == NULL) {
        status =
            descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns", path, file->count);
    }
    if (status == DESCENT_OK) {
        status = descent_csv_mark_columns(file, path, "columns of words (--words)", source->words,
                                          forced);
    }
    for (size_t c = 0; c < file->count && status == DESCENT_OK; c++) {
        lessons->lessons[c].forced = forced[c];
        lessons->columns->columns[c].kind = file->role[c];
    }
    free(forced);
    return status == DESCENT_OK ? name_columns(lessons) : status;
}

static descent_status remember(char **text, uint64_t *line, const char *field,
                               const struct descent_csv *csv)
{
    if (*text != NULL) {
        return DESCENT_OK;
    }
    *line = csv->line;
    *text = strndup(field, 80);
    return *text != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a text", csv->reader.path);
}

/* Where a word stands among the sorted ones, or would stand. */
static size_t find_place(const struct descent_column_lesson *lesson, const char *word, bool *found)
{
    size_t low = 0, high = lesson->count;
    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, lesson->words[middle]);
        *found = order == 0;
        low = order > 0 ? middle + 1 : *found ? middle : low;
        high = order < 0 ? middle : high;
    }
    return low;
}

static descent_status add_word(struct descent_column_lesson *lesson, const char *word,
                               const struct descent_csv *csv)
{
    bool found;
    size_t at = find_place(lesson, word, &found);
    if (found) {
        return DESCENT_OK;
    }
    if (lesson->count == DESCENT_COLUMN_WORDS_MAX || strlen(word) > DESCENT_NAME_SIZE_MAX) {
        lesson->crowded = true;
        return DESCENT_OK;
    }
    if (lesson->words == NULL) {
        lesson->words = calloc(DESCENT_COLUMN_WORDS_MAX, sizeof *lesson->words);
    }
    char *copy = lesson->words != NULL ? strdup(word) : NULL;
    if (copy == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a word", csv->reader.path);
    }
    memmove(&lesson->words[at + 1], &lesson->words[at], (lesson->count - at) * sizeof copy);
    lesson->words[at] = copy;
    lesson->count++;
    return DESCENT_OK;
}

static descent_status take_field(struct descent_lessons *lessons, const struct descent_csv *csv,
                                 size_t c)
{
    struct descent_column_lesson *lesson = &lessons->lessons[c];
    const char *field = descent_csv_field(csv, c);
    double number = 0.0;
    if (descent_value_is_missing(field)) {
        lesson->missing++;
        return DESCENT_OK;
    }
    if (!lesson->forced && descent_value_number(&number, field)) {
        if (!isfinite((float)number)) {
            return descent_csv_columns_fail(lessons->file, csv, c, DESCENT_EXPECTED_NUMBER);
        }
        lesson->numbers++;
        lesson->sum += number;
        return remember(&lesson->number, &lesson->number_line, field, csv);
    }
    lesson->others++;
    if (!lesson->forced && descent_value_is_decorated(field)) {
        lesson->decorated++;
        DESCENT_TRY(remember(&lesson->written, &lesson->written_line, field, csv));
    }
    DESCENT_TRY(remember(&lesson->other, &lesson->other_line, field, csv));
    return lesson->crowded ? DESCENT_OK : add_word(lesson, field, csv);
}

descent_status descent_lessons_take(struct descent_lessons *lessons, const struct descent_csv *csv)
{
    for (size_t c = 0; c < csv->fields; c++) {
        if (lessons->file->role[c] == DESCENT_COLUMN_NUMBERS) {
            DESCENT_TRY(take_field(lessons, csv, c));
        }
    }
    return DESCENT_OK;
}

/* "PATH: line 9, column 3 (age)", without the line where it is 0, and what --words and --ignore
 * call the column. */
struct place {
    char where[PATH_MAX + 160];
    char name[80];
};

static struct place place_of(const struct descent_lessons *lessons, size_t c, uint64_t line)
{
    struct place place;
    char text[32] = "";
    const char *name = lessons->columns->columns[c].name;
    bool usable = name != NULL && name[0] != '\0' && strlen(name) < sizeof place.name &&
                  strchr(name, ',') == NULL;
    snprintf(place.name, sizeof place.name, "%zu", c + 1);
    if (usable) {
        snprintf(place.name, sizeof place.name, "%s", name);
    }
    if (line > 0) {
        snprintf(text, sizeof text, "line %llu, ", (unsigned long long)line);
    }
    snprintf(place.where, sizeof place.where, "%s: %scolumn %zu%s%.70s%s", lessons->path, text,
             c + 1, name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "");
    return place;
}

/* The rarer of the two is named, for it may be a slip of the pen. */
static descent_status fail_mixture(const struct descent_lessons *lessons, size_t c)
{
    const struct descent_column_lesson *lesson = &lessons->lessons[c];
    bool number = lesson->numbers < lesson->others;
    struct place place = place_of(lessons, c, number ? lesson->number_line : lesson->other_line);
    if (descent_value_is_infinite(lesson->other)) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected %s, found \"%s\"",
                            place_of(lessons, c, lesson->other_line).where, DESCENT_EXPECTED_NUMBER,
                            lesson->other);
    }
    size_t usual = number ? lesson->others : lesson->numbers;
    bool first = lesson->others == 1 && !lessons->file->header;
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected a %s, as in %zu row%s, found \"%s\"; correct it (a missing "
                        "value is an empty field), or code the column as words (--words \"%s\"), "
                        "or leave it out (--ignore \"%s\")%s",
                        place.where, number ? "word" : "number", usual, usual == 1 ? "" : "s",
                        number ? lesson->number : lesson->other, place.name, place.name,
                        first ? "; if the first line names the columns, --header yes" : "");
}

/* Of a column without numbers: where most are, the others may stand for missing values. */
static bool is_decorated(const struct descent_column_lesson *lesson)
{
    return lesson->decorated > lesson->others / 2;
}

static bool is_crowded(const struct descent_column_lesson *lesson)
{
    return lesson->numbers == 0 && lesson->crowded && !is_decorated(lesson);
}

/* All such columns at once, for --ignore. */
static descent_status fail_crowded(const struct descent_lessons *lessons, size_t c)
{
    char list[400] = "";
    const char *example = lessons->lessons[c].other;
    for (size_t i = c; i < lessons->file->count; i++) {
        struct place place = place_of(lessons, i, 0);
        size_t used = strlen(list);
        if (is_crowded(&lessons->lessons[i]) && used + sizeof place.name < sizeof list) {
            snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? "," : "", place.name);
        }
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected numbers, or at most %d different words of at most %d bytes, "
                        "found more, such as \"%s\"; leave out such columns (--ignore \"%s\")",
                        place_of(lessons, c, 0).where, DESCENT_COLUMN_WORDS_MAX,
                        DESCENT_NAME_SIZE_MAX, example, list);
}

/* Numbers to a reader, but not to us: 1,234 may be 1234 or 1.234. */
static descent_status fail_decorated(const struct descent_lessons *lessons, size_t c)
{
    const struct descent_column_lesson *lesson = &lessons->lessons[c];
    struct place place = place_of(lessons, c, lesson->written_line);
    const char *how =
        descent_value_is_time(lesson->written)
            ? "dates as days since the first, or year, month and day as columns"
            : "a comma is the decimal point only where semicolons separate the fields";
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected plain numbers, such as 1234.5, found \"%s\"; write them so "
                        "(%s), or code the column as words (--words \"%s\"), or leave it out "
                        "(--ignore \"%s\")",
                        place.where, lesson->written, how, place.name, place.name);
}

static descent_status settle_column(struct descent_lessons *lessons, size_t c)
{
    const struct descent_column_lesson *lesson = &lessons->lessons[c];
    descent_column *column = &lessons->columns->columns[c];
    column->flagged = lesson->missing > 0;
    if (lesson->others == 0 && lesson->numbers == 0) {
        column->kind = DESCENT_COLUMN_EMPTY;
        column->flagged = false;
        return DESCENT_OK;
    }
    if (lesson->others == 0) {
        column->fill = (float)(lesson->sum / (double)lesson->numbers);
        return DESCENT_OK;
    }
    if (lesson->numbers > 0) {
        return fail_mixture(lessons, c);
    }
    if (is_decorated(lesson)) {
        return fail_decorated(lessons, c);
    }
    if (is_crowded(lesson)) {
        return fail_crowded(lessons, c);
    }
    column->kind = DESCENT_COLUMN_WORDS;
    return descent_columns_set_words(lessons->columns, c, (const char *const *)lesson->words,
                                     lesson->count, place_of(lessons, c, 0).where);
}

descent_status descent_lessons_end(struct descent_lessons *lessons, descent_columns **columns)
{
    for (size_t c = 0; c < lessons->file->count; c++) {
        if (lessons->file->role[c] == DESCENT_COLUMN_NUMBERS) {
            DESCENT_TRY(settle_column(lessons, c));
        }
    }
    DESCENT_TRY(descent_columns_settle(lessons->columns, lessons->path));
    *columns = lessons->columns;
    lessons->columns = NULL;
    return DESCENT_OK;
}

static void free_lesson(struct descent_column_lesson *lesson)
{
    for (size_t w = 0; w < lesson->count; w++) {
        free(lesson->words[w]);
    }
    free(lesson->words);
    free(lesson->number);
    free(lesson->other);
    free(lesson->written);
}

void descent_lessons_free(struct descent_lessons *lessons)
{
    for (size_t c = 0; lessons->lessons != NULL && c < lessons->file->count; c++) {
        free_lesson(&lessons->lessons[c]);
    }
    free(lessons->lessons);
    descent_columns_destroy(lessons->columns);
    *lessons = (struct descent_lessons){0};
}
