/*
 * A table of options as a JSON object, for the files of a run, and back.
 */
#include "cli/base/option.h"

#include "cli/base/record.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *sizes_to_json(const struct option_sizes *sizes)
{
    json_t *array = json_array();
    for (size_t i = 0; i < sizes->count; i++) {
        cli_json_append(&array, json_integer((json_int_t)sizes->sizes[i]));
    }
    return array;
}

static bool is_word(const char *word, const char *text)
{
    return word != NULL && strcmp(word, text) == 0;
}

static json_t *value_to_json(const struct option *option, const void *values)
{
    const void *value = (const char *)values + option->base + option->offset;
    char text[64];
    if (option->type == OPTION_FLAG) {
        return json_boolean(*(const bool *)value);
    }
    if (option->type == OPTION_SIZES) {
        return sizes_to_json(value);
    }
    if (option->type == OPTION_TEXT) {
        const char *path = *(char *const *)value;
        return path == NULL ? json_null() : json_string(path);
    }
    option_format(option, values, text, sizeof text);
    if (option->type == OPTION_PAIR && text[0] == '\0') {
        return json_null();
    }
    bool word =
        is_word(option->word, text) || is_word(option->second_word, text) ||
        (option->prefix != NULL && strncmp(text, option->prefix, strlen(option->prefix)) == 0);
    if (option->type == OPTION_COUNT && !word) {
        return json_integer((json_int_t) * (const uint64_t *)value);
    }
    if (option->type == OPTION_NUMBER && !word) {
        return json_real(*(const double *)value);
    }
    return json_string(text);
}

json_t *option_to_json(const struct option_table *table, const void *values,
                       enum option_storage storage)
{
    json_t *object = json_object();
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        if (option.storage >= storage) {
            cli_json_set(&object, option.name, value_to_json(&option, values));
        }
    }
    return object;
}

static void array_to_text(const struct option *option, const json_t *array, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(array); i++) {
        text_append(text, size, "%s%lld", i == 0 ? "" : ",",
                    (long long)json_integer_value(json_array_get(array, i)));
    }
    if (json_array_size(array) == 0 && option->word != NULL) {
        snprintf(text, size, "%s", option->word);
    }
}

/* A JSON value as the text that would be given on the command line: one reader checks both. */
static void json_to_text(const struct option *option, const json_t *value, char *text, size_t size)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        snprintf(text, size, "%s", json_string_value(value));
        break;
    case JSON_INTEGER:
        snprintf(text, size, "%lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        snprintf(text, size, "%.17g", json_real_value(value));
        break;
    case JSON_ARRAY:
        array_to_text(option, value, text, size);
        break;
    default:
        snprintf(text, size, "%s", json_is_true(value) ? "true" : "false");
    }
}

enum exit_status option_from_json(const struct option_table *table, const json_t *object,
                                  void *values, const char *path)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        const json_t *value = json_object_get(object, option.name);
        if (value == NULL || json_is_null(value) || option.storage == OPTION_PASSING) {
            continue;
        }
        char text[4096];
        json_to_text(&option, value, text, sizeof text);
        if (!option_read(&option, values, text)) {
            char expected[512];
            if (option_lacks_memory(&option, text)) {
                return cli_failed("%s: option %s: out of memory", path, option.name);
            }
            option_expected(&option, expected, sizeof expected);
            return cli_failed("%s: option %s: expected %s, found \"%.200s\"", path, option.name,
                              expected, text);
        }
    }
    return DONE;
}
