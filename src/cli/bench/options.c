/*
 * The table of bench's options; what describes the training is taken from train's.
 */
#include "cli/bench/options.h"

#include <descent/bench.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct bench_options, member)

enum { MEASURED, TRAINING, OUTPUT };

static const char *const groups[] = {
    [MEASURED] = "Measured:", [TRAINING] = "Training:", [OUTPUT] = "Output:"};

static const struct option own_rows[] = {
    {.name = "layers",
     .brief = 'L',
     .type = OPTION_TEXT,
     AT(layers),
     .group = MEASURED,
     .value = "N-N-N",
     .help = "Sizes of the layers from inputs to outputs, several networks with commas between "
             "(default: 784-128-10, or 128 hidden units between DATA's inputs and classes)"},
    {.name = "batch",
     .brief = 'b',
     .type = OPTION_SIZES,
     AT(batches),
     .initial = "1,8,32,128,512",
     .range = {.low = 1.0, .high = 1e6},
     .group = MEASURED,
     .value = "N,N",
     .help = "Samples of a step"},
    {.name = "threads",
     .brief = 't',
     .type = OPTION_SIZES,
     AT(threads),
     .initial = "auto",
     .word = "auto",
     .range = {.low = 1.0, .high = BENCH_THREADS_MAX},
     .group = MEASURED,
     .value = "N,N",
     .help = "Threads; auto is 1 and one a processor"},
    {.name = "seconds",
     .type = OPTION_NUMBER,
     AT(seconds),
     .initial = "1",
     .range = {.low = 0.0, .high = 1e5, .low_open = true},
     .group = MEASURED,
     .value = "X",
     .help = "Time for each combination, its bounds included"},
    {.name = "repeats",
     .type = OPTION_COUNT,
     AT(repeats),
     .initial = "5",
     .range = {.low = 1.0, .high = BENCH_REPEATS_MAX},
     .group = MEASURED,
     .value = "N",
     .help = "Slices of that time, in each of which everything is measured in turn"},
    {.name = "csv",
     .type = OPTION_TEXT,
     AT(csv),
     .group = OUTPUT,
     .value = "FILE",
     .help = "Write the table as CSV, for descent plot"},
};

static const struct option_import train_rows[] = {
    {"activation", TRAINING, NULL, NULL},
    {"optimizer", TRAINING, "sgd", NULL},
    {"momentum", TRAINING, NULL, NULL},
    {"nesterov", TRAINING, NULL, NULL},
    {"dropout", TRAINING, NULL, NULL},
    {"clip-norm", TRAINING, NULL, NULL},
    {"augment", TRAINING, NULL,
     "Change DATA's images a little each time, as train does, and in turn with that train on them "
     "as they are: any of shift=PIXELS, rotate=DEGREES, scale=FRACTION, shear=FRACTION, "
     "elastic=ALPHA:SIGMA, noise=DEVIATION, with commas between, or none"},
    {"seed", TRAINING, NULL,
     "Decides the initial weights, the order of samples, dropout and augmentation"},
    {"quiet", OUTPUT, NULL, NULL},
    {"json", OUTPUT, NULL, NULL},
};

enum {
    OWN_ROWS = sizeof own_rows / sizeof own_rows[0],
    TRAIN_ROWS = sizeof train_rows / sizeof train_rows[0]
};

const struct option_table *bench_option_table(void)
{
    static struct option rows[OWN_ROWS + TRAIN_ROWS];
    static struct option_table table = {.groups = groups,
                                        .group_count = sizeof groups / sizeof groups[0]};
    option_gather(&table, rows, own_rows, OWN_ROWS, &TRAIN_OPTIONS, train_rows, TRAIN_ROWS);
    return &table;
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
        int processors = descent_bench_processors();
        processors = processors < BENCH_THREADS_MAX ? processors : BENCH_THREADS_MAX;
        options->threads = (struct option_sizes){.count = processors > 1 ? 2 : 1,
                                                 .sizes = {1, (size_t)processors}};
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
