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

/* Data say how many inputs and outputs a network has, and how large a batch can be. */
static enum exit_status check_data(const struct bench *bench)
{
    size_t inputs = descent_dataset_features(bench->dataset);
    size_t outputs = descent_dataset_classes(bench->dataset);
    size_t samples = descent_dataset_count(bench->dataset);
    for (size_t i = 0; i < bench->networks.count; i++) {
        const struct network *network = &bench->networks.networks[i];
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
        double gflops;
        machine->threads[i] = (int)bench->options.threads.sizes[i];
        CLI_TRY(
            bench_measure_peak(&gflops, machine->threads[i], fmin(bench->options.seconds, 0.5)));
        machine->peak_gflops[i] = fmax(machine->peak_gflops[i], gflops);
    }
    return DONE;
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
    for (size_t i = 0; i < bench->count; i++) {
        struct bench_case measured = case_of(bench, i);
        show_progress(bench, i, &measured);
        CLI_TRY(bench_measure(&bench->rows[i], &measured));
        bench->rows[i].data = bench->data;
    }
    return DONE;
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
    CLI_TRY(measure_peaks(bench));
    enum exit_status measured = measure_rows(bench);
    progress_clear(&bench->progress);
    CLI_TRY(measured);
    CLI_TRY(measure_peaks(bench));
    for (size_t i = 0; i < bench->count; i++) {
        struct bench_row *row = &bench->rows[i];
        row->peak_gflops = bench->machine.peak_gflops[i % threads];
        row->peak_ratio = row->gflops / row->peak_gflops;
    }
    return DONE;
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
    const struct bench_options *options = &bench->options;
    CLI_TRY((options->json ? bench_print_json : bench_print)(&bench->machine, bench->rows,
                                                             bench->count));
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
    CLI_TRY(bench_options_read(&bench->options, &bench->arguments, &data, argc, argv));
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

enum exit_status command_bench(int argc, const char **argv)
{
    struct bench bench = {0};
    enum exit_status status = run(&bench, argc, argv);
    free(bench.rows);
    free(bench.folder);
    descent_dataset_destroy(bench.dataset);
    bench_options_free(&bench.options, &bench.arguments);
    return status;
}
