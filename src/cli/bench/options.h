/*
 * The options of `descent bench`.
 */
#ifndef DESCENT_CLI_BENCH_OPTIONS_H
#define DESCENT_CLI_BENCH_OPTIONS_H

#include "cli/train/options.h"

struct bench_options {
    struct train_options train; /* of the training; few of them are bench's own */
    char *layers;               /* NULL: by the data */
    struct option_sizes batches;
    struct option_sizes threads; /* 1 and all, unless given */
    double seconds;              /* for each combination */
    uint64_t repeats;
    char *csv;
    bool quiet;
    bool json;
};

/* Reads the command line; *data is DATA, borrowed from arguments, or NULL. USAGE after saying what
 * is wrong. The caller frees options and arguments in any case. */
enum exit_status bench_options_read(struct bench_options *options,
                                    struct option_arguments *arguments, const char **data, int argc,
                                    const char **argv);
void bench_options_free(struct bench_options *options, struct option_arguments *arguments);

#endif
