/*
 * Sums in one fixed order, which compilers turn into vector code of any width without changing a
 * bit: term i goes to partial sum i mod 16, and the 16 are added up in pairs.
 */
#ifndef DESCENT_FIXED_SUM_H
#define DESCENT_FIXED_SUM_H

#include <stddef.h>

enum { DESCENT_PARTIAL_SUMS = 16 };

/* How many of the terms from `first` on go to partial sums side by side, for all n terms. */
static inline size_t descent_partial_terms(size_t first, size_t n)
{
    return n - first < DESCENT_PARTIAL_SUMS ? n - first : DESCENT_PARTIAL_SUMS;
}

/* 0 + 8, 1 + 9, …, then those that are 4 apart, 2 apart and 1 apart. Overwrites them. */
static inline double descent_add_partial_sums(double partial[DESCENT_PARTIAL_SUMS])
{
    for (size_t apart = DESCENT_PARTIAL_SUMS / 2; apart > 0; apart /= 2) {
        for (size_t i = 0; i < apart; i++) {
            partial[i] += partial[i + apart];
        }
    }
    return partial[0];
}

/* Σ values². */
double descent_sum_of_squares(const float *values, size_t n);

#endif
