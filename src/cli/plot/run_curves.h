/*
 * From the metrics of runs to the panels of a figure: what can be drawn, over what, and in which
 * range.
 */
#ifndef DESCENT_CLI_RUN_CURVES_H
#define DESCENT_CLI_RUN_CURVES_H

#include "cli/plot/figure.h"
#include "cli/plot/plotted_run.h"

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

struct run_curves {
    const struct plotted_run *runs;
    size_t count;
    const struct abscissa *abscissa;
    bool logarithmic;
    bool one_a_run; /* the validation curve alone where there is one: for a crowded terminal */
};

/* The horizontal axis, with bounds by the values. */
struct figure_axis run_curves_axis(const struct run_curves *curves);

/* Adds the panel of that name; none where there is not a number to draw. On failure it says why and
 * returns FAILED. */
enum exit_status run_curves_add(struct figure *figure, const char *name,
                                const struct run_curves *curves);

/* The gradient's norm by layer, from the layers.csv of runs; a run without the file has none. */
enum exit_status layer_curves_add(struct figure *figure, const struct run_curves *curves);

#endif
