/*
 * descent bench: how fast training is by batch size and threads, and how fast it could be.
 */
#include "cli/base/data.h"
#include "cli/base/progress.h"
#include "cli/base/source.h"
#include "cli/bench/measure.h"
#include "cli/bench/report.h"

#include <descent/descent.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    struct bench_options options;
    struct bench_networks networks;
    char *folder;   /* of the data, or NULL */
    char data[512]; /* their name, and how they are augmented */
    descent_augment augment;
    descent_dataset *dataset; /* NULL: random numbers */
    struct bench_machine machine;
    struct progress progress;
    struct bench_row *rows;
    size_t count;
};

static void name_data(struct bench *bench, const char *name)
{
    bool augmented = descent_augment_active(&bench->augment);
    snprintf(bench->data, sizeof bench->data, "%.250s%s%.250s", name, augmented ? " with " : "",
             augmented ? bench->options.train.augment : "");
}

static enum exit_status read_augmentation(struct bench *bench, const char *data)
{
    enum exit_status status = source_augment_read(&bench->augment, bench->options.train.augment);
    if (status == DONE && data == NULL && descent_augment_active(&bench->augment)) {
        return cli_usage("bench: --augment needs DATA whose images it changes");
    }
    return status;
}

static enum exit_status load_data(struct bench *bench, const char *name)
{
    if (name == NULL) {
        name_data(bench, "random numbers");
        return DONE;
    }
    bench->folder = cli_data_find(name);
    if (bench->folder == NULL) {
        return FAILED;
    }
    descent_source source = DESCENT_SOURCE_DEFAULT;
    if (descent_dataset_load(&bench->dataset, bench->folder, &source) != DESCENT_OK) {
        return cli_library_failed();
    }
    const char *slash = strrchr(bench->folder, '/');
    name_data(bench, slash == NULL ? bench->folder : slash + 1);
    return DONE;
}

/* Data say how many inputs and outputs a network has, and how large a batch can be. */
static enum exit_status check_data(const struct bench *bench)
{
    size_t inputs = descent_dataset_features(bench->dataset);
    size_t outputs = descent_dataset_classes(bench->dataset);
    size_t samples = descent_dataset_count(bench->dataset);
    for (size_t i = 0; i < bench->networks.count; i++) {
        const struct bench_network *network = &bench->networks.networks[i];
        if (network->sizes[0] != inputs || network->sizes[network->layers] != outputs) {
            return cli_failed("%s: expected networks from %zu inputs to %zu outputs, found %s",
                              bench->data, inputs, outputs, network->name);
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
        return bench_networks_read(&bench->networks, bench->options.layers);
    }
    struct bench_network *network = &bench->networks.networks[0];
    bool random = bench->dataset == NULL;
    bench->networks.count = 1;
    network->layers = 2;
    network->sizes[0] = random ? 784 : descent_dataset_features(bench->dataset);
    network->sizes[1] = 128;
    network->sizes[2] = random ? 10 : descent_dataset_classes(bench->dataset);
    bench_network_name(network);
    return DONE;
}

/* The best so far: the machine may be busy with other work at any time. */
static enum exit_status measure_peaks(struct bench *bench)
{
    struct bench_machine *machine = &bench->machine;
    enum exit_status status = DONE;
    machine->count = bench->options.threads.count;
    for (size_t i = 0; i < machine->count && status == DONE; i++) {
        double gflops = 0.0;
        machine->threads[i] = (int)bench->options.threads.sizes[i];
        status =
            bench_measure_peak(&gflops, machine->threads[i], fmin(bench->options.seconds, 0.5));
        machine->peak_gflops[i] = fmax(machine->peak_gflops[i], gflops);
    }
    return status;
}

/* Combination i of all: networks, batches and, changing fastest, threads. */
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

static void show_progress(struct bench *bench, size_t i, const struct bench_case *measured)
{
    char what[256];
    snprintf(what, sizeof what, "%.200s, batch %zu, threads %d", measured->network->name,
             measured->batch, measured->threads);
    if (bench->progress.terminal) {
        progress_draw_work(&bench->progress, progress_clock(), what, i, bench->count);
    }
}

static enum exit_status measure_rows(struct bench *bench)
{
    enum exit_status status = DONE;
    for (size_t i = 0; i < bench->count && status == DONE; i++) {
        struct bench_case measured = case_of(bench, i);
        show_progress(bench, i, &measured);
        status = bench_measure(&bench->rows[i], &measured);
        bench->rows[i].data = bench->data;
    }
    progress_clear(&bench->progress);
    return status;
}

static enum exit_status measure_all(struct bench *bench)
{
    size_t threads = bench->options.threads.count;
    bench->count = bench->networks.count * bench->options.batches.count * threads;
    bench->rows = calloc(bench->count, sizeof *bench->rows);
    if (bench->rows == NULL) {
        return cli_failed("out of memory for %zu rows", bench->count);
    }
    bench_machine_init(&bench->machine);
    enum exit_status status = measure_peaks(bench);
    if (status == DONE) {
        status = measure_rows(bench);
    }
    if (status == DONE) {
        status = measure_peaks(bench);
    }
    for (size_t i = 0; i < bench->count; i++) {
        struct bench_row *row = &bench->rows[i];
        row->peak_gflops = bench->machine.peak_gflops[i % threads];
        row->peak_ratio = row->gflops / row->peak_gflops;
    }
    return status;
}

/* Other programs take a processor away for longer than a step. */
static void tell_noise(struct bench *bench)
{
    size_t noisy = 0;
    for (size_t i = 0; i < bench->count; i++) {
        const struct bench_row *row = &bench->rows[i];
        noisy += row->samples_per_second_max > 1.25 * row->samples_per_second_min ? 1 : 0;
    }
    if (noisy > 0) {
        progress_say(
            &bench->progress,
            "bench: in %zu of %zu rows the highest rate is over 1.25 times the lowest: the "
            "machine is busy with other work, or --seconds is too short",
            noisy, bench->count);
    }
}

/* The table comes first: it is not lost where the file cannot be written. */
static enum exit_status report(struct bench *bench)
{
    enum exit_status status = bench->options.train.json
                                  ? bench_print_json(&bench->machine, bench->rows, bench->count)
                                  : bench_print(&bench->machine, bench->rows, bench->count);
    if (status == DONE && bench->options.csv != NULL) {
        status = bench_rows_save(bench->options.csv, bench->rows, bench->count);
    }
    if (status == DONE) {
        tell_noise(bench);
    }
    return status;
}

static enum exit_status run(struct bench *bench, const char *data)
{
    bench->progress = progress_create(bench->options.train.quiet);
    bench_options_resolve(&bench->options);
    if (bench->options.csv != NULL && descent_file_check(bench->options.csv) != DESCENT_OK) {
        return cli_library_failed();
    }
    enum exit_status status = load_data(bench, data);
    if (status == DONE) {
        status = choose_networks(bench);
    }
    if (status == DONE && bench->dataset != NULL) {
        status = check_data(bench);
    }
    if (status == DONE) {
        status = measure_all(bench);
    }
    return status == DONE ? report(bench) : status;
}

static enum exit_status read_options(struct bench *bench, poptContext context)
{
    const struct option_table *table = bench_option_table();
    struct option_arguments arguments = {0};
    option_defaults(&TRAIN_OPTIONS, &bench->options.train);
    enum exit_status status = option_read_all(table, context, &arguments, &bench->options);
    if (status == DONE) {
        status = option_check_effects(table, &arguments, &bench->options);
    }
    option_free_arguments(&arguments);
    return status;
}

static enum exit_status read_data_argument(const char **data, poptContext context)
{
    const char **rest = poptGetArgs(context);
    *data = rest == NULL ? NULL : rest[0];
    if (*data != NULL && rest[1] != NULL) {
        return cli_usage("bench: expected one DATA at most, found \"%s\" and \"%s\"", rest[0],
                         rest[1]);
    }
    return DONE;
}

enum exit_status command_bench(int argc, const char **argv)
{
    struct bench bench = {0};
    const char *data = NULL;
    poptContext context =
        cli_options(argc, argv, option_popt_table(bench_option_table()), "[DATA]",
                    "descent bench mnist --batch 1,4,16,64,256,1024 --csv speed.csv");
    enum exit_status status = read_options(&bench, context);
    if (status == DONE) {
        status = read_data_argument(&data, context);
    }
    if (status == DONE) {
        status = read_augmentation(&bench, data);
    }
    if (status == DONE) {
        status = run(&bench, data);
    }
    free(bench.rows);
    free(bench.folder);
    descent_dataset_destroy(bench.dataset);
    bench_options_free(&bench.options);
    poptFreeContext(context);
    return status;
}
