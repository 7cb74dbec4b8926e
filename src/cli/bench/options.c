/*
 * The table of bench's options; what describes the training is taken from train's.
 */
#include "cli/bench/options.h"

#include "cli/bench/compare.h"

#include <descent/bench.h>

enum { MEASURED, TRAINING, OUTPUT };

static const char *const groups[] = {
    [MEASURED] = "Measured:", [TRAINING] = "Training:", [OUTPUT] = "Output:"};

#define AT(kind, member) OPTION_AT(kind, struct bench_options, member)
#define TRAIN OPTION_FROM_TABLE(TRAIN_OPTIONS, struct bench_options, train), .group = TRAINING

static const struct option rows[] = {
    {"layers", 'L', AT(TEXT, layers), .group = MEASURED, .value = "N-N-N",
     .help = "Sizes of the layers from inputs to outputs, several networks with commas between "
             "(default: 784-128-10, or 128 hidden units between DATA's inputs and classes)"},
    {"batch", 'b', AT(SIZES, batches), OPTION_FROM_TO(1.0, 1e6), .group = MEASURED,
     .initial = "1,8,32,128,512", .value = "N,N", .help = "Samples of a step"},
    {"threads", 't', AT(SIZES, threads), OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX),
     .group = MEASURED, .initial = "auto", .word = "auto", .value = "N,N",
     .help = "Threads; auto is 1, and one for each processor"},
    {"seconds", AT(NUMBER, seconds), OPTION_RANGE(0.0, 1e5, true, false), .group = MEASURED,
     .initial = "1", .help = "Time for each combination, including its bounds"},
    {"repeats", AT(COUNT, repeats), OPTION_FROM_TO(1.0, COMPARE_ROUNDS_MAX), .group = MEASURED,
     .initial = "5", .help = "Slices of that time; each measures everything in turn"},
    {"activation", TRAIN},
    {"optimizer", TRAIN, .initial = "sgd"},
    {"momentum", TRAIN},
    {"nesterov", TRAIN},
    {"dropout", TRAIN},
    {"clip-norm", TRAIN},
    {"augment", TRAIN,
     .help = "Vary DATA's images a little each time, as train does, and measure training on the "
             "unchanged images in turn: any of shift=PIXELS, rotate=DEGREES, scale=FRACTION, "
             "shear=FRACTION, elastic=ALPHA:SIGMA, noise=DEVIATION, with commas between, or none"},
    {"seed", TRAIN,
     .help = "Decides the initial weights, the order of samples, dropout and augmentation"},
    {"csv", AT(TEXT, csv), .group = OUTPUT, .value = "FILE",
     .help = "Write the table as CSV, for descent plot"},
    OPTION_QUIET(struct bench_options, OUTPUT),
    OPTION_JSON(struct bench_options, OUTPUT),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "[DATA]", "descent bench mnist --batch 1,4,16,64,256,1024 --csv speed.csv");

static void choose_threads(struct option_sizes *threads)
{
    int processors = descent_bench_processors();
    processors = processors < DESCENT_THREADS_MAX ? processors : DESCENT_THREADS_MAX;
    if (threads->count == 0) {
        *threads = (struct option_sizes){.count = processors > 1 ? 2 : 1,
                                         .sizes = {1, (size_t)processors}};
    }
}

enum exit_status bench_options_read(struct bench_options *options,
                                    struct option_arguments *arguments, const char **data, int argc,
                                    const char **argv)
{
    option_defaults(&TRAIN_OPTIONS, &options->train);
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    CLI_TRY(option_check_effects(&TABLE, arguments, options));
    *data = arguments->rest[0];
    if (*data != NULL && arguments->rest[1] != NULL) {
        return cli_usage("bench: expected one DATA at most, found \"%s\" and \"%s\"", *data,
                         arguments->rest[1]);
    }
    train_options_resolve_steps(&options->train, 1);
    choose_threads(&options->threads);
    return DONE;
}

void bench_options_free(struct bench_options *options, struct option_arguments *arguments)
{
    option_free(&TABLE, arguments, options);
    option_free_values(&TRAIN_OPTIONS, &options->train);
}
