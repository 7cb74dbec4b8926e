/*
 * Binary cross-entropy beyond what reference and PyTorch say of it: its digits at extreme logits,
 * identities with the softmax, what counts as a right answer, and bad batches.
 */
#include "harness.h"

#include "compute/loss_private.h"

#include <math.h>
#include <string.h>

static const descent_loss binary = {.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY};

/* Loss and gradient of n samples. */
static double loss_of(const descent_loss *loss, const descent_batch *batch, size_t outputs,
                      const float *y, float *delta)
{
    descent_metrics metrics = {0};
    ck_assert_ok(descent_loss_check(loss, batch, outputs));
    const struct descent_layout layout = descent_layout_rows(outputs);
    descent_loss_rows(loss, batch, (struct descent_span){0, batch->n}, &layout, y, 1, delta, NULL,
                      &metrics);
    return metrics.loss_sum;
}

/* ln(1 + e^x) and σ(x), in double. */
static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double sigmoid(double x)
{
    return exp(-softplus(-x));
}

static const float logits[] = {0,      1e-30F, -1e-3F, 0.5F, -0.5F, 2,    -7,    17,
                               -17.5F, 40,     -40,    87,   -87,   1e4F, -1e4F, 3e38F};
static const float shares[] = {0, 1, 0.25F, 0.999F};

/* Where the answer is right and sure, the gradient is as small as the error, not rounded to 0. */
START_TEST(loss_and_slope_keep_their_digits)
{
    enum { N = TEST_COUNT(logits) };
    float delta[N], targets[N];
    double expected = 0;
    for (size_t i = 0; i < N; i++) {
        targets[i] = shares[_i];
    }
    const descent_batch batch = {.features = logits, .targets = targets, .n = 1};
    double found = loss_of(&binary, &batch, N, logits, delta);
    double t = (double)shares[_i];
    for (size_t i = 0; i < N; i++) {
        double z = (double)logits[i];
        double slope = (1 - t) * sigmoid(z) - t * sigmoid(-z);
        expected += t * softplus(-z) + (1 - t) * softplus(z);
        double tolerance = t == 0 || t == 1 ? 1e-6 * fabs(slope) : 2e-7;
        ck_assert_msg(fabs((double)delta[i] - slope) <= tolerance, "slope at %g for %g: %g, not %g",
                      z, t, (double)delta[i], slope);
    }
    ck_assert_double_eq_tol(found, expected, 1e-6 * expected);
}
END_TEST

/* Each logit alone: large ones hide small losses in a sum. */
START_TEST(the_loss_of_one_output_keeps_its_digits)
{
    double z = (double)logits[_i];
    for (size_t s = 0; s < TEST_COUNT(shares); s++) {
        double t = (double)shares[s];
        const descent_batch batch = {.features = logits, .targets = &shares[s], .n = 1};
        double found = loss_of(&binary, &batch, 1, &logits[_i], NULL);
        double expected = t * softplus(-z) + (1 - t) * softplus(z);
        ck_assert_msg(fabs(found - expected) <= 1e-6 * expected + 1e-38, "loss at %g for %g: %g", z,
                      t, found);
    }
}
END_TEST

/* σ(z) is the softmax of (0, z): one output for two classes is cross-entropy on two. */
START_TEST(one_output_is_a_softmax_of_two)
{
    const descent_loss softmax = {.kind = DESCENT_LOSS_CROSS_ENTROPY};
    for (size_t i = 0; i < TEST_COUNT(logits); i++) {
        for (int32_t label = 0; label < 2; label++) {
            const float pair[] = {0, logits[i]};
            float one[1], two[2];
            const descent_batch batch = {.features = logits, .labels = &label, .n = 1};
            double found = loss_of(&binary, &batch, 1, &logits[i], one);
            double expected = loss_of(&softmax, &batch, 2, pair, two);
            ck_assert_double_eq_tol(found, expected, 1e-6 * (1 + fabs(expected)));
            ck_assert_float_eq_tol(one[0], two[1], 2e-7F);
        }
    }
}
END_TEST

/* A label says the same as its one-hot targets, to the bit; the gradient may replace the logits. */
START_TEST(labels_are_one_hot_targets)
{
    enum { OUTPUTS = 13 };
    for (int32_t label = 0; label < OUTPUTS; label++) {
        float targets[OUTPUTS] = {0}, by_label[OUTPUTS], in_place[OUTPUTS];
        targets[label] = 1;
        memcpy(in_place, logits, sizeof in_place);
        const descent_batch labels = {.features = logits, .labels = &label, .n = 1};
        const descent_batch given = {.features = logits, .targets = targets, .n = 1};
        double first = loss_of(&binary, &labels, OUTPUTS, logits, by_label);
        double second = loss_of(&binary, &given, OUTPUTS, in_place, in_place);
        ck_assert_double_eq(first, second);
        ck_assert_mem_eq(by_label, in_place, sizeof in_place);
    }
}
END_TEST

/* Four samples of two labels, of which the first three are answered rightly; a share above one half
 * is a label that holds. */
START_TEST(all_labels_of_a_sample_must_be_right)
{
    const float y[] = {1, -1, -2, 0, 3, 4, 1, 1};
    const float targets[] = {1, 0, 0, 0, 0.75F, 1, 1, 0.5F};
    const descent_batch batch = {.features = y, .targets = targets, .n = 4};
    descent_metrics metrics = {0};
    ck_assert_ok(descent_loss_check(&binary, &batch, 2));
    const struct descent_layout layout = descent_layout_rows(2);
    descent_loss_rows(&binary, &batch, (struct descent_span){0, 4}, &layout, y, 1, NULL, NULL,
                      &metrics);
    ck_assert_uint_eq(metrics.correct, 3);
    ck_assert_uint_eq(metrics.samples, 4);
    ck_assert_double_eq(metrics.weight_sum, 4);
}
END_TEST

START_TEST(the_sign_of_one_output_is_the_class)
{
    const float y[] = {1, -1, 0, 1e-30F};
    const int32_t labels[] = {1, 0, 0, 0};
    int32_t answers[4];
    const descent_batch batch = {.features = y, .labels = labels, .n = 4};
    descent_metrics metrics = {0};
    ck_assert_ok(descent_loss_check(&binary, &batch, 1));
    const struct descent_layout layout = descent_layout_rows(1);
    descent_loss_rows(&binary, &batch, (struct descent_span){0, 4}, &layout, y, 1, NULL, answers,
                      &metrics);
    ck_assert_uint_eq(metrics.correct, 3);
    ck_assert_mem_eq(answers, ((int32_t[]){1, 0, 0, 1}), sizeof answers);
    ck_assert_uint_eq(descent_loss_classes(DESCENT_LOSS_BINARY_CROSS_ENTROPY, 1), 2);
    ck_assert_uint_eq(descent_loss_classes(DESCENT_LOSS_BINARY_CROSS_ENTROPY, 2), 2);
    ck_assert_uint_eq(descent_loss_classes(DESCENT_LOSS_CROSS_ENTROPY, 1), 1);
    ck_assert_uint_eq(descent_loss_outputs(DESCENT_LOSS_BINARY_CROSS_ENTROPY, 2), 1);
    ck_assert_uint_eq(descent_loss_outputs(DESCENT_LOSS_BINARY_CROSS_ENTROPY, 3), 3);
    ck_assert_uint_eq(descent_loss_outputs(DESCENT_LOSS_MSE, 2), 2);
}
END_TEST

/* What is not finite shows, whatever the target. */
START_TEST(logits_that_are_no_numbers_show)
{
    const float bad[] = {NAN, INFINITY, -INFINITY};
    const float targets[] = {0, 1, 0.5F};
    size_t shown = 0;
    for (size_t b = 0; b < TEST_COUNT(bad); b++) {
        for (size_t t = 0; t < TEST_COUNT(targets); t++) {
            const descent_batch batch = {.features = bad, .targets = &targets[t], .n = 1};
            shown += isfinite(loss_of(&binary, &batch, 1, &bad[b], NULL)) ? 0 : 1;
        }
    }
    ck_assert_uint_eq(shown, 9);
}
END_TEST

static const float one_weight[] = {1};
static const int32_t first_label[] = {0}, second_label[] = {1}, third_label[] = {2},
                     no_label[] = {-1};

/* One sample and one output each; the message says what was found. */
static const struct {
    descent_loss loss;
    const int32_t *label;
    float target;
    const char *found;
} refused[] = {
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, NULL, 1.5F, "1.5"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, NULL, -1e-30F, "-1e-30"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, NULL, NAN, "nan"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, NULL, INFINITY, "inf"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, third_label, 0, "2"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY}, no_label, 0, "-1"},
    {{.kind = DESCENT_LOSS_CROSS_ENTROPY}, second_label, 0, "1"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY, .label_smoothing = 0.1}, first_label, 0, "0.1"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY, .class_weights = one_weight},
     first_label,
     0,
     "binary-cross-entropy"},
    {{.kind = DESCENT_LOSS_BINARY_CROSS_ENTROPY, .target_deviations = one_weight},
     first_label,
     0,
     "binary-cross-entropy"},
};

START_TEST(bad_batches_are_refused)
{
    const float y[] = {0};
    const descent_batch batch = {.features = y,
                                 .labels = refused[_i].label,
                                 .targets = refused[_i].label == NULL ? &refused[_i].target : NULL,
                                 .n = 1};
    ck_assert_int_eq(descent_loss_check(&refused[_i].loss, &batch, 1), DESCENT_ERROR_INVALID);
    ck_assert_msg(strstr(descent_last_error(), refused[_i].found) != NULL, "\"%s\" does not say %s",
                  descent_last_error(), refused[_i].found);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(loss_and_slope_keep_their_digits, TEST_COUNT(shares)),
        TEST_LOOP(the_loss_of_one_output_keeps_its_digits, TEST_COUNT(logits)),
        TEST_CASE(one_output_is_a_softmax_of_two),
        TEST_CASE(labels_are_one_hot_targets),
        TEST_CASE(all_labels_of_a_sample_must_be_right),
        TEST_CASE(the_sign_of_one_output_is_the_class),
        TEST_CASE(logits_that_are_no_numbers_show),
        TEST_LOOP(bad_batches_are_refused, TEST_COUNT(refused)),
    };
    return run_tests("binary_cross_entropy", cases, TEST_COUNT(cases));
}
