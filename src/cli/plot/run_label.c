/*
 * Compares configurations key by key. They come from files that may have been edited: any value is
 * taken as it is, and control characters are left to whoever prints.
 */
#include "cli/plot/run_label.h"

#include "cli/train/options.h"

#include <stdio.h>
#include <string.h>

/* More than this is no label any more. */
enum { PARTS_MAX = 4 };

static bool differs(json_t *const *configs, size_t count, const char *object, const char *key)
{
    const json_t *first = json_object_get(json_object_get(configs[0], object), key);
    for (size_t c = 1; c < count; c++) {
        const json_t *other = json_object_get(json_object_get(configs[c], object), key);
        if (first == NULL || other == NULL ? first != other : !json_equal(first, other)) {
            return true;
        }
    }
    return false;
}

/* The value as it would be given; empty for a flag that is set. */
static void describe(const json_t *value, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    switch (json_typeof(value)) {
    case JSON_STRING:
        snprintf(text, size, "%s", json_string_value(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        snprintf(text, size, "%.6g", json_number_value(value));
        break;
    case JSON_ARRAY:
        for (size_t i = 0; i < json_array_size(value) && used < size; i++) {
            used += (size_t)snprintf(text + used, size - used, "%s%.6g", i == 0 ? "" : "-",
                                     json_number_value(json_array_get(value, i)));
        }
        snprintf(text + used, used < size ? size - used : 0, "%s", used == 0 ? "none" : "");
        break;
    default:
        break;
    }
}

/* A flag that is not set, or an option without a value, goes without saying, unless there is
 * nothing else to say. */
static void append(char label[RUN_LABEL_SIZE], const char *name, const json_t *value)
{
    char text[RUN_LABEL_SIZE];
    size_t used = strlen(label);
    describe(value, text, sizeof text);
    if (!json_is_false(value) && !json_is_null(value)) {
        snprintf(label + used, RUN_LABEL_SIZE - used, "%s%s%s%s", used > 0 ? ", " : "", name,
                 text[0] != '\0' ? " " : "", text);
    } else if (used == 0) {
        snprintf(label, RUN_LABEL_SIZE, "no %s", name);
    }
}

/* Whether an option may be what a comparison of runs is about. */
static bool decides(const struct option *option)
{
    return option->storage == OPTION_RESULT || strcmp(option->name, "init-from") == 0;
}

bool run_label(char label[RUN_LABEL_SIZE], json_t *const *configs, size_t count, size_t run)
{
    size_t parts = 0;
    label[0] = '\0';
    for (size_t c = 0; c < count; c++) {
        if (!json_is_object(json_object_get(configs[c], "options"))) {
            return false;
        }
    }
    if (differs(configs, count, "data", "name")) {
        const json_t *name = json_object_get(json_object_get(configs[run], "data"), "name");
        snprintf(label, RUN_LABEL_SIZE, "%s", json_is_string(name) ? json_string_value(name) : "?");
        parts++;
    }
    for (size_t i = 0; i < TRAIN_OPTIONS.count && parts < PARTS_MAX; i++) {
        const struct option option = option_row(&TRAIN_OPTIONS, i);
        const json_t *options = json_object_get(configs[run], "options");
        const json_t *value = json_object_get(options, option.name);
        if (decides(&option) && differs(configs, count, "options", option.name)) {
            append(label, option.name, value != NULL ? value : json_null());
            parts++;
        }
    }
    return parts > 0;
}
