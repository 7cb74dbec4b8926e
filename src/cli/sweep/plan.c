/*
 * The list of trials.
 */
#include "cli/sweep/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct study_outcome study_no_outcome(enum study_state state)
{
    struct study_outcome none = {
        .state = state,
        .epochs = NAN,
        .steps = NAN,
        .samples = NAN,
        .best_epoch = NAN,
        .validation_loss = NAN,
        .validation_accuracy = NAN,
        .validation_rmse = NAN,
        .validation_r2 = NAN,
        .target_steps = NAN,
        .target_samples = NAN,
        .target_epochs = NAN,
        .noise_scale = NAN,
        .seconds = NAN,
        .samples_per_second = NAN,
    };
    for (size_t r = 0; r < STUDY_RUNGS_MAX; r++) {
        none.rungs[r] = NAN;
    }
    return none;
}

enum exit_status plan_add_trial(struct study *study, struct study_trial trial)
{
    size_t count = study->trial_count + 1;
    struct study_trial *trials = realloc(study->trials, count * sizeof *trials);
    if (trials == NULL) {
        return cli_failed("out of memory for %zu trials", count);
    }
    study->trials = trials;
    struct study_outcome *outcomes = realloc(study->outcomes, count * sizeof *outcomes);
    if (outcomes == NULL) {
        return cli_failed("out of memory for %zu trials", count);
    }
    study->outcomes = outcomes;
    trials[study->trial_count] = trial;
    outcomes[study->trial_count] = study_no_outcome(STUDY_TRIAL_MISSING);
    study->trial_count = count;
    study->growth++;
    return DONE;
}

enum exit_status plan_add_trials(struct study *study, size_t setting, uint64_t before,
                                 uint64_t seeds)
{
    uint64_t folds = study->options.folds;
    for (uint64_t s = before; s < seeds; s++) {
        for (uint64_t fold = folds > 0; fold <= folds; fold++) {
            CLI_TRY(plan_add_trial(study, (struct study_trial){.setting = setting,
                                                               .seed = study->first_seed + s,
                                                               .fold = fold}));
        }
    }
    return DONE;
}

void study_values_free(char **values, size_t count)
{
    for (size_t i = 0; values != NULL && i < count; i++) {
        free(values[i]);
    }
    free(values);
}

/* The values of a setting, NULL where memory is out. */
static char **copy_values(const struct study *study, size_t combination, const char *lr)
{
    char **values = calloc(study->axis_count + 1, sizeof *values);
    bool copied = values != NULL;
    for (size_t a = 0; copied && a < study->axis_count; a++) {
        const char *value =
            study->axes[a].derived ? lr : study->combinations[combination].values[a];
        values[a] = strdup(value);
        copied = values[a] != NULL;
    }
    if (!copied) {
        study_values_free(values, study->axis_count);
    }
    return copied ? values : NULL;
}

enum exit_status plan_add_setting(struct study *study, size_t combination, const char *lr,
                                  struct study_setting setting)
{
    size_t count = study->setting_count + 1;
    struct study_setting *settings = realloc(study->settings, count * sizeof *settings);
    if (settings == NULL) {
        return cli_failed("out of memory for %zu settings", count);
    }
    study->settings = settings;
    setting.values = copy_values(study, combination, lr);
    if (setting.values == NULL) {
        return cli_failed("out of memory for %zu settings", count);
    }
    setting.combination = combination;
    settings[study->setting_count++] = setting;
    return DONE;
}

double plan_batch(const struct study *study, size_t combination)
{
    uint64_t batch = study->combinations[combination].batch;
    bool all = batch == 0 || (study->samples > 0 && batch > study->samples);
    return (double)(all ? study->samples : batch);
}

double plan_scale(const struct study *study, size_t line, size_t combination, double rate)
{
    double ratio = plan_batch(study, combination) / plan_batch(study, line);
    int rule = study->options.lr_rule;
    return rate * (rule == STUDY_LR_LINEAR ? ratio : rule == STUDY_LR_SQRT ? sqrt(ratio) : 1.0);
}

/* The settings of the grid, or those drawn, each with all its seeds: the list is complete from the
 * beginning. What a later stage has more of stands behind. A setting has its combination's number.
 */
static enum exit_status plan_flat(struct study *study)
{
    struct study_stage before = {0};
    for (size_t s = 0; s < study->stage_count; s++) {
        const struct study_stage stage = study->stages[s];
        for (size_t c = 0; c < stage.combinations; c++) {
            const struct study_combination *one = &study->combinations[c];
            char lr[TEXT_SIZE];
            snprintf(lr, sizeof lr, "%.6g", plan_scale(study, one->line, c, one->lr));
            if (c == study->setting_count) {
                CLI_TRY(plan_add_setting(study, c, lr, (struct study_setting){0}));
            }
            CLI_TRY(
                plan_add_trials(study, c, c < before.combinations ? before.seeds : 0, stage.seeds));
        }
        before = stage;
    }
    study->complete = true;
    return DONE;
}

enum exit_status study_plan(struct study *study)
{
    if (study->complete) {
        return DONE;
    }
    return study_tunes(&study->options) ? plan_tuning(study)
           : study->options.halving > 0 ? plan_halving(study)
                                        : plan_flat(study);
}

const char *study_trial_purpose(const struct study *study, size_t trial)
{
    return study->settings[study->trials[trial].setting].tuning ? "tuning" : "reported";
}
