/*
 * Sums over arrays in the fixed order.
 */
#include "base/fixed_sum.h"

#include "base/vector_loops.h"

static inline void add_squares(const float *values, size_t n, double *partial)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        partial[i] += (double)values[i] * (double)values[i];
    }
}

DESCENT_VECTOR_LOOP static double sum_of_squares(const float *values, size_t n)
{
    double partial[DESCENT_PARTIAL_SUMS] = {0.0};
    size_t whole = n - n % DESCENT_PARTIAL_SUMS;
    for (size_t first = 0; first < whole; first += DESCENT_PARTIAL_SUMS) {
        add_squares(values + first, DESCENT_PARTIAL_SUMS, partial);
    }
    add_squares(values + whole, n - whole, partial);
    return descent_add_partial_sums(partial);
}

double descent_sum_of_squares(const float *values, size_t n)
{
    return sum_of_squares(values, n);
}
