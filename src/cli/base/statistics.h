/*
 * Range, mean, deviation and norm of an array.
 */
#ifndef DESCENT_CLI_STATISTICS_H
#define DESCENT_CLI_STATISTICS_H

#include <stddef.h>

/* Of the finite values; NaN where there are none. */
struct statistics {
    size_t count;
    size_t nonfinite;
    double minimum;
    double maximum;
    double mean;
    double deviation; /* of the values themselves: divided by their count, not by one less */
    double norm;      /* L2 */
};

struct statistics statistics_of(const float *values, size_t count);

#endif
