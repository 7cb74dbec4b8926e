/*
 * Which settings somebody has chosen: the others follow from them, as the learning rate does from
 * the optimizer, and are worth less room in a table.
 */
#ifndef DESCENT_CLI_RUN_GIVEN_H
#define DESCENT_CLI_RUN_GIVEN_H

#include "cli/base/run_settings.h"

struct run_settings {
    struct run_differences differences;
    bool given[OPTIONS_MAX + 1]; /* whether a command of any run has it */
    bool parts[OPTIONS_MAX + 1]; /* whether it is needed to tell the runs apart */
};

/* Looks for the options in the commands that the configurations keep. Of settings that part the
 * runs alike, those that were chosen are needed. */
void run_settings_look(struct run_settings *settings, run_config *config, const void *runs,
                       size_t count);

#endif
