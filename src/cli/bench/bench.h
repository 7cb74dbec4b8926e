/*
 * The parts of `descent bench`: what is asked for, measured and reported.
 */
#ifndef DESCENT_CLI_BENCH_H
#define DESCENT_CLI_BENCH_H

#include "cli/bench/engines.h"
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
    bool open;                   /* whether the threads were left open, as train leaves them */
    char *engine;                /* names with commas between; read into: */
    struct engines engines;
    double seconds; /* for each combination */
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

/* Fills in all of a row for each engine but data, epoch, peaks and what is judged by them. On
 * failure it says why and returns FAILED. */
enum exit_status bench_measure(struct bench_row *rows, const struct bench_case *measured);

/* What so many threads compute at most, in GFLOP/s. */
struct bench_peak {
    int threads;
    double multiply_add; /* in registers alone */
    double product;      /* in a large square product of OpenBLAS's */
};

/* Raises the figures to the best of a few runs, within about `seconds`. */
enum exit_status bench_measure_peak(struct bench_peak *peak, double seconds);

/* What everything was measured on. */
struct bench_machine {
    char processor[128];
    char products[256]; /* what computes them */
    int processors;     /* that this process may use */
    size_t count;       /* of different numbers of threads */
    struct bench_peak peaks[DESCENT_LAYERS_MAX];
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
