/*
 * What a benchmark tells: the machine, and the rows as tables or JSON.
 */
#ifndef DESCENT_CLI_BENCH_REPORT_H
#define DESCENT_CLI_BENCH_REPORT_H

#include "cli/bench/options.h"
#include "cli/bench/rows.h"

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

/* Prints head, tables and what their columns mean. */
enum exit_status bench_print(const struct bench_machine *machine, const struct bench_row *rows,
                             size_t count);

/* Prints the same as one JSON object. */
enum exit_status bench_print_json(const struct bench_machine *machine, const struct bench_row *rows,
                                  size_t count);

#endif
