/*
 * Small data sets and networks for fits.
 */
#ifndef DESCENT_TEST_FITTED_H
#define DESCENT_TEST_FITTED_H

#include "engines.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { FEATURES = 3, CLASSES = 3, TRAIN = 40, HELD = 17 };

/* Blurred classes: learnable, but not at once. */
struct fitted_data {
    float features[(TRAIN + HELD) * FEATURES];
    int32_t labels[TRAIN + HELD];
    float targets[TRAIN + HELD];
    descent_dataset *train, *held;
};

static inline descent_dataset *fitted_dataset(struct fitted_data *data, size_t first, size_t count,
                                              bool labels)
{
    const descent_samples samples = {
        .shape = {1, {FEATURES}},
        .count = count,
        .floats = data->features + first * FEATURES,
        .labels = labels ? data->labels + first : NULL,
        .classes = labels ? CLASSES : 0,
        .targets = labels ? NULL : data->targets + first,
        .outputs = labels ? 0 : 1,
    };
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static inline void fitted_data_create(struct fitted_data *data, bool labels)
{
    descent_random random = descent_random_init(7, DESCENT_STREAM_USER, 0);
    for (size_t i = 0; i < TRAIN + HELD; i++) {
        data->labels[i] = (int32_t)(i % CLASSES);
        data->targets[i] = (float)(1.5 * descent_random_normal(&random));
        for (size_t f = 0; f < FEATURES; f++) {
            double middle = labels ? f == i % CLASSES : data->targets[i];
            data->features[i * FEATURES + f] =
                (float)(middle + 0.5 * descent_random_normal(&random));
        }
    }
    data->train = fitted_dataset(data, 0, TRAIN, labels);
    data->held = fitted_dataset(data, TRAIN, HELD, labels);
}

static inline void fitted_data_destroy(struct fitted_data *data)
{
    descent_dataset_destroy(data->train);
    descent_dataset_destroy(data->held);
}

/* One hidden layer of `hidden` units, or with 0 none. */
static inline descent_model *fitted_model(size_t inputs, size_t hidden, size_t outputs)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = hidden > 0 ? 2 : 1;
    config.sizes[0] = inputs;
    config.sizes[1] = hidden > 0 ? hidden : outputs;
    config.sizes[2] = outputs;
    config.activation = DESCENT_ACTIVATION_TANH;
    config.init = hidden > 0 ? DESCENT_INIT_AUTO : DESCENT_INIT_ZEROS;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    return model;
}

/* Steps that shuffle, drop out and are watched by everything that a fit has. */
static inline descent_fit_config fitted_config(void)
{
    descent_fit_config config = DESCENT_FIT_DEFAULT;
    config.trainer.engine = test_engine;
    config.trainer.optimizer.kind = DESCENT_OPTIMIZER_ADAM;
    config.trainer.batch = 11;
    config.trainer.dropout = 0.2;
    config.trainer.seed = 5;
    config.trainer.norm_period = 1;
    config.schedule.kind = DESCENT_SCHEDULE_PLATEAU;
    config.schedule.patience = 0;
    config.schedule.lr = 0.05;
    config.patience = 3;
    config.epochs = 6;
    config.gradient_tolerance = 1e-3;
    return config;
}

static inline descent_fit *fitted_create(const struct fitted_data *data, size_t hidden,
                                         const descent_fit_config *config)
{
    bool labels = descent_dataset_outputs(data->train) == 0;
    descent_model *model = fitted_model(FEATURES, hidden, labels ? CLASSES : 1);
    descent_fit *fit;
    ck_assert_ok(descent_fit_create(&fit, model, data->train, data->held, config));
    descent_model_destroy(model);
    return fit;
}

static inline bool fitted_same(const descent_model *left, const descent_model *right)
{
    size_t count = descent_model_parameter_count(left);
    return count == descent_model_parameter_count(right) &&
           memcmp(descent_model_parameters(left), descent_model_parameters(right),
                  count * sizeof(float)) == 0;
}

#endif
