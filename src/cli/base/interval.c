/*
 * Wilson's score interval: unlike p ± 1.96 σ it stays inside [0, 1] and keeps a width where every
 * answer was right. Reference: Wilson, "Probable inference, the law of succession, and statistical
 * inference", J. Am. Stat. Assoc. 22 (1927).
 */
#include "cli/base/interval.h"

#include <math.h>

/* The 97.5 % quantile of the standard normal distribution. */
static const double QUANTILE = 1.959963984540054;

void cli_wilson(size_t correct, size_t total, double *low, double *high)
{
    *low = 0.0;
    *high = 1.0;
    if (total == 0) {
        return;
    }
    double n = (double)total;
    double p = (double)correct / n;
    double z2 = QUANTILE * QUANTILE;
    double centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    double half = QUANTILE / (1.0 + z2 / n) * sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));

    /* At the ends the exact bound is 0 or 1; rounding must not leave it just beside. */
    if (correct > 0) {
        *low = fmax(0.0, centre - half);
    }
    if (correct < total) {
        *high = fmin(1.0, centre + half);
    }
}
