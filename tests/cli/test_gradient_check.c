/*
 * The command's check of gradients: its differences against the library's gradient, and whether
 * it finds what is wrong.
 */
#include "cli/check/gradient_check.h"
#include "harness.h"

#include <descent/descent.h>
#include <math.h>
#include <string.h>

static const descent_loss losses[] = {
    {.kind = DESCENT_LOSS_CROSS_ENTROPY},
    {.kind = DESCENT_LOSS_CROSS_ENTROPY, .label_smoothing = 0.2},
    {.kind = DESCENT_LOSS_MSE},
};

struct subject {
    descent_model *model;
    struct gradient_check check;
    float *analytic; /* the library's */
};

static void create(struct subject *subject, descent_activation activation, const descent_loss *loss,
                   double difference)
{
    descent_model_config network = DESCENT_MODEL_DEFAULT;
    network.layers = 3;
    memcpy(network.sizes, (size_t[]){13, 9, 7, 5}, 4 * sizeof(size_t));
    network.activation = activation;
    network.output_activation = DESCENT_ACTIVATION_TANH;
    network.seed = 3;
    const struct gradient_check_config config = {
        .loss = *loss, .batch = 6, .elements = 50, .difference = difference, .seed = 4};
    ck_assert_ok(descent_model_create(&subject->model, &network));
    ck_assert_int_eq(gradient_check_create(&subject->check, &network, subject->model, &config),
                     DONE);

    descent_trainer_config training = DESCENT_TRAINER_DEFAULT;
    training.loss = *loss;
    descent_trainer *trainer;
    const descent_batch batch = gradient_check_batch(&subject->check);
    subject->analytic = calloc(descent_model_parameter_count(subject->model), sizeof(float));
    ck_assert_ok(descent_trainer_create(&trainer, subject->model, &training));
    ck_assert_ok(descent_trainer_backward(trainer, &batch, batch.n, NULL));
    ck_assert_ok(descent_trainer_gradient(trainer, subject->analytic));
    descent_trainer_destroy(trainer);
}

static void destroy(struct subject *subject)
{
    free(subject->analytic);
    gradient_check_free(&subject->check);
    descent_model_destroy(subject->model);
}

START_TEST(the_librarys_gradient_passes)
{
    for (size_t k = 0; k < TEST_COUNT(losses); k++) {
        struct subject subject;
        create(&subject, (descent_activation)_i, &losses[k], 1e-5);
        size_t compared = 0;
        for (size_t l = 0; l < 3; l++) {
            for (int bias = 0; bias < 2; bias++) {
                struct gradient_tensor tensor =
                    gradient_check_compare(&subject.check, l, bias, subject.analytic);
                ck_assert_double_lt(tensor.worst_error, 2e-6);
                ck_assert_double_lt(tensor.norm_error, 2e-6);
                ck_assert_double_gt(tensor.largest, 1e-3);
                ck_assert_double_ne(tensor.analytic, 0);
                ck_assert_uint_eq(tensor.skipped, 0);
                ck_assert_uint_eq(tensor.checked, tensor.size < 50 ? tensor.size : 50);
                compared += tensor.checked;
            }
        }
        ck_assert_uint_eq(compared, 50 + 9 + 50 + 7 + 35 + 5);
        destroy(&subject);
    }
}
END_TEST

/* Element 17 of the last weights, [5 × 7], off by a hundredth. */
START_TEST(a_wrong_element_is_named)
{
    struct subject subject;
    create(&subject, DESCENT_ACTIVATION_SILU, &losses[0], 1e-5);
    size_t offset = 13 * 9 + 9 + 9 * 7 + 7;
    float right = subject.analytic[offset + 17];
    struct gradient_tensor before =
        gradient_check_compare(&subject.check, 2, false, subject.analytic);
    subject.analytic[offset + 17] += (float)(0.01 * before.largest);
    struct gradient_tensor tensor =
        gradient_check_compare(&subject.check, 2, false, subject.analytic);
    ck_assert_str_eq(tensor.name, "4.weight");
    ck_assert_uint_eq(tensor.worst, 17);
    ck_assert_double_eq_tol(tensor.worst_error, 0.01, 1e-5);
    ck_assert_double_eq_tol(tensor.numeric, (double)right, 1e-5);
    ck_assert_double_lt(
        gradient_check_compare(&subject.check, 2, true, subject.analytic).worst_error, 2e-6);
    subject.analytic[offset + 17] = NAN;
    tensor = gradient_check_compare(&subject.check, 2, false, subject.analytic);
    ck_assert_uint_eq(tensor.worst, 17);
    ck_assert(isnan(tensor.worst_error));
    destroy(&subject);
}
END_TEST

/* A difference of 0.5 reaches over kinks where there are any; nowhere else is one skipped. */
START_TEST(kinks_are_skipped)
{
    bool kinked = _i == DESCENT_ACTIVATION_RELU || _i == DESCENT_ACTIVATION_LEAKY_RELU;
    struct subject subject;
    create(&subject, (descent_activation)_i, &losses[0], 0.5);
    struct gradient_tensor tensor =
        gradient_check_compare(&subject.check, 0, false, subject.analytic);
    ck_assert_int_eq(tensor.skipped > 0, kinked);
    ck_assert_uint_eq(tensor.checked + tensor.skipped, 50);
    ck_assert_uint_eq(gradient_check_compare(&subject.check, 2, false, subject.analytic).skipped,
                      0);
    destroy(&subject);
}
END_TEST

/* Zero equal to zero proves nothing, and is not called an agreement. */
START_TEST(zero_is_no_agreement)
{
    descent_model_config network = DESCENT_MODEL_DEFAULT;
    network.layers = 1;
    network.sizes[0] = 4;
    network.sizes[1] = 1;
    const struct gradient_check_config config = {
        .loss = losses[0], .batch = 3, .elements = 10, .difference = 1e-5, .seed = 1};
    const float analytic[5] = {0};
    struct subject subject;
    ck_assert_ok(descent_model_create(&subject.model, &network));
    ck_assert_int_eq(gradient_check_create(&subject.check, &network, subject.model, &config), DONE);
    struct gradient_tensor tensor = gradient_check_compare(&subject.check, 0, false, analytic);
    ck_assert_uint_eq(tensor.checked, 4);
    ck_assert(isnan(tensor.worst_error));
    gradient_check_free(&subject.check);
    descent_model_destroy(subject.model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(the_librarys_gradient_passes, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(a_wrong_element_is_named),
        TEST_LOOP(kinks_are_skipped, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(zero_is_no_agreement),
    };
    return run_tests("gradient_check", cases, TEST_COUNT(cases));
}
