/*
 * A network by its definition: within what rounding allows of a pass in double precision, the bits
 * of sums in their order, and near what engines compute.
 */
#include "engines.h"
#include "problem.h"

#include <math.h>
#include <string.h>

static const descent_model_config shapes[] = {
    {.layers = 1, .sizes = {1, 1}},
    {.layers = 1, .sizes = {253, 13}},
    {.layers = 2, .sizes = {13, 7, 5}},
    {.layers = 3, .sizes = {7, 253, 1, 253}},
    {.layers = 5, .sizes = {13, 7, 13, 7, 13, 7}},
};

enum { SAMPLES = 3, WIDTH_MAX = 256 };

/* Every activation, hidden and output in turn. */
static descent_model_config shape_of(size_t s, int activation)
{
    descent_model_config shape = shapes[s];
    shape.activation = (descent_activation)activation;
    shape.output_activation = (descent_activation)((activation + 1) % DESCENT_ACTIVATION_COUNT);
    return shape;
}

/*
 * A sum of n products and a bias, each rounded, is within (n + 1) u / (1 − (n + 1) u) of the sum of
 * magnitudes (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1), to which
 * comes what the inputs are off. No activation is steeper than 1.13 (GELU's slope at √2), and each
 * is computed to 4 units in its last place, or of 1 where it cancels.
 */
static void bound_layer(const descent_layer *layer, double *values, double *errors)
{
    double z[WIDTH_MAX], off[WIDTH_MAX];
    const double u = 0x1p-24, n = (double)layer->inputs + 1.0, gamma = n * u / (1.0 - n * u);
    for (size_t o = 0; o < layer->outputs; o++) {
        double sum = (double)layer->bias[o], magnitudes = fabs(sum), carried = 0.0;
        for (size_t i = 0; i < layer->inputs; i++) {
            double weight = (double)layer->weights[o * layer->inputs + i];
            sum += weight * values[i];
            magnitudes += fabs(weight) * (fabs(values[i]) + errors[i]);
            carried += fabs(weight) * errors[i];
        }
        z[o] = reference_activation(layer->activation, sum);
        off[o] = 1.13 * (carried + gamma * magnitudes) + 8.0 * u * fmax(1.0, fabs(z[o]));
    }
    memcpy(values, z, layer->outputs * sizeof *values);
    memcpy(errors, off, layer->outputs * sizeof *errors);
}

START_TEST(outputs_are_within_what_rounding_allows)
{
    for (size_t s = 0; s < TEST_COUNT(shapes); s++) {
        descent_model_config shape = shape_of(s, _i);
        struct problem problem;
        problem_create(&problem, &shape, SAMPLES, 3);
        descent_model *model = problem_model(&problem);
        float *scratch = calloc(descent_model_scratch(model), sizeof *scratch);
        float found[SAMPLES * WIDTH_MAX];
        descent_model_forward(model, problem.features, SAMPLES, found, scratch);
        for (size_t i = 0; i < SAMPLES; i++) {
            double values[WIDTH_MAX], errors[WIDTH_MAX] = {0.0};
            for (size_t f = 0; f < shape.sizes[0]; f++) {
                values[f] = (double)problem.features[i * shape.sizes[0] + f];
            }
            for (size_t l = 0; l < shape.layers; l++) {
                descent_layer layer = descent_model_layer(model, l);
                bound_layer(&layer, values, errors);
            }
            for (size_t o = 0; o < shape.sizes[shape.layers]; o++) {
                ck_assert_double_eq_tol((double)found[i * shape.sizes[shape.layers] + o], values[o],
                                        errors[o]);
            }
        }
        free(scratch);
        descent_model_destroy(model);
        problem_destroy(&problem);
    }
}
END_TEST

START_TEST(an_engine_computes_nearly_the_same)
{
    for (size_t s = 0; s < TEST_COUNT(shapes); s++) {
        descent_model_config shape = shape_of(s, _i);
        struct problem problem;
        problem_create(&problem, &shape, SAMPLES, 4);
        descent_model *model = problem_model(&problem);
        descent_network *network;
        float *scratch = calloc(descent_model_scratch(model), sizeof *scratch);
        float found[SAMPLES * WIDTH_MAX], expected[SAMPLES * WIDTH_MAX];
        ck_assert_ok(test_network_create(&network, model, SAMPLES, 0));
        ck_assert_ok(descent_network_forward(network, problem.features, SAMPLES, expected));
        descent_model_forward(model, problem.features, SAMPLES, found, scratch);
        for (size_t i = 0; i < SAMPLES * shape.sizes[shape.layers]; i++) {
            ck_assert_float_eq_tol(found[i], expected[i], 1e-5f);
        }
        free(scratch);
        descent_network_destroy(network);
        descent_model_destroy(model);
        problem_destroy(&problem);
    }
}
END_TEST

/* 2^24 takes in no 1 that comes behind it, but two that were added before; a product that is not
 * rounded by itself would leave 2^−46 in the last sum. */
START_TEST(sums_are_rounded_in_the_order_of_the_inputs)
{
    static const float weights[4][4] = {
        {1.0f, 1.0f, 16777216.0f, 0.0f},
        {16777216.0f, 0.0f, 1.0f, 1.0f},
        {1.0f, 0.0f, 16777216.0f, -16777216.0f},
        {-0x1.000004p0f, 0x1.000002p0f, 0.0f, 0.0f},
    };
    static const float features[4] = {1.0f, 0x1.000002p0f, 1.0f, 1.0f};
    static const float expected[4] = {16777218.0f, 16777216.0f, 0.0f, 0.0f};
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 1;
    shape.sizes[0] = shape.sizes[1] = 4;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &shape));
    memcpy(descent_model_layer(model, 0).weights, weights, sizeof weights);
    float found[4], scratch[8];
    ck_assert_uint_le(descent_model_scratch(model), TEST_COUNT(scratch));
    descent_model_forward(model, features, 1, found, scratch);
    for (size_t o = 0; o < 4; o++) {
        ck_assert_float_eq(found[o], expected[o]);
    }
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(outputs_are_within_what_rounding_allows, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(an_engine_computes_nearly_the_same, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(sums_are_rounded_in_the_order_of_the_inputs),
    };
    return run_tests_on_engines("forward", cases, TEST_COUNT(cases));
}
