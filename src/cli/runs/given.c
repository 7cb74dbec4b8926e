/*
 * Options may have been cut short ("--opt sgd"): the beginning of a name counts as the name.
 */
#include "cli/runs/given.h"

#include "cli/train/options.h"

#include <string.h>

static char brief_of(const char *name)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct option row = option_row(&TRAIN_OPTIONS, i);
        if (strcmp(row.name, name) == 0) {
            return row.brief;
        }
    }
    return '\0';
}

static bool is_option(const char *argument, const char *name, char brief)
{
    if (strncmp(argument, "--", 2) == 0) {
        size_t length = strcspn(argument + 2, "=");
        return length > 0 && strncmp(argument + 2, name, length) == 0;
    }
    return argument[0] == '-' && brief != '\0' && argument[1] == brief;
}

static bool has_option(const json_t *commands, const char *name, char brief)
{
    const json_t *command, *argument;
    size_t c, a;
    bool found = false;
    json_array_foreach(commands, c, command)
    {
        json_array_foreach(command, a, argument)
        {
            const char *text = json_string_value(argument);
            found = found || (text != NULL && is_option(text, name, brief));
        }
    }
    return found;
}

void run_settings_look(struct run_settings *settings, const struct run_row *rows, size_t count)
{
    for (size_t s = 0; s < settings->differences.count; s++) {
        const struct run_setting *setting = &settings->differences.settings[s];
        bool data = strcmp(setting->object, "data") == 0;
        char brief = brief_of(setting->name);
        settings->given[s] = data;
        for (size_t i = 0; i < count && !settings->given[s]; i++) {
            settings->given[s] =
                has_option(json_object_get(rows[i].config, "commands"), setting->name, brief);
        }
    }
}
