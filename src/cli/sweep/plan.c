/*
 * The list of trials.
 */
#include "cli/sweep/study.h"

#include <stdlib.h>
#include <string.h>

static enum exit_status add_trial(struct study *study, size_t setting, uint64_t seed)
{
    size_t count = study->trial_count + 1;
    struct study_trial *trials = realloc(study->trials, count * sizeof *trials);
    study->trials = trials != NULL ? trials : study->trials;
    struct study_outcome *outcomes =
        trials != NULL ? realloc(study->outcomes, count * sizeof *outcomes) : NULL;
    if (outcomes == NULL) {
        return cli_failed("out of memory for %zu trials", count);
    }
    study->outcomes = outcomes;
    trials[study->trial_count] = (struct study_trial){.setting = setting, .seed = seed};
    outcomes[study->trial_count] = (struct study_outcome){.state = STUDY_TRIAL_MISSING};
    study->trial_count = count;
    return DONE;
}

/* Setting number s of the grid: the last axis turns fastest. */
static enum exit_status add_setting(struct study *study, size_t s)
{
    size_t count = study->setting_count + 1;
    struct study_setting *settings = realloc(study->settings, count * sizeof *settings);
    if (settings == NULL) {
        return cli_failed("out of memory for %zu settings", count);
    }
    study->settings = settings;
    settings[study->setting_count] =
        (struct study_setting){.values = calloc(study->axis_count + 1, sizeof(char *))};
    for (size_t a = study->axis_count; a-- > 0;) {
        const struct study_axis *axis = &study->axes[a];
        settings[study->setting_count].values[a] = strdup(axis->values[s % axis->count]);
        s /= axis->count;
    }
    study->setting_count = count;
    return DONE;
}

static size_t grid_size(const struct study *study)
{
    size_t size = 1;
    for (size_t a = 0; a < study->axis_count; a++) {
        size *= study->axes[a].count;
    }
    return size;
}

enum exit_status study_plan(struct study *study)
{
    for (size_t s = study->setting_count; s < grid_size(study); s++) {
        CLI_TRY(add_setting(study, s));
        for (uint64_t i = 0; i < study->seed_count; i++) {
            CLI_TRY(add_trial(study, s, study->first_seed + i));
        }
    }
    study->complete = true;
    return DONE;
}
