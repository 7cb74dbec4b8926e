/*
 * Measuring: how fast a trainer is, and how fast the products of its steps are alone.
 */
#ifndef DESCENT_CLI_BENCH_MEASURE_H
#define DESCENT_CLI_BENCH_MEASURE_H

#include "cli/bench/networks.h"
#include "cli/bench/options.h"
#include "cli/bench/rows.h"

#include <descent/augment.h>
#include <descent/dataset.h>

/* One combination. */
struct bench_case {
    const struct bench_options *options;
    const struct network *network;
    const descent_dataset *dataset; /* NULL: random numbers */
    descent_augment augment;
    size_t batch;
    int threads;
};

/* Fills in all of the row but the name of the data and the peak. On failure it says why and returns
 * FAILED. */
enum exit_status bench_measure(struct bench_row *row, const struct bench_case *measured);

/* GFLOP/s of a large square product on each of so many threads: the best of a few, within about
 * `seconds`. */
enum exit_status bench_measure_peak(double *gflops, int threads, double seconds);

#endif
