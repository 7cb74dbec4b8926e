/*
 * Regression through the library's own parts: standardised data, a linear network, and the solution
 * of the normal equations, which gradient descent must find; and errors in the targets' own units.
 */
#include "engines.h"
#include "problem.h"

#include <math.h>
#include <string.h>

enum { COUNT = 60, FEATURES = 3, OUTPUTS = 2, TERMS = FEATURES + 1 };

static float features[COUNT * FEATURES];
static float targets[COUNT * OUTPUTS];

/* Linear in the features but for some noise; features and targets in very unlike units. */
static void fill(void)
{
    uint64_t state = 8;
    for (size_t i = 0; i < COUNT; i++) {
        double a = problem_uniform(&state), b = problem_uniform(&state),
               c = problem_uniform(&state);
        features[i * FEATURES] = (float)(100 * a + 1000);
        features[i * FEATURES + 1] = (float)(0.01 * b);
        features[i * FEATURES + 2] = (float)(c + 0.5 * a);
        targets[i * OUTPUTS] = (float)(5e4 + 3e3 * (a - 2 * b + 0.3 * problem_uniform(&state)));
        targets[i * OUTPUTS + 1] = (float)(0.02 * (b + c + 0.1 * problem_uniform(&state)));
    }
}

static double term(size_t sample, size_t t)
{
    return t < FEATURES ? (double)features[sample * FEATURES + t] : 1;
}

/* Solves a x = b by Gauss and Jordan with pivots; b becomes x. */
static void solve(double a[TERMS][TERMS], double b[TERMS])
{
    for (size_t p = 0; p < TERMS; p++) {
        size_t best = p;
        for (size_t r = p; r < TERMS; r++) {
            best = fabs(a[r][p]) > fabs(a[best][p]) ? r : best;
        }
        for (size_t c = 0; c < TERMS; c++) {
            double swap = a[p][c];
            a[p][c] = a[best][c];
            a[best][c] = swap;
        }
        double swap = b[p];
        b[p] = b[best];
        b[best] = swap;
        for (size_t r = 0; r < TERMS; r++) {
            double factor = r == p ? 0 : a[r][p] / a[p][p];
            for (size_t c = 0; c < TERMS; c++) {
                a[r][c] -= factor * a[p][c];
            }
            b[r] -= factor * b[p];
        }
    }
    for (size_t p = 0; p < TERMS; p++) {
        b[p] /= a[p][p];
    }
}

/* The coefficients of one output by least squares; the last one is the constant. */
static void least_squares(size_t output, double coefficients[TERMS])
{
    double a[TERMS][TERMS] = {{0}};
    memset(coefficients, 0, TERMS * sizeof *coefficients);
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t r = 0; r < TERMS; r++) {
            for (size_t c = 0; c < TERMS; c++) {
                a[r][c] += term(i, r) * term(i, c);
            }
            coefficients[r] += term(i, r) * (double)targets[i * OUTPUTS + output];
        }
    }
    solve(a, coefficients);
}

static double predicted(const double coefficients[TERMS], size_t sample)
{
    double sum = 0;
    for (size_t t = 0; t < TERMS; t++) {
        sum += coefficients[t] * term(sample, t);
    }
    return sum;
}

struct run {
    descent_dataset *dataset;
    descent_preparation *preparation;
    descent_loader *loader;
    descent_model *model;
    descent_trainer *trainer;
};

static void create_run(struct run *run)
{
    const descent_samples samples = {.shape = {1, {FEATURES}},
                                     .count = COUNT,
                                     .floats = features,
                                     .targets = targets,
                                     .outputs = OUTPUTS};
    const descent_preparation_config preparing = {DESCENT_STANDARDIZE_FEATURE, true};
    const descent_model_config shape = {.layers = 1, .sizes = {FEATURES, OUTPUTS}};
    descent_trainer_config config = test_trainer_config();
    fill();
    ck_assert_ok(descent_dataset_create(&run->dataset, &samples));
    ck_assert_ok(descent_preparation_create(&run->preparation, run->dataset, &preparing));
    const descent_loader_config loading = {.batch = COUNT, .preparation = run->preparation};
    ck_assert_ok(descent_loader_create(&run->loader, run->dataset, &loading));
    ck_assert_ok(descent_model_create(&run->model, &shape));
    config.loss.kind = DESCENT_LOSS_MSE;
    config.loss.target_deviations = descent_preparation_target_deviation(run->preparation);
    config.batch = COUNT;
    config.optimizer.momentum = 0.9;
    ck_assert_ok(descent_trainer_create(&run->trainer, run->model, &config));
}

static void destroy_run(struct run *run)
{
    descent_trainer_destroy(run->trainer);
    descent_model_destroy(run->model);
    descent_loader_destroy(run->loader);
    descent_preparation_destroy(run->preparation);
    descent_dataset_destroy(run->dataset);
}

/* The root of the mean of all squared errors of the closed form. */
static double smallest_rmse(void)
{
    double squares = 0;
    for (size_t o = 0; o < OUTPUTS; o++) {
        double coefficients[TERMS];
        least_squares(o, coefficients);
        for (size_t i = 0; i < COUNT; i++) {
            double error = predicted(coefficients, i) - (double)targets[i * OUTPUTS + o];
            squares += error * error;
        }
    }
    return sqrt(squares / (COUNT * OUTPUTS));
}

START_TEST(descent_finds_the_least_squares)
{
    struct run run;
    descent_batch batch;
    descent_metrics metrics = {0};
    float outputs[COUNT * OUTPUTS];
    descent_network *network;
    create_run(&run);
    ck_assert(descent_loader_next(run.loader, &batch));
    for (int step = 0; step < 500; step++) {
        ck_assert_ok(descent_trainer_step(run.trainer, &batch, 0.1, NULL));
    }
    ck_assert_ok(descent_trainer_evaluate(run.trainer, &batch, &metrics));
    ck_assert_double_eq_tol(descent_metrics_rmse(&metrics), smallest_rmse(),
                            1e-4 * smallest_rmse());
    ck_assert_ok(descent_trainer_save(run.trainer, run.model));
    ck_assert_ok(test_network_create(&network, run.model, COUNT, 1));
    ck_assert_ok(descent_network_forward(network, batch.features, COUNT, outputs));
    descent_preparation_undo_targets(run.preparation, COUNT, outputs);
    for (size_t o = 0; o < OUTPUTS; o++) {
        double coefficients[TERMS];
        double unit = (double)descent_preparation_target_deviation(run.preparation)[o];
        least_squares(o, coefficients);
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_double_eq_tol((double)outputs[i * OUTPUTS + o], predicted(coefficients, i),
                                    1e-4 * unit);
        }
    }
    descent_network_destroy(network);
    destroy_run(&run);
}
END_TEST

/* Units change what is told, and nothing that is learned. */
START_TEST(units_change_errors_only)
{
    const float units[] = {10.0f, 0.5f, 2.0f};
    const descent_model_config shape = {.layers = 2, .sizes = {13, 7, 3}};
    descent_metrics metrics[2] = {{0}};
    double outputs[20 * 3], squares = 0;
    float *parameters[2];
    struct problem problem;
    problem_create(&problem, &shape, 20, 51);
    descent_batch batch = problem_batch(&problem, &objectives[2]);
    reference_forward(&problem.network, problem.features, 20, outputs);
    for (size_t i = 0; i < 60; i++) {
        double error = (outputs[i] - (double)problem.targets[i]) * (double)units[i % 3];
        squares += error * error;
    }
    for (size_t k = 0; k < 2; k++) {
        descent_trainer_config config = test_trainer_config();
        config.loss.kind = DESCENT_LOSS_MSE;
        config.loss.target_deviations = k == 0 ? units : NULL;
        descent_trainer *trainer = problem_trainer_with(&problem, &config);
        parameters[k] = calloc(problem.count, sizeof(float));
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, &metrics[k]));
        problem_read(&problem, trainer, parameters[k]);
        descent_trainer_destroy(trainer);
    }
    ck_assert_double_eq(metrics[0].loss_sum, metrics[1].loss_sum);
    ck_assert_mem_eq(parameters[0], parameters[1], problem.count * sizeof(float));
    ck_assert_double_eq_tol(descent_metrics_rmse(&metrics[0]), sqrt(squares / 60), 1e-5);
    ck_assert_double_eq_tol(descent_metrics_rmse(&metrics[1]),
                            sqrt(descent_metrics_loss(&metrics[1])), 1e-9);
    free(parameters[0]);
    free(parameters[1]);
    problem_destroy(&problem);
}
END_TEST

static const struct {
    descent_loss_kind kind;
    float units[3];
    const char *message;
} bad[] = {
    {DESCENT_LOSS_MSE, {1.0f, 0.0f, 1.0f}, "target deviation 1"},
    {DESCENT_LOSS_MSE, {1.0f, 1.0f, NAN}, "target deviation 2"},
    {DESCENT_LOSS_CROSS_ENTROPY, {1.0f, 1.0f, 1.0f}, "go with mse"},
};

START_TEST(bad_units_are_refused)
{
    const descent_model_config shape = {.layers = 1, .sizes = {2, 3}};
    descent_trainer_config config = test_trainer_config();
    descent_trainer *trainer;
    descent_model *model;
    config.loss = (descent_loss){.kind = bad[_i].kind, .target_deviations = bad[_i].units};
    ck_assert_ok(descent_model_create(&model, &shape));
    ck_assert_int_eq(descent_trainer_create(&trainer, model, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(trainer);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), bad[_i].message));
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(descent_finds_the_least_squares),
        TEST_CASE(units_change_errors_only),
        TEST_LOOP(bad_units_are_refused, TEST_COUNT(bad)),
    };
    return run_tests_on_engines("regression", cases, TEST_COUNT(cases));
}
