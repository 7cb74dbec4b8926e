/*
 * Which settings somebody has chosen: the others follow from them, as the learning rate does from
 * the optimizer, and are worth less room in a table.
 */
#ifndef DESCENT_CLI_RUN_GIVEN_H
#define DESCENT_CLI_RUN_GIVEN_H

#include "cli/runs/run_row.h"

struct run_settings {
    struct run_differences differences;
    bool given[OPTIONS_MAX + 1]; /* whether a command of any run has it */
};

/* Looks for the options in the commands that the configurations keep. */
void run_settings_look(struct run_settings *settings, const struct run_row *rows, size_t count);

#endif
