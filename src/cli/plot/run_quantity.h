/*
 * What can be drawn of runs, and over what.
 */
#ifndef DESCENT_CLI_RUN_QUANTITY_H
#define DESCENT_CLI_RUN_QUANTITY_H

#include "cli/plot/run_curves.h"

/* One thing to draw of each run; train, validation and test are the columns of its curves, the same
 * one where there is only one. What is drawn is offset + scale · the column's value. */
struct quantity {
    const char *name; /* on the command line */
    const char *title;
    const char *label;
    const char *unit; /* behind a number */
    enum metrics_column train;
    enum metrics_column validation;
    enum metrics_column test;
    double scale;
    double offset;
    int good;                  /* which end of the axis is better: 1 high, -1 low, 0 neither */
    bool logarithmic;          /* may be drawn so */
    bool by_decades;           /* is drawn so without being asked, where it spans a decade */
    enum metrics_column limit; /* drawn dashed beside it; METRICS_EPOCH: there is none */
};

/* Row i of the table, or NULL behind the last. */
const struct quantity *run_quantity(size_t i);

/* A value of one of its columns as it is drawn. */
double run_quantity_drawn(const struct quantity *quantity, double value);

/* Whether there is a curve each for training and validation. */
bool run_quantity_is_paired(const struct quantity *quantity);

/* The runs of a group at an epoch's end: mean and standard deviation of what is drawn (that of a
 * sample, divided by one less than their number; 0 for one run), and the lowest. All are NaN where
 * one of the runs has no value. */
struct run_spread {
    double mean, deviation, least;
};
struct run_spread run_spread_of(const struct run_group *group, const struct quantity *quantity,
                                enum metrics_column column, double epoch);

#endif
