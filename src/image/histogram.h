/*
 * Histograms of grey levels, and their quantiles, which a few odd pixels cannot move.
 */
#ifndef DESCENT_HISTOGRAM_H
#define DESCENT_HISTOGRAM_H

#include <stddef.h>

enum { DESCENT_LEVELS = 256 };

typedef size_t descent_histogram[DESCENT_LEVELS];

/* The least level that at least this share of the pixels does not exceed; 0 without pixels. */
static inline unsigned descent_histogram_quantile(const descent_histogram counts, double share)
{
    size_t total = 0, sum = 0;
    for (size_t level = 0; level < DESCENT_LEVELS; level++) {
        total += counts[level];
    }
    for (unsigned level = 0; level < DESCENT_LEVELS; level++) {
        sum += counts[level];
        if ((double)sum >= share * (double)total && sum > 0) {
            return level;
        }
    }
    return 0;
}

#endif
