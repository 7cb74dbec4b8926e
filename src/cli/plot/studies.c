/*
 * Reads studies to be drawn. A study that is under way is drawn from what is there.
 */
#include "cli/plot/studies.h"

#include "cli/base/paths.h"
#include "cli/base/text.h"
#include "cli/sweep/timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_ended(const struct study *study)
{
    size_t ended = 0;
    for (size_t t = 0; t < study->trial_count; t++) {
        ended += study->outcomes[t].state != STUDY_TRIAL_MISSING;
    }
    return ended;
}

enum exit_status plotted_study_load(struct plotted_study *plotted, const char *folder)
{
    *plotted = (struct plotted_study){.study.options.training.run.lock = -1};
    CLI_TRY(study_load(&plotted->study, folder));
    CLI_TRY(study_summarise(&plotted->summaries, &plotted->study));
    if (plotted->summaries.count == 0) {
        return cli_failed("%s: nothing to draw yet: learning rates are being tuned, in trials that "
                          "are not reported (%zu so far)",
                          folder, count_ended(&plotted->study));
    }
    CLI_TRY(study_timing_apply(&plotted->study, &plotted->summaries));
    return study_laws_find(&plotted->laws, &plotted->study, &plotted->summaries);
}

void plotted_study_free(struct plotted_study *plotted)
{
    study_laws_free(&plotted->laws);
    study_summaries_free(&plotted->summaries);
    study_free(&plotted->study);
    *plotted = (struct plotted_study){0};
}

static bool has_curves(const char *folder)
{
    return path_is_file(run_file(folder, RUN_METRICS).text);
}

enum exit_status plotted_study_runs(struct run_folders *folders,
                                    const struct plotted_study *plotted)
{
    const struct study *study = &plotted->study;
    folders->paths = calloc(study->trial_count + 1, sizeof *folders->paths);
    bool complete = folders->paths != NULL;
    for (size_t t = 0; complete && t < study->trial_count; t++) {
        struct run_path folder = study_trial_folder(study, t);
        if (!has_curves(folder.text)) {
            text_append(folder.text, sizeof folder.text, "%s", STUDY_RUNNING);
        }
        if (!study->settings[study->trials[t].setting].tuning && has_curves(folder.text)) {
            complete = (folders->paths[folders->count++] = strdup(folder.text)) != NULL;
        }
    }
    return complete ? DONE : cli_failed("out of memory for the names of trials");
}

static void append_target(char *text, size_t size, const struct train_options *options)
{
    if (options->target_accuracy > 0.0) {
        text_append(text, size, ", to %.4g %% validation accuracy",
                    100.0 * options->target_accuracy);
    } else if (options->target_loss > 0.0) {
        text_append(text, size, ", to validation loss %.4g", options->target_loss);
    } else if (options->target_rmse > 0.0) {
        text_append(text, size, ", to validation RMSE %.4g", options->target_rmse);
    }
}

void plotted_study_title(const struct plotted_study *plotted, char *text, size_t size)
{
    const struct study *study = &plotted->study;
    size_t ended = count_ended(study);
    const char *data = study->options.training.data.given;
    const char *slash = data != NULL ? strrchr(data, '/') : NULL;
    snprintf(text, size, "%s", slash != NULL ? slash + 1 : data != NULL ? data : "");
    append_target(text, size, &study->options.training.options);
    if (study->seed_count > 1) {
        text_append(text, size, ", %ju seeds", (uintmax_t)study->seed_count);
    }
    if (study->options.folds > 0) {
        text_append(text, size, ", %ju folds", (uintmax_t)study->options.folds);
    }
    if (ended < study->trial_count || !study->complete) {
        text_append(text, size, "; %zu of %s%zu trials so far", ended,
                    study->complete ? "" : "at least ", study->trial_count);
    }
}
