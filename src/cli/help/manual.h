/*
 * Manual pages, made of the same tables as the help.
 */
#ifndef DESCENT_CLI_MANUAL_H
#define DESCENT_CLI_MANUAL_H

#include "cli/base/cli.h"

/* Prints the page of a command, or that of descent itself (NULL), on stdout: for man(7) macros, in
 * ASCII. */
void manual_print(const struct command *command);

#endif
