/*
 * The library's gradients: against the reference for every activation and loss over odd sizes,
 * depths and batches, against PyTorch's golden numbers, and against differences of its own loss.
 */
#include "engines.h"
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A sum of n products in float32, added in any order, is the exact sum of terms that are wrong by
 * λ·√n·2⁻²⁴ each, where the chance that λ = 4 is not enough is 2·exp(−λ²/2), one in 1500 (Higham
 * and Mary 2019, "A new approach to probabilistic rounding error analysis"). That is an error of
 * the parameters, and a regular problem's gradient has at most PROBLEM_CONDITION times as
 * much: 7.6e-6 in all. The largest error met is 1.2e-6. */
static const double tolerance = PROBLEM_CONDITION * 4 * 15.906 /* √253 */ * 0x1p-24;

/* Nearer to its kink than this, ReLU may round to the other side. */
static const double margin = 1e-5;

static const struct {
    size_t layers;
    size_t sizes[REFERENCE_LAYERS_MAX];
} shapes[] = {
    {1, {7, 13}},      {1, {253, 2}},          {1, {1, 1}},        {2, {13, 7, 5}},
    {2, {1, 7, 2}},    {2, {13, 253, 7}},      {3, {7, 13, 1, 2}}, {3, {253, 7, 13, 1}},
    {3, {1, 1, 1, 7}}, {4, {7, 13, 7, 13, 7}},
};

static const size_t batches[] = {1, 2, 7, 33};

static void check_gradient(const struct problem *problem, const struct objective *objective)
{
    const descent_model_config *shape = &problem->network.shape;
    descent_batch batch = problem_batch(problem, objective);
    double *expected = calloc(problem->count, sizeof *expected);
    float *found = calloc(problem->count, sizeof *found);
    descent_trainer *trainer = problem_trainer(problem, objective);
    descent_metrics metrics = {0};
    char what[128];
    snprintf(what, sizeof what, "%s, activations %d and %d, %zu layers from %zu, batch of %zu",
             objective->name, (int)shape->activation, (int)shape->output_activation, shape->layers,
             shape->sizes[0], problem->n);
    reference_backward(&problem->network, &objective->loss, &batch, expected);
    ck_assert_double_gt(reference_norm(problem->count, expected), 1e-4);
    ck_assert_ok(descent_trainer_backward(trainer, &batch, batch.n, &metrics));
    descent_trainer_gradient(trainer, found);
    assert_layers_close(shape, found, expected, tolerance, what);
    double loss = reference_loss(&problem->network, &objective->loss, &batch);
    ck_assert_double_eq_tol(descent_metrics_loss(&metrics), loss, 1e-6 * fmax(1, loss));
    descent_trainer_destroy(trainer);
    free(expected);
    free(found);
}

/* Cross-entropy over one class is always 0: there is no gradient to compare. */
static bool has_gradient(const descent_model_config *shape, const struct objective *objective)
{
    return shape->sizes[shape->layers] > 1 || objective->loss.kind == DESCENT_LOSS_MSE;
}

static void check_all_sizes(descent_activation hidden, descent_activation output,
                            const struct objective *objective)
{
    for (size_t s = 0; s < TEST_COUNT(shapes); s++) {
        descent_model_config shape = {.layers = shapes[s].layers};
        memcpy(shape.sizes, shapes[s].sizes, sizeof shapes[s].sizes);
        shape.activation = hidden;
        shape.output_activation = output;
        for (size_t b = 0; b < TEST_COUNT(batches) && has_gradient(&shape, objective); b++) {
            struct problem problem;
            problem_create_regular(&problem, &shape, batches[b], objective, margin);
            check_gradient(&problem, objective);
            problem_destroy(&problem);
        }
    }
}

START_TEST(hidden_activations_agree_with_the_reference)
{
    for (size_t k = 0; k < OBJECTIVES; k++) {
        check_all_sizes((descent_activation)_i, DESCENT_ACTIVATION_IDENTITY, &objectives[k]);
    }
}
END_TEST

START_TEST(output_activations_agree_with_the_reference)
{
    for (size_t k = 0; k < OBJECTIVES; k++) {
        check_all_sizes(DESCENT_ACTIVATION_TANH, (descent_activation)_i, &objectives[k]);
    }
}
END_TEST

START_TEST(gradients_agree_with_pytorch)
{
    struct golden_network golden;
    golden_network_load(&golden, (size_t)_i);
    const struct problem *problem = &golden.problem;
    descent_batch batch = problem_batch(problem, golden.objective);
    descent_metrics metrics = {0};
    float *found = calloc(problem->count, sizeof *found);
    descent_trainer *trainer = problem_trainer(problem, golden.objective);
    ck_assert_ok(descent_trainer_backward(trainer, &batch, batch.n, &metrics));
    descent_trainer_gradient(trainer, found);
    assert_layers_close(&problem->network.shape, found, golden.gradient, 1e-6, golden.name);
    ck_assert_double_eq_tol(descent_metrics_loss(&metrics), golden.loss, 1e-6);
    descent_trainer_destroy(trainer);
    free(found);
    golden_network_free(&golden);
}
END_TEST

/* The library's own mean loss with its parameters moved by `distance` along a direction. */
static double loss_at(const struct problem *problem, const struct objective *objective,
                      descent_trainer *trainer, const double *direction, double distance)
{
    descent_batch batch = problem_batch(problem, objective);
    descent_metrics metrics = {0};
    descent_model *model = problem_model(problem);
    for (size_t i = 0; i < problem->count; i++) {
        descent_model_parameters(model)[i] =
            (float)(problem->parameters[i] + distance * direction[i]);
    }
    ck_assert_ok(descent_trainer_load(trainer, model));
    ck_assert_ok(descent_trainer_evaluate(trainer, &batch, &metrics));
    descent_model_destroy(model);
    return descent_metrics_loss(&metrics);
}

/* Along its own direction the loss rises by the gradient's length. Float32 losses carry 1e-7 of
 * rounding, which differences over 2 · 2⁻⁷ magnify to 1e-5; the next term of the series is taken
 * off by Richardson's extrapolation. This judges by the loss alone, without the reference. */
START_TEST(gradients_agree_with_differences_of_the_float_loss)
{
    descent_model_config shape = {.layers = 3, .sizes = {13, 7, 13, 5}};
    shape.activation = (descent_activation)_i;
    for (size_t k = 0; k < OBJECTIVES; k++) {
        struct problem problem;
        problem_create_regular(&problem, &shape, 7, &objectives[k], 5e-3);
        descent_batch batch = problem_batch(&problem, &objectives[k]);
        descent_trainer *trainer = problem_trainer(&problem, &objectives[k]);
        float *gradient = calloc(problem.count, sizeof *gradient);
        double *direction = calloc(problem.count, sizeof *direction);
        ck_assert_ok(descent_trainer_backward(trainer, &batch, batch.n, NULL));
        descent_trainer_gradient(trainer, gradient);
        for (size_t i = 0; i < problem.count; i++) {
            direction[i] = (double)gradient[i];
        }
        double norm = reference_norm(problem.count, direction);
        ck_assert_double_gt(norm, 1e-2);
        for (size_t i = 0; i < problem.count; i++) {
            direction[i] /= norm;
        }
        double slopes[2];
        for (int h = 0; h < 2; h++) {
            double distance = ldexp(1, -7 - h);
            slopes[h] = (loss_at(&problem, &objectives[k], trainer, direction, distance) -
                         loss_at(&problem, &objectives[k], trainer, direction, -distance)) /
                        (2 * distance);
        }
        ck_assert_double_eq_tol((4 * slopes[1] - slopes[0]) / 3, norm, 1e-3 * norm);
        free(gradient);
        free(direction);
        descent_trainer_destroy(trainer);
        problem_destroy(&problem);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(hidden_activations_agree_with_the_reference, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(output_activations_agree_with_the_reference, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(gradients_agree_with_pytorch, GOLDEN_NETWORKS),
        TEST_LOOP(gradients_agree_with_differences_of_the_float_loss, DESCENT_ACTIVATION_COUNT),
    };
    return run_tests_on_engines("gradient", cases, TEST_COUNT(cases));
}
