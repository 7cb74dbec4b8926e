/*
 * The values of options: text to number and back, with the range checked.
 */
#include "cli/base/option.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct option *row_named(const struct option_table *table, const char *name)
{
    const struct option *row = table->rows;
    while (strcmp(row->name, name) != 0) {
        row++;
    }
    return row;
}

bool option_given(const struct option_table *table, const struct option_arguments *arguments,
                  const char *name)
{
    size_t i = 0;
    while (i < table->count && strcmp(table->rows[i].name, name) != 0) {
        i++;
    }
    return i < table->count && arguments->texts[i] != NULL;
}

bool option_offered(const struct option *row)
{
    return row->group < OPTION_GROUPS_MAX;
}

struct option option_row(const struct option_table *table, size_t i)
{
    struct option row = table->rows[i];
    while (row.from != NULL) {
        struct option other = *row_named(row.from, row.name);
        other.base = row.base + row.offset;
        other.group = row.group;
        other.usual = row.initial != NULL || row.help != NULL ? row.usual : other.usual;
        other.initial = row.initial != NULL ? row.initial : other.initial;
        other.help = row.help != NULL ? row.help : other.help;
        other.common = row.common || other.common;
        if (row.word != NULL) {
            other.word = row.word;
            other.second_word = NULL;
        }
        row = other;
    }
    row.word = row.word != NULL && row.word[0] == '\0' ? NULL : row.word;
    return row;
}

static void *value_of(const struct option *option, void *values)
{
    return (char *)values + option->base + option->offset;
}

static bool in_range(const struct option_range *range, double value)
{
    bool above = range->low_open ? value > range->low : value >= range->low;
    bool below = range->high_open ? value < range->high : value <= range->high;
    return above && below;
}

static bool read_number(const struct option_range *range, const char *text, double *number)
{
    return text_read_number(number, text) && in_range(range, *number);
}

/* A whole number from 1 behind the option's prefix. */
static bool read_prefixed(const struct option *option, const char *text, double *number)
{
    size_t length = option->prefix != NULL ? strlen(option->prefix) : 0;
    uint64_t count;
    bool valid = length > 0 && strncmp(text, option->prefix, length) == 0 &&
                 text_read_count(&count, text + length) && count >= 1 &&
                 count <= (uint64_t)OPTION_COUNT_MAX;
    if (valid) {
        *number = (double)count;
    }
    return valid;
}

static bool read_count(const struct option_range *range, const char *text, uint64_t *count)
{
    /* Above this, the next number would be rounded into the range. */
    return text_read_count(count, text) && *count <= (uint64_t)OPTION_COUNT_MAX &&
           in_range(range, (double)*count);
}

static bool read_sizes(const struct option_range *range, const char *text,
                       struct option_sizes *result)
{
    struct option_sizes sizes = {0};
    char part[TEXT_SIZE];
    char separator = strchr(text, ',') != NULL ? ',' : '-'; /* one or the other */
    while (text != NULL && sizes.count < DESCENT_LAYERS_MAX - 1) {
        uint64_t count;
        if (!text_next(&text, separator, part) || !read_count(range, part, &count)) {
            return false;
        }
        sizes.sizes[sizes.count++] = (size_t)count;
    }
    *result = sizes;
    return text == NULL;
}

static bool read_numbers(const struct option_range *range, const char *text,
                         struct option_numbers *result)
{
    struct option_numbers numbers = {0};
    char part[TEXT_SIZE];
    while (text != NULL && numbers.count < OPTION_NUMBERS_MAX) {
        if (!text_next(&text, ',', part) ||
            !read_number(range, part, &numbers.numbers[numbers.count])) {
            return false;
        }
        numbers.count++;
    }
    *result = numbers;
    return text == NULL;
}

static char between(const struct option *option)
{
    return option->between != 0 ? option->between : 'x';
}

static bool read_pair(const struct option *option, const char *text, struct option_pair *pair)
{
    char part[TEXT_SIZE];
    uint64_t first, second;
    bool valid = text_next(&text, between(option), part) &&
                 read_count(&option->range, part, &first) && text != NULL &&
                 read_count(&option->range, text, &second);
    if (valid) {
        *pair = (struct option_pair){(size_t)first, (size_t)second};
    }
    return valid;
}

static bool read_choice(const struct option *option, const char *text, int *choice)
{
    for (int i = 0; option->choice(i) != NULL; i++) {
        if (strcasecmp(option->choice(i), text) == 0) {
            *choice = i;
            return true;
        }
    }
    return false;
}

static bool read_text(const char *text, bool bare, char **result)
{
    char *copy = text[0] == '\0' && !bare ? NULL : strdup(text);
    if (copy == NULL) {
        return false;
    }
    free(*result);
    *result = copy;
    return true;
}

bool option_read(const struct option *option, void *values, const char *text)
{
    void *value = value_of(option, values);
    bool word = option->word != NULL && strcmp(option->word, text) == 0;
    bool second = option->second_word != NULL && strcmp(option->second_word, text) == 0;
    switch (option->type) {
    case OPTION_FLAG:
        *(bool *)value = strcmp(text, "true") == 0;
        return *(bool *)value || strcmp(text, "false") == 0;
    case OPTION_CHOICE:
        return read_choice(option, text, value);
    case OPTION_COUNT:
        if (word) {
            *(uint64_t *)value = 0;
        }
        return word || read_count(&option->range, text, value);
    case OPTION_NUMBER:
        if (word || second) {
            *(double *)value = word ? OPTION_AUTO : OPTION_SECOND;
        }
        return word || second || read_prefixed(option, text, value) ||
               read_number(&option->range, text, value);
    case OPTION_SIZES:
        if (word) {
            *(struct option_sizes *)value = (struct option_sizes){0};
        }
        return word || read_sizes(&option->range, text, value);
    case OPTION_NUMBERS:
        return read_numbers(&option->range, text, value);
    case OPTION_PAIR:
        return read_pair(option, text, value);
    case OPTION_TEXT:
        return read_text(text, option->bare, value);
    }
    return false;
}

bool option_lacks_memory(const struct option *option, const char *text)
{
    return option->type == OPTION_TEXT && text[0] != '\0';
}

static void expected_number(const struct option_range *range, char *text, size_t size)
{
    if (range->high < OPTION_FLOAT_MAX) {
        text_append(text, size, "a number in %c%g, %g%c", range->low_open ? '(' : '[', range->low,
                    range->high, range->high_open ? ')' : ']');
    } else {
        text_append(text, size, "a number %s %g%s", range->low_open ? ">" : "≥", range->low,
                    isfinite(range->high) ? " that a float can hold" : "");
    }
}

static void expected_count(const struct option_range *range, char *text, size_t size)
{
    if (range->high < OPTION_COUNT_MAX) {
        text_append(text, size, "a whole number from %.0f to %.0f", range->low, range->high);
    } else {
        text_append(text, size, "a whole number from %.0f to 2^53", range->low);
    }
}

void option_expected(const struct option *option, char *text, size_t size)
{
    text[0] = '\0';
    switch (option->type) {
    case OPTION_FLAG:
        text_append(text, size, "true or false");
        break;
    case OPTION_CHOICE:
        text_append(text, size, "one of");
        for (int i = 0; option->choice(i) != NULL; i++) {
            text_append(text, size, "%s %s", i == 0 ? "" : ",", option->choice(i));
        }
        break;
    case OPTION_COUNT:
        expected_count(&option->range, text, size);
        break;
    case OPTION_NUMBER:
        expected_number(&option->range, text, size);
        if (option->prefix != NULL) {
            text_append(text, size, ", %sN with a whole number N from 1", option->prefix);
        }
        break;
    case OPTION_SIZES:
        text_append(text, size,
                    "1 to %d sizes with commas or dashes between, each from %.0f to %.0f",
                    DESCENT_LAYERS_MAX - 1, option->range.low, option->range.high);
        break;
    case OPTION_NUMBERS:
        text_append(text, size, "1 to %d numbers with commas between, each ", OPTION_NUMBERS_MAX);
        expected_number(&option->range, text, size);
        break;
    case OPTION_PAIR:
        text_append(text, size, "%s, each a whole number from %.0f to %.0f", option->value,
                    option->range.low, option->range.high);
        break;
    case OPTION_TEXT:
        text_append(text, size, "a text that is not empty");
        break;
    }
    if (option->second_word != NULL) {
        text_append(text, size, ", %s", option->second_word);
    }
    if (option->word != NULL) {
        text_append(text, size, ", or %s", option->word);
    }
}

/* The shortest of the usual forms that reads back as the same number. */
static void format_number(double number, char *text, size_t size)
{
    snprintf(text, size, "%.15g", number);
    if (strtod(text, NULL) != number) {
        snprintf(text, size, "%.17g", number);
    }
}

static void format_sizes(const struct option_sizes *sizes, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < sizes->count; i++) {
        text_append(text, size, "%s%zu", i == 0 ? "" : ",", sizes->sizes[i]);
    }
}

static void format_numbers(const struct option_numbers *numbers, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < numbers->count; i++) {
        char number[TEXT_SIZE];
        format_number(numbers->numbers[i], number, sizeof number);
        text_append(text, size, "%s%s", i == 0 ? "" : ",", number);
    }
}

/* The word that the value stands for, or NULL. */
static const char *word_of(const struct option *option, const void *value)
{
    double number;
    switch (option->type) {
    case OPTION_COUNT:
        return *(const uint64_t *)value == 0 ? option->word : NULL;
    case OPTION_NUMBER:
        number = *(const double *)value;
        return number == OPTION_AUTO     ? option->word
               : number == OPTION_SECOND ? option->second_word
                                         : NULL;
    case OPTION_SIZES:
        return ((const struct option_sizes *)value)->count == 0 ? option->word : NULL;
    default:
        return NULL;
    }
}

void option_format(const struct option *option, const void *values, char *text, size_t size)
{
    const void *value = (const char *)values + option->base + option->offset;
    const struct option_pair *pair = value;
    const char *path;
    size_t length;
    const char *word = word_of(option, value);
    if (word != NULL) {
        snprintf(text, size, "%s", word);
        return;
    }
    switch (option->type) {
    case OPTION_FLAG:
        snprintf(text, size, "%s", *(const bool *)value ? "true" : "false");
        break;
    case OPTION_CHOICE:
        snprintf(text, size, "%s", option->choice(*(const int *)value));
        break;
    case OPTION_COUNT:
        snprintf(text, size, "%ju", (uintmax_t) * (const uint64_t *)value);
        break;
    case OPTION_NUMBER:
        text[0] = '\0';
        if (option->prefix != NULL && *(const double *)value >= 1.0) {
            text_append(text, size, "%s", option->prefix);
        }
        length = strlen(text);
        format_number(*(const double *)value, text + length, size - length);
        break;
    case OPTION_SIZES:
        format_sizes(value, text, size);
        break;
    case OPTION_NUMBERS:
        format_numbers(value, text, size);
        break;
    case OPTION_PAIR:
        text[0] = '\0';
        if (pair->first > 0) {
            snprintf(text, size, "%zu%c%zu", pair->first, between(option), pair->second);
        }
        break;
    case OPTION_TEXT:
        path = *(char *const *)value;
        snprintf(text, size, "%s", path == NULL ? "" : path);
        break;
    }
}

enum exit_status option_defaults(const struct option_table *table, void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        struct option option = option_row(table, i);
        if (option.initial != NULL && !option_read(&option, values, option.initial)) {
            return cli_failed("--%s: out of memory", option.name);
        }
    }
    return DONE;
}

void option_free_values(const struct option_table *table, void *values)
{
    for (size_t i = 0; i < table->count; i++) {
        struct option option = option_row(table, i);
        if (option.type == OPTION_TEXT) {
            char **value = value_of(&option, values);
            free(*value);
            *value = NULL;
        }
    }
}

void option_free_arguments(struct option_arguments *arguments)
{
    for (size_t i = 0; i < OPTIONS_MAX; i++) {
        free(arguments->texts[i]);
        arguments->texts[i] = NULL;
    }
    poptFreeContext(arguments->context);
    arguments->context = NULL;
}

void option_free(const struct option_table *table, struct option_arguments *arguments, void *values)
{
    option_free_values(table, values);
    option_free_arguments(arguments);
}
