/*
 * descent help: the overview of the commands, a command's help, or the help of one option.
 */
#ifndef DESCENT_CLI_HELP_H
#define DESCENT_CLI_HELP_H

#include "cli/base/cli.h"

#define PROGRAM_SUMMARY "Trains dense neural networks by minibatch gradient descent"

/* The description in its manual page. */
#define PROGRAM_ABOUT                                                                              \
    "Each command reads data sets, models or run folders, and prints what it found; descent "      \
    "train "                                                                                       \
    "writes run folders. Results are on the standard output, progress and messages on the "        \
    "standard "                                                                                    \
    "error.\n\nOptions and commands may be cut short where that leaves one (--act, eval); names "  \
    "of "                                                                                          \
    "choices are taken whatever their case. -h shows a command's common options on one screen, "   \
    "--help all of them; descent help COMMAND OPTION shows one. An option that would have no "     \
    "effect is refused.\n\nDATA may be the name of a data set. Names are looked up here, in "      \
    "$DESCENT_DATA, in the user's data folder, among the data that come with descent, and in "     \
    "/usr/share/datasets; descent data lists them.\n\nThe library has its documentation in its "   \
    "headers, <descent/descent.h>."

/* Prints the overview: one screen. */
void help_overview(FILE *out);

/* What follows `descent help`: nothing, a command, or a command and one of its options, with or
 * without its dashes; --man in front of a command, or alone, prints its manual page instead. */
enum exit_status help_run(const char *const *arguments);

#endif
