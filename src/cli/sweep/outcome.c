/*
 * What came of trials, by the files in their folders.
 */
#include "cli/sweep/study.h"

#include <math.h>
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
        .samples = NAN,
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
}

enum exit_status study_look(struct study *study)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        if (study->outcomes[t].state == STUDY_TRIAL_MISSING) {
            struct run_path folder = study_trial_folder(study, t);
            json_t *result = run_load_json(folder.text, RUN_RESULT, "the trial counts as missing");
            if (result != NULL) {
                read_result(&study->outcomes[t], result);
                json_decref(result);
            }
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
