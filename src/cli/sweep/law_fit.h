/*
 * The law's least squares: from batch sizes and steps to S_min and E_min. See law.h.
 */
#ifndef DESCENT_CLI_SWEEP_LAW_FIT_H
#define DESCENT_CLI_SWEEP_LAW_FIT_H

#include "cli/sweep/bootstrap.h"

/* B_crit is looked for from a hundredth of the smallest batch to a hundred times the largest: what
 * lies beyond makes a difference of less than a percent to the steps, and is told as 0 or infinity.
 */
#define LAW_FIT_BEYOND 100.0

struct law_fit {
    double steps, batch, samples; /* S_min, B_crit, E_min; 0 or infinity at an end of the range */
    double squares;               /* sum of the squares that are left, of logarithms */
};

/* Of at least one batch size, all > 0, and the logarithms of their steps. */
struct law_fit law_fit(const double *batches, const double *logarithms, size_t count);

/* S(B). */
double law_fit_steps(const struct law_fit *fit, double batch);

enum { LAW_POINTS_LEAST = 3 };

/* The steps of the runs with one batch size, ascending; infinite for those that did not get there.
 */
struct law_sample {
    double batch;
    const double *steps;
    size_t count;
};

struct law_intervals {
    struct bootstrap_interval steps, batch, samples;
};

/* Intervals of 95 % by so many draws of runs within each batch size, of which the medians are
 * fitted. A draw that leaves fewer than LAW_POINTS_LEAST finite medians tells nothing. NaN where a
 * batch size has one run alone, for then nothing is known of how far runs lie apart. False where
 * memory is out. */
bool law_bootstrap(struct law_intervals *intervals, const struct law_sample *samples, size_t count,
                   size_t draws);

#endif
