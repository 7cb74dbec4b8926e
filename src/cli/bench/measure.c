/*
 * What is compared for the rows of one combination: training by each engine, the products of its
 * steps by each cut that makes sense, and training without augmentation.
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
    descent_engine engine;
    int threads;    /* 0: left open */
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
    size_t size = count * network->sizes[0];
    size_t classes = descent_loss_classes(network_loss(network), network->sizes[network->layers]);
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
    config.trainer.threads = training->threads;
    config.trainer.engine = training->engine;
    config.trainer.loss.kind = network_loss(measured->network);
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

/* All that rows are measured with. In the comparison, training by each engine comes first, then the
 * products, then training on the unchanged images by each engine. */
struct measuring {
    struct training training[DESCENT_ENGINE_COUNT];
    struct training unaugmented[DESCENT_ENGINE_COUNT];
    size_t engines;
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
        bool better = comparison_rate(&measuring->all, measuring->engines + i).median >
                      comparison_rate(&measuring->all, measuring->engines + best).median;
        best = better ? i : best;
    }
    return best;
}

/* What the engine's kernels are for. */
static const char *kernels_of(descent_engine engine)
{
    descent_instruction_set set;
    return engine == DESCENT_ENGINE_BLAS
               ? descent_bench_blas_kernels(&set)
               : descent_instruction_set_name(descent_instruction_set_in_use());
}

/* What is known before anything is measured. */
static struct bench_row name_row(const struct bench_case *measured, const struct training *training)
{
    const struct train_options *options = &measured->options->train;
    return (struct bench_row){
        .layers = measured->network->name,
        .activation = descent_activation_name((descent_activation)options->activation),
        .optimizer = descent_optimizer_name((descent_optimizer_kind)options->optimizer),
        .engine = descent_engine_name(training->engine),
        .kernels = kernels_of(training->engine),
        .batch = (double)measured->batch,
        .repeats = (double)measured->options->repeats,
    };
}

/* The rates of number i in the comparison, and what follows from them. */
static void fill_rates(struct bench_row *row, const struct measuring *measuring, size_t i)
{
    const struct comparison *all = &measuring->all;
    struct spread speed = comparison_rate(all, i);
    double steps = speed.median / row->batch; /* a second */
    row->samples_per_second = speed.median;
    row->samples_per_second_min = speed.low;
    row->samples_per_second_max = speed.high;
    row->milliseconds = 1e3 / steps;
    row->gflops = 1e-9 * descent_bench_operations(measuring->bench) * steps;
}

/* What the rates of number i are compared with. */
static void fill_bounds(struct bench_row *row, const struct measuring *measuring, size_t i)
{
    const struct comparison *all = &measuring->all;
    size_t best = best_products(measuring, 0);
    size_t plain = best_products(measuring, 1); /* behind the engine's */
    size_t unaugmented = measuring->engines + measuring->products_count + i;
    row->bound = comparison_rate(all, measuring->engines + best).median;
    row->bound_cut = descent_bench_cut_name(measuring->products[best].cut);
    row->bound_ratio = comparison_ratio(all, i, measuring->engines + best);
    row->plain = comparison_rate(all, measuring->engines + plain).median;
    row->plain_ratio = comparison_ratio(all, i, measuring->engines + plain);
    row->unaugmented = row->augment_ratio = (double)NAN;
    if (measuring->augmented) {
        row->unaugmented = comparison_rate(all, unaugmented).median;
        row->augment_ratio = comparison_ratio(all, i, unaugmented);
    }
}

static void fill_row(struct bench_row *row, const struct bench_case *measured,
                     const struct measuring *measuring, size_t i)
{
    const struct training *training = &measuring->training[i];
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    *row = name_row(measured, training);
    row->threads = descent_trainer_threads(trainer);
    row->threads_share = (double)NAN;
    row->bytes = (double)descent_trainer_bytes(trainer);
    fill_rates(row, measuring, i);
    fill_bounds(row, measuring, i);
}

static enum exit_status create(struct measuring *measuring, const struct bench_case *measured)
{
    const struct engines *engines = &measured->options->engines;
    measuring->augmented = descent_augment_active(&measured->augment);
    measuring->engines = engines->count;
    for (size_t i = 0; i < engines->count; i++) {
        const struct training begun = {.engine = engines->engines[i], .threads = measured->threads};
        measuring->training[i] = measuring->unaugmented[i] = begun;
        CLI_TRY(create_training(&measuring->training[i], measured, true));
        if (measuring->augmented) {
            CLI_TRY(create_training(&measuring->unaugmented[i], measured, false));
        }
    }
    return cli_library(descent_bench_create(&measuring->bench, measuring->training[0].model,
                                            measured->batch, measured->threads));
}

static void add_trainings(struct measuring *measuring, struct training *trainings)
{
    for (size_t i = 0; i < measuring->engines; i++) {
        add_training(&measuring->all, &trainings[i]);
    }
}

/* The part of the time in which the threads are left open. */
static const double OPEN_SHARE = 0.2;

/* Training with its threads left open, in one go: it learns by the clock how many are best. */
static enum exit_status train_open(struct bench_row *row, struct training *training,
                                   const struct bench_case *measured)
{
    CLI_TRY(create_training(training, measured, true));
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    double seconds =
        OPEN_SHARE * measured->options->seconds / (double)measured->options->engines.count;
    for (double begin = progress_clock(); progress_clock() - begin < seconds;) {
        size_t samples = 0;
        CLI_TRY_LIBRARY(step_training(training, &samples));
    }
    row->threads_share =
        descent_trainer_threads(trainer) > 1 ? descent_trainer_threads_share(trainer) : 0.0;
    return DONE;
}

static enum exit_status measure_open(struct bench_row *row, const struct bench_case *measured,
                                     descent_engine engine)
{
    struct training training = {.engine = engine};
    enum exit_status status = train_open(row, &training, measured);
    free_training(&training);
    return status;
}

static enum exit_status measure(struct bench_row *rows, struct measuring *measuring,
                                const struct bench_case *measured)
{
    struct comparison *all = &measuring->all;
    CLI_TRY(create(measuring, measured));
    add_trainings(measuring, measuring->training);
    add_products(measuring, measured);
    if (measuring->augmented) {
        add_trainings(measuring, measuring->unaugmented);
    }
    all->rounds = (size_t)measured->options->repeats;
    bool open = measured->options->open && measured->threads > 1;
    double seconds = (open ? 1.0 - OPEN_SHARE : 1.0) * measured->options->seconds;
    double slice = seconds / (double)(all->rounds * all->count);
    CLI_TRY_LIBRARY(comparison_measure(all, slice));
    for (size_t i = 0; i < measuring->engines; i++) {
        fill_row(&rows[i], measured, measuring, i);
        if (open) {
            CLI_TRY(measure_open(&rows[i], measured, measuring->training[i].engine));
        }
    }
    return DONE;
}

enum exit_status bench_measure(struct bench_row *rows, const struct bench_case *measured)
{
    struct measuring measuring = {0};
    enum exit_status status = measure(rows, &measuring, measured);
    for (size_t i = 0; i < DESCENT_ENGINE_COUNT; i++) {
        free_training(&measuring.training[i]);
        free_training(&measuring.unaugmented[i]);
    }
    descent_bench_destroy(measuring.bench);
    return status;
}
