/*
 * The panels that are made of runs.
 */
#ifndef DESCENT_CLI_RUN_CURVES_H
#define DESCENT_CLI_RUN_CURVES_H

#include "cli/plot/runs.h"

/* What the curves are drawn over. */
struct abscissa {
    const char *name;
    const char *label;
    enum metrics_column column;
};

/* Row i of the table, or NULL behind the last. */
const struct abscissa *run_curves_abscissa(size_t i);

/* The name of a panel on the command line, or NULL behind the last. */
const char *run_curves_name(size_t i);

/* Vertical axes: logarithmic where the values span a decade, or as it was asked for. */
enum run_curves_scale { RUN_CURVES_AUTO, RUN_CURVES_LOGARITHMIC, RUN_CURVES_LINEAR };

struct run_curves {
    const struct plotted_runs *runs;
    const struct abscissa *abscissa;
    enum run_curves_scale scale;
    bool text; /* one curve a group and no bands: they would cover each other */
};

/* Adds the panel of that name; none where there is not a number to draw. On failure it says why and
 * returns FAILED. */
enum exit_status run_curves_add(struct figure *figure, const char *name,
                                const struct run_curves *curves);

/* The panel of the gradient's norm by layer, which comes from a file of its own (run_layers.c). */
enum exit_status run_layers_add(struct figure *figure, const struct run_curves *curves);

/* What its panels have in common: the horizontal axis, with its bounds by the values. */
struct figure_axis run_curves_horizontal(const struct run_curves *curves);

#endif
