/*
 * Random problems: drawn, redrawn until they are regular, and handed to the library.
 */
#include "problem.h"

#include "engines.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* For as many classes as a problem may have; the golden numbers are of the first five. */
#define WEIGHTS_8 0.25f, 3.0f, 1.0f, 0.5f, 2.0f, 1.5f, 0.75f, 4.0f
#define WEIGHTS_64                                                                                 \
    WEIGHTS_8, WEIGHTS_8, WEIGHTS_8, WEIGHTS_8, WEIGHTS_8, WEIGHTS_8, WEIGHTS_8, WEIGHTS_8
static const float class_weights[REFERENCE_WIDTH_MAX] = {WEIGHTS_64, WEIGHTS_64, WEIGHTS_64,
                                                         WEIGHTS_64, WEIGHTS_64};

const struct objective objectives[OBJECTIVES] = {
    {"cross-entropy", {.kind = DESCENT_LOSS_CROSS_ENTROPY}, false},
    {"smoothed cross-entropy", {.kind = DESCENT_LOSS_CROSS_ENTROPY, .label_smoothing = 0.1}, false},
    {"mse on targets", {.kind = DESCENT_LOSS_MSE}, true},
    {"mse on labels", {.kind = DESCENT_LOSS_MSE}, false},
    {"weighted cross-entropy",
     {.kind = DESCENT_LOSS_CROSS_ENTROPY, .class_weights = class_weights},
     false},
    {"weighted smoothed cross-entropy",
     {.kind = DESCENT_LOSS_CROSS_ENTROPY, .label_smoothing = 0.1, .class_weights = class_weights},
     false},
    {"binary cross-entropy on labels", {.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, false},
    {"binary cross-entropy on targets", {.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, true},
};

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static uint64_t splitmix(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

double problem_uniform(uint64_t *state)
{
    return (double)(splitmix(state) >> 40) / (1 << 23) - 1;
}

/* Weights of variance 1 / inputs keep z near 1 whatever the width: no unit saturates. */
static void draw_parameters(struct problem *problem, uint64_t *state)
{
    const descent_model_config *shape = &problem->network.shape;
    for (size_t l = 0; l < shape->layers; l++) {
        double *layer = problem->parameters + reference_layer_offset(shape, l);
        size_t weights = shape->sizes[l] * shape->sizes[l + 1];
        double bound = sqrt(3 / (double)shape->sizes[l]);
        for (size_t i = 0; i < reference_layer_size(shape, l); i++) {
            double scale = i < weights ? bound : 0.5;
            layer[i] = (double)(float)(scale * problem_uniform(state));
        }
    }
}

void problem_create(struct problem *problem, const descent_model_config *shape, size_t n,
                    uint64_t seed)
{
    size_t inputs = shape->sizes[0];
    size_t outputs = shape->sizes[shape->layers];
    size_t count = reference_layer_offset(shape, shape->layers);
    double *parameters = allocate(count, sizeof *parameters);
    *problem = (struct problem){
        .network = {.shape = *shape, .parameters = parameters},
        .count = count,
        .parameters = parameters,
        .features = allocate(n * inputs, sizeof *problem->features),
        .labels = allocate(n, sizeof *problem->labels),
        .targets = allocate(n * outputs, sizeof *problem->targets),
        .shares = allocate(n * outputs, sizeof *problem->shares),
        .n = n,
    };
    draw_parameters(problem, &seed);
    for (size_t i = 0; i < n * inputs; i++) {
        problem->features[i] = (float)problem_uniform(&seed);
    }
    for (size_t i = 0; i < n * outputs; i++) {
        problem->targets[i] = (float)problem_uniform(&seed);
        float share = (problem->targets[i] + 1) / 2;
        problem->shares[i] = i % 3 == 0 ? roundf(share) : share;
    }
    for (size_t i = 0; i < n; i++) {
        problem->labels[i] = (int32_t)(splitmix(&seed) % outputs);
    }
}

void problem_destroy(struct problem *problem)
{
    free(problem->parameters);
    free(problem->features);
    free(problem->labels);
    free(problem->targets);
    free(problem->shares);
}

descent_batch problem_batch(const struct problem *problem, const struct objective *objective)
{
    bool shares = objective->loss.kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    const float *targets = shares ? problem->shares : problem->targets;
    return (descent_batch){
        .features = problem->features,
        .labels = objective->regression ? NULL : problem->labels,
        .targets = objective->regression ? targets : NULL,
        .n = problem->n,
    };
}

descent_batch problem_part(const struct problem *problem, descent_batch batch, size_t first,
                           size_t n)
{
    const descent_model_config *shape = &problem->network.shape;
    batch.features += first * shape->sizes[0];
    if (batch.labels != NULL) {
        batch.labels += first;
    } else {
        batch.targets += first * shape->sizes[shape->layers];
    }
    batch.n = n;
    return batch;
}

void problem_condition(const struct reference_network *network, const descent_loss *loss,
                       const descent_batch *batch, const double *gradient, size_t draws,
                       double *condition)
{
    static const double error = 0x1p-24;
    const descent_model_config *shape = &network->shape;
    size_t count = reference_layer_offset(shape, shape->layers);
    double *moved = allocate(count, sizeof *moved);
    double *change = allocate(count, sizeof *change);
    struct reference_network near = *network;
    near.parameters = moved;
    for (size_t l = 0; l < shape->layers; l++) {
        condition[l] = 0;
    }
    for (uint64_t draw = 0; draw < draws; draw++) {
        uint64_t seed = draw;
        for (size_t i = 0; i < count; i++) {
            moved[i] = network->parameters[i] * (1 + error * problem_uniform(&seed));
        }
        reference_backward(&near, loss, batch, change);
        for (size_t l = 0; l < shape->layers; l++) {
            size_t first = reference_layer_offset(shape, l), n = reference_layer_size(shape, l);
            for (size_t i = first; i < first + n; i++) {
                change[i] -= gradient[i];
            }
            double norm = reference_norm(n, gradient + first);
            double ratio = reference_norm(n, change + first) / norm / error;
            condition[l] = norm > 0 ? fmax(condition[l], ratio) : HUGE_VAL;
        }
    }
    free(moved);
    free(change);
}

static bool is_regular(const struct problem *problem, const struct objective *objective,
                       double margin)
{
    double condition[REFERENCE_LAYERS_MAX];
    descent_batch batch = problem_batch(problem, objective);
    if (reference_batch_nearest_kink(&problem->network, &batch) <= margin) {
        return false;
    }
    double *gradient = allocate(problem->count, sizeof *gradient);
    reference_backward(&problem->network, &objective->loss, &batch, gradient);
    problem_condition(&problem->network, &objective->loss, &batch, gradient, 4, condition);
    free(gradient);
    for (size_t l = 0; l < problem->network.shape.layers; l++) {
        if (condition[l] > PROBLEM_CONDITION) {
            return false;
        }
    }
    return true;
}

void problem_create_regular(struct problem *problem, const descent_model_config *shape, size_t n,
                            const struct objective *objective, double margin)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        problem_create(problem, shape, n, seed);
        if (is_regular(problem, objective, margin)) {
            return;
        }
        problem_destroy(problem);
    }
    ck_abort_msg("no regular problem among 200: %s, %zu layers, %zu samples", objective->name,
                 shape->layers, n);
}

descent_model *problem_model(const struct problem *problem)
{
    descent_model *model;
    descent_status status = descent_model_create(&model, &problem->network.shape);
    ck_assert_msg(status == DESCENT_OK, "%s", descent_last_error());
    ck_assert_uint_eq(descent_model_parameter_count(model), problem->count);
    for (size_t i = 0; i < problem->count; i++) {
        descent_model_parameters(model)[i] = (float)problem->parameters[i];
    }
    return model;
}

descent_trainer *problem_trainer_with(const struct problem *problem,
                                      const descent_trainer_config *config)
{
    descent_model *model = problem_model(problem);
    descent_trainer *trainer;
    descent_status status = descent_trainer_create(&trainer, model, config);
    ck_assert_msg(status == DESCENT_OK, "%s", descent_last_error());
    descent_model_destroy(model);
    return trainer;
}

descent_trainer *problem_trainer(const struct problem *problem, const struct objective *objective)
{
    descent_trainer_config config = test_trainer_config();
    config.loss = objective->loss;
    config.batch = problem->n;
    return problem_trainer_with(problem, &config);
}

void problem_read(const struct problem *problem, const descent_trainer *trainer, float *parameters)
{
    descent_model *model = problem_model(problem);
    descent_status status = descent_trainer_save(trainer, model);
    ck_assert_msg(status == DESCENT_OK, "%s", descent_last_error());
    memcpy(parameters, descent_model_parameters(model), problem->count * sizeof *parameters);
    descent_model_destroy(model);
}

double relative_error(size_t n, const float *found, const double *expected)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double error = (double)found[i] - expected[i];
        sum += error * error;
    }
    return sqrt(sum) / reference_norm(n, expected);
}

static double largest(size_t n, const double *numbers)
{
    double result = 0;
    for (size_t i = 0; i < n; i++) {
        result = fmax(result, fabs(numbers[i]));
    }
    return result;
}

/* Where the two differ most. */
static size_t worst(size_t n, const float *found, const double *expected)
{
    size_t result = 0;
    for (size_t i = 1; i < n; i++) {
        if (fabs((double)found[i] - expected[i]) > fabs((double)found[result] - expected[result])) {
            result = i;
        }
    }
    return result;
}

void assert_layers_close(const descent_model_config *shape, const float *found,
                         const double *expected, double tolerance, const char *what)
{
    for (size_t l = 0; l < shape->layers; l++) {
        size_t n = reference_layer_size(shape, l);
        double error = relative_error(n, found, expected);
        ck_assert_msg(error <= tolerance, "%s: layer %zu is off by %g, more than %g", what, l,
                      error, tolerance);
        size_t i = worst(n, found, expected);
        ck_assert_msg(fabs((double)found[i] - expected[i]) <= 10 * tolerance * largest(n, expected),
                      "%s: number %zu of layer %zu is %g, not %g", what, i, l, (double)found[i],
                      expected[i]);
        found += n;
        expected += n;
    }
}
