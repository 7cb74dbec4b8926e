/*
 * Runs gnuplot. No shell is involved: the script goes in through its standard input, the picture
 * comes back through its standard output.
 */
#ifndef DESCENT_CLI_GNUPLOT_H
#define DESCENT_CLI_GNUPLOT_H

#include "cli/base/cli.h"

#include <stdio.h>

/* Writes text as a gnuplot string that is never read as code. It is shown as it is, but for
 * apostrophes, which become typographic ones, and for control characters and bytes that are not
 * UTF-8, which become '?'. */
void gnuplot_quote(FILE *script, const char *text);

/* Runs a script of `length` bytes; output gets what gnuplot wrote, which the caller frees. On
 * failure it says why and returns FAILED. */
enum exit_status gnuplot_run(char **output, size_t *size, const char *script, size_t length);

#endif
