/*
 * The reference itself: against central finite differences, and against PyTorch's numbers. All is
 * double precision, so the tolerances are those of the differences and of double arithmetic.
 */
#include "golden.h"
#include "harness.h"

#include <math.h>

static const struct {
    descent_model_config shape;
    size_t n;
} cases[] = {
    {{.layers = 1, .sizes = {7, 13}}, 2},
    {{.layers = 2, .sizes = {13, 7, 5}}, 7},
    {{.layers = 2, .sizes = {1, 7, 2}}, 13},
    {{.layers = 4, .sizes = {7, 13, 1, 7, 3}}, 7},
};

/* The loss as a function of one parameter, differenced. A step of 1e-5 leaves 1e-10 of truncation
 * and 1e-11 of rounding. */
static double difference(struct problem *problem, const struct objective *objective, size_t i)
{
    const double step = 1e-5;
    descent_batch batch = problem_batch(problem, objective);
    double middle = problem->parameters[i];
    problem->parameters[i] = middle + step;
    double above = reference_loss(&problem->network, &objective->loss, &batch);
    problem->parameters[i] = middle - step;
    double below = reference_loss(&problem->network, &objective->loss, &batch);
    problem->parameters[i] = middle;
    return (above - below) / (2 * step);
}

/* The floor under the relative error stands for the 1e-10 above. */
static void check_differences(const descent_model_config *shape, size_t n,
                              const struct objective *objective)
{
    struct problem problem;
    problem_create_regular(&problem, shape, n, objective, 1e-4);
    descent_batch batch = problem_batch(&problem, objective);
    double *gradient = calloc(problem.count, sizeof *gradient);
    reference_backward(&problem.network, &objective->loss, &batch, gradient);
    ck_assert_double_gt(reference_norm(problem.count, gradient), 1e-4);
    for (size_t i = 0; i < problem.count; i++) {
        double expected = difference(&problem, objective, i);
        ck_assert_msg(fabs(gradient[i] - expected) <= 1e-6 * fmax(fabs(expected), 1e-3),
                      "%s, activations %d and %d: gradient %zu is %g, differences give %g",
                      objective->name, (int)shape->activation, (int)shape->output_activation, i,
                      gradient[i], expected);
    }
    free(gradient);
    problem_destroy(&problem);
}

START_TEST(hidden_activations_agree_with_finite_differences)
{
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        for (size_t k = 0; k < OBJECTIVES; k++) {
            descent_model_config shape = cases[c].shape;
            shape.activation = (descent_activation)_i;
            check_differences(&shape, cases[c].n, &objectives[k]);
        }
    }
}
END_TEST

START_TEST(output_activations_agree_with_finite_differences)
{
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        for (size_t k = 0; k < OBJECTIVES; k++) {
            descent_model_config shape = cases[c].shape;
            shape.activation = DESCENT_ACTIVATION_TANH;
            shape.output_activation = (descent_activation)_i;
            check_differences(&shape, cases[c].n, &objectives[k]);
        }
    }
}
END_TEST

/* Dropout's factors are constants of the loss, so differences see them as they are. */
START_TEST(dropped_units_agree_with_finite_differences)
{
    const double factors[] = {0, 2, 2, 0, 2, 2, 0};
    descent_model_config shape = {.layers = 2, .sizes = {13, 7, 5}};
    shape.activation = DESCENT_ACTIVATION_TANH;
    struct problem problem;
    problem_create(&problem, &shape, 7, 5);
    problem.network.factors = factors;
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    double *gradient = calloc(problem.count, sizeof *gradient);
    reference_backward(&problem.network, &objectives[0].loss, &batch, gradient);
    for (size_t i = 0; i < problem.count; i++) {
        double expected = difference(&problem, &objectives[0], i);
        ck_assert_double_le(fabs(gradient[i] - expected), 1e-6 * fmax(fabs(expected), 1e-3));
    }
    ck_assert_double_eq(gradient[0], 0);
    ck_assert_double_gt(fabs(gradient[shape.sizes[0]]), 0);
    free(gradient);
    problem_destroy(&problem);
}
END_TEST

START_TEST(optimizers_agree_with_pytorch)
{
    enum { STEPS = GOLDEN_STEPS, N = GOLDEN_PARAMETERS };
    const struct golden_optimizer *golden = &golden_optimizers[_i];
    double *parameters = golden_load("optimizer.txt", "start", N);
    double *gradients = golden_load("optimizer.txt", "gradients", STEPS * N);
    double *expected = golden_load("optimizer.txt", golden->name, STEPS * N);
    double state[2 * N] = {0};
    for (uint64_t t = 0; t < STEPS; t++) {
        reference_update(&golden->optimizer, N, parameters, gradients + t * N, state,
                         golden->learning_rate, t + 1, NULL);
        for (size_t i = 0; i < N; i++) {
            ck_assert_double_eq_tol(parameters[i], expected[t * N + i], 1e-12);
        }
    }
    free(parameters);
    free(gradients);
    free(expected);
}
END_TEST

START_TEST(losses_and_gradients_agree_with_pytorch)
{
    struct golden_network golden;
    golden_network_load(&golden, (size_t)_i);
    const struct problem *problem = &golden.problem;
    descent_batch batch = problem_batch(problem, golden.objective);
    double loss = reference_loss(&problem->network, &golden.objective->loss, &batch);
    ck_assert_double_eq_tol(loss, golden.loss, 1e-12);
    double *gradient = calloc(problem->count, sizeof *gradient);
    reference_backward(&problem->network, &golden.objective->loss, &batch, gradient);
    for (size_t i = 0; i < problem->count; i++) {
        ck_assert_double_eq_tol(gradient[i], golden.gradient[i], 1e-12);
    }
    free(gradient);
    golden_network_free(&golden);
}
END_TEST

START_TEST(logits_agree_with_pytorch)
{
    double outputs[GOLDEN_LOGITS];
    struct golden_network golden;
    golden_network_load(&golden, (size_t)_i);
    const struct problem *problem = &golden.problem;
    reference_forward(&problem->network, problem->features, problem->n, outputs);
    for (size_t i = 0; i < GOLDEN_LOGITS; i++) {
        ck_assert_double_eq_tol(outputs[i], golden.logits[i], 1e-12);
    }
    golden_network_free(&golden);
}
END_TEST

START_TEST(clipping_leaves_a_short_gradient_and_cuts_a_long_one)
{
    double shorter[] = {0.3, 0.4};
    double longer[] = {30, 40};
    reference_clip(2, shorter, 1);
    reference_clip(2, longer, 1);
    ck_assert_double_eq(shorter[0], 0.3);
    ck_assert_double_eq_tol(longer[0], 30 / (50 + 1e-6), 1e-15);
    ck_assert_double_eq_tol(reference_norm(2, longer), 1, 1e-7);
}
END_TEST

int main(void)
{
    const struct test_case tests[] = {
        TEST_LOOP(hidden_activations_agree_with_finite_differences, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(output_activations_agree_with_finite_differences, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(dropped_units_agree_with_finite_differences),
        TEST_LOOP(optimizers_agree_with_pytorch, GOLDEN_OPTIMIZERS),
        TEST_LOOP(losses_and_gradients_agree_with_pytorch, GOLDEN_NETWORKS),
        TEST_LOOP(logits_agree_with_pytorch, GOLDEN_NETWORKS),
        TEST_CASE(clipping_leaves_a_short_gradient_and_cuts_a_long_one),
    };
    return run_tests("reference", tests, TEST_COUNT(tests));
}
