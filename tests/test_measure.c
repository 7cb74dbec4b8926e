/*
 * What a trainer tells without training: the gradient's norms by layer, and where a step that is
 * not finite went wrong.
 */
#include "engines.h"
#include "golden.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const descent_model_config shape = {
    .layers = 3, .sizes = {13, 250, 17, 5}, .activation = DESCENT_ACTIVATION_TANH};

enum { LAYERS = 3, SAMPLES = 33, PARAMETERS = 14 * 250 + 251 * 17 + 18 * 5 };

/* The norms of the whole gradient and of each layer's, by the reference. */
static double expected_norms(const struct problem *problem, double norms[LAYERS])
{
    static double gradient[PARAMETERS];
    descent_batch batch = problem_batch(problem, &objectives[0]);
    reference_backward(&problem->network, &objectives[0].loss, &batch, gradient);
    for (size_t l = 0; l < LAYERS; l++) {
        norms[l] = reference_norm(reference_layer_size(&shape, l),
                                  gradient + reference_layer_offset(&shape, l));
    }
    return reference_norm(PARAMETERS, gradient);
}

static void assert_norms(const struct problem *problem, const descent_trainer *trainer)
{
    double norms[LAYERS];
    double whole = expected_norms(problem, norms);
    ck_assert_double_eq_tol(descent_trainer_gradient_norm(trainer), whole, 1e-5 * whole);
    for (size_t l = 0; l < LAYERS; l++) {
        ck_assert_double_gt(norms[l], 1e-2);
        ck_assert_double_eq_tol(descent_trainer_layer_norm(trainer, l), norms[l], 1e-5 * norms[l]);
    }
    ck_assert_double_eq(descent_trainer_layer_norm(trainer, LAYERS), 0.0);
}

/* The gradient is that of before the step, whatever clipping does to it afterwards. */
START_TEST(a_step_measures_each_layer)
{
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 41);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer_config config = test_trainer_config();
    config.batch = SAMPLES;
    config.clip_norm = 0.01;
    config.threads = _i + 1;
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_double_eq(descent_trainer_layer_norm(trainer, 0), 0.0);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    assert_norms(&problem, trainer);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* A trainer that has done a step, so that it has state, and the loss of its weights. */
static descent_trainer *stepped_trainer(const struct problem *problem, double dropout)
{
    descent_trainer_config config = test_trainer_config();
    config.batch = SAMPLES;
    config.dropout = dropout;
    config.optimizer.kind = DESCENT_OPTIMIZER_ADAM;
    descent_trainer *trainer = problem_trainer_with(problem, &config);
    descent_batch batch = problem_batch(problem, &objectives[0]);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.0, NULL));
    return trainer;
}

/* In parts, and without dropout though steps have it; the next step is as if nothing had been. */
START_TEST(measuring_changes_nothing)
{
    struct problem problem;
    float measured[PARAMETERS];
    float plain[PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 42);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = stepped_trainer(&problem, 0.5);
    descent_trainer *other = stepped_trainer(&problem, 0.5);
    descent_metrics metrics = {0};
    for (size_t first = 0; first < SAMPLES; first += 11) {
        descent_batch part = problem_part(&problem, batch, first, 11);
        ck_assert_uint_eq(metrics.norms, 0);
        ck_assert_ok(descent_trainer_measure(trainer, &part, SAMPLES, &metrics));
    }
    assert_norms(&problem, trainer);
    ck_assert_uint_eq(metrics.samples, SAMPLES);
    ck_assert_uint_eq(metrics.norms, 1);
    ck_assert_double_eq(metrics.norm_sum, descent_trainer_gradient_norm(trainer));
    ck_assert_uint_eq(descent_trainer_steps(trainer), 1);
    ck_assert_int_eq(descent_trainer_step(trainer, NULL, 0.1, NULL), DESCENT_ERROR_INVALID);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    ck_assert_ok(descent_trainer_step(other, &batch, 0.1, NULL));
    problem_read(&problem, trainer, measured);
    problem_read(&problem, other, plain);
    ck_assert_mem_eq(measured, plain, sizeof plain);
    descent_trainer_destroy(trainer);
    descent_trainer_destroy(other);
    problem_destroy(&problem);
}
END_TEST

START_TEST(bad_measurements_are_refused)
{
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 42);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer(&problem, &objectives[0]);
    ck_assert_int_eq(descent_trainer_measure(trainer, &batch, SAMPLES - 1, NULL),
                     DESCENT_ERROR_INVALID);
    problem.features[5] = NAN;
    ck_assert_int_eq(descent_trainer_measure(trainer, &batch, SAMPLES, NULL),
                     DESCENT_ERROR_NONFINITE);
    ck_assert_str_eq(descent_trainer_failure(trainer).what, "inputs");
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* A network of 2-2-2 whose weights are set by hand, so that it overflows where it is told to. */
static const struct overflow {
    const char *name;
    float weights[2]; /* of the first and the second layer */
    float feature;
    double rate;
    const char *what;
    size_t layer;
    double input, weight;
} overflows[] = {
    {"a feature", {1, 1}, INFINITY, 0.1, "inputs", 0, 1, 1},
    {"a weight", {1, NAN}, 1, 0.1, "weights", 1, 2, 0},
    {"the first outputs", {1e30f, 1}, 1e30f, 0.1, "outputs", 0, 1e30, 1e30},
    {"the second outputs", {1e20f, 1e30f}, 1, 0.1, "outputs", 1, 2e20, 1e30},
    {"the first deltas", {0, 1e30f}, 1e30f, 0.1, "gradient", 0, 1e30, 0},
    {"the step", {0, 1}, 1e20f, 1e30, "step", 0, 1e20, 0},
};

static descent_model *set_model(const float weights[2])
{
    const descent_model_config config = {.layers = 2, .sizes = {2, 2, 2}};
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    for (size_t l = 0; l < 2; l++) {
        descent_layer layer = descent_model_layer(model, l);
        for (size_t i = 0; i < 4; i++) {
            /* The output units differ in sign: the deltas of the first layer do not cancel. */
            layer.weights[i] = l == 1 && i >= 2 ? -weights[l] : weights[l];
        }
    }
    return model;
}

START_TEST(a_failure_tells_where_it_began)
{
    const struct overflow *overflow = &overflows[_i];
    const float features[] = {overflow->feature, 1};
    const int32_t label = 0;
    const descent_batch batch = {.features = features, .labels = &label, .n = 1};
    descent_trainer_config config = test_trainer_config();
    descent_model *model = set_model(overflow->weights);
    descent_trainer *trainer;
    config.batch = 1;
    ck_assert_ok(descent_trainer_create(&trainer, model, &config));
    ck_assert_ptr_null(descent_trainer_failure(trainer).what);
    ck_assert_int_eq(descent_trainer_step(trainer, &batch, overflow->rate, NULL),
                     DESCENT_ERROR_NONFINITE);
    descent_failure failure = descent_trainer_failure(trainer);
    ck_assert_msg(strcmp(failure.what, overflow->what) == 0, "%s: %s", overflow->name,
                  descent_last_error());
    ck_assert_uint_eq(failure.layer, overflow->layer);
    ck_assert_double_eq_tol(failure.input, overflow->input, 1e-6 * overflow->input + FLT_MIN);
    ck_assert_double_eq_tol(failure.weight, overflow->weight, 1e-6 * overflow->weight + FLT_MIN);
    char place[64];
    snprintf(place, sizeof place, "first in the %s of layer %zu of 2", overflow->what,
             overflow->layer + 1);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), place));
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_step_measures_each_layer, 3),
        TEST_CASE(measuring_changes_nothing),
        TEST_CASE(bad_measurements_are_refused),
        TEST_LOOP(a_failure_tells_where_it_began, TEST_COUNT(overflows)),
    };
    return run_tests_on_engines("measure", cases, TEST_COUNT(cases));
}
