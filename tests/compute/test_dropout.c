/*
 * Dropout, read off gradients: with one sample, layer l + 1's weight gradient is its bias gradient
 * times the layer's inputs, so their quotient is what each unit of layer l gave after dropout.
 */
#include "engines.h"
#include "problem.h"

#include <math.h>
#include <string.h>

enum { HIDDEN = 20000 };

/* One input of 1, HIDDEN units that give exactly 1, one output. */
static descent_trainer *create_ones(double dropout, uint64_t seed)
{
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 2;
    memcpy(shape.sizes, (size_t[]){1, HIDDEN, 1}, 3 * sizeof(size_t));
    shape.init = DESCENT_INIT_ZEROS;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &shape));
    for (size_t j = 0; j < HIDDEN; j++) {
        descent_model_layer(model, 0).weights[j] = 1;
    }
    descent_trainer_config config = test_trainer_config();
    config.loss.kind = DESCENT_LOSS_MSE;
    config.dropout = dropout;
    config.seed = seed;
    descent_trainer *trainer;
    ck_assert_ok(descent_trainer_create(&trainer, model, &config));
    descent_model_destroy(model);
    return trainer;
}

/* Outputs are 0, so the sample of target −½·t adds t to the gradient of a kept unit's weight. */
static void sum_gradient(descent_trainer *trainer, const float *slopes, size_t n, float *gradient)
{
    const float ones[] = {1, 1};
    float targets[2];
    float all[3 * HIDDEN + 1];
    for (size_t i = 0; i < n; i++) {
        targets[i] = -slopes[i] / 2;
    }
    descent_batch batch = {.features = ones, .targets = targets, .n = n};
    ck_assert_ok(descent_trainer_backward(trainer, &batch, 2, NULL));
    descent_trainer_gradient(trainer, all);
    for (size_t j = 0; j < HIDDEN; j++) {
        gradient[j] = 2 * all[2 * HIDDEN + j];
    }
}

/* What each unit gives to one sample. */
static void read_units(descent_trainer *trainer, float *units)
{
    const float slope = 1;
    sum_gradient(trainer, &slope, 1, units);
}

static void step_on(descent_trainer *trainer)
{
    ck_assert_ok(descent_trainer_step(trainer, NULL, 0, NULL));
}

static const double shares[] = {0, 0.1, 0.25, 0.5, 0.9};

/* Dropped units are 0, kept ones 1 / (1 − p); the share is p to five standard errors, and so is the
 * mean 1. */
START_TEST(the_right_share_is_dropped_and_the_mean_kept)
{
    double p = shares[_i];
    double error = 5 * sqrt(p * (1 - p) / HIDDEN);
    float units[HIDDEN];
    size_t dropped = 0;
    size_t wrong = 0;
    double sum = 0;
    descent_trainer *trainer = create_ones(p, 1);
    read_units(trainer, units);
    for (size_t j = 0; j < HIDDEN; j++) {
        dropped += units[j] == 0;
        sum += (double)units[j];
        wrong += units[j] != 0 && fabs((double)units[j] - 1 / (1 - p)) > 1e-6 / (1 - p);
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_double_le(fabs((double)dropped / HIDDEN - p), error);
    ck_assert_double_le(fabs(sum / HIDDEN - 1), error / (1 - p) + 1e-6);
    descent_trainer_destroy(trainer);
}
END_TEST

/* Share of units that two masks treat alike. */
static double agreement(const float *a, const float *b)
{
    size_t alike = 0;
    for (size_t j = 0; j < HIDDEN; j++) {
        alike += (a[j] == 0) == (b[j] == 0);
    }
    return (double)alike / HIDDEN;
}

/* Unrelated masks of ½ agree on half the units. */
static void assert_unrelated(const float *a, const float *b)
{
    ck_assert_double_le(fabs(agreement(a, b) - 0.5), 5 * sqrt(0.25 / HIDDEN));
}

START_TEST(masks_follow_seed_and_step)
{
    static float first[HIDDEN], again[HIDDEN], later[HIDDEN], other[HIDDEN], resumed[HIDDEN];
    descent_trainer *a = create_ones(0.5, 1);
    descent_trainer *b = create_ones(0.5, 1);
    descent_trainer *c = create_ones(0.5, 2);
    descent_trainer *d = create_ones(0.5, 1);
    read_units(a, first);
    read_units(b, again);
    read_units(c, other);
    step_on(a);
    read_units(a, later);
    descent_trainer_resume(d, 1);
    read_units(d, resumed);
    ck_assert_mem_eq(first, again, sizeof first);
    ck_assert_mem_eq(later, resumed, sizeof later);
    assert_unrelated(first, other);
    assert_unrelated(first, later);
    descent_trainer_destroy(a);
    descent_trainer_destroy(b);
    descent_trainer_destroy(c);
    descent_trainer_destroy(d);
}
END_TEST

/* Slopes 1 and 4 tell the samples apart: a unit's gradient is 0, 2, 8 or 10. */
static void split_masks(const float *gradient, float *first, float *second)
{
    size_t wrong = 0;
    for (size_t j = 0; j < HIDDEN; j++) {
        first[j] = fmodf(gradient[j], 8);
        second[j] = gradient[j] - first[j];
        wrong += (first[j] != 0 && first[j] != 2) || (second[j] != 0 && second[j] != 8);
    }
    ck_assert_uint_eq(wrong, 0);
}

START_TEST(samples_have_masks_of_their_own_also_in_parts)
{
    static float gradient[HIDDEN], first[HIDDEN], second[HIDDEN], in_parts[HIDDEN];
    const float slopes[] = {1, 4};
    descent_trainer *whole = create_ones(0.5, 3);
    descent_trainer *parts = create_ones(0.5, 3);
    sum_gradient(whole, slopes, 2, gradient);
    split_masks(gradient, first, second);
    assert_unrelated(first, second);
    sum_gradient(parts, slopes, 1, in_parts);
    sum_gradient(parts, slopes + 1, 1, in_parts);
    ck_assert_mem_eq(in_parts, gradient, sizeof gradient);
    descent_trainer_destroy(whole);
    descent_trainer_destroy(parts);
}
END_TEST

/* Evaluation drops nothing: the loss is the network's own, whatever was dropped in training. */
START_TEST(evaluation_drops_nothing)
{
    const float one = 1;
    const float target = 3;
    float units[HIDDEN];
    descent_batch batch = {.features = &one, .targets = &target, .n = 1};
    descent_metrics metrics = {0};
    descent_trainer *trainer = create_ones(0.5, 4);
    read_units(trainer, units);
    ck_assert_ok(descent_trainer_step(trainer, NULL, 1e-5, NULL));
    ck_assert_ok(descent_trainer_evaluate(trainer, &batch, &metrics));
    /* The step moved the bias by −½ · 1e-5 and each kept unit's weight by twice that; half the
     * units were kept. */
    double kept = 0;
    for (size_t j = 0; j < HIDDEN; j++) {
        kept += units[j] != 0;
    }
    double output = -0.5e-5 * (1 + 2 * kept);
    ck_assert_double_eq_tol(metrics.loss_sum, (output - 3) * (output - 3), 1e-4);
    descent_trainer_destroy(trainer);
}
END_TEST

/* What unit i of the layer below gave, by the gradient of the layer above it: through the unit
 * that the loss depends on most, since others may be dropped or dead themselves. */
static double read_unit(const float *above, size_t inputs, size_t outputs, size_t i)
{
    const float *bias = above + outputs * inputs;
    size_t strongest = 0;
    for (size_t j = 1; j < outputs; j++) {
        strongest = fabsf(bias[j]) > fabsf(bias[strongest]) ? j : strongest;
    }
    return (double)above[strongest * inputs + i] / (double)bias[strongest];
}

/* The factors of the hidden units, layer after layer. Where ReLU gives 0 any factor will do. */
static void read_factors(const struct problem *problem, const float *gradient, double *factors)
{
    const descent_model_config *shape = &problem->network.shape;
    struct reference_network below = problem->network;
    size_t unit = 0;
    for (size_t l = 0; l + 1 < shape->layers; l++) {
        double undropped[REFERENCE_WIDTH_MAX];
        const float *above = gradient + reference_layer_offset(shape, l + 1);
        below.shape.layers = l + 1;
        below.shape.output_activation = shape->activation;
        below.factors = factors;
        reference_forward(&below, problem->features, 1, undropped);
        for (size_t i = 0; i < shape->sizes[l + 1]; i++) {
            double given = read_unit(above, shape->sizes[l + 1], shape->sizes[l + 2], i);
            factors[unit++] = undropped[i] == 0 ? 1 : given / undropped[i];
        }
    }
}

/* Behind dropout, the gradient must be that of the thinned network: an activation's derivative is
 * that of its own value, not of the scaled one. */
START_TEST(gradients_are_those_of_the_thinned_network)
{
    descent_model_config shape = {.layers = 3, .sizes = {5, 13, 7, 3}};
    struct problem problem;
    double factors[13 + 7];
    double expected[6 * 13 + 14 * 7 + 8 * 3];
    float found[TEST_COUNT(expected)];
    descent_trainer_config config = test_trainer_config();
    config.dropout = 0.25;
    shape.activation = (descent_activation)_i;
    problem_create_regular(&problem, &shape, 1, &objectives[0], 1e-2);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_ok(descent_trainer_backward(trainer, &batch, 1, NULL));
    descent_trainer_gradient(trainer, found);
    read_factors(&problem, found, factors);
    for (size_t i = 0; i < TEST_COUNT(factors); i++) {
        double nearest = factors[i] < 0.5 ? 0 : factors[i] == 1 ? 1 : 1 / 0.75;
        ck_assert_double_eq_tol(factors[i], nearest, 1e-4);
        factors[i] = nearest;
    }
    problem.network.factors = factors;
    reference_backward(&problem.network, &objectives[0].loss, &batch, expected);
    ck_assert_double_gt(reference_norm(6 * 13, expected), 1e-4);
    assert_layers_close(&shape, found, expected, 1e-5, "thinned");
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* Weights everywhere: the masks of later samples must meet on the way back as well. */
START_TEST(parts_of_a_batch_sum_up_to_the_whole)
{
    descent_model_config shape = {.layers = 3, .sizes = {5, 13, 7, 3}};
    struct problem problem;
    float whole[6 * 13 + 14 * 7 + 8 * 3];
    float parts[TEST_COUNT(whole)];
    double expected[TEST_COUNT(whole)];
    descent_trainer_config config = test_trainer_config();
    config.dropout = 0.5;
    shape.activation = DESCENT_ACTIVATION_TANH;
    problem_create(&problem, &shape, 20, 6);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_batch first = problem_part(&problem, batch, 0, 9);
    descent_batch second = problem_part(&problem, batch, 9, 11);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_ok(descent_trainer_backward(trainer, &batch, 20, NULL));
    descent_trainer_gradient(trainer, whole);
    descent_trainer_destroy(trainer);
    trainer = problem_trainer_with(&problem, &config);
    ck_assert_ok(descent_trainer_backward(trainer, &first, 20, NULL));
    ck_assert_ok(descent_trainer_backward(trainer, &second, 20, NULL));
    descent_trainer_gradient(trainer, parts);
    for (size_t i = 0; i < TEST_COUNT(whole); i++) {
        expected[i] = (double)whole[i];
    }
    assert_layers_close(&shape, parts, expected, 2e-6, "parts under dropout");
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

START_TEST(layers_have_masks_of_their_own)
{
    enum { WIDTH = 200 };
    descent_model_config shape = {.layers = 3, .sizes = {5, WIDTH, WIDTH, 3}};
    struct problem problem;
    double factors[2 * WIDTH];
    int alike = 0;
    descent_trainer_config config = test_trainer_config();
    config.dropout = 0.5;
    shape.activation = DESCENT_ACTIVATION_TANH;
    problem_create(&problem, &shape, 1, 7);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    float *gradient = calloc(problem.count, sizeof *gradient);
    ck_assert_ok(descent_trainer_backward(trainer, &batch, 1, NULL));
    descent_trainer_gradient(trainer, gradient);
    read_factors(&problem, gradient, factors);
    for (size_t i = 0; i < WIDTH; i++) {
        alike += (factors[i] < 1) == (factors[WIDTH + i] < 1);
    }
    ck_assert_double_eq_tol((double)alike / WIDTH, 0.5, 5 * sqrt(0.25 / WIDTH));
    free(gradient);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(the_right_share_is_dropped_and_the_mean_kept, TEST_COUNT(shares)),
        TEST_CASE(masks_follow_seed_and_step),
        TEST_CASE(samples_have_masks_of_their_own_also_in_parts),
        TEST_CASE(evaluation_drops_nothing),
        TEST_LOOP(gradients_are_those_of_the_thinned_network, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(parts_of_a_batch_sum_up_to_the_whole),
        TEST_CASE(layers_have_masks_of_their_own),
    };
    return run_tests_on_engines("dropout", cases, TEST_COUNT(cases));
}
