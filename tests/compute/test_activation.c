/*
 * Activations point by point, through networks of one weight, and their names.
 */
#include "engines.h"
#include "problem.h"

#include <math.h>

static const float points[] = {
    -1e30F, -1000, -104,  -89,   -88,    -87.5F, -50,    -20,    -10,     -9.01F, -5, -3,
    -2,     -1,    -0.9F, -0.5F, -0.25F, -0.1F,  -1e-3F, -1e-6F, -1e-30F, -0.0F,  0,  1e-40F,
    1e-30F, 1e-6F, 1e-3F, 0.1F,  0.25F,  0.5F,   0.625F, 0.9F,   1,       2,      3,  5,
    9.01F,  10,    20,    50,    87.5F,  88,     89,     104,    1000,    1e30F,
};
enum { POINTS = TEST_COUNT(points) };

static const char *activation_names[DESCENT_ACTIVATION_COUNT] = {
    "identity", "relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus",
};

/* One weight of 1: the network is its output activation. */
static descent_model *create_activation(descent_activation activation)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 1;
    config.sizes[0] = 1;
    config.sizes[1] = 1;
    config.output_activation = activation;
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &config));
    descent_model_parameters(model)[0] = 1;
    return model;
}

/* A few units in the last place, of the value or of 1. */
static void assert_near(const char *what, float z, double found, double expected)
{
    ck_assert_msg(fabs(found - expected) <= 1e-6 * fmax(1, fabs(expected)),
                  "%s(%g) is %.9g, not %.9g", what, (double)z, found, expected);
}

START_TEST(values_agree_with_the_reference)
{
    float outputs[POINTS];
    descent_activation activation = (descent_activation)_i;
    descent_model *model = create_activation(activation);
    descent_network *network;
    ck_assert_ok(test_network_create(&network, model, POINTS, 0));
    ck_assert_ok(descent_network_forward(network, points, POINTS, outputs));
    for (size_t i = 0; i < POINTS; i++) {
        assert_near(activation_names[_i], points[i], (double)outputs[i],
                    reference_activation(activation, (double)points[i]));
    }
    descent_network_destroy(network);
    descent_model_destroy(model);
}
END_TEST

/* Everywhere between the points, and in proportion to the value, however small it is. Further left
 * the reference's own GELU is a difference of numbers near 1. */
START_TEST(values_have_few_wrong_digits)
{
    enum { SWEPT = 20000 };
    static float z[SWEPT], outputs[SWEPT];
    descent_activation activation = (descent_activation)_i;
    descent_model *model = create_activation(activation);
    descent_network *network;
    for (size_t i = 0; i < SWEPT; i++) {
        z[i] = -5.5F + (float)i * (11.0F / SWEPT);
    }
    ck_assert_ok(test_network_create(&network, model, SWEPT, 0));
    ck_assert_ok(descent_network_forward(network, z, SWEPT, outputs));
    for (size_t i = 0; i < SWEPT; i++) {
        double expected = reference_activation(activation, (double)z[i]);
        ck_assert_msg(fabs((double)outputs[i] - expected) <= 3e-6 * fabs(expected),
                      "%s(%g) is %.9g, not %.9g", activation_names[_i], (double)z[i],
                      (double)outputs[i], expected);
    }
    descent_network_destroy(network);
    descent_model_destroy(model);
}
END_TEST

/* With the target half below the output, squared error has slope 1, and the bias's gradient is the
 * activation's derivative. Beyond 1000 the half is lost to rounding. */
START_TEST(derivatives_agree_with_the_reference)
{
    descent_activation activation = (descent_activation)_i;
    descent_trainer_config config = test_trainer_config();
    config.loss.kind = DESCENT_LOSS_MSE;
    descent_model *model = create_activation(activation);
    for (size_t i = 0; i < POINTS; i++) {
        double z = (double)points[i];
        if (fabs(z) > 1000) {
            continue;
        }
        float target = (float)(reference_activation(activation, z) - 0.5);
        descent_batch batch = {.features = &points[i], .targets = &target, .n = 1};
        descent_trainer *trainer;
        float gradient[2];
        ck_assert_ok(descent_trainer_create(&trainer, model, &config));
        ck_assert_ok(descent_trainer_backward(trainer, &batch, 1, NULL));
        descent_trainer_gradient(trainer, gradient);
        assert_near(activation_names[_i], points[i], (double)gradient[1],
                    reference_derivative(activation, z));
        assert_near(activation_names[_i], points[i], (double)gradient[0],
                    z * reference_derivative(activation, z));
        descent_trainer_destroy(trainer);
    }
    descent_model_destroy(model);
}
END_TEST

START_TEST(nan_comes_out_as_nan)
{
    const float nan = NAN;
    float output = 0;
    descent_model *model = create_activation((descent_activation)_i);
    descent_network *network;
    ck_assert_ok(test_network_create(&network, model, 1, 0));
    ck_assert_ok(descent_network_forward(network, &nan, 1, &output));
    ck_assert(isnan(output));
    descent_network_destroy(network);
    descent_model_destroy(model);
}
END_TEST

START_TEST(names_are_those_of_the_command_line)
{
    for (size_t i = 0; i < TEST_COUNT(activation_names); i++) {
        ck_assert_str_eq(descent_activation_name((descent_activation)i), activation_names[i]);
    }
    ck_assert_str_eq(descent_loss_name(DESCENT_LOSS_CROSS_ENTROPY), "cross-entropy");
    ck_assert_str_eq(descent_loss_name(DESCENT_LOSS_MSE), "mse");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(values_agree_with_the_reference, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(values_have_few_wrong_digits, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(derivatives_agree_with_the_reference, DESCENT_ACTIVATION_COUNT),
        TEST_LOOP(nan_comes_out_as_nan, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(names_are_those_of_the_command_line),
    };
    return run_tests_on_engines("activation", cases, TEST_COUNT(cases));
}
