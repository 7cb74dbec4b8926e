/*
 * The promise of a step: where it succeeds, every parameter and every number of the optimizer's
 * state is finite; where it fails, no byte of parameters, state and step count has changed.
 */
#include "engines.h"
#include "problem.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { PARAMETERS_MAX = 600, SAMPLES = 5 };

/* All that a checkpoint would hold. */
struct snapshot {
    float numbers[3][PARAMETERS_MAX]; /* the parameters, then the slots of the state */
    uint64_t steps;
};

static void take_snapshot(struct snapshot *snapshot, const descent_trainer *trainer,
                          descent_model *model)
{
    size_t bytes = descent_model_parameter_count(model) * sizeof(float);
    ck_assert_uint_le(bytes, sizeof snapshot->numbers[0]);
    memset(snapshot, 0, sizeof *snapshot);
    ck_assert_ok(descent_trainer_save(trainer, model));
    memcpy(snapshot->numbers[0], descent_model_parameters(model), bytes);
    for (size_t s = 0; s < descent_trainer_slots(trainer); s++) {
        descent_trainer_save_state(trainer, s, snapshot->numbers[1 + s]);
    }
    snapshot->steps = descent_trainer_steps(trainer);
}

static bool is_finite(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < 3 * (size_t)PARAMETERS_MAX; i++) {
        if (!isfinite(snapshot->numbers[i / PARAMETERS_MAX][i % PARAMETERS_MAX])) {
            return false;
        }
    }
    return true;
}

/* Holds what a step has done against the promise. */
static void check_promise(const char *what, descent_status status, const descent_trainer *trainer,
                          descent_model *model, const struct snapshot *before)
{
    static struct snapshot after;
    take_snapshot(&after, trainer, model);
    if (status == DESCENT_OK) {
        ck_assert_msg(is_finite(&after), "%s: the step says OK and leaves an infinity", what);
        ck_assert_uint_eq(after.steps, before->steps + 1);
    } else {
        ck_assert_msg(status == DESCENT_ERROR_NONFINITE, "%s: %s", what, descent_last_error());
        ck_assert_msg(memcmp(&after, before, sizeof after) == 0, "%s: a failed step changed it",
                      what);
    }
}

#define SGD(mu, ahead, decay)                                                                      \
    {                                                                                              \
        .kind = DESCENT_OPTIMIZER_SGD, .momentum = (mu), .nesterov = (ahead), .epsilon = 1e-8,     \
        .weight_decay = (decay)                                                                    \
    }
#define MEANS(name, mu, decay)                                                                     \
    {                                                                                              \
        .kind = DESCENT_OPTIMIZER_##name, .momentum = (mu), .beta1 = 0.9, .beta2 = 0.999,          \
        .alpha = 0.99, .epsilon = 1e-8, .weight_decay = (decay)                                    \
    }

/* A chain of single units with ReLU and biases of 0, trained on one sample by MSE until a step
 * fails: at the latest the number of steps given, and never when that is 0. */
static const struct chain {
    const char *name;
    float weights[3]; /* 0 ends them */
    float x, target;
    double learning_rate;
    descent_optimizer optimizer;
    int fails_within;
} chains[] = {
    {"a NaN in the gradient of the second of three", {3e38F, -1, 1}, 100, 0, 0.1, SGD(0, 0, 0), 1},
    {"the same with momentum", {3e38F, -1, 1}, 100, 0, 0.1, SGD(0.9, 0, 0), 1},
    {"the same with adam", {3e38F, -1, 1}, 100, 0, 0.1, MEANS(ADAM, 0, 0), 1},
    {"an infinite input of a dead unit", {-1, 1, 1}, INFINITY, 0, 0.1, SGD(0, 0, 0), 1},
    {"an input that is no number", {-1, 1, 1}, NAN, 0, 0.1, SGD(0, 0, 0), 1},
    {"an infinite weight of a dead unit", {-INFINITY, 1, 1}, 1, 0, 0.1, SGD(0, 0, 0), 1},
    {"the same behind another", {1, -INFINITY, 1}, 1, 0, 0.1, SGD(0, 0, 0), 1},
    {"the same with a learning rate of 0", {-INFINITY, 1, 1}, 1, 0, 0, SGD(0, 0, 0), 1},
    {"the same with adamw", {-INFINITY, 1, 1}, 1, 0, 0.1, MEANS(ADAMW, 0, 0.01), 1},
    {"decay of a weight that is large", {-1e30F, 1, 1}, 1, 0, 1e-20, SGD(0, 0, 1e10), 1},
    {"growth by a decay above 2", {-1, 1, 1}, 1, 0, 100, SGD(0, 0, 1), 100},
    {"momentum", {-1e-30F, 0}, 1, -3e37F, 1e-9, SGD(0.99, 0, 0), 10},
    {"nesterov", {-1e-30F, 0}, 1, -3e37F, 1e-9, SGD(0.99, 1, 0), 10},
    {"adam's squares", {-1e-30F, 0}, 1, -1e19F, 0.1, MEANS(ADAM, 0, 0), 1},
    {"adamw's squares", {-1e-30F, 0}, 1, -1e19F, 0.1, MEANS(ADAMW, 0, 0), 1},
    {"adam's squares by decay", {-1e18F, 1, 1}, 1, 0, 0.1, MEANS(ADAM, 0, 100), 1},
    {"rmsprop's squares", {-1e-30F, 0}, 1, -1e19F, 0.1, MEANS(RMSPROP, 0, 0), 1},
    {"rmsprop with momentum", {-1e-30F, 0}, 1, -1e19F, 0.1, MEANS(RMSPROP, 0.9, 0), 1},
    {"a large step that fits", {-1e-30F, 0}, 1, -1e38F, 0.5, SGD(0, 0, 0), 0},
    {"large squares that fit", {-1e-30F, 0}, 1, -1e18F, 0.1, MEANS(ADAM, 0, 0), 0},
    {"nothing special", {1, 1, 1}, 1, 0.5, 0.01, MEANS(RMSPROP, 0.9, 0.01), 0},
};

static descent_model *chain_model(const struct chain *chain)
{
    descent_model_config config = {
        .sizes = {1, 1, 1, 1}, .activation = DESCENT_ACTIVATION_RELU, .init = DESCENT_INIT_ZEROS};
    while (config.layers < 3 && chain->weights[config.layers] != 0) {
        config.layers++;
    }
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    for (size_t l = 0; l < config.layers; l++) {
        descent_model_layer(model, l).weights[0] = chain->weights[l];
    }
    return model;
}

START_TEST(named_overflows_keep_the_promise)
{
    const struct chain *chain = &chains[_i / 2];
    static struct snapshot before;
    descent_trainer_config config = test_trainer_config();
    const descent_batch batch = {.features = &chain->x, .targets = &chain->target, .n = 1};
    config.loss.kind = DESCENT_LOSS_MSE;
    config.optimizer = chain->optimizer;
    config.norm_period = (uint64_t)(_i % 2);
    descent_model *model = chain_model(chain);
    descent_trainer *trainer;
    ck_assert_ok(descent_trainer_create(&trainer, model, &config));
    descent_status status = DESCENT_OK;
    for (int step = 0; status == DESCENT_OK && step < 200; step++) {
        take_snapshot(&before, trainer, model);
        status = descent_trainer_step(trainer, &batch, chain->learning_rate, NULL);
        check_promise(chain->name, status, trainer, model, &before);
        ck_assert_msg(status == DESCENT_OK || step < chain->fails_within, "%s: failed in step %d",
                      chain->name, step + 1);
    }
    ck_assert_msg((status == DESCENT_OK) == (chain->fails_within == 0), "%s: %d", chain->name,
                  (int)status);
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

/* Random choices. */
static size_t draw(uint64_t *random, size_t below)
{
    double u = (problem_uniform(random) + 1.0) / 2.0;
    return (size_t)(u * (double)below);
}

static double one_of(uint64_t *random, const double *choices, size_t count)
{
    return choices[draw(random, count)];
}
#define ONE_OF(random, ...)                                                                        \
    one_of(random, (const double[]){__VA_ARGS__},                                                  \
           sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* Numbers of one magnitude, from 1e−30 to 3e38 or, if tame, near 1; now and then one that is not
 * finite or as large as floats are. */
static void fill(uint64_t *random, float *values, size_t count, bool tame)
{
    static const float special[] = {NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 0};
    double magnitude = tame ? 1.0 : pow(10.0, -30.0 + (double)draw(random, 69));
    bool poisoned = draw(random, 6) == 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)fmin(3.0 * magnitude, (double)FLT_MAX) * (float)problem_uniform(random);
    }
    if (poisoned) {
        values[draw(random, count)] = special[draw(random, TEST_COUNT(special))];
    }
}

/* All of one random training. */
struct extreme {
    descent_model_config shape;
    descent_trainer_config config;
    float class_weights[8];
    float features[SAMPLES * 8];
    int32_t labels[SAMPLES];
    float targets[SAMPLES * 8];
    descent_model *model;
    descent_trainer *trainer;
};

static void draw_shape(struct extreme *extreme, uint64_t *random)
{
    descent_model_config *shape = &extreme->shape;
    memset(shape, 0, sizeof *shape);
    shape->layers = 1 + draw(random, 4);
    for (size_t l = 0; l <= shape->layers; l++) {
        shape->sizes[l] = 1 + draw(random, 8);
    }
    shape->activation = (descent_activation)draw(random, DESCENT_ACTIVATION_COUNT);
    shape->output_activation = (descent_activation)draw(random, DESCENT_ACTIVATION_COUNT);
}

static void draw_config(struct extreme *extreme, uint64_t *random)
{
    const descent_trainer_config defaults = test_trainer_config();
    descent_trainer_config *config = &extreme->config;
    descent_optimizer *optimizer = &config->optimizer;
    *config = defaults;
    config->batch = SAMPLES;
    config->loss.kind = (descent_loss_kind)draw(random, DESCENT_LOSS_COUNT);
    if (config->loss.kind == DESCENT_LOSS_CROSS_ENTROPY) {
        config->loss.label_smoothing = ONE_OF(random, 0, 0, 0.1);
        for (size_t c = 0; c < TEST_COUNT(extreme->class_weights); c++) {
            extreme->class_weights[c] = (float)pow(10.0, -30.0 + (double)draw(random, 69));
        }
        config->loss.class_weights = draw(random, 4) == 0 ? extreme->class_weights : NULL;
    }
    optimizer->kind = (descent_optimizer_kind)draw(random, DESCENT_OPTIMIZER_COUNT);
    optimizer->momentum = ONE_OF(random, 0, 0.5, 0.99);
    optimizer->nesterov =
        optimizer->kind == DESCENT_OPTIMIZER_SGD && optimizer->momentum > 0 && draw(random, 2) == 0;
    optimizer->beta1 = ONE_OF(random, 0.9, 0, 0.999999);
    optimizer->beta2 = ONE_OF(random, 0.999, 0, 0.999999);
    optimizer->alpha = ONE_OF(random, 0.99, 0, 0.999999);
    optimizer->epsilon = ONE_OF(random, 1e-8, 1e-45, 1e-20, 3e38);
    optimizer->weight_decay = ONE_OF(random, 0, 0, 0.01, 10, 1e20);
    config->decay_biases = draw(random, 2) == 0;
    config->clip_norm = ONE_OF(random, 0, 0, 0, 1e-30, 1, 1e30);
    config->dropout = ONE_OF(random, 0, 0, 0.5);
    config->input_dropout = ONE_OF(random, 0, 0, 0.5);
    config->max_norm = ONE_OF(random, 0, 0, 1e-30, 2, 1e30);
    config->norm_period = draw(random, 3);
    config->threads = draw(random, 20) > 0 ? 1 : 2 + (int)draw(random, 2); /* these take long */
}

static void create_extreme(struct extreme *extreme, uint64_t *random)
{
    static float state[PARAMETERS_MAX];
    draw_shape(extreme, random);
    draw_config(extreme, random);
    bool tame = draw(random, 2) == 0;
    ck_assert_ok(descent_model_create(&extreme->model, &extreme->shape));
    size_t count = descent_model_parameter_count(extreme->model);
    for (size_t l = 0; l < extreme->shape.layers; l++) {
        descent_layer layer = descent_model_layer(extreme->model, l);
        fill(random, layer.weights, layer.inputs * layer.outputs, tame);
        fill(random, layer.bias, layer.outputs, tame);
    }
    ck_assert_ok(descent_trainer_create(&extreme->trainer, extreme->model, &extreme->config));
    for (size_t s = 0; draw(random, 4) == 0 && s < descent_trainer_slots(extreme->trainer); s++) {
        fill(random, state, count, tame);
        for (size_t i = 0; i < count; i++) {
            state[i] = fabsf(state[i]); /* a mean of squares is not negative */
        }
        descent_trainer_load_state(extreme->trainer, s, state);
    }
}

/* A step, now and then on the sum of two parts. */
static descent_status step(struct extreme *extreme, uint64_t *random)
{
    size_t inputs = extreme->shape.sizes[0];
    size_t outputs = extreme->shape.sizes[extreme->shape.layers];
    bool tame = draw(random, 2) == 0;
    descent_loss_kind loss = extreme->config.loss.kind;
    bool labels = loss == DESCENT_LOSS_CROSS_ENTROPY || draw(random, 2) == 0;
    double rate = ONE_OF(random, 0, 1e-3, 0.1, 1, 1e10, 3e18);
    fill(random, extreme->features, SAMPLES * inputs, tame);
    fill(random, extreme->targets, SAMPLES * outputs, tame);
    for (size_t i = 0; i < SAMPLES * outputs && loss == DESCENT_LOSS_BINARY_CROSS_ENTROPY; i++) {
        extreme->targets[i] = extreme->targets[i] > 0 ? 1 : tame ? 0.25F : 0;
    }
    for (size_t i = 0; i < SAMPLES; i++) {
        extreme->labels[i] = (int32_t)draw(random, outputs);
    }
    descent_batch batch = {.features = extreme->features,
                           .labels = labels ? extreme->labels : NULL,
                           .targets = labels ? NULL : extreme->targets,
                           .n = SAMPLES};
    if (draw(random, 3) > 0) {
        return descent_trainer_step(extreme->trainer, &batch, rate, NULL);
    }
    batch.n = SAMPLES - 2;
    descent_status status = descent_trainer_backward(extreme->trainer, &batch, SAMPLES, NULL);
    batch.features += batch.n * inputs;
    batch.labels = labels ? batch.labels + batch.n : NULL;
    batch.targets = labels ? NULL : batch.targets + batch.n * outputs;
    batch.n = 2;
    if (status == DESCENT_OK) {
        status = descent_trainer_backward(extreme->trainer, &batch, SAMPLES, NULL);
    }
    return status == DESCENT_OK ? descent_trainer_step(extreme->trainer, NULL, rate, NULL) : status;
}

/* Both ways of a step end often enough that the test means something. */
START_TEST(random_extremes_keep_the_promise)
{
    enum { TRAININGS = 800, STEPS = 6 };
    static struct extreme extreme;
    static struct snapshot before;
    uint64_t random = 1000 + (uint64_t)_i;
    size_t done = 0;
    for (int training = 0; training < TRAININGS; training++) {
        create_extreme(&extreme, &random);
        for (int i = 0; i < STEPS; i++) {
            take_snapshot(&before, extreme.trainer, extreme.model);
            descent_status status = step(&extreme, &random);
            check_promise("random", status, extreme.trainer, extreme.model, &before);
            done += status == DESCENT_OK;
        }
        descent_trainer_destroy(extreme.trainer);
        descent_model_destroy(extreme.model);
    }
    ck_assert_uint_gt(done, TRAININGS * STEPS / 10);
    ck_assert_uint_lt(done, TRAININGS * STEPS * 9 / 10);
}
END_TEST

/* The last bias of a layer that is several blocks long, with the threads' shares cut anywhere; its
 * unit is dead, so that nothing but the parameter itself shows it. */
START_TEST(an_infinity_is_found_wherever_it_stands)
{
    const descent_model_config shape = {
        .layers = 2, .sizes = {100, 101, 2}, .activation = DESCENT_ACTIVATION_RELU};
    const int32_t label = 1;
    float features[100];
    descent_trainer_config config = test_trainer_config();
    descent_model *model;
    descent_trainer *trainer;
    uint64_t random = 5;
    config.threads = 1 + _i / 2;
    config.norm_period = (uint64_t)(_i % 2);
    ck_assert_ok(descent_model_create(&model, &shape));
    descent_model_layer(model, 0).bias[100] = -INFINITY;
    for (size_t i = 0; i < TEST_COUNT(features); i++) {
        features[i] = (float)problem_uniform(&random);
    }
    const descent_batch batch = {.features = features, .labels = &label, .n = 1};
    ck_assert_ok(descent_trainer_create(&trainer, model, &config));
    ck_assert_int_eq(descent_trainer_step(trainer, &batch, 0.1, NULL), DESCENT_ERROR_NONFINITE);
    ck_assert_str_eq(descent_trainer_failure(trainer).what, "weights");
    descent_model_layer(model, 0).bias[100] = -1;
    ck_assert_ok(descent_trainer_load(trainer, model));
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(named_overflows_keep_the_promise, 2 * TEST_COUNT(chains)),
        TEST_LOOP(random_extremes_keep_the_promise, 4),
        TEST_LOOP(an_infinity_is_found_wherever_it_stands, 6),
    };
    return run_tests_on_engines("finite", cases, TEST_COUNT(cases));
}
