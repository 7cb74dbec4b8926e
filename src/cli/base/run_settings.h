/*
 * The settings of runs, as config.json keeps them, and in which of them several runs differ: what a
 * comparison of them is about.
 */
#ifndef DESCENT_CLI_RUN_SETTINGS_H
#define DESCENT_CLI_RUN_SETTINGS_H

#include "cli/base/option.h"

#include <jansson.h>

/* One setting: a member of an object in config.json. */
struct run_setting {
    const char *object; /* "data" or "options" */
    const char *name;   /* "name", or an option's */
};

/* The settings in which some runs differ. */
struct run_differences {
    size_t count;
    struct run_setting settings[OPTIONS_MAX + 1];
};

/* The configuration of run i of several, borrowed. */
typedef const json_t *run_config(const void *runs, size_t i);

/* In which of the settings that decide results the runs differ: the data's name first, then those
 * of the table (train's) in its order. Configurations that are NULL, or that do not have a setting
 * since they are of an earlier version, say nothing about it. Names are borrowed from the table. */
struct run_differences run_differences_of(const struct option_table *table, run_config *config,
                                          const void *runs, size_t count);

/* Those of the settings that are needed to tell the runs apart: each parts runs that the ones
 * before it leave together. The seed and the fold count last, since they alone would part them all.
 */
struct run_differences run_differences_parting(const struct run_differences *differences,
                                               run_config *config, const void *runs, size_t count);

/* Whether two runs are of one setting: they differ in none, or in the seed and the fold alone,
 * which repeat it; whether it is one of these; and whether two runs have the same of both, as far
 * as they tell a fold. */
bool run_same_but_repeat(const struct run_differences *differences, const json_t *config,
                         const json_t *other);
bool run_setting_is_repeat(const struct run_setting *setting);
bool run_same_repeat(const json_t *config, const json_t *other);

/* What repeats a setting among runs: "seed", "fold", or, where both do, "run". */
const char *run_repeat_name(run_config *config, const void *runs, size_t count);

/* The value of a setting, NULL where the configuration does not have it; and as it would be given:
 * "0.1", "64-32", "yes" and "no" of a flag, "-" where there is none. Cut to size, and without
 * control characters. */
const json_t *run_setting_value(const struct run_setting *setting, const json_t *config);
void run_setting_text(const struct run_setting *setting, const json_t *config, char *text,
                      size_t size);

/* The setting with its value, as "lr 0.1", "nesterov", "no nesterov" or the data's name. */
void run_setting_describe(const struct run_setting *setting, const json_t *config, char *text,
                          size_t size);

#endif
