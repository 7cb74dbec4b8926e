/*
 * Draws a figure as text: braille dots in colours where a terminal has both, else a character for
 * each curve.
 */
#ifndef DESCENT_CLI_FIGURE_TEXT_H
#define DESCENT_CLI_FIGURE_TEXT_H

#include "cli/base/terminal.h"
#include "cli/plot/figure.h"

/* The text, which the caller frees, within so many columns unless the figure has a width. On
 * failure it says why and returns FAILED. */
enum exit_status figure_text(const struct figure *figure, const struct terminal *terminal,
                             size_t columns, char **bytes, size_t *size);

#endif
