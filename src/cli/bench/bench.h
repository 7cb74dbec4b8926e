/*
 * The parts of `descent bench`: what is asked for, measured and reported.
 */
#ifndef DESCENT_CLI_BENCH_H
#define DESCENT_CLI_BENCH_H

#include "cli/bench/networks.h"
#include "cli/bench/rows.h"
#include "cli/train/options.h"

#include <descent/augment.h>
#include <descent/dataset.h>

struct bench_options {
    struct train_options train; /* of the training; few of them are bench's own */
    char *layers;               /* NULL: by the data */
    struct option_sizes batches;
    struct option_sizes threads; /* 1 and all, unless given */
    double seconds;              /* for each combination */
    uint64_t repeats;
    char *csv;
    bool details;
    bool quiet;
    bool json;
};

/* One combination. */
struct bench_case {
    const struct bench_options *options;
    const struct network *network;
    const descent_dataset *dataset; /* NULL: random numbers */
    descent_augment augment;
    size_t batch;
    int threads;
};

/* Fills in all of the row but data, epoch, peak and what is judged by them. On failure it says why
 * and returns FAILED. */
enum exit_status bench_measure(struct bench_row *row, const struct bench_case *measured);

/* GFLOP/s of a large square product on each of so many threads: the best of a few, within about
 * `seconds`. */
enum exit_status bench_measure_peak(double *gflops, int threads, double seconds);

/* What everything was measured on. */
struct bench_machine {
    char processor[128];
    char products[256]; /* what computes them */
    int processors;     /* that this process may use */
    size_t count;       /* of different numbers of threads */
    int threads[DESCENT_LAYERS_MAX];
    double peak_gflops[DESCENT_LAYERS_MAX]; /* of so many threads */
};

/* Names processor and products; the peaks are the caller's to fill in. */
void bench_machine_init(struct bench_machine *machine);

/* Prints head, tables and what their columns mean; at least one row. */
enum exit_status bench_print(const struct bench_machine *machine, const struct bench_row *rows,
                             size_t count, bool details);

/* Prints the same as one JSON object. */
enum exit_status bench_print_json(const struct bench_machine *machine, const struct bench_row *rows,
                                  size_t count);

#endif
