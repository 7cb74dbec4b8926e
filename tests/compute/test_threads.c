/*
 * The promise that the number of threads changes no bit, and that the update which goes straight
 * into the weights is the one that goes by a stored gradient.
 */
#include "allocations.h"
#include "engines.h"
#include "problem.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Networks on both sides of every rule by which work is cut: the smallest, some whose products may
 * or may not be cut in two, three, four, last layers with many outputs, and odd widths. */
static const struct {
    size_t batch;
    descent_model_config shape;
} networks[] = {
    {10, {.layers = 2, .sizes = {78, 30, 10}}},
    {32, {.layers = 2, .sizes = {784, 128, 10}}},
    {33, {.layers = 1, .sizes = {784, 10}}},
    {64, {.layers = 3, .sizes = {300, 253, 211, 13}, .activation = DESCENT_ACTIVATION_GELU}},
    {100, {.layers = 3, .sizes = {100, 200, 301, 700}, .activation = DESCENT_ACTIVATION_TANH}},
};

static const descent_optimizer optimizers[] = {
    {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8},
    {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .weight_decay = 0.01},
    {.kind = DESCENT_OPTIMIZER_SGD, .epsilon = 1e-8, .momentum = 0.9, .nesterov = true},
    {.kind = DESCENT_OPTIMIZER_ADAMW, .epsilon = 1e-8, .beta1 = 0.9, .beta2 = 0.999},
};

enum {
    NETWORKS = TEST_COUNT(networks),
    OPTIMIZERS = TEST_COUNT(optimizers),
    STEPS = 6,
    LONGER = 60
};

/* A batch of random features and labels. */
struct data {
    float *features;
    int32_t *labels;
};

static struct data create_data(size_t n, size_t inputs, size_t classes)
{
    uint64_t state = 11;
    struct data data = {malloc(n * inputs * sizeof(float)), malloc(n * sizeof(int32_t))};
    ck_assert(data.features != NULL && data.labels != NULL);
    for (size_t i = 0; i < n * inputs; i++) {
        data.features[i] = (float)problem_uniform(&state);
    }
    for (size_t i = 0; i < n; i++) {
        data.labels[i] = (int32_t)(i * i % classes);
    }
    return data;
}

static void destroy_data(struct data *data)
{
    free(data->features);
    free(data->labels);
}

/* The model after a few steps, the third with a short batch. */
static descent_model *train_for(int network, const descent_trainer_config *config, int steps,
                                double *share)
{
    const descent_model_config *shape = &networks[network].shape;
    size_t n = networks[network].batch;
    struct data data = create_data(n, shape->sizes[0], shape->sizes[shape->layers]);
    descent_model *model;
    descent_trainer *trainer;
    ck_assert_ok(descent_model_create(&model, shape));
    ck_assert_ok(descent_trainer_create(&trainer, model, config));
    for (int step = 0; step < steps; step++) {
        descent_batch batch = {
            .features = data.features, .labels = data.labels, .n = step == 2 ? n / 2 + 1 : n};
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.05, NULL));
    }
    ck_assert_ok(descent_trainer_save(trainer, model));
    *share = descent_trainer_threads_share(trainer);
    descent_trainer_destroy(trainer);
    destroy_data(&data);
    return model;
}

static descent_model *train(int network, const descent_trainer_config *config)
{
    double share;
    return train_for(network, config, STEPS, &share);
}

static descent_trainer_config config_of(int network, int optimizer)
{
    descent_trainer_config config = test_trainer_config();
    config.optimizer = optimizers[optimizer];
    config.batch = networks[network].batch;
    config.norm_period = 4; /* both ways of the update */
    config.threads = 1;
    return config;
}

static size_t bytes_of(const descent_model *model)
{
    return descent_model_parameter_count(model) * sizeof(float);
}

static void check_threads(descent_trainer_config config, int network)
{
    descent_model *one = train(network, &config);
    for (config.threads = 2; config.threads <= 5; config.threads++) {
        descent_model *many = train(network, &config);
        ck_assert_mem_eq(descent_model_parameters(one), descent_model_parameters(many),
                         bytes_of(one));
        descent_model_destroy(many);
    }
    descent_model_destroy(one);
}

/* Thread 1 of two reads the second copy: with other numbers there it gets another result. */
START_TEST(each_thread_reads_its_own_copy)
{
    const descent_model_config *shape = &networks[0].shape;
    size_t n = networks[0].batch;
    size_t numbers = n * shape->sizes[0];
    struct data data = create_data(2 * n, shape->sizes[0], shape->sizes[shape->layers]);
    descent_trainer_config config = config_of(0, 0);
    config.threads = 2;
    descent_model *models[3];
    for (size_t i = 0; i < 3; i++) {
        descent_trainer *trainer;
        descent_batch batch = {.features = data.features,
                               .labels = data.labels,
                               .n = n,
                               .copies = i == 0 ? 0 : 2,
                               .copy_stride = numbers};
        if (i == 1) {
            memcpy(data.features + numbers, data.features, numbers * sizeof *data.features);
        } else if (i == 2) {
            data.features[numbers] += 1.0F;
        }
        ck_assert_ok(descent_model_create(&models[i], shape));
        ck_assert_ok(descent_trainer_create(&trainer, models[i], &config));
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.05, NULL));
        ck_assert_ok(descent_trainer_save(trainer, models[i]));
        descent_trainer_destroy(trainer);
    }
    const float *one = descent_model_parameters(models[0]);
    ck_assert_mem_eq(one, descent_model_parameters(models[1]), bytes_of(models[0]));
    ck_assert_mem_ne(one, descent_model_parameters(models[2]), bytes_of(models[0]));
    for (size_t i = 0; i < 3; i++) {
        descent_model_destroy(models[i]);
    }
    destroy_data(&data);
}
END_TEST

START_TEST(threads_change_no_bit)
{
    check_threads(config_of(_i / OPTIMIZERS, _i % OPTIMIZERS), _i / OPTIMIZERS);
}
END_TEST

/* Where the number is left open, and the clock says now this and now that. */
START_TEST(a_team_that_changes_its_size_changes_no_bit)
{
    int network = _i / OPTIMIZERS;
    descent_trainer_config config = config_of(network, _i % OPTIMIZERS);
    double share;
    descent_model *one = train_for(network, &config, LONGER, &share);
    ck_assert_double_eq(share, 1.0);
    config.threads = 0;
    allocations_wild_clock(true);
    descent_model *many = train_for(network, &config, LONGER, &share);
    allocations_wild_clock(false);
    ck_assert_mem_eq(descent_model_parameters(one), descent_model_parameters(many), bytes_of(one));
    if (allocations_counted() && descent_bench_processors() > 1 && network == 1) {
        ck_assert_double_gt(share, 0.0);
        ck_assert_double_lt(share, 1.0);
    }
    descent_model_destroy(one);
    descent_model_destroy(many);
}
END_TEST

START_TEST(threads_change_no_bit_with_dropout_and_clipping)
{
    descent_trainer_config config = config_of(_i, 3);
    config.dropout = 0.25;
    config.clip_norm = 0.1;
    check_threads(config, _i);
}
END_TEST

/* With the norm measured in every step the gradient is stored as a whole; without, each strip is
 * used up at once. Only plain gradient descent on BLAS rounds otherwise then: it lets BLAS add
 * −rate · g to w. */
START_TEST(an_update_by_strips_agrees_with_a_stored_gradient)
{
    int network = _i / OPTIMIZERS, optimizer = _i % OPTIMIZERS;
    descent_trainer_config config = config_of(network, optimizer);
    config.norm_period = 1;
    descent_model *stored = train(network, &config);
    config.norm_period = 0;
    config.threads = 1 + _i % 3;
    descent_model *direct = train(network, &config);
    if (test_engine == DESCENT_ENGINE_PACKED || optimizer > 1) {
        ck_assert_mem_eq(descent_model_parameters(stored), descent_model_parameters(direct),
                         bytes_of(stored));
    }
    const float *expected = descent_model_parameters(stored);
    const float *found = descent_model_parameters(direct);
    double error = 0.0, norm = 0.0;
    for (size_t i = 0; i < descent_model_parameter_count(stored); i++) {
        error += pow((double)found[i] - (double)expected[i], 2.0);
        norm += pow((double)expected[i], 2.0);
    }
    ck_assert_double_gt(norm, 0.0);
    ck_assert_double_lt(sqrt(error / norm), 1e-6);
    descent_model_destroy(stored);
    descent_model_destroy(direct);
}
END_TEST

/* What makes a step fail, and where it stands: among the features, or as a learning rate under
 * which the update itself overflows. */
static const struct {
    float feature;
    double learning_rate;
} poisons[] = {{NAN, 0.1}, {INFINITY, 0.1}, {-INFINITY, 0.1}, {FLT_MAX, 1e30}};

/* Neither way of the update lets a number that is not finite into the parameters: a feature that is
 * not finite may well give a finite loss where ReLU hides it. */
START_TEST(a_poisoned_step_changes_nothing)
{
    const descent_model_config shape = {.layers = 2, .sizes = {30, 20, 4}, .seed = 3};
    descent_trainer_config config = test_trainer_config();
    config.norm_period = (uint64_t)(_i % 2);
    config.threads = 1 + _i % 3;
    struct data data = create_data(32, 30, 4);
    data.features[47] = poisons[_i / 2].feature;
    descent_model *before, *after;
    descent_trainer *trainer;
    ck_assert_ok(descent_model_create(&before, &shape));
    ck_assert_ok(descent_model_create(&after, &shape));
    ck_assert_ok(descent_trainer_create(&trainer, before, &config));
    descent_batch batch = {.features = data.features, .labels = data.labels, .n = 32};
    ck_assert_int_eq(descent_trainer_step(trainer, &batch, poisons[_i / 2].learning_rate, NULL),
                     DESCENT_ERROR_NONFINITE);
    ck_assert_ok(descent_trainer_save(trainer, after));
    ck_assert_mem_eq(descent_model_parameters(before), descent_model_parameters(after),
                     bytes_of(before));
    ck_assert_uint_eq(descent_trainer_steps(trainer), 0);
    descent_trainer_destroy(trainer);
    descent_model_destroy(before);
    descent_model_destroy(after);
    destroy_data(&data);
}
END_TEST

START_TEST(threads_are_those_asked_for)
{
    descent_trainer_config config = config_of(0, 0);
    descent_model *model;
    descent_trainer *trainer;
    ck_assert_ok(descent_model_create(&model, &networks[0].shape));
    for (config.threads = 0; config.threads < 4; config.threads++) {
        ck_assert_ok(descent_trainer_create(&trainer, model, &config));
        /* 0 chooses: such a small network gets one. */
        ck_assert_int_eq(descent_trainer_threads(trainer),
                         config.threads == 0 ? 1 : config.threads);
        descent_trainer_destroy(trainer);
    }
    config.threads = 100000;
    ck_assert_int_eq(descent_trainer_create(&trainer, model, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(trainer);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(each_thread_reads_its_own_copy),
        TEST_LOOP(threads_change_no_bit, NETWORKS * OPTIMIZERS),
        TEST_LOOP(a_team_that_changes_its_size_changes_no_bit, NETWORKS * OPTIMIZERS),
        TEST_LOOP(threads_change_no_bit_with_dropout_and_clipping, NETWORKS),
        TEST_LOOP(an_update_by_strips_agrees_with_a_stored_gradient, NETWORKS * OPTIMIZERS),
        TEST_LOOP(a_poisoned_step_changes_nothing, 2 * TEST_COUNT(poisons)),
        TEST_CASE(threads_are_those_asked_for),
    };
    return run_tests_on_engines("threads", cases, TEST_COUNT(cases));
}
