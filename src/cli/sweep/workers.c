/*
 * The work of a study: which trial is trained when.
 */
#include "cli/sweep/study.h"

#include <sys/wait.h>

static enum exit_status run_trial(const struct study *study, size_t trial)
{
    pid_t process;
    int status;
    CLI_TRY(study_trial_start(study, trial, &process));
    waitpid(process, &status, 0);
    return study_trial_end(study, trial, status);
}

enum exit_status study_work(struct study *study)
{
    do {
        CLI_TRY(study_plan(study));
        CLI_TRY(study_look(study));
        for (size_t t = 0; t < study->trial_count; t++) {
            if (study->outcomes[t].state == STUDY_TRIAL_MISSING) {
                CLI_TRY(run_trial(study, t));
            }
        }
        CLI_TRY(study_look(study));
    } while (!study->complete);
    return DONE;
}
