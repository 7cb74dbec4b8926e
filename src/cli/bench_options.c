/*
 * The table of bench's options; what describes the training is taken from train's.
 */
#include "bench_options.h"

#include <descent/bench.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct bench_options, member)

static const struct option own_rows[] = {
    {.name = "layers",
     .brief = 'L',
     .type = OPTION_TEXT,
     AT(layers),
     .value = "N-N-N",
     .help = "Sizes of the layers from inputs to outputs, several networks with commas between "
             "(default: 784-128-10, or 128 hidden units between DATA's inputs and classes)"},
    {.name = "batch",
     .brief = 'b',
     .type = OPTION_SIZES,
     AT(batches),
     .value = "N,N",
     .initial = "1,8,32,128,512",
     .range = {.low = 1.0, .high = 1e6},
     .help = "Samples of a step"},
    {.name = "threads",
     .brief = 't',
     .type = OPTION_SIZES,
     AT(threads),
     .value = "N,N",
     .initial = "auto",
     .word = "auto",
     .range = {.low = 1.0, .high = 256.0},
     .help = "Threads; auto is 1 and one a processor"},
    {.name = "seconds",
     .type = OPTION_NUMBER,
     AT(seconds),
     .value = "X",
     .initial = "1.2",
     .range = {.low = 0.0, .high = 1e5, .low_open = true},
     .help = "Time for each combination, its bounds included"},
    {.name = "repeats",
     .type = OPTION_COUNT,
     AT(repeats),
     .value = "N",
     .initial = "5",
     .range = {.low = 1.0, .high = BENCH_REPEATS_MAX},
     .help = "Slices of that time, in each of which everything is measured in turn"},
};

/* Where they come to stand in the help: training, then ours, then these. */
static const char *const training_rows[] = {"activation", "optimizer", "momentum",
                                            "nesterov",   "dropout",   "clip-norm"};
static const char *const last_rows[] = {"seed", "quiet", "json"};

static const struct option csv_row = {.name = "csv",
                                      .type = OPTION_TEXT,
                                      AT(csv),
                                      .value = "FILE",
                                      .help = "Write the table as CSV, for descent plot"};

enum {
    OWN_ROWS = sizeof own_rows / sizeof own_rows[0],
    TRAINING_ROWS = sizeof training_rows / sizeof training_rows[0],
    LAST_ROWS = sizeof last_rows / sizeof last_rows[0],
    ROWS = OWN_ROWS + TRAINING_ROWS + 1 + LAST_ROWS
};

static const char *const groups[] = {"Measured:", "Training:", "Output:"};

static struct option borrowed(const char *name, size_t group)
{
    struct option row = option_row(&TRAIN_OPTIONS, name);
    row.group = group;
    if (strcmp(name, "optimizer") == 0) {
        row.initial = "sgd";
    } else if (strcmp(name, "seed") == 0) {
        row.help = "Decides the initial weights, the samples' order and the dropout";
    }
    return row;
}

const struct option_table *bench_option_table(void)
{
    static struct option rows[ROWS];
    static const struct option_table table = {rows, ROWS, groups, sizeof groups / sizeof groups[0]};
    struct option *next = rows;
    for (size_t i = 0; i < OWN_ROWS; i++) {
        *next++ = own_rows[i];
    }
    for (size_t i = 0; i < TRAINING_ROWS; i++) {
        *next++ = borrowed(training_rows[i], 1);
    }
    *next = csv_row;
    next++->group = 2;
    for (size_t i = 0; i < LAST_ROWS; i++) {
        *next++ = borrowed(last_rows[i], 2);
    }
    return &table;
}

void bench_options_init(struct bench_options *options)
{
    option_defaults(&TRAIN_OPTIONS, &options->train);
    option_defaults(bench_option_table(), options);
}

void bench_options_free(struct bench_options *options)
{
    option_free_values(bench_option_table(), options);
    option_free_values(&TRAIN_OPTIONS, &options->train);
}

void bench_options_resolve(struct bench_options *options)
{
    train_options_resolve_steps(&options->train, 1);
    if (options->threads.count == 0) {
        size_t processors = (size_t)descent_bench_processors();
        options->threads = (struct option_sizes){.count = processors > 1 ? 2 : 1,
                                                 .sizes = {1, processors < 256 ? processors : 256}};
    }
}

void bench_network_name(struct bench_network *network)
{
    size_t used = 0;
    for (size_t l = 0; l <= network->layers; l++) {
        used += (size_t)snprintf(network->name + used, sizeof network->name - used, "%s%zu",
                                 l == 0 ? "" : "-", network->sizes[l]);
    }
}

/* Reads one size and steps behind it; 0 where there is none in range. */
static size_t read_size(const char **text)
{
    size_t digits = strspn(*text, "0123456789");
    unsigned long size = digits > 0 && digits < 9 ? strtoul(*text, NULL, 10) : 0;
    *text += digits;
    return size <= DESCENT_WIDTH_MAX ? size : 0;
}

/* Reads one network up to a comma or the end. */
static bool read_network(struct bench_network *network, const char **text)
{
    for (size_t l = 0; l <= DESCENT_LAYERS_MAX; l++) {
        network->sizes[l] = read_size(text);
        if (network->sizes[l] == 0) {
            return false;
        }
        network->layers = l;
        if (**text != '-') {
            bench_network_name(network);
            return l > 0 && (**text == ',' || **text == '\0');
        }
        ++*text;
    }
    return false;
}

enum exit_status bench_networks_read(struct bench_networks *networks, const char *text)
{
    const char *rest = text;
    for (networks->count = 0; networks->count < BENCH_NETWORKS_MAX; rest++) {
        if (!read_network(&networks->networks[networks->count], &rest)) {
            break;
        }
        networks->count++;
        if (*rest == '\0') {
            return DONE;
        }
    }
    return cli_usage("--layers: expected 1 to %d networks with commas between, each of 2 to %d "
                     "sizes from 1 to %zu with dashes between, found \"%.200s\"",
                     BENCH_NETWORKS_MAX, DESCENT_LAYERS_MAX + 1, DESCENT_WIDTH_MAX, text);
}
