/*
 * Dropout of the inputs. With one layer and one sample the gradient of a weight is the bias's times
 * the input, so their quotient is what the layer has read.
 */
#include "engines.h"
#include "problem.h"

#include <math.h>
#include <string.h>

enum { INPUTS = 20000 };

/* Inputs of 1, one output that is 0, and MSE. */
static descent_trainer *create_probe(size_t inputs, size_t n, double dropout, uint64_t seed)
{
    descent_model_config shape = {.layers = 1, .sizes = {inputs, 1}, .init = DESCENT_INIT_ZEROS};
    descent_trainer_config config = test_trainer_config();
    descent_model *model;
    descent_trainer *trainer;
    config.loss.kind = DESCENT_LOSS_MSE;
    config.batch = n;
    config.input_dropout = dropout;
    config.seed = seed;
    ck_assert_ok(descent_model_create(&model, &shape));
    ck_assert_ok(descent_trainer_create(&trainer, model, &config));
    descent_model_destroy(model);
    return trainer;
}

/* What the layer reads of sample s of n: the others have a gradient of 0. */
static void read_factors(descent_trainer *trainer, size_t inputs, size_t n, size_t s,
                         float *factors)
{
    float *ones = calloc(n * inputs, sizeof *ones);
    float *targets = calloc(n, sizeof *targets);
    float *gradient = calloc(inputs + 1, sizeof *gradient);
    for (size_t i = 0; i < n * inputs; i++) {
        ones[i] = 1;
    }
    targets[s] = -(float)n / 2;
    const descent_batch batch = {.features = ones, .targets = targets, .n = n};
    ck_assert_ok(descent_trainer_backward(trainer, &batch, n, NULL));
    ck_assert_ok(descent_trainer_gradient(trainer, gradient));
    for (size_t i = 0; i < inputs; i++) {
        factors[i] = gradient[i] / gradient[inputs];
    }
    ck_assert_ok(descent_trainer_step(trainer, NULL, 0, NULL));
    free(ones);
    free(targets);
    free(gradient);
}

static const double shares[] = {0, 0.1, 0.2, 0.5, 0.9};

/* As for hidden units: five standard errors. */
START_TEST(the_right_share_is_dropped_and_the_mean_kept)
{
    static float factors[INPUTS];
    double p = shares[_i], error = 5 * sqrt(p * (1 - p) / INPUTS), sum = 0;
    size_t dropped = 0;
    descent_trainer *trainer = create_probe(INPUTS, 1, p, 1);
    read_factors(trainer, INPUTS, 1, 0, factors);
    for (size_t i = 0; i < INPUTS; i++) {
        dropped += factors[i] == 0;
        sum += (double)factors[i];
        double kept = 1 / (1 - p);
        ck_assert(factors[i] == 0 || fabs((double)factors[i] - kept) <= 1e-6 * kept);
    }
    ck_assert_double_le(fabs((double)dropped / INPUTS - p), error);
    ck_assert_double_le(fabs(sum / INPUTS - 1), error / (1 - p) + 1e-6);
    descent_trainer_destroy(trainer);
}
END_TEST

/* Masks of ½ that have nothing to do with each other agree on half the inputs. */
static void assert_unrelated(const float *a, const float *b)
{
    size_t alike = 0;
    for (size_t i = 0; i < INPUTS; i++) {
        alike += (a[i] == 0) == (b[i] == 0);
    }
    ck_assert_double_le(fabs((double)alike / INPUTS - 0.5), 5 * sqrt(0.25 / INPUTS));
}

START_TEST(masks_follow_seed_step_and_sample)
{
    static float first[INPUTS], again[INPUTS], later[INPUTS], other[INPUTS], resumed[INPUTS],
        second[INPUTS];
    descent_trainer *a = create_probe(INPUTS, 2, 0.5, 1);
    descent_trainer *b = create_probe(INPUTS, 2, 0.5, 1);
    descent_trainer *c = create_probe(INPUTS, 2, 0.5, 2);
    read_factors(a, INPUTS, 2, 0, first);
    read_factors(a, INPUTS, 2, 0, later);
    read_factors(b, INPUTS, 2, 0, again);
    read_factors(c, INPUTS, 2, 0, other);
    descent_trainer_resume(b, 1);
    read_factors(b, INPUTS, 2, 0, resumed);
    descent_trainer_resume(b, 0);
    read_factors(b, INPUTS, 2, 1, second);
    ck_assert_mem_eq(first, again, sizeof first);
    ck_assert_mem_eq(later, resumed, sizeof later);
    assert_unrelated(first, later);
    assert_unrelated(first, other);
    assert_unrelated(first, second);
    descent_trainer_destroy(a);
    descent_trainer_destroy(b);
    descent_trainer_destroy(c);
}
END_TEST

/* The gradient of a network is that on inputs which the masks were multiplied into before; the
 * masks are a function of seed, step, sample and input, so another trainer tells them. */
START_TEST(gradients_are_those_on_thinned_inputs)
{
    enum { WIDTH = 13, SAMPLES = 9 };
    static const descent_model_config shape = {
        .layers = 2, .sizes = {WIDTH, 7, 5}, .activation = DESCENT_ACTIVATION_TANH};
    struct problem problem;
    double expected[14 * 7 + 8 * 5];
    float found[TEST_COUNT(expected)], factors[SAMPLES * WIDTH];
    descent_trainer_config config = test_trainer_config();
    config.input_dropout = 0.4;
    config.seed = 5;
    config.threads = _i;
    problem_create(&problem, &shape, SAMPLES, 3);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_ok(descent_trainer_backward(trainer, &batch, SAMPLES, NULL));
    ck_assert_ok(descent_trainer_gradient(trainer, found));
    for (size_t s = 0; s < SAMPLES; s++) {
        descent_trainer *probe = create_probe(WIDTH, SAMPLES, 0.4, 5);
        read_factors(probe, WIDTH, SAMPLES, s, factors + s * WIDTH);
        descent_trainer_destroy(probe);
    }
    size_t dropped = 0;
    for (size_t i = 0; i < TEST_COUNT(factors); i++) {
        problem.features[i] *= factors[i];
        dropped += factors[i] == 0;
    }
    ck_assert_uint_gt(dropped, 0);
    reference_backward(&problem.network, &objectives[0].loss, &batch, expected);
    assert_layers_close(&shape, found, expected, 1e-5, "thinned inputs");
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* Steps on the whole and in parts, with dropout of inputs and of hidden units. */
static void train(const struct problem *problem, const descent_trainer_config *given, int threads,
                  bool in_parts, float *parameters)
{
    descent_trainer_config config = *given;
    descent_batch batch = problem_batch(problem, &objectives[0]);
    descent_batch first = problem_part(problem, batch, 0, 9);
    descent_batch second = problem_part(problem, batch, 9, problem->n - 9);
    config.threads = threads;
    config.batch = problem->n;
    descent_trainer *trainer = problem_trainer_with(problem, &config);
    for (int step = 0; step < 4; step++) {
        if (in_parts) {
            ck_assert_ok(descent_trainer_backward(trainer, &first, problem->n, NULL));
            ck_assert_ok(descent_trainer_backward(trainer, &second, problem->n, NULL));
        }
        ck_assert_ok(descent_trainer_step(trainer, in_parts ? NULL : &batch, 0.1, NULL));
    }
    problem_read(problem, trainer, parameters);
    descent_trainer_destroy(trainer);
}

START_TEST(threads_change_no_bit_and_parts_sum_up)
{
    enum { COUNT = 191 * 150 + 151 * 5 };
    static const descent_model_config shape = {
        .layers = 2, .sizes = {190, 150, 5}, .activation = DESCENT_ACTIVATION_TANH};
    static float one[COUNT], other[COUNT], parts[COUNT];
    static double expected[COUNT];
    struct problem problem;
    descent_trainer_config config = test_trainer_config();
    config.optimizer.kind = DESCENT_OPTIMIZER_SGD;
    config.norm_period = (uint64_t)_i;
    config.input_dropout = 0.2;
    config.dropout = 0.5;
    config.max_norm = 2;
    problem_create(&problem, &shape, 70, 8);
    train(&problem, &config, 1, false, one);
    for (int threads = 2; threads <= 4; threads++) {
        train(&problem, &config, threads, false, other);
        ck_assert_mem_eq(one, other, sizeof one);
    }
    train(&problem, &config, 1, true, parts);
    for (size_t i = 0; i < COUNT; i++) {
        expected[i] = (double)one[i];
    }
    assert_layers_close(&shape, parts, expected, 1e-5, "parts");
    problem_destroy(&problem);
}
END_TEST

START_TEST(evaluation_and_measuring_drop_nothing)
{
    static const descent_model_config shape = {.layers = 1, .sizes = {13, 5}};
    struct problem problem;
    double expected[14 * 5];
    descent_metrics metrics = {0};
    descent_trainer_config config = test_trainer_config();
    config.input_dropout = 0.5;
    problem_create(&problem, &shape, 7, 2);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_ok(descent_trainer_evaluate(trainer, &batch, &metrics));
    ck_assert_double_eq_tol(descent_metrics_loss(&metrics),
                            reference_loss(&problem.network, &objectives[0].loss, &batch), 1e-6);
    ck_assert_ok(descent_trainer_measure(trainer, &batch, 7, NULL));
    reference_backward(&problem.network, &objectives[0].loss, &batch, expected);
    ck_assert_double_eq_tol(descent_trainer_gradient_norm(trainer),
                            reference_norm(TEST_COUNT(expected), expected), 1e-6);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

static const double bad[] = {-0.1, 1, NAN};

START_TEST(bad_shares_are_refused)
{
    descent_model_config shape = {.layers = 1, .sizes = {2, 2}};
    descent_trainer_config config = test_trainer_config();
    descent_model *model;
    descent_trainer *trainer;
    ck_assert_ok(descent_model_create(&model, &shape));
    config.input_dropout = bad[_i];
    ck_assert_int_eq(descent_trainer_create(&trainer, model, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "input_dropout"));
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(the_right_share_is_dropped_and_the_mean_kept, TEST_COUNT(shares)),
        TEST_CASE(masks_follow_seed_step_and_sample),
        TEST_LOOP(gradients_are_those_on_thinned_inputs, 4),
        TEST_LOOP(threads_change_no_bit_and_parts_sum_up, 2),
        TEST_CASE(evaluation_and_measuring_drop_nothing),
        TEST_LOOP(bad_shares_are_refused, TEST_COUNT(bad)),
    };
    return run_tests_on_engines("input_dropout", cases, TEST_COUNT(cases));
}
