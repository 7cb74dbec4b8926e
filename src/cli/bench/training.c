/*
 * The training that is measured: trainer, loader and metrics, as `descent train` uses them.
 */
#include "cli/bench/training.h"

#include "cli/train/options.h"

#include <descent/descent.h>
#include <stdlib.h>

struct bench_training {
    descent_model *model;
    descent_trainer *trainer;
    descent_loader *loader; /* NULL: always the same batch */
    uint64_t epoch;
    descent_metrics metrics;
    float *features; /* of the fixed batch */
    int32_t *labels;
    descent_batch batch;
};

/* So low that nothing diverges, whatever the network; a step takes as long with any other. */
static const double LEARNING_RATE = 1e-4;

static descent_status create_model(struct bench_training *training,
                                   const struct bench_case *measured)
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

static descent_status create_trainer(struct bench_training *training,
                                     const struct bench_case *measured)
{
    const struct train_options *options = &measured->options->train;
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.optimizer = train_options_optimizer(options);
    config.batch = measured->batch;
    config.dropout = options->dropout;
    config.clip_norm = options->clip_norm;
    config.norm_period = TRAIN_NORM_PERIOD;
    config.seed = options->seed;
    config.threads = measured->threads;
    return descent_trainer_create(&training->trainer, training->model, &config);
}

static descent_status create_loader(struct bench_training *training,
                                    const struct bench_case *measured, bool augmented)
{
    descent_loader_config config = {.batch = measured->batch,
                                    .shuffle = true,
                                    .seed = measured->options->train.seed,
                                    .threads = measured->threads,
                                    .copies = descent_trainer_threads(training->trainer)};
    if (augmented) {
        config.augment = measured->augment;
    }
    return descent_loader_create(&training->loader, measured->dataset, &config);
}

/* Numbers in [0, 1), as those of images are. */
static enum exit_status create_batch(struct bench_training *training,
                                     const struct bench_case *measured)
{
    const struct bench_network *network = measured->network;
    size_t count = measured->batch * network->sizes[0];
    descent_random random =
        descent_random_init(measured->options->train.seed, DESCENT_STREAM_USER, 0);
    training->features = malloc(count * sizeof *training->features);
    training->labels = malloc(measured->batch * sizeof *training->labels);
    if (training->features == NULL || training->labels == NULL) {
        return cli_failed("out of memory for a batch of %zu samples", measured->batch);
    }
    for (size_t i = 0; i < count; i++) {
        training->features[i] = (float)descent_random_uniform(&random);
    }
    for (size_t i = 0; i < measured->batch; i++) {
        training->labels[i] =
            (int32_t)descent_random_below(&random, network->sizes[network->layers]);
    }
    training->batch = (descent_batch){
        .features = training->features, .labels = training->labels, .n = measured->batch};
    return DONE;
}

static enum exit_status create_parts(struct bench_training *training,
                                     const struct bench_case *measured, bool augmented)
{
    if (create_model(training, measured) != DESCENT_OK ||
        create_trainer(training, measured) != DESCENT_OK) {
        return cli_library_failed();
    }
    if (measured->dataset == NULL) {
        return create_batch(training, measured);
    }
    descent_status status = create_loader(training, measured, augmented);
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

enum exit_status bench_training_create(struct bench_training **training,
                                       const struct bench_case *measured, bool augmented)
{
    *training = calloc(1, sizeof **training);
    if (*training == NULL) {
        return cli_failed("out of memory");
    }
    enum exit_status status = create_parts(*training, measured, augmented);
    if (status != DONE) {
        bench_training_destroy(*training);
        *training = NULL;
    }
    return status;
}

void bench_training_destroy(struct bench_training *training)
{
    if (training != NULL) {
        descent_loader_destroy(training->loader);
        descent_trainer_destroy(training->trainer);
        descent_model_destroy(training->model);
        free(training->features);
        free(training->labels);
        free(training);
    }
}

/* The next batch; a new epoch begins by itself. */
static void load(struct bench_training *training)
{
    if (!descent_loader_next(training->loader, &training->batch)) {
        descent_loader_shuffle(training->loader, ++training->epoch);
        descent_loader_next(training->loader, &training->batch);
    }
}

descent_status bench_training_step(struct bench_training *training, size_t *samples)
{
    if (training->loader != NULL) {
        load(training);
    }
    *samples += training->batch.n;
    return descent_trainer_step(training->trainer, &training->batch, LEARNING_RATE,
                                &training->metrics);
}

descent_status bench_training_restart(struct bench_training *training)
{
    return descent_trainer_load(training->trainer, training->model);
}

const descent_model *bench_training_model(const struct bench_training *training)
{
    return training->model;
}

const descent_trainer *bench_training_trainer(const struct bench_training *training)
{
    return training->trainer;
}
