/*
 * descent bench: how fast training is by batch size and threads, and how fast it could be. What
 * describes the training are options of train.
 */
#include "cli/base/progress.h"
#include "cli/base/source.h"
#include "cli/bench/bench.h"
#include "cli/bench/compare.h"

#include <descent/bench.h>
#include <descent/descent.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEASURED, TRAINING, OUTPUT };

static const char *const groups[] = {
    [MEASURED] = "Measured:", [TRAINING] = "Training:", [OUTPUT] = "Output:"};

#define AT(kind, member) OPTION_AT(kind, struct bench_options, member)
#define TRAIN OPTION_FROM_TABLE(TRAIN_OPTIONS, struct bench_options, train), .group = TRAINING

static bool prints_tables(const void *values)
{
    return !((const struct bench_options *)values)->json;
}

static const struct option rows[] = {
    {"layers", 'L', AT(TEXT, layers), .common = true, .group = MEASURED, .value = "N-N-N",
     .help = "Sizes of the layers from inputs to outputs; several networks with commas between "
             "(default: 784-128-10, or 128 hidden units between DATA's inputs and classes)"},
    {"batch", 'b', AT(SIZES, batches), .common = true, OPTION_FROM_TO(1.0, 1e6), .group = MEASURED,
     .initial = "1,8,32,128,512", .value = "N,N", .help = "Samples of a step"},
    {"threads", 't', AT(SIZES, threads), .common = true, OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX),
     .group = MEASURED, .initial = "auto", .word = "auto", .value = "N,N",
     .help = "Threads; auto is 1, and one for each processor"},
    {"seconds", AT(NUMBER, seconds), .common = true, OPTION_RANGE(0.0, 1e5, true, false),
     .group = MEASURED, .initial = "1", .help = "Time for each combination, including its bounds"},
    {"repeats", AT(COUNT, repeats), OPTION_FROM_TO(1.0, COMPARE_ROUNDS_MAX), .group = MEASURED,
     .initial = "5", .help = "Slices of that time; each measures everything in turn"},
    {"engine", AT(TEXT, engine), .common = true, .group = MEASURED, .choice = engine_name,
     .initial = "blas", .value = "LIST",
     .help = "Engines; blas is OpenBLAS, packed has kernels of descent's own, and blas,packed "
             "measures both in turn"},
    {"instruction-set", TRAIN},
    {"activation", TRAIN},
    {"optimizer", TRAIN, .common = true, .initial = "sgd"},
    {"momentum", TRAIN},
    {"nesterov", TRAIN},
    {"dropout", TRAIN},
    {"clip-norm", TRAIN},
    {"augment", TRAIN,
     .help = "Vary DATA's images a little each time, as train does, and measure training on the "
             "unchanged images in turn: any of shift=PIXELS, rotate=DEGREES, scale=FRACTION, "
             "shear=FRACTION, elastic=ALPHA:SIGMA, noise=DEVIATION, with commas between, or none"},
    {"seed", TRAIN,
     .help = "Seed of all random choices: the initial weights, the order, dropout and "
             "augmentation"},
    {"details", AT(FLAG, details), .common = true, .group = OUTPUT, .applies = prints_tables,
     .only = "without --json",
     .help = "Print more columns: the lowest and highest rates, time of a step, arithmetic, memory "
             "and bounds"},
    {"csv", AT(TEXT, csv), .common = true, .group = OUTPUT, .value = "FILE",
     .help = "Write all figures as CSV, for descent plot"},
    OPTION_QUIET(struct bench_options, OUTPUT),
    OPTION_JSON(struct bench_options, OUTPUT),
};

static const struct option_table TABLE = OPTION_TABLE(
    rows, groups, "[DATA]", .operands = "Default: random numbers. DATA is " SOURCE_KINDS,
    .examples =
        {
            {"descent bench", "Measures training on random numbers of MNIST's shape."},
            {"descent bench digits --batch 8,32,128",
             "Compares batch sizes on data and their shape."},
            {"descent bench mnist --batch 1,4,16,64,256,1024 --csv speed.csv",
             "Writes all figures as well, for descent plot speed.csv."},
        },
    .about = "\"busy\" in the table, in CSV and JSON, and a cross in plots " BENCH_BUSY_HELP
             ". The fastest batch need not learn fastest: it takes fewer steps an epoch.");

static void choose_threads(struct option_sizes *threads)
{
    int processors = descent_bench_processors();
    processors = processors < DESCENT_THREADS_MAX ? processors : DESCENT_THREADS_MAX;
    if (threads->count == 0) {
        *threads = (struct option_sizes){.count = processors > 1 ? 2 : 1,
                                         .sizes = {1, (size_t)processors}};
    }
}

/* *data is DATA, borrowed from the arguments, or NULL. */
static enum exit_status read_options(struct bench_options *options,
                                     struct option_arguments *arguments, const char **data,
                                     int argc, const char **argv)
{
    CLI_TRY(option_defaults(&TRAIN_OPTIONS, &options->train));
    CLI_TRY(option_read_command(&TABLE, argc, argv, arguments, options));
    CLI_TRY(option_check_effects(&TABLE, arguments, options));
    *data = arguments->rest[0];
    if (*data != NULL && arguments->rest[1] != NULL) {
        return cli_usage("bench: expected one DATA at most, found \"%s\" and \"%s\"", *data,
                         arguments->rest[1]);
    }
    train_options_resolve_steps(&options->train, 1);
    options->open = options->threads.count == 0;
    choose_threads(&options->threads);
    CLI_TRY(engines_read(&options->engines, options->engine));
    bool packed = engines_include(&options->engines, DESCENT_ENGINE_PACKED);
    return engine_use(&options->train.engine, packed ? DESCENT_ENGINE_PACKED : DESCENT_ENGINE_BLAS);
}

struct bench {
    struct bench_options options;
    struct option_arguments arguments;
    struct networks networks;
    char *folder;   /* of the data, or NULL */
    char data[512]; /* their name, and how they are augmented */
    descent_augment augment;
    descent_dataset *dataset; /* NULL: random numbers */
    struct bench_machine machine;
    struct progress progress;
    struct bench_row *rows;
    size_t count;
};

static enum exit_status load_data(struct bench *bench, const char *name)
{
    const char *shown = "random numbers";
    if (name != NULL) {
        bench->folder = cli_data_find(name);
        if (bench->folder == NULL) {
            return FAILED;
        }
        descent_source source = DESCENT_SOURCE_DEFAULT;
        CLI_TRY_LIBRARY(descent_dataset_load(&bench->dataset, bench->folder, &source));
        const char *slash = strrchr(bench->folder, '/');
        shown = slash == NULL ? bench->folder : slash + 1;
    }
    bool augmented = descent_augment_active(&bench->augment);
    snprintf(bench->data, sizeof bench->data, "%.250s%s%.250s", shown, augmented ? " with " : "",
             augmented ? bench->options.train.augment : "");
    return DONE;
}

/* One for each class, or one alone for two. */
static bool has_outputs_for(const struct network *network, size_t classes)
{
    size_t outputs = network->sizes[network->layers];
    return descent_loss_classes(network_loss(network), outputs) == classes;
}

/* Data say how many inputs and outputs a network has, and how large a batch can be. */
static enum exit_status check_data(const struct bench *bench)
{
    size_t inputs = descent_dataset_features(bench->dataset);
    size_t classes = descent_dataset_classes(bench->dataset);
    size_t samples = descent_dataset_count(bench->dataset);
    for (size_t i = 0; i < bench->networks.count; i++) {
        const struct network *network = &bench->networks.networks[i];
        if (network->sizes[0] != inputs || !has_outputs_for(network, classes)) {
            return cli_failed("%s: expected networks from %zu inputs to %zu outputs, found %s",
                              bench->data, inputs, classes, network->name);
        }
    }
    for (size_t i = 0; i < bench->options.batches.count; i++) {
        if (bench->options.batches.sizes[i] > samples) {
            return cli_failed("%s: expected batches of up to all %zu samples, found %zu",
                              bench->data, samples, bench->options.batches.sizes[i]);
        }
    }
    return DONE;
}

static enum exit_status choose_networks(struct bench *bench)
{
    if (bench->options.layers != NULL) {
        return networks_read(&bench->networks, bench->options.layers, NETWORKS_MAX);
    }
    struct network *network = &bench->networks.networks[0];
    bool random = bench->dataset == NULL;
    bench->networks.count = 1;
    network->layers = 2;
    network->sizes[0] = random ? 784 : descent_dataset_features(bench->dataset);
    network->sizes[1] = 128;
    network->sizes[2] = random ? 10 : descent_dataset_classes(bench->dataset);
    network_name(network);
    return DONE;
}

/* The best so far: the machine may be busy with other work at any time. */
static enum exit_status measure_peaks(struct bench *bench)
{
    struct bench_machine *machine = &bench->machine;
    machine->count = bench->options.threads.count;
    for (size_t i = 0; i < machine->count; i++) {
        machine->peaks[i].threads = (int)bench->options.threads.sizes[i];
        CLI_TRY(bench_measure_peak(&machine->peaks[i], fmin(bench->options.seconds, 0.5)));
    }
    return DONE;
}

/* Combination i of all but engines: networks, batches and, changing fastest, threads. */
static struct bench_case case_of(const struct bench *bench, size_t i)
{
    const struct bench_options *options = &bench->options;
    size_t threads = i % options->threads.count;
    size_t batch = i / options->threads.count % options->batches.count;
    size_t network = i / options->threads.count / options->batches.count;
    return (struct bench_case){
        .options = options,
        .network = &bench->networks.networks[network],
        .dataset = bench->dataset,
        .batch = options->batches.sizes[batch],
        .threads = (int)options->threads.sizes[threads],
        .augment = bench->augment,
    };
}

static void show_progress(struct bench *bench, size_t i, size_t cases,
                          const struct bench_case *measured)
{
    char what[256];
    snprintf(what, sizeof what, "%.200s, batch %zu, threads %d", measured->network->name,
             measured->batch, measured->threads);
    if (bench->progress.terminal) {
        progress_draw_work(&bench->progress, progress_clock(), what, i, cases);
    }
}

static enum exit_status measure_rows(struct bench *bench)
{
    size_t engines = bench->options.engines.count, cases = bench->count / engines;
    for (size_t i = 0; i < cases; i++) {
        struct bench_case measured = case_of(bench, i);
        show_progress(bench, i, cases, &measured);
        CLI_TRY(bench_measure(&bench->rows[i * engines], &measured));
    }
    return DONE;
}

static void complete_row(const struct bench *bench, struct bench_row *row,
                         const struct bench_peak *peak)
{
    enum { RANDOM_EPOCH = 60000 }; /* as many as MNIST has */
    row->data = bench->data;
    row->peak_gflops = peak->product;
    row->peak_ratio = row->gflops / row->peak_gflops;
    row->fp32_peak_gflops = peak->multiply_add;
    row->fp32_peak_ratio = row->gflops / row->fp32_peak_gflops;
    row->epoch_samples =
        bench->dataset == NULL ? RANDOM_EPOCH : (double)descent_dataset_count(bench->dataset);
    row->epoch_seconds = row->epoch_samples / row->samples_per_second;
    bench_row_judge(row);
}

/* The bound of all engines is OpenBLAS's. */
static void tell_kernels(struct bench *bench)
{
    char advice[256];
    descent_instruction_set set;
    const char *kernels = descent_bench_blas_kernels(&set);
    bench_advise_kernels(advice, sizeof advice, kernels, set, descent_instruction_set_best(),
                         getenv("OPENBLAS_CORETYPE") != NULL);
    if (advice[0] != '\0') {
        progress_say(&bench->progress, "bench: %s", advice);
    }
}

static enum exit_status measure_all(struct bench *bench)
{
    size_t threads = bench->options.threads.count, engines = bench->options.engines.count;
    bench->count = bench->networks.count * bench->options.batches.count * threads * engines;
    bench->rows = calloc(bench->count, sizeof *bench->rows);
    if (bench->rows == NULL) {
        return cli_failed("out of memory for %zu rows", bench->count);
    }
    bench_machine_init(&bench->machine);
    tell_kernels(bench);
    CLI_TRY(measure_peaks(bench));
    enum exit_status measured = measure_rows(bench);
    progress_clear(&bench->progress);
    CLI_TRY(measured);
    CLI_TRY(measure_peaks(bench));
    for (size_t i = 0; i < bench->count; i++) {
        complete_row(bench, &bench->rows[i], &bench->machine.peaks[i / engines % threads]);
    }
    return DONE;
}

/* Other programs take a processor away for longer than a step. */
static void tell_noise(struct bench *bench)
{
    size_t busy = 0;
    for (size_t i = 0; i < bench->count; i++) {
        busy += bench->rows[i].busy != NULL ? 1 : 0;
    }
    if (busy > 0) {
        progress_say(&bench->progress,
                     "bench: %zu of %zu rows are marked busy: the machine does other work, or "
                     "--seconds is too short",
                     busy, bench->count);
    }
}

/* The table comes first: it is not lost where the file cannot be written. */
static enum exit_status report(struct bench *bench)
{
    const struct bench_options *options = &bench->options;
    CLI_TRY(options->json
                ? bench_print_json(&bench->machine, bench->rows, bench->count)
                : bench_print(&bench->machine, bench->rows, bench->count, options->details));
    if (options->csv != NULL) {
        CLI_TRY(record_save(&BENCH_ROW, options->csv, bench->rows, bench->count));
    }
    tell_noise(bench);
    return DONE;
}

static enum exit_status run(struct bench *bench, int argc, const char **argv)
{
    const struct bench_options *options = &bench->options;
    const char *data;
    CLI_TRY(read_options(&bench->options, &bench->arguments, &data, argc, argv));
    CLI_TRY(source_augment_read(&bench->augment, options->train.augment));
    if (data == NULL && descent_augment_active(&bench->augment)) {
        return cli_usage("bench: --augment needs DATA whose images it changes");
    }
    bench->progress = progress_create(options->quiet);
    if (options->csv != NULL) {
        CLI_TRY_LIBRARY(descent_file_check(options->csv));
    }
    CLI_TRY(load_data(bench, data));
    CLI_TRY(choose_networks(bench));
    if (bench->dataset != NULL) {
        CLI_TRY(check_data(bench));
    }
    CLI_TRY(measure_all(bench));
    return report(bench);
}

const struct option_table *command_bench_options(void)
{
    return &TABLE;
}

enum exit_status command_bench(int argc, const char **argv)
{
    struct bench bench = {0};
    enum exit_status status = run(&bench, argc, argv);
    free(bench.rows);
    free(bench.folder);
    descent_dataset_destroy(bench.dataset);
    option_free(&TABLE, &bench.arguments, &bench.options);
    option_free_values(&TRAIN_OPTIONS, &bench.options.train);
    return status;
}
