/*
 * Draws a figure as a picture, by gnuplot.
 */
#ifndef DESCENT_CLI_FIGURE_GNUPLOT_H
#define DESCENT_CLI_FIGURE_GNUPLOT_H

#include "cli/plot/figure.h"

/* The bytes of the file, which the caller frees. On failure it says why and returns FAILED. */
enum exit_status figure_gnuplot(const struct figure *figure, char **bytes, size_t *size);

#endif
