/*
 * From the metrics of runs to the panels of a chart: what can be drawn, on which axis, over which
 * range.
 */
#ifndef DESCENT_CLI_CURVES_H
#define DESCENT_CLI_CURVES_H

#include "cli/plot/chart.h"
#include "cli/plot/plotted_run.h"

/* One thing to draw of each run; train and validation are the columns of its two curves, the same
 * one where there is only one. What is drawn is offset + scale · the column's value. */
struct quantity {
    const char *name; /* on the command line */
    const char *title;
    const char *label;
    const char *unit; /* behind a number in the legend */
    enum metrics_column train;
    enum metrics_column validation;
    double scale;
    double offset;
    bool higher_is_better;
    bool logarithmic; /* may be drawn so */
};

/* What the curves are drawn over. */
struct abscissa {
    const char *name;
    const char *label;
    enum metrics_column column;
};

/* The rows of that name, or NULL; and the names, such as "loss, accuracy, …". */
const struct quantity *curves_quantity(const char *name);
const struct abscissa *curves_abscissa(const char *name);
const char *curves_quantity_names(void);
const char *curves_abscissa_names(void);

/* The horizontal axis, with bounds by the values. */
struct chart_axis curves_axis(const struct abscissa *abscissa);

struct curves_options {
    const struct abscissa *abscissa;
    bool logarithmic;
    bool one_a_run; /* the validation curve alone where there is one: for a crowded terminal */
};

/* Curves of one panel, with what they point to. */
struct curves {
    struct chart_series *series;
    size_t count;
    double *values;
    char *titles;
};

/*
 * Fills a panel with the curves of `count` runs. The panel points into curves, which the caller
 * frees after drawing. Without a single number to draw, the panel has no series. On failure it says
 * why and returns FAILED.
 */
enum exit_status curves_build(struct chart_panel *panel, struct curves *curves,
                              const struct quantity *quantity, const struct plotted_run *runs,
                              size_t count, const struct curves_options *options);

/* Frees the curves; zeroed ones are allowed. */
void curves_free(struct curves *curves);

#endif
