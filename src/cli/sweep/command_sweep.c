/*
 * descent sweep: many trainings as one study.
 */
#include "cli/sweep/study.h"

static enum exit_status sweep(struct study *study, int argc, const char **argv)
{
    CLI_TRY(study_read(study, argc, argv));
    CLI_TRY(study_open(study));
    enum exit_status worked = study_work(study);
    if ((worked != DONE && study->unfinished == 0) || study->left_to_others > 0) {
        return worked;
    }
    CLI_TRY(study_report(study));
    return worked == DONE ? study_predictions_save(study) : worked;
}

const struct option_table *command_sweep_options(void)
{
    return study_options_table();
}

enum exit_status command_sweep(int argc, const char **argv)
{
    struct study study = {.options.training.run.lock = -1};
    enum exit_status status = sweep(&study, argc, argv);
    study_free(&study);
    return status;
}
