/*
 * Compares configurations of runs. They come from files that may have been edited: any value is
 * taken as it is.
 */
#include "cli/base/run_settings.h"

#include "cli/base/controls.h"
#include "cli/base/run.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

static const struct run_setting DATA_NAME = {"data", "name"};

const json_t *run_setting_value(const struct run_setting *setting, const json_t *config)
{
    return json_object_get(json_object_get(config, setting->object), setting->name);
}

static bool same_value(const struct run_setting *setting, const json_t *config, const json_t *other)
{
    const json_t *one = run_setting_value(setting, config);
    const json_t *two = run_setting_value(setting, other);
    return one == NULL || two == NULL || json_equal(one, two);
}

static bool differs(const struct run_setting *setting, run_config *config, const void *runs,
                    size_t count)
{
    const json_t *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (first == NULL && run_setting_value(setting, config(runs, i)) != NULL) {
            first = config(runs, i);
        }
        if (!same_value(setting, first, config(runs, i))) {
            return true;
        }
    }
    return false;
}

/* Weights to begin with are kept beside the run, but decide its results as well. */
static bool decides(const struct option *option)
{
    return option->storage == OPTION_RESULT || strcmp(option->name, "init-from") == 0;
}

struct run_differences run_differences_of(const struct option_table *table, run_config *config,
                                          const void *runs, size_t count)
{
    struct run_differences found = {0};
    if (differs(&DATA_NAME, config, runs, count)) {
        found.settings[found.count++] = DATA_NAME;
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct option option = option_row(table, i);
        const struct run_setting setting = {"options", option.name};
        if (decides(&option) && differs(&setting, config, runs, count)) {
            found.settings[found.count++] = setting;
        }
    }
    return found;
}

bool run_setting_is_repeat(const struct run_setting *setting)
{
    return strcmp(setting->name, "seed") == 0 || strcmp(setting->name, "fold") == 0;
}

static const struct run_setting SEED = {"options", "seed"}, FOLD = {"options", "fold"};

bool run_same_repeat(const json_t *config, const json_t *other)
{
    return json_equal(run_setting_value(&SEED, config), run_setting_value(&SEED, other)) &&
           same_value(&FOLD, config, other);
}

const char *run_repeat_name(run_config *config, const void *runs, size_t count)
{
    bool seeds = differs(&SEED, config, runs, count), folds = differs(&FOLD, config, runs, count);
    return !folds ? "seed" : !seeds ? "fold" : "run";
}

bool run_same_but_repeat(const struct run_differences *differences, const json_t *config,
                         const json_t *other)
{
    for (size_t i = 0; i < differences->count; i++) {
        const struct run_setting *setting = &differences->settings[i];
        if (!run_setting_is_repeat(setting) && !same_value(setting, config, other)) {
            return false;
        }
    }
    return true;
}

static bool same_in_all(const struct run_differences *differences, const json_t *config,
                        const json_t *other)
{
    bool same = true;
    for (size_t i = 0; same && i < differences->count; i++) {
        same = same_value(&differences->settings[i], config, other);
    }
    return same;
}

/* Compares each run with the first that those found so far do not tell from it. */
static void add_if_parting(struct run_differences *found, const struct run_setting *setting,
                           run_config *config, const void *runs, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t first = 0;
        while (first < i && !same_in_all(found, config(runs, first), config(runs, i))) {
            first++;
        }
        if (first < i && !same_value(setting, config(runs, first), config(runs, i))) {
            found->settings[found->count++] = *setting;
            return;
        }
    }
}

struct run_differences run_differences_parting(const struct run_differences *differences,
                                               run_config *config, const void *runs, size_t count)
{
    struct run_differences found = {0};
    for (int repeats = 0; repeats <= 1; repeats++) {
        for (size_t i = 0; i < differences->count; i++) {
            if (run_setting_is_repeat(&differences->settings[i]) == (repeats == 1)) {
                add_if_parting(&found, &differences->settings[i], config, runs, count);
            }
        }
    }
    return found;
}

static void write_array(const json_t *array, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(array); i++) {
        text_append(text, size, "%s%.6g", i == 0 ? "" : "-",
                    json_number_value(json_array_get(array, i)));
    }
    text_append(text, size, "%s", text[0] == '\0' ? "none" : "");
}

void run_setting_text(const struct run_setting *setting, const json_t *config, char *text,
                      size_t size)
{
    const json_t *value = run_setting_value(setting, config);
    if (json_is_number(value)) {
        snprintf(text, size, "%.6g", json_number_value(value));
    } else if (json_is_array(value)) {
        write_array(value, text, size);
    } else if (json_is_boolean(value)) {
        snprintf(text, size, "%s", json_is_true(value) ? "yes" : "no");
    } else {
        text_cut(text, size, json_is_string(value) ? json_string_value(value) : "-");
    }
    controls_remove(text);
}

/* A flag that is not set, and an option without a value, are named all the same: among runs that
 * have it, to have none is what tells a run. */
void run_setting_describe(const struct run_setting *setting, const json_t *config, char *text,
                          size_t size)
{
    const json_t *value = run_setting_value(setting, config);
    char shown[128];
    run_setting_text(setting, config, shown, sizeof shown);
    if (strcmp(setting->object, DATA_NAME.object) == 0) {
        snprintf(text, size, "%s", shown);
    } else if (json_is_true(value)) {
        snprintf(text, size, "%s", setting->name);
    } else if (json_is_string(value) || json_is_number(value) || json_is_array(value)) {
        snprintf(text, size, "%s %s", setting->name, shown);
    } else {
        snprintf(text, size, "no %s", setting->name);
    }
}
