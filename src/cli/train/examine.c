/*
 * Runs that are examined: planned as one that is resumed, from their checkpoint.
 */
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>

enum exit_status train_examine_find(struct training *training, const char *command,
                                    const char *const *arguments)
{
    const char *run = arguments[0], *data = run != NULL ? arguments[1] : NULL;
    if (run == NULL || (data != NULL && arguments[2] != NULL)) {
        return cli_usage("%s: expected a run folder, and perhaps DATA", command);
    }
    CLI_TRY(run_check_first(command, "RUN", arguments));
    training->data.given = data != NULL ? strdup(data) : NULL;
    if (data != NULL && training->data.given == NULL) {
        return cli_failed("out of memory");
    }
    return run_find(&training->run, run);
}

enum exit_status train_examine_load(struct training *training, const struct engine_options *given)
{
    struct engine_options *own = &training->options.engine;
    own->kind = (int)engine_of(given, (descent_engine)own->kind);
    CLI_TRY(engine_use(given, (descent_engine)own->kind));
    CLI_TRY(train_resume_find_data(training));
    CLI_TRY(train_data_load(training));
    CLI_TRY(train_resume_check(training));
    CLI_TRY(train_plan(training));
    return train_resume_place(training);
}
