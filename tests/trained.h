/*
 * A small network that each optimizer can train for a few steps, and its checkpoint.
 */
#ifndef DESCENT_TEST_TRAINED_H
#define DESCENT_TEST_TRAINED_H

#include "harness.h"
#include "scratch.h"

#include <stdint.h>

enum { INPUTS = 3, HIDDEN = 5, OUTPUTS = 2, BATCH = 4, STEPS = 4 };

static const descent_optimizer optimizers[] = {
    {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .weight_decay = 0.1},
    {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .momentum = 0.9},
    {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .momentum = 0.9, .nesterov = true},
    {.kind = DESCENT_OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8},
    {.kind = DESCENT_OPTIMIZER_ADAMW,
     .beta1 = 0.9,
     .beta2 = 0.999,
     .epsilon = 1e-8,
     .weight_decay = 0.01},
    {.kind = DESCENT_OPTIMIZER_RMSPROP, .alpha = 0.99, .epsilon = 1e-8},
    {.kind = DESCENT_OPTIMIZER_RMSPROP, .alpha = 0.99, .epsilon = 1e-8, .momentum = 0.5},
};
/* The first of them, by name. */
enum { SGD, MOMENTUM, NESTEROV, ADAM, ADAMW };

static const descent_progress progress = {
    .epoch = 3,
    .samples = UINT64_MAX,
    .best_epoch = 2,
    .best_loss = 0.1,
    .bad_epochs = 1,
    .accuracy = 0.7,
    .start_loss = 2.3,
    .loss_mean = 1.0 / 3.0,
    .norm_mean = 1e-300,
    .seconds = 2.5,
    .recoveries = 4,
    .gradient = {.epoch = 5, .norm = 6.6, .norm_mean = 7.7},
    .part = {.samples = 8,
             .correct = 6,
             .loss_sum = 9.9,
             .weight_sum = 12.5,
             .square_sum = 0.75,
             .norms = 10,
             .norm_sum = 11.1,
             .noise_sum = 12.2,
             .signal_sum = -1.0 / 3.0,
             .signal_square_sum = 13.3,
             .noises = 14},
};

/* No field has a default's value. */
static const descent_schedule schedule = {
    .kind = DESCENT_SCHEDULE_PLATEAU,
    .lr = 0.1 / 3.0,
    .lr_final = 1e-300,
    .warmup = 11,
    .steps = UINT64_MAX,
    .period = 7,
    .period_factor = 2,
    .gamma = 1.0 / 3.0,
    .power = 2.5,
    .warmup_fraction = 0.7,
    .start_divisor = 25.1,
    .final_divisor = 1e4 / 3.0,
    .patience = 9,
    .threshold = 0.2,
    .plateau = {.best = 0.7, .bad_epochs = 4, .reductions = 5},
};

static const char *const config = "{\n  \"größe\": [1, 2],\n  \"data\": \"digits\"\n}\n";

static inline descent_model *make_model(size_t hidden)
{
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 2;
    shape.sizes[0] = INPUTS;
    shape.sizes[1] = hidden;
    shape.sizes[2] = OUTPUTS;
    shape.activation = DESCENT_ACTIVATION_TANH;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &shape));
    return model;
}

/* With dropout, so that the step count matters to every optimizer. */
static inline descent_trainer *make_trainer(const descent_model *model,
                                            const descent_optimizer *optimizer)
{
    descent_trainer_config trainer_config = DESCENT_TRAINER_DEFAULT;
    trainer_config.optimizer = *optimizer;
    trainer_config.batch = BATCH;
    trainer_config.dropout = 0.3;
    trainer_config.seed = 5;
    descent_trainer *trainer;
    ck_assert_ok(descent_trainer_create(&trainer, model, &trainer_config));
    return trainer;
}

/* Steps first … first + count − 1, each on a batch of its own. */
static inline void train(descent_trainer *trainer, uint64_t first, uint64_t count)
{
    for (uint64_t step = first; step < first + count; step++) {
        descent_random random = descent_random_init(2, DESCENT_STREAM_USER, step);
        float features[BATCH * INPUTS];
        int32_t labels[BATCH];
        for (size_t i = 0; i < BATCH * INPUTS; i++) {
            features[i] = (float)descent_random_normal(&random);
        }
        for (size_t i = 0; i < BATCH; i++) {
            labels[i] = (int32_t)descent_random_below(&random, OUTPUTS);
        }
        const descent_batch batch = {.features = features, .labels = labels, .n = BATCH};
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.05, NULL));
    }
}

/* A checkpoint after STEPS steps of an optimizer. */
static inline const char *save_trained(const char *name, const descent_optimizer *optimizer)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, optimizer);
    train(trainer, 0, STEPS);
    const char *path = scratch_path(name);
    ck_assert_ok(
        descent_checkpoint_save(path, trainer, model, model, &schedule, &progress, config));
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
    return path;
}

#endif
