/*
 * The options of `descent bench`, and the networks that they name.
 */
#ifndef DESCENT_CLI_BENCH_OPTIONS_H
#define DESCENT_CLI_BENCH_OPTIONS_H

#include "cli/bench/compare.h"
#include "cli/train/options.h"

#include <descent/model.h>

enum { BENCH_NETWORKS_MAX = 16, BENCH_REPEATS_MAX = COMPARE_ROUNDS_MAX, BENCH_THREADS_MAX = 256 };

struct bench_options {
    struct train_options train; /* first, so that rows of train's table serve here too */
    char *layers;               /* NULL: by the data */
    struct option_sizes batches;
    struct option_sizes threads; /* empty: 1 and all */
    double seconds;              /* for each combination */
    uint64_t repeats;
    char *csv;
};

/* A network by its sizes. The name, such as "784-128-10", has room for the longest one. */
struct bench_network {
    size_t layers;
    size_t sizes[DESCENT_LAYERS_MAX + 1];
    char name[(DESCENT_LAYERS_MAX + 1) * 8];
};

struct bench_networks {
    size_t count;
    struct bench_network networks[BENCH_NETWORKS_MAX];
};

/* The table; it stays valid. */
const struct option_table *bench_option_table(void);

/* Frees the texts in the options. */
void bench_options_free(struct bench_options *options);

/* Fills in what is "auto". */
void bench_options_resolve(struct bench_options *options);

/* Reads --layers, such as "784-128-10,784-30-10". USAGE after telling what is wrong. */
enum exit_status bench_networks_read(struct bench_networks *networks, const char *text);

/* Names a network by its sizes. */
void bench_network_name(struct bench_network *network);

#endif
