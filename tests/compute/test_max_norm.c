/*
 * Max-norm against the same step without it, shortened in double precision.
 */
#include "compute/max_norm.h"
#include "engines.h"
#include "problem.h"

#include <math.h>
#include <string.h>

#define SGD(mu)                                                                                    \
    {                                                                                              \
        .kind = DESCENT_OPTIMIZER_SGD, .momentum = (mu), .epsilon = 1e-8                           \
    }
#define ADAM                                                                                       \
    {                                                                                              \
        .kind = DESCENT_OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8              \
    }

enum { WIDEST = 192 };

/* Layers without panels of weights, with several, with a last one that is short; steps straight
 * into the weights, and by a gradient. */
static const struct {
    const char *name;
    descent_model_config shape;
    size_t n;
    descent_optimizer optimizer;
    uint64_t norm_period;
} cases[] = {
    {"narrow", {.layers = 3, .sizes = {13, 7, 5, 3}}, 9, SGD(0), 0},
    {"narrow by gradient", {.layers = 3, .sizes = {13, 7, 5, 3}}, 9, SGD(0), 1},
    {"narrow with momentum", {.layers = 3, .sizes = {13, 7, 5, 3}}, 9, SGD(0.9), 0},
    {"wide", {.layers = 3, .sizes = {190, 192, 100, 7}}, 100, SGD(0), 0},
    {"wide by gradient", {.layers = 3, .sizes = {190, 192, 100, 7}}, 100, SGD(0), 1},
    {"wide by adam", {.layers = 3, .sizes = {190, 131, 71, 7}}, 33, ADAM, 0},
    {"linear", {.layers = 1, .sizes = {13, 5}}, 9, SGD(0), 0},
};

/* In order of the model's flat array. */
static float *train(const struct problem *problem, size_t i, double max_norm, int threads,
                    int steps)
{
    descent_trainer_config config = test_trainer_config();
    descent_batch batch = problem_batch(problem, &objectives[0]);
    config.optimizer = cases[i].optimizer;
    config.norm_period = cases[i].norm_period;
    config.batch = problem->n;
    config.max_norm = max_norm;
    config.threads = threads;
    descent_trainer *trainer = problem_trainer_with(problem, &config);
    for (int step = 0; step < steps; step++) {
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.05, NULL));
    }
    float *parameters = calloc(problem->count, sizeof *parameters);
    ck_assert_ptr_nonnull(parameters);
    problem_read(problem, trainer, parameters);
    descent_trainer_destroy(trainer);
    return parameters;
}

static double norm_of(const float *weights, size_t inputs)
{
    double sum = 0;
    for (size_t i = 0; i < inputs; i++) {
        sum += (double)weights[i] * (double)weights[i];
    }
    return sqrt(sum);
}

/* Between the shortest and the longest of the first layer's units, so that some are shortened. */
static double limit_among(const descent_model_config *shape, const float *parameters)
{
    double shortest = HUGE_VAL, longest = 0;
    for (size_t o = 0; o < shape->sizes[1]; o++) {
        double norm = norm_of(parameters + o * shape->sizes[0], shape->sizes[0]);
        shortest = fmin(shortest, norm);
        longest = fmax(longest, norm);
    }
    return (shortest + longest) / 2;
}

static void create(struct problem *problem, size_t i)
{
    descent_model_config shape = cases[i].shape;
    shape.activation = DESCENT_ACTIVATION_TANH;
    problem_create(problem, &shape, cases[i].n, 11);
}

START_TEST(longer_weights_of_hidden_units_are_shortened)
{
    struct problem problem;
    size_t shortened = 0;
    create(&problem, (size_t)_i);
    const descent_model_config *shape = &problem.network.shape;
    float *free_ones = train(&problem, (size_t)_i, 0, 1, 1);
    double most = limit_among(shape, free_ones);
    float *limited = train(&problem, (size_t)_i, most, 1, 1);
    for (size_t l = 0; l < shape->layers; l++) {
        size_t inputs = shape->sizes[l], first = reference_layer_offset(shape, l);
        for (size_t o = 0; o < shape->sizes[l + 1]; o++) {
            const float *before = free_ones + first + o * inputs;
            double norm = norm_of(before, inputs);
            bool longer = l + 1 < shape->layers && norm > most;
            shortened += longer;
            for (size_t k = 0; k < inputs; k++) {
                double expected = (double)before[k] * (longer ? most / norm : 1);
                ck_assert_double_eq_tol((double)limited[first + o * inputs + k], expected,
                                        2e-7 * fabs(expected));
            }
        }
        size_t biases = first + inputs * shape->sizes[l + 1];
        ck_assert_mem_eq(limited + biases, free_ones + biases, shape->sizes[l + 1] * sizeof(float));
    }
    ck_assert_msg((shortened > 0) == (shape->layers > 1), "%s: %zu shortened", cases[_i].name,
                  shortened);
    free(free_ones);
    free(limited);
    problem_destroy(&problem);
}
END_TEST

START_TEST(no_number_of_threads_changes_a_bit)
{
    struct problem problem;
    create(&problem, (size_t)_i);
    float *one = train(&problem, (size_t)_i, 0.9, 1, 5);
    for (int threads = 2; threads <= 4; threads++) {
        float *several = train(&problem, (size_t)_i, 0.9, threads, 5);
        ck_assert_msg(memcmp(one, several, problem.count * sizeof *one) == 0, "%s: %d threads",
                      cases[_i].name, threads);
        free(several);
    }
    free(one);
    problem_destroy(&problem);
}
END_TEST

/* Rounding leaves a unit within a few parts in ten million of the limit. */
START_TEST(the_limit_holds_after_every_step)
{
    struct problem problem;
    create(&problem, (size_t)_i);
    const descent_model_config *shape = &problem.network.shape;
    for (int steps = 1; steps < 8; steps++) {
        float *parameters = train(&problem, (size_t)_i, 0.5, 1, steps);
        for (size_t l = 0; l + 1 < shape->layers; l++) {
            const float *weights = parameters + reference_layer_offset(shape, l);
            for (size_t o = 0; o < shape->sizes[l + 1]; o++) {
                ck_assert_double_le(norm_of(weights + o * shape->sizes[l], shape->sizes[l]),
                                    0.5 * (1 + 3e-7));
            }
        }
        free(parameters);
    }
    problem_destroy(&problem);
}
END_TEST

/* Weights of a sum of squares that no float holds, on the way of plain steps and of others. */
START_TEST(the_longest_weights_are_shortened_too)
{
    descent_model_config shape = {
        .layers = 2, .sizes = {4, 1, 1}, .activation = DESCENT_ACTIVATION_RELU};
    const float feature[] = {-1, -1, -1, -1};
    const float target = 0;
    descent_trainer_config config = test_trainer_config();
    const descent_batch batch = {.features = feature, .targets = &target, .n = 1};
    config.loss.kind = DESCENT_LOSS_MSE;
    config.optimizer.kind = DESCENT_OPTIMIZER_SGD;
    config.norm_period = (uint64_t)_i;
    config.max_norm = 2;
    descent_model *model;
    descent_trainer *trainer;
    ck_assert_ok(descent_model_create(&model, &shape));
    for (size_t i = 0; i < 4; i++) {
        descent_model_layer(model, 0).weights[i] = 3e37F; /* the unit is dead */
    }
    ck_assert_ok(descent_trainer_create(&trainer, model, &config));
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    ck_assert_ok(descent_trainer_save(trainer, model));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_float_eq_tol(descent_model_layer(model, 0).weights[i], 1, 1e-6F);
    }
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

static const double bad[] = {-1, NAN, INFINITY};

START_TEST(bad_limits_are_refused)
{
    descent_model_config shape = {.layers = 1, .sizes = {2, 2}};
    descent_trainer_config config = test_trainer_config();
    descent_model *model;
    descent_trainer *trainer;
    ck_assert_ok(descent_model_create(&model, &shape));
    config.max_norm = bad[_i];
    ck_assert_int_eq(descent_trainer_create(&trainer, model, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "max_norm"));
    descent_model_destroy(model);
}
END_TEST

/* Weights that stand in rows and in panels: the same sums, so the same factors. */
START_TEST(the_order_of_the_weights_changes_no_bit)
{
    enum { INPUTS = 45, OUTPUTS = 21 };
    const struct descent_product_layer rows = {.inputs = INPUTS, .outputs = OUTPUTS};
    const struct descent_product_layer panels = {
        .inputs = INPUTS, .outputs = OUTPUTS, .panel = 16, .rows = 8};
    const struct descent_span all = {0, OUTPUTS};
    float weights[INPUTS * OUTPUTS], before[INPUTS * OUTPUTS], kept[INPUTS * OUTPUTS],
        back[INPUTS * OUTPUTS];
    descent_random random = descent_random_init(7, DESCENT_STREAM_USER, 0);
    for (size_t i = 0; i < INPUTS * OUTPUTS; i++) {
        weights[i] = before[i] = (float)descent_random_normal(&random);
    }
    descent_product_import(&panels, weights, kept);
    descent_max_norm_apply(&rows, all, 6.5, weights);
    descent_max_norm_apply(&panels, all, 6.5, kept);
    descent_product_export(&panels, kept, back);
    ck_assert_mem_eq(weights, back, sizeof back);
    ck_assert_mem_ne(weights, before, sizeof before);
}
END_TEST

int main(void)
{
    const struct test_case tests[] = {
        TEST_LOOP(longer_weights_of_hidden_units_are_shortened, TEST_COUNT(cases)),
        TEST_LOOP(no_number_of_threads_changes_a_bit, TEST_COUNT(cases)),
        TEST_LOOP(the_limit_holds_after_every_step, TEST_COUNT(cases)),
        TEST_LOOP(the_longest_weights_are_shortened_too, 2),
        TEST_CASE(the_order_of_the_weights_changes_no_bit),
        TEST_LOOP(bad_limits_are_refused, TEST_COUNT(bad)),
    };
    return run_tests_on_engines("max_norm", tests, TEST_COUNT(tests));
}
