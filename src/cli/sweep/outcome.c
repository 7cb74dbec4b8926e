/*
 * What came of trials, by the files in their folders.
 */
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/sweep/plan.h"
#include "cli/sweep/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_result(struct study_outcome *outcome, const json_t *result)
{
    const json_t *held = json_object_get(result, "validation");
    const json_t *target = json_object_get(result, "target");
    const json_t *noise = json_object_get(result, "noise_scale");
    const char *crc32 = json_string_value(json_object_get(result, "crc32"));
    outcome->state = STUDY_TRIAL_DONE;
    outcome->epochs = cli_json_read(result, "epochs");
    outcome->steps = cli_json_read(result, "steps");
    outcome->samples = cli_json_read(result, "samples");
    outcome->best_epoch = cli_json_read(result, "best_epoch");
    outcome->validation_loss = cli_json_read(held, "loss");
    outcome->validation_accuracy = cli_json_read(held, "accuracy");
    outcome->validation_rmse = cli_json_read(held, "rmse");
    outcome->validation_r2 = cli_json_read(held, "r2");
    outcome->target_steps = cli_json_read(target, "steps");
    outcome->target_samples = cli_json_read(target, "samples");
    outcome->target_epochs = cli_json_read(target, "epochs");
    outcome->noise_scale = cli_json_read(noise, "first_epoch");
    outcome->seconds = cli_json_read(result, "seconds");
    outcome->samples_per_second = cli_json_read(result, "samples_per_second");
    text_cut(outcome->crc32, sizeof outcome->crc32, crc32 != NULL ? crc32 : "");
}

/* The first rows of a run, up to an epoch; 0: all. */
static struct metrics rows_until(const struct metrics *metrics, uint64_t epoch)
{
    struct metrics first = *metrics;
    while (epoch > 0 && first.rows > 0 &&
           first.row[first.rows - 1].values[METRICS_EPOCH] > (double)epoch) {
        first.rows--;
    }
    return first;
}

static bool has_epoch(const struct metrics *metrics, uint64_t epoch)
{
    return metrics->rows > 0 &&
           metrics->row[metrics->rows - 1].values[METRICS_EPOCH] >= (double)epoch;
}

/* Of a training that has paused at an epoch: what its rows up to there say; nothing where there are
 * none, as in a file whose rows were edited. */
static void read_rows(struct study_outcome *outcome, const struct metrics *metrics, uint64_t epoch)
{
    const struct metrics first = rows_until(metrics, epoch);
    if (first.rows == 0) {
        return;
    }
    const struct metrics_row *best = metrics_saved(&first);
    const double *last = first.row[first.rows - 1].values;
    outcome->state = STUDY_TRIAL_DONE;
    outcome->epochs = last[METRICS_EPOCH];
    outcome->steps = last[METRICS_STEP];
    outcome->samples = last[METRICS_SAMPLES];
    outcome->seconds = last[METRICS_SECONDS];
    outcome->noise_scale = first.rows > 1 ? first.row[1].values[METRICS_NOISE_SCALE] : NAN;
    if (best != NULL) {
        outcome->best_epoch = best->values[METRICS_EPOCH];
        outcome->validation_loss = best->values[METRICS_VALIDATION_LOSS];
        outcome->validation_accuracy = best->values[METRICS_VALIDATION_ACCURACY];
        outcome->validation_rmse = best->values[METRICS_VALIDATION_RMSE];
        outcome->validation_r2 = best->values[METRICS_VALIDATION_R2];
    }
}

/* A rung is known once its epoch is there, or the training has ended before: rows do not change
 * when it goes on. In a folder that is worked on the last row may be the one at which the trial is
 * about to pause: the rung is over for it when that has been kept. */
static void read_rungs(struct study_outcome *outcome, const struct study *study,
                       const struct metrics *metrics, bool running)
{
    bool over = outcome->state == STUDY_TRIAL_DONE && outcome->crc32[0] != '\0';
    for (size_t r = 0; r < halving_rungs(study); r++) {
        uint64_t epoch = halving_epoch(study, r);
        const struct metrics first = rows_until(metrics, epoch);
        const struct metrics_row *best = metrics_saved(&first);
        bool known = best != NULL && (over || has_epoch(metrics, running ? epoch + 1 : epoch));
        outcome->rungs[r] = known ? best->values[METRICS_VALIDATION_LOSS] : NAN;
    }
}

/* Without a file there are no rows; nor where the folder is renamed meanwhile, which is looked at
 * again. */
static enum exit_status load_rows(struct metrics *metrics, const char *folder)
{
    struct run_path path = run_file(folder, RUN_METRICS);
    bool read = !path_is_there(path.text) || metrics_load(metrics, path.text) == DONE;
    return read || !path_is_there(path.text) ? DONE : FAILED;
}

/* A trial whose folder has its final name: it has a result, a message, or was paused. */
static void read_ended(struct study_outcome *outcome, const struct study *study, size_t trial,
                       const struct metrics *metrics)
{
    const uint64_t until = study->trials[trial].until;
    struct run_path folder = study_trial_folder(study, trial);
    json_t *result = run_load_json(folder.text, RUN_RESULT, "the trial counts as missing");
    if (result != NULL) {
        read_result(outcome, result);
    } else if ((outcome->message = study_trial_error(study, trial)) != NULL) {
        outcome->state = STUDY_TRIAL_FAILED;
    } else if (until > 0 && has_epoch(metrics, until)) {
        read_rows(outcome, metrics, until);
    }
    json_decref(result);
}

/* Rungs without their rows would be others. A folder that is renamed meanwhile is looked at again.
 */
static enum exit_status check_rows(const struct study_outcome *found, const struct metrics *metrics,
                                   const char *folder)
{
    bool lost = found->state == STUDY_TRIAL_DONE && metrics->rows == 0 &&
                path_is_there(run_file(folder, RUN_RESULT).text);
    return lost ? cli_failed("%s: expected the trial's rows up to its rungs, found none; remove %s "
                             "to train it again",
                             run_file(folder, RUN_METRICS).text, folder)
                : DONE;
}

/* With halving, rows count from a folder that is worked on as well: a trial of a later rung. */
static enum exit_status find(struct study_outcome *found, const struct study *study, size_t trial,
                             struct metrics *metrics)
{
    struct run_path folder = study_trial_folder(study, trial);
    bool ended = path_is_there(folder.text), halves = study->options.halving > 0;
    if (!ended) {
        text_append(folder.text, sizeof folder.text, STUDY_RUNNING);
    }
    if (halves) {
        CLI_TRY(load_rows(metrics, folder.text));
    }
    if (ended) {
        read_ended(found, study, trial, metrics);
    }
    CLI_TRY(halves ? check_rows(found, metrics, folder.text) : DONE);
    if (halves) {
        read_rungs(found, study, metrics, !ended);
    }
    return DONE;
}

/* Where nothing is found, what this process knows of the trial stays. */
enum exit_status study_look_at(struct study *study, size_t trial)
{
    struct study_outcome *outcome = &study->outcomes[trial];
    struct study_outcome found = study_no_outcome(STUDY_TRIAL_MISSING);
    struct metrics metrics = {0};
    enum exit_status status = find(&found, study, trial, &metrics);
    metrics_free(&metrics);
    if (found.state == STUDY_TRIAL_MISSING) {
        memcpy(outcome->rungs, found.rungs, sizeof outcome->rungs);
    } else {
        free(outcome->message);
        *outcome = found;
    }
    return status;
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

/* The list is planned after each look: by what was found last, too. */
enum exit_status study_update(struct study *study)
{
    size_t before;
    do {
        before = study->growth;
        CLI_TRY(study_look(study));
        CLI_TRY(study_plan(study));
    } while (study->growth != before);
    return DONE;
}

void study_outcomes_free(struct study *study)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        free(study->outcomes[t].message);
    }
    free(study->outcomes);
}
