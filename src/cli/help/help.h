/*
 * descent help: the overview of the commands, a command's help, or the help of one option.
 */
#ifndef DESCENT_CLI_HELP_H
#define DESCENT_CLI_HELP_H

#include "cli/base/cli.h"

#define PROGRAM_SUMMARY "Trains dense neural networks by minibatch gradient descent"

/* Prints the overview: one screen. */
void help_overview(FILE *out);

/* What follows `descent help`: nothing, a command, or a command and one of its options, with or
 * without its dashes; --man in front of a command, or alone, prints its manual page instead. */
enum exit_status help_run(const char *const *arguments);

#endif
