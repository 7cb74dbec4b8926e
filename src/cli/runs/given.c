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

static void look_for_given(struct run_settings *settings, run_config *config, const void *runs,
                           size_t count)
{
    for (size_t s = 0; s < settings->differences.count; s++) {
        const struct run_setting *setting = &settings->differences.settings[s];
        bool data = strcmp(setting->object, "data") == 0;
        char brief = brief_of(setting->name);
        settings->given[s] = data;
        for (size_t i = 0; i < count && !settings->given[s]; i++) {
            settings->given[s] =
                has_option(json_object_get(config(runs, i), "commands"), setting->name, brief);
        }
    }
}

static struct run_differences given_first(const struct run_settings *settings)
{
    struct run_differences sorted = {0};
    for (int others = 0; others <= 1; others++) {
        for (size_t s = 0; s < settings->differences.count; s++) {
            if (settings->given[s] == (others == 0)) {
                sorted.settings[sorted.count++] = settings->differences.settings[s];
            }
        }
    }
    return sorted;
}

static bool has_setting(const struct run_differences *differences, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < differences->count && !found; i++) {
        found = strcmp(differences->settings[i].name, name) == 0;
    }
    return found;
}

void run_settings_look(struct run_settings *settings, run_config *config, const void *runs,
                       size_t count)
{
    look_for_given(settings, config, runs, count);
    struct run_differences sorted = given_first(settings);
    struct run_differences parting = run_differences_parting(&sorted, config, runs, count);
    for (size_t s = 0; s < settings->differences.count; s++) {
        settings->parts[s] = has_setting(&parting, settings->differences.settings[s].name);
    }
}
