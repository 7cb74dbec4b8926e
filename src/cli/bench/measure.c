/*
 * What is compared for a row of the table: training, the products of its steps by each cut that
 * makes sense, and training without augmentation.
 */
#include "cli/base/progress.h"
#include "cli/bench/bench.h"
#include "cli/bench/compare.h"

#include <descent/bench.h>
#include <descent/descent.h>

#include <math.h>
#include <stdlib.h>

/* So low that nothing diverges, whatever the network; a step takes as long with any other. */
static const double LEARNING_RATE = 1e-4;

/* Random images: some batches, as far as there is need of so many. */
enum { BATCHES = TRAIN_NORM_PERIOD, IMAGES_MAX = 60000 };

/* Training that goes on as long as it is measured, epoch after epoch, on a data set or on random
 * images: a fit, of which no epoch is ever judged. */
struct training {
    uint8_t *bytes; /* random images and their labels */
    int32_t *labels;
    descent_dataset *random;
    descent_model *model; /* the initial weights */
    descent_fit *fit;
};

static enum exit_status create_random(struct training *training, const struct bench_case *measured)
{
    const struct network *network = measured->network;
    size_t count = measured->batch * BATCHES;
    count = count < IMAGES_MAX ? count : IMAGES_MAX;
    count = count > measured->batch ? count : measured->batch;
    size_t size = count * network->sizes[0], classes = network->sizes[network->layers];
    descent_random random =
        descent_random_init(measured->options->train.seed, DESCENT_STREAM_USER, 0);
    training->bytes = malloc(size);
    training->labels = malloc(count * sizeof *training->labels);
    if (training->bytes == NULL || training->labels == NULL) {
        return cli_failed("out of memory for %zu random samples", count);
    }
    for (size_t i = 0; i < size; i++) {
        training->bytes[i] = (uint8_t)descent_random_below(&random, 256);
    }
    for (size_t i = 0; i < count; i++) {
        training->labels[i] = (int32_t)descent_random_below(&random, classes);
    }
    const descent_samples samples = {.shape = {1, {network->sizes[0]}},
                                     .count = count,
                                     .bytes = training->bytes,
                                     .labels = training->labels,
                                     .classes = classes};
    CLI_TRY_LIBRARY(descent_dataset_create(&training->random, &samples));
    return DONE;
}

static descent_status create_model(struct training *training, const struct bench_case *measured)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = measured->network->layers;
    for (size_t l = 0; l <= config.layers; l++) {
        config.sizes[l] = measured->network->sizes[l];
    }
    config.activation = (descent_activation)measured->options->train.activation;
    config.seed = measured->options->train.seed;
    return descent_model_create(&training->model, &config);
}

static descent_status create_fit(struct training *training, const struct bench_case *measured,
                                 bool augmented)
{
    const struct train_options *options = &measured->options->train;
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.optimizer = train_options_optimizer(options);
    config.trainer.batch = measured->batch;
    config.trainer.evaluation_batch = 1; /* there is none */
    config.trainer.dropout = options->dropout;
    config.trainer.clip_norm = options->clip_norm;
    config.trainer.norm_period = TRAIN_NORM_PERIOD;
    config.trainer.seed = options->seed;
    config.trainer.threads = measured->threads;
    config.forget_best = true;
    if (augmented) {
        config.augment = measured->augment;
    }
    const descent_dataset *dataset =
        measured->dataset != NULL ? measured->dataset : training->random;
    return descent_fit_create(&training->fit, training->model, dataset, NULL, &config);
}

static enum exit_status create_training(struct training *training,
                                        const struct bench_case *measured, bool augmented)
{
    if (measured->dataset == NULL) {
        CLI_TRY(create_random(training, measured));
    }
    CLI_TRY_LIBRARY(create_model(training, measured));
    CLI_TRY_LIBRARY(create_fit(training, measured, augmented));
    return DONE;
}

static void free_training(struct training *training)
{
    descent_fit_destroy(training->fit);
    descent_model_destroy(training->model);
    descent_dataset_destroy(training->random);
    free(training->bytes);
    free(training->labels);
}

/* Loader and metrics included. */
static descent_status step_training(void *training, size_t *samples)
{
    descent_metrics metrics = {0};
    descent_status status =
        descent_fit_step(((struct training *)training)->fit, LEARNING_RATE, &metrics);
    *samples += (size_t)metrics.samples;
    return status;
}

/* Puts the initial weights back: samples that have long been learnt have other numbers than those
 * in real training. */
static descent_status restart_training(void *training)
{
    const struct training *own = training;
    return descent_trainer_load(descent_fit_trainer(own->fit), own->model);
}

/* The products alone, cut in one way. */
struct products {
    descent_bench *bench;
    descent_bench_cut cut;
    size_t batch;
};

/* All that a row is measured with. Training comes first in the comparison, then products. */
struct measuring {
    struct training training;
    struct training unaugmented;
    bool augmented; /* whether there are both */
    descent_bench *bench;
    struct products products[DESCENT_BENCH_CUT_COUNT];
    size_t products_count;
    struct comparison all;
};

static descent_status multiply(void *context, size_t *samples)
{
    const struct products *products = context;
    *samples += products->batch;
    return descent_bench_step(products->bench, products->cut);
}

static void add_training(struct comparison *all, struct training *training)
{
    all->compared[all->count++] =
        (struct compared){.step = step_training, .restart = restart_training, .context = training};
}

/* One thread has nothing to cut. */
static void add_products(struct measuring *measuring, const struct bench_case *measured)
{
    struct comparison *all = &measuring->all;
    for (int i = 0; i < DESCENT_BENCH_CUT_COUNT; i++) {
        descent_bench_cut cut = (descent_bench_cut)i;
        if (measured->threads > 1 || cut == DESCENT_BENCH_CUT_ENGINE ||
            cut == DESCENT_BENCH_CUT_NONE) {
            struct products *products = &measuring->products[measuring->products_count++];
            *products = (struct products){measuring->bench, cut, measured->batch};
            all->compared[all->count++] = (struct compared){.step = multiply, .context = products};
        }
    }
}

/* The fastest products, from number `first` on. */
static size_t best_products(const struct measuring *measuring, size_t first)
{
    size_t best = first;
    for (size_t i = first; i < measuring->products_count; i++) {
        bool better = comparison_rate(&measuring->all, 1 + i).median >
                      comparison_rate(&measuring->all, 1 + best).median;
        best = better ? i : best;
    }
    return best;
}

static void fill_row(struct bench_row *row, const struct bench_case *measured,
                     const struct measuring *measuring)
{
    const struct comparison *all = &measuring->all;
    const descent_trainer *trainer = descent_fit_trainer(measuring->training.fit);
    size_t best = best_products(measuring, 0);
    size_t plain = best_products(measuring, 1); /* behind the engine's */
    size_t last = all->count - 1;
    struct spread speed = comparison_rate(all, 0);
    double steps = speed.median / (double)measured->batch; /* a second */
    *row = (struct bench_row){
        .layers = measured->network->name,
        .activation =
            descent_activation_name((descent_activation)measured->options->train.activation),
        .optimizer =
            descent_optimizer_name((descent_optimizer_kind)measured->options->train.optimizer),
        .batch = (double)measured->batch,
        .threads = descent_trainer_threads(trainer),
        .repeats = (double)all->rounds,
        .samples_per_second = speed.median,
        .samples_per_second_min = speed.low,
        .samples_per_second_max = speed.high,
        .milliseconds = 1e3 / steps,
        .gflops = 1e-9 * descent_bench_operations(measuring->bench) * steps,
        .bound = comparison_rate(all, 1 + best).median,
        .bound_cut = descent_bench_cut_name(measuring->products[best].cut),
        .bound_ratio = comparison_ratio(all, 1 + best),
        .plain = comparison_rate(all, 1 + plain).median,
        .plain_ratio = comparison_ratio(all, 1 + plain),
        .unaugmented = measuring->augmented ? comparison_rate(all, last).median : (double)NAN,
        .augment_ratio = measuring->augmented ? comparison_ratio(all, last) : (double)NAN,
        .bytes = (double)descent_trainer_bytes(trainer),
    };
}

static enum exit_status create(struct measuring *measuring, const struct bench_case *measured)
{
    CLI_TRY(create_training(&measuring->training, measured, true));
    measuring->augmented = descent_augment_active(&measured->augment);
    if (measuring->augmented) {
        CLI_TRY(create_training(&measuring->unaugmented, measured, false));
    }
    const descent_model *model = measuring->training.model;
    CLI_TRY_LIBRARY(
        descent_bench_create(&measuring->bench, model, measured->batch, measured->threads));
    return DONE;
}

static enum exit_status measure(struct bench_row *row, struct measuring *measuring,
                                const struct bench_case *measured)
{
    struct comparison *all = &measuring->all;
    CLI_TRY(create(measuring, measured));
    add_training(all, &measuring->training);
    add_products(measuring, measured);
    if (measuring->augmented) {
        add_training(all, &measuring->unaugmented);
    }
    all->rounds = (size_t)measured->options->repeats;
    double slice = measured->options->seconds / (double)(all->rounds * all->count);
    CLI_TRY_LIBRARY(comparison_measure(all, slice));
    fill_row(row, measured, measuring);
    return DONE;
}

enum exit_status bench_measure(struct bench_row *row, const struct bench_case *measured)
{
    struct measuring measuring = {0};
    enum exit_status status = measure(row, &measuring, measured);
    free_training(&measuring.training);
    free_training(&measuring.unaugmented);
    descent_bench_destroy(measuring.bench);
    return status;
}

/* The best of a few steps. */
static descent_status measure_steps(double *gflops, descent_bench *bench, double seconds)
{
    enum { STEPS_MAX = 10 };
    double begin = progress_clock();
    double end = begin;
    *gflops = 0.0;
    for (int step = 0; step < STEPS_MAX && end - begin < seconds; step++) {
        double start = progress_clock();
        LIBRARY_TRY(descent_bench_step(bench, DESCENT_BENCH_CUT_SAMPLES));
        end = progress_clock();
        *gflops = fmax(*gflops, 1e-9 * descent_bench_operations(bench) / (end - start));
    }
    return DESCENT_OK;
}

enum exit_status bench_measure_peak(double *gflops, int threads, double seconds)
{
    enum { SIZE = 1536 };
    const descent_model_config config = {.layers = 1, .sizes = {SIZE, SIZE}};
    descent_model *model = NULL;
    descent_bench *bench = NULL;
    bool measured = descent_model_create(&model, &config) == DESCENT_OK &&
                    descent_bench_create(&bench, model, (size_t)SIZE * (size_t)threads, threads) ==
                        DESCENT_OK &&
                    measure_steps(gflops, bench, seconds) == DESCENT_OK;
    descent_bench_destroy(bench);
    descent_model_destroy(model);
    return measured ? DONE : cli_library_failed();
}
