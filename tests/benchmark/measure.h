/*
 * A kernel beside its limit, both measured in turn, as a row of a table.
 */
#ifndef DESCENT_BENCHMARK_MEASURE_H
#define DESCENT_BENCHMARK_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

typedef void body(void *context);

/* What is measured: the kernel, and something that moves as many bytes, or multiplies as many
 * numbers, as fast as it can. */
struct measurement {
    const char *name;
    body *kernel;
    void *kernel_context;
    double kernel_work; /* bytes, or operations, of one call */
    body *limit;
    void *limit_context;
    double limit_work;
    bool wall; /* time that passes counts, not the processor's: for several threads */
};

/* The heading of a table; unit is that of billions of work a second, such as "GB/s". */
void measure_heading(const char *title, const char *unit);

/* Measures and prints a row: time of a call, work a second, that of the limit, and the share of it.
 */
void measure(const struct measurement *measurement);

/* An array of count random numbers in [−1, 1), or of zeros, on a cache line of its own; ends the
 * program where memory is out. The caller frees it. */
float *measure_random(size_t count);
float *measure_zeros(size_t count);

#endif
