/*
 * The entries of a figure's legend: each look and name once, whichever panels have it.
 */
#ifndef DESCENT_CLI_FIGURE_LEGEND_H
#define DESCENT_CLI_FIGURE_LEGEND_H

#include "cli/plot/figure.h"

/* Curves that stand for the entries, in the order in which they were added; borrowed. */
struct figure_legend {
    const struct figure_curve **entries;
    size_t count;
};

/* The caller frees the entries. False where memory is out. */
bool figure_legend_collect(struct figure_legend *legend, const struct figure *figure);

#endif
