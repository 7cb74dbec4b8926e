/*
 * The training that is measured is a fit, of which no epoch is ever judged.
 */
#include "cli/bench/training.h"

#include <descent/descent.h>
#include <stdlib.h>

/* So low that nothing diverges, whatever the network; a step takes as long with any other. */
static const double LEARNING_RATE = 1e-4;

/* Random images: some batches, as far as there is need of so many. */
enum { BATCHES = TRAIN_NORM_PERIOD, IMAGES_MAX = 60000 };

static enum exit_status create_random(struct bench_training *training,
                                      const struct bench_case *measured)
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

static descent_status create_fit(struct bench_training *training, const struct bench_case *measured,
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

enum exit_status bench_training_create(struct bench_training *training,
                                       const struct bench_case *measured, bool augmented)
{
    if (measured->dataset == NULL) {
        CLI_TRY(create_random(training, measured));
    }
    CLI_TRY_LIBRARY(create_model(training, measured));
    CLI_TRY_LIBRARY(create_fit(training, measured, augmented));
    return DONE;
}

void bench_training_free(struct bench_training *training)
{
    descent_fit_destroy(training->fit);
    descent_model_destroy(training->model);
    descent_dataset_destroy(training->random);
    free(training->bytes);
    free(training->labels);
}

descent_status bench_training_step(void *training, size_t *samples)
{
    descent_metrics metrics = {0};
    descent_status status =
        descent_fit_step(((struct bench_training *)training)->fit, LEARNING_RATE, &metrics);
    *samples += (size_t)metrics.samples;
    return status;
}

descent_status bench_training_restart(void *training)
{
    const struct bench_training *own = training;
    return descent_trainer_load(descent_fit_trainer(own->fit), own->model);
}
