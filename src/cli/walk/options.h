/*
 * The options of `descent walk`. Optimizer and schedule are options of train, with the same rows.
 */
#ifndef DESCENT_CLI_WALK_OPTIONS_H
#define DESCENT_CLI_WALK_OPTIONS_H

#include "cli/train/options.h"
#include "cli/walk/walk.h"

struct walk_options {
    struct train_options train; /* few of these are used */
    const struct walk_function *function;
    struct option_numbers from; /* none: the function's own */
    struct option_numbers compare;
    double condition;
    uint64_t steps; /* 0: the function's own */
    double noise;
    char *csv;
    char *out;
    bool no_plot;
};

/* Reads a command line. On failure it says why and returns USAGE; the caller frees in any case. */
enum exit_status walk_options_read(struct walk_options *options, struct option_arguments *arguments,
                                   int argc, const char **argv);
void walk_options_free(struct walk_options *options, struct option_arguments *arguments);

/* What is to be walked; with --compare-lr, the learning rate of that number. */
struct walk_setup walk_options_setup(const struct walk_options *options, size_t number);

#endif
