/*
 * What came of trials, by the files in their folders.
 */
#include "cli/sweep/study.h"
#include "cli/sweep/trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double number_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void read_result(struct study_outcome *outcome, const json_t *result)
{
    const json_t *held = json_object_get(result, "validation");
    const json_t *target = json_object_get(result, "target");
    *outcome = (struct study_outcome){
        .state = STUDY_TRIAL_DONE,
        .epochs = number_of(result, "epochs"),
        .steps = number_of(result, "steps"),
        .best_epoch = number_of(result, "best_epoch"),
        .samples = number_of(result, "samples"),
        .validation_loss = number_of(held, "loss"),
        .validation_accuracy = number_of(held, "accuracy"),
        .validation_rmse = number_of(held, "rmse"),
        .validation_r2 = number_of(held, "r2"),
        .target_steps = number_of(target, "steps"),
        .target_samples = number_of(target, "samples"),
        .target_epochs = number_of(target, "epochs"),
        .seconds = number_of(result, "seconds"),
        .samples_per_second = number_of(result, "samples_per_second"),
    };
    const char *crc32 = json_string_value(json_object_get(result, "crc32"));
    snprintf(outcome->crc32, sizeof outcome->crc32, "%s", crc32 != NULL ? crc32 : "");
}

enum exit_status study_look_at(struct study *study, size_t trial)
{
    struct study_outcome *outcome = &study->outcomes[trial];
    struct run_path folder = study_trial_folder(study, trial);
    json_t *result = run_load_json(folder.text, RUN_RESULT, "the trial counts as missing");
    char *error = result == NULL ? study_trial_error(study, trial) : NULL;
    if (result != NULL || error != NULL) {
        free(outcome->message);
        *outcome = (struct study_outcome){.state = STUDY_TRIAL_FAILED, .message = error};
    }
    if (result != NULL) {
        read_result(outcome, result);
        json_decref(result);
    }
    return DONE;
}

enum exit_status study_look(struct study *study)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        enum study_state state = study->outcomes[t].state;
        if (state == STUDY_TRIAL_MISSING || state == STUDY_TRIAL_UNFINISHED) {
            CLI_TRY(study_look_at(study, t));
        }
    }
    return DONE;
}

void study_outcomes_free(struct study *study)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        free(study->outcomes[t].message);
    }
    free(study->outcomes);
}
