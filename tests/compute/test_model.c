/*
 * Models: the layout of the flat array, each initialiser against its formula over a large layer,
 * what the weights depend on, and sizes that are refused.
 */
#include "harness.h"

#include <math.h>
#include <string.h>

enum { INPUTS = 400, OUTPUTS = 300, WEIGHTS = INPUTS * OUTPUTS };

static descent_model_config large_layer(descent_init init)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = INPUTS;
    config.sizes[1] = OUTPUTS;
    config.sizes[2] = 10;
    config.init = init;
    config.seed = 1;
    return config;
}

static descent_model *create(const descent_model_config *config)
{
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, config));
    return model;
}

/* in = 400, out = 300; the deviation of a uniform distribution over ±b is b / √3. */
static const struct {
    const char *name;
    descent_init init;
    descent_activation activation;
    bool uniform;
    double variance;
} initialisers[] = {
    {"he-normal", DESCENT_INIT_HE_NORMAL, DESCENT_ACTIVATION_TANH, false, 2.0 / INPUTS},
    {"he-uniform", DESCENT_INIT_HE_UNIFORM, DESCENT_ACTIVATION_TANH, true, 2.0 / INPUTS},
    {"xavier-normal", DESCENT_INIT_XAVIER_NORMAL, DESCENT_ACTIVATION_RELU, false,
     2.0 / (INPUTS + OUTPUTS)},
    {"xavier-uniform", DESCENT_INIT_XAVIER_UNIFORM, DESCENT_ACTIVATION_RELU, true,
     2.0 / (INPUTS + OUTPUTS)},
    {"lecun-normal", DESCENT_INIT_LECUN_NORMAL, DESCENT_ACTIVATION_RELU, false, 1.0 / INPUTS},
    {"lecun-uniform", DESCENT_INIT_LECUN_UNIFORM, DESCENT_ACTIVATION_RELU, true, 1.0 / INPUTS},
    {"normal", DESCENT_INIT_NORMAL, DESCENT_ACTIVATION_RELU, false, 0.01 * 0.01},
    {"auto of relu", DESCENT_INIT_AUTO, DESCENT_ACTIVATION_RELU, false, 2.0 / INPUTS},
    {"auto of leaky-relu", DESCENT_INIT_AUTO, DESCENT_ACTIVATION_LEAKY_RELU, false, 2.0 / INPUTS},
    {"auto of tanh", DESCENT_INIT_AUTO, DESCENT_ACTIVATION_TANH, true, 2.0 / (INPUTS + OUTPUTS)},
    {"auto of sigmoid", DESCENT_INIT_AUTO, DESCENT_ACTIVATION_SIGMOID, true,
     2.0 / (INPUTS + OUTPUTS)},
};

/* Share of a distribution's mass within one deviation of its mean. */
static double central_share(bool uniform)
{
    return uniform ? 1 / sqrt(3) : erf(sqrt(0.5));
}

/* Mean, deviation and shape, all at five standard errors: with 120,000 weights, 1.4 % of the
 * deviation for the mean and 1 % at most for the deviation. */
static void check_weights(const float *weights, double deviation, bool uniform, const char *name)
{
    double sum = 0;
    double squares = 0;
    double largest = 0;
    size_t central = 0;
    for (size_t i = 0; i < WEIGHTS; i++) {
        double w = (double)weights[i] / deviation;
        sum += w;
        squares += w * w;
        largest = fmax(largest, fabs(w));
        central += fabs(w) < 1;
    }
    double error = 5 / sqrt(WEIGHTS);
    double share = central_share(uniform);
    ck_assert_msg(fabs(sum / WEIGHTS) < error, "%s: mean %g", name, sum / WEIGHTS);
    ck_assert_msg(fabs(sqrt(squares / WEIGHTS) - 1) < error, "%s: deviation %g", name,
                  sqrt(squares / WEIGHTS));
    ck_assert_msg(fabs((double)central / WEIGHTS - share) < error / 2, "%s: central share %g", name,
                  (double)central / WEIGHTS);
    if (uniform) {
        ck_assert_msg(largest <= sqrt(3) * (1 + 1e-6) && largest > 0.999 * sqrt(3),
                      "%s: bound %g, not √3", name, largest);
    } else {
        ck_assert_msg(largest > 3.5 && largest < 7, "%s: largest %g", name, largest);
    }
}

START_TEST(weights_follow_the_formula)
{
    descent_model_config config = large_layer(initialisers[_i].init);
    config.activation = initialisers[_i].activation;
    descent_model *model = create(&config);
    check_weights(descent_model_layer(model, 0).weights, sqrt(initialisers[_i].variance),
                  initialisers[_i].uniform, initialisers[_i].name);
    descent_model_destroy(model);
}
END_TEST

START_TEST(biases_start_at_zero)
{
    descent_model_config config = large_layer((descent_init)_i);
    descent_model *model = create(&config);
    for (size_t l = 0; l < 2; l++) {
        descent_layer layer = descent_model_layer(model, l);
        for (size_t j = 0; j < layer.outputs; j++) {
            ck_assert_float_eq(layer.bias[j], 0);
        }
    }
    descent_model_destroy(model);
}
END_TEST

static bool same_weights(const descent_model *a, const descent_model *b, size_t l)
{
    descent_layer layer = descent_model_layer(a, l);
    return memcmp(layer.weights, descent_model_layer(b, l).weights,
                  layer.inputs * layer.outputs * sizeof(float)) == 0;
}

/* As the weights, at five standard errors: 300,000 biases of a wide layer. */
START_TEST(biases_are_normal_numbers_if_asked_for)
{
    enum { UNITS = 300000 };
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    double sum = 0, squares = 0;
    size_t central = 0;
    config.layers = 1;
    config.sizes[0] = 1;
    config.sizes[1] = UNITS;
    config.bias_deviation = 2.5;
    descent_model *model = create(&config);
    const float *bias = descent_model_layer(model, 0).bias;
    for (size_t j = 0; j < UNITS; j++) {
        double b = (double)bias[j] / config.bias_deviation;
        sum += b;
        squares += b * b;
        central += fabs(b) < 1;
    }
    double error = 5 / sqrt(UNITS);
    ck_assert_double_eq_tol(sum / UNITS, 0, error);
    ck_assert_double_eq_tol(sqrt(squares / UNITS), 1, error);
    ck_assert_double_eq_tol((double)central / UNITS, central_share(false), error / 2);
    descent_model_destroy(model);
}
END_TEST

/* They have a stream of their own: the weights do not see them, and no layer another's. */
START_TEST(biases_leave_the_weights_as_they_were)
{
    descent_model_config config = large_layer(DESCENT_INIT_HE_NORMAL);
    config.sizes[2] = OUTPUTS;
    descent_model *zeros = create(&config);
    config.bias_deviation = 1;
    descent_model *model = create(&config);
    descent_model *again = create(&config);
    descent_layer first = descent_model_layer(model, 0), second = descent_model_layer(model, 1);
    ck_assert(same_weights(zeros, model, 0) && same_weights(zeros, model, 1));
    ck_assert_mem_eq(first.bias, descent_model_layer(again, 0).bias, OUTPUTS * sizeof(float));
    ck_assert_mem_ne(first.bias, second.bias, OUTPUTS * sizeof(float));
    config.seed = 2;
    descent_model *other = create(&config);
    ck_assert_mem_ne(first.bias, descent_model_layer(other, 0).bias, OUTPUTS * sizeof(float));
    descent_model_destroy(zeros);
    descent_model_destroy(model);
    descent_model_destroy(again);
    descent_model_destroy(other);
}
END_TEST

START_TEST(zeros_are_zeros)
{
    descent_model_config config = large_layer(DESCENT_INIT_ZEROS);
    descent_model *model = create(&config);
    for (size_t i = 0; i < descent_model_parameter_count(model); i++) {
        ck_assert_float_eq(descent_model_parameters(model)[i], 0);
    }
    descent_model_destroy(model);
}
END_TEST

/* | W₀ 7 × 13 | b₀ 7 | W₁ 5 × 7 | b₁ 5 | */
START_TEST(layers_follow_each_other_in_the_flat_array)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    memcpy(config.sizes, (size_t[]){13, 7, 5}, 3 * sizeof(size_t));
    config.output_activation = DESCENT_ACTIVATION_TANH;
    descent_model *model = create(&config);
    float *parameters = descent_model_parameters(model);
    descent_layer first = descent_model_layer(model, 0);
    descent_layer second = descent_model_layer(model, 1);
    ck_assert_uint_eq(descent_model_layers(model), 2);
    ck_assert_uint_eq(descent_model_inputs(model), 13);
    ck_assert_uint_eq(descent_model_outputs(model), 5);
    ck_assert_uint_eq(descent_model_parameter_count(model), 7 * 13 + 7 + 5 * 7 + 5);
    ck_assert_uint_eq(first.inputs, 13);
    ck_assert_uint_eq(first.outputs, 7);
    ck_assert_int_eq(first.activation, DESCENT_ACTIVATION_RELU);
    ck_assert_uint_eq(second.inputs, 7);
    ck_assert_uint_eq(second.outputs, 5);
    ck_assert_int_eq(second.activation, DESCENT_ACTIVATION_TANH);
    ck_assert_ptr_eq(first.weights, parameters);
    ck_assert_ptr_eq(first.bias, parameters + 91);
    ck_assert_ptr_eq(second.weights, parameters + 98);
    ck_assert_ptr_eq(second.bias, parameters + 133);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes_and_another_does_not)
{
    descent_model_config config = large_layer(DESCENT_INIT_HE_NORMAL);
    descent_model *first = create(&config);
    descent_model *again = create(&config);
    config.seed = 2;
    descent_model *other = create(&config);
    for (size_t l = 0; l < 2; l++) {
        ck_assert(same_weights(first, again, l));
        ck_assert(!same_weights(first, other, l));
    }
    descent_model_destroy(first);
    descent_model_destroy(again);
    descent_model_destroy(other);
}
END_TEST

START_TEST(weights_do_not_depend_on_other_layers)
{
    descent_model_config config = large_layer(DESCENT_INIT_HE_NORMAL);
    descent_model *model = create(&config);
    config.layers = 3;
    config.sizes[2] = 77;
    config.sizes[3] = 5;
    config.activation = DESCENT_ACTIVATION_TANH;
    descent_model *longer = create(&config);
    ck_assert(same_weights(model, longer, 0));
    descent_model_destroy(model);
    descent_model_destroy(longer);
}
END_TEST

START_TEST(equal_layers_differ)
{
    descent_model_config config = large_layer(DESCENT_INIT_HE_NORMAL);
    for (size_t l = 0; l < 3; l++) {
        config.sizes[l] = 50;
    }
    descent_model *model = create(&config);
    ck_assert_mem_ne(descent_model_layer(model, 0).weights, descent_model_layer(model, 1).weights,
                     2500 * sizeof(float));
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_architecture_is_described_in_one_line)
{
    char text[64];
    char cut[6];
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    memcpy(config.sizes, (size_t[]){784, 128, 10}, 3 * sizeof(size_t));
    descent_model *model = create(&config);
    descent_model_describe(model, text, sizeof text);
    ck_assert_str_eq(text, "784-128-10 relu");
    memset(cut, 'x', sizeof cut);
    descent_model_describe(model, cut, 5);
    ck_assert_mem_eq(cut, "784-\0x", 6);
    descent_model_destroy(model);
}
END_TEST

/* Each is refused, and the message says the number found. */
static const struct {
    descent_model_config config;
    const char *found;
} bad[] = {
    {{.layers = 0}, "0"},
    {{.layers = DESCENT_LAYERS_MAX + 1}, "65"},
    {{.layers = SIZE_MAX}, "18446744073709551615"},
    {{.layers = 1, .sizes = {0, 10}}, "0"},
    {{.layers = 2, .sizes = {784, 0, 10}}, "0"},
    {{.layers = 1, .sizes = {3, DESCENT_WIDTH_MAX + 1}}, "1048577"},
    {{.layers = 1, .sizes = {SIZE_MAX, 2}}, "18446744073709551615"},
    {{.layers = 2, .sizes = {2, SIZE_MAX / 2, 2}}, "9223372036854775807"},
    {{.layers = 1, .sizes = {DESCENT_WIDTH_MAX, DESCENT_WIDTH_MAX}}, ""},
    {{.layers = 2, .sizes = {1 << 15, 1 << 14, 1 << 15}}, ""},
    {{.layers = 1, .sizes = {2, 2}, .activation = DESCENT_ACTIVATION_COUNT}, ""},
    {{.layers = 1, .sizes = {2, 2}, .output_activation = DESCENT_ACTIVATION_COUNT}, ""},
    {{.layers = 1, .sizes = {2, 2}, .init = DESCENT_INIT_COUNT}, ""},
    {{.layers = 1, .sizes = {2, 2}, .init = DESCENT_INIT_NORMAL, .init_deviation = -1}, "-1"},
    {{.layers = 1, .sizes = {2, 2}, .init = DESCENT_INIT_NORMAL, .init_deviation = NAN}, "nan"},
    {{.layers = 1, .sizes = {2, 2}, .init = DESCENT_INIT_NORMAL, .init_deviation = INFINITY},
     "inf"},
    {{.layers = 1, .sizes = {2, 2}, .bias_deviation = -0.5}, "-0.5"},
    {{.layers = 1, .sizes = {2, 2}, .bias_deviation = NAN}, "nan"},
    {{.layers = 1, .sizes = {2, 2}, .bias_deviation = 1e31}, "1e+31"},
};

START_TEST(bad_models_are_refused)
{
    descent_model_config config = large_layer(DESCENT_INIT_ZEROS);
    descent_model *kept = create(&config);
    descent_model *model = kept;
    ck_assert_int_eq(descent_model_create(&model, &bad[_i].config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(model);
    ck_assert_str_ne(descent_last_error(), "");
    ck_assert_msg(strstr(descent_last_error(), bad[_i].found) != NULL, "\"%s\" does not say %s",
                  descent_last_error(), bad[_i].found);
    descent_model_destroy(kept);
}
END_TEST

START_TEST(the_most_layers_are_accepted)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = DESCENT_LAYERS_MAX;
    for (size_t l = 0; l <= DESCENT_LAYERS_MAX; l++) {
        config.sizes[l] = 2;
    }
    descent_model *model = create(&config);
    ck_assert_uint_eq(descent_model_parameter_count(model), 6 * DESCENT_LAYERS_MAX);
    descent_model_destroy(model);
    descent_model_destroy(NULL);
}
END_TEST

START_TEST(names_are_those_of_the_command_line)
{
    const char *names[] = {"auto",          "he-normal",      "he-uniform",
                           "xavier-normal", "xavier-uniform", "lecun-normal",
                           "lecun-uniform", "normal",         "zeros"};
    ck_assert_uint_eq(TEST_COUNT(names), DESCENT_INIT_COUNT);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        ck_assert_str_eq(descent_init_name((descent_init)i), names[i]);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(weights_follow_the_formula, TEST_COUNT(initialisers)),
        TEST_LOOP(biases_start_at_zero, DESCENT_INIT_COUNT),
        TEST_CASE(biases_are_normal_numbers_if_asked_for),
        TEST_CASE(biases_leave_the_weights_as_they_were),
        TEST_CASE(zeros_are_zeros),
        TEST_CASE(layers_follow_each_other_in_the_flat_array),
        TEST_CASE(the_same_seed_gives_the_same_bytes_and_another_does_not),
        TEST_CASE(weights_do_not_depend_on_other_layers),
        TEST_CASE(equal_layers_differ),
        TEST_CASE(the_architecture_is_described_in_one_line),
        TEST_LOOP(bad_models_are_refused, TEST_COUNT(bad)),
        TEST_CASE(the_most_layers_are_accepted),
        TEST_CASE(names_are_those_of_the_command_line),
    };
    return run_tests("model", cases, TEST_COUNT(cases));
}
