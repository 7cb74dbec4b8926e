/*
 * The law's least squares: from batch sizes and steps to S_min and E_min. See law.h.
 */
#ifndef DESCENT_CLI_SWEEP_LAW_FIT_H
#define DESCENT_CLI_SWEEP_LAW_FIT_H

#include <stdbool.h>
#include <stddef.h>

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

#endif
