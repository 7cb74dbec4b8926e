/*
 * Optimizers as flat updates: against PyTorch's paths, the reference, and a parabola.
 */
#include "golden.h"
#include "harness.h"

#include <math.h>
#include <string.h>

/* The library's parameters and state are float32, so fifty updates gather rounding of about
 * 50 · 2⁻²⁴ of the largest number met; three times that is allowed. */
START_TEST(paths_agree_with_pytorch)
{
    enum { STEPS = GOLDEN_STEPS, N = GOLDEN_PARAMETERS };
    const struct golden_optimizer *golden = &golden_optimizers[_i];
    double *start = golden_load("optimizer.txt", "start", N);
    double *gradients = golden_load("optimizer.txt", "gradients", STEPS * N);
    double *expected = golden_load("optimizer.txt", golden->name, STEPS * N);
    float parameters[N];
    float state[2 * N] = {0};
    for (size_t i = 0; i < N; i++) {
        parameters[i] = (float)start[i];
    }
    for (uint64_t t = 0; t < STEPS; t++) {
        float gradient[N];
        for (size_t i = 0; i < N; i++) {
            gradient[i] = (float)gradients[t * N + i];
        }
        descent_optimizer_step(&golden->optimizer, N, parameters, gradient, state,
                               golden->learning_rate, t + 1);
        for (size_t i = 0; i < N; i++) {
            double value = expected[t * N + i];
            ck_assert_double_eq_tol((double)parameters[i], value, 1e-5 * fmax(1, fabs(value)));
        }
    }
    ck_assert_double_gt(fabs((double)parameters[0] - start[0]), 0.01);
    free(start);
    free(gradients);
    free(expected);
}
END_TEST

/* In double, fifty updates gather rounding of about 50 · 2⁻⁵³. */
START_TEST(double_paths_are_those_of_pytorch)
{
    enum { STEPS = GOLDEN_STEPS, N = GOLDEN_PARAMETERS };
    const struct golden_optimizer *golden = &golden_optimizers[_i];
    double *parameters = golden_load("optimizer.txt", "start", N);
    double *gradients = golden_load("optimizer.txt", "gradients", STEPS * N);
    double *expected = golden_load("optimizer.txt", golden->name, STEPS * N);
    double state[2 * N] = {0};
    for (uint64_t t = 0; t < STEPS; t++) {
        descent_optimizer_step_double(&golden->optimizer, N, parameters, gradients + t * N, state,
                                      golden->learning_rate, t + 1);
        for (size_t i = 0; i < N; i++) {
            double value = expected[t * N + i];
            ck_assert_double_eq_tol(parameters[i], value, 3e-14 * fmax(1, fabs(value)));
        }
    }
    free(parameters);
    free(gradients);
    free(expected);
}
END_TEST

static const size_t lengths[] = {1, 7, 13, 253};

/* Odd lengths reach whatever is left over of unrolled loops; what follows must stay untouched. */
static void check_length(const struct golden_optimizer *golden, size_t n)
{
    double expected[253];
    double gradient[253];
    double state[2 * 253] = {0};
    float parameters[254];
    float found_gradient[253];
    float found_state[2 * 253 + 1] = {0};
    uint64_t seed = n;
    size_t slots = descent_optimizer_slots(&golden->optimizer);
    for (size_t i = 0; i < n; i++) {
        expected[i] = problem_uniform(&seed);
        parameters[i] = (float)expected[i];
    }
    parameters[n] = 0.25F;
    found_state[slots * n] = 0.5F;
    for (uint64_t step = 1; step <= 3; step++) {
        for (size_t i = 0; i < n; i++) {
            gradient[i] = problem_uniform(&seed);
            found_gradient[i] = (float)gradient[i];
        }
        reference_update(&golden->optimizer, n, expected, gradient, state, golden->learning_rate,
                         step, NULL);
        descent_optimizer_step(&golden->optimizer, n, parameters, found_gradient, found_state,
                               golden->learning_rate, step);
        for (size_t i = 0; i < n; i++) {
            ck_assert_double_eq_tol((double)parameters[i], expected[i], 1e-6);
        }
    }
    ck_assert_float_eq(parameters[n], 0.25F);
    ck_assert_float_eq(found_state[slots * n], 0.5F);
}

START_TEST(odd_lengths_agree_with_the_reference)
{
    for (size_t k = 0; k < TEST_COUNT(lengths); k++) {
        check_length(&golden_optimizers[_i], lengths[k]);
    }
}
END_TEST

/* w − α · ∂L/∂w by hand. */
static const struct {
    float w, gradient;
    double rate;
    float expected;
} steps_by_hand[] = {
    {3.0F, 2.5F, 0.1, 2.75F},
    {5.0F, -3.0F, 0.2, 5.6F},
    {2.5F, 0.8F, 0.1, 2.42F},
};

START_TEST(a_plain_step_is_what_the_hand_computes)
{
    const descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
    float w = steps_by_hand[_i].w;
    descent_optimizer_step(&optimizer, 1, &w, &steps_by_hand[_i].gradient, NULL,
                           steps_by_hand[_i].rate, 1);
    ck_assert_float_eq_tol(w, steps_by_hand[_i].expected, 5e-7F);
}
END_TEST

/* (w − 3)² / 2 from 0: any sensible optimizer finds the bottom. */
START_TEST(a_parabola_is_descended)
{
    float w = 0;
    float state[2] = {0};
    descent_optimizer optimizer = golden_optimizers[_i].optimizer;
    optimizer.weight_decay = 0;
    for (uint64_t step = 1; step <= 2000; step++) {
        float gradient = w - 3;
        descent_optimizer_step(&optimizer, 1, &w, &gradient, state, 0.01, step);
    }
    ck_assert_float_eq_tol(w, 3, 0.02F);
}
END_TEST

START_TEST(a_rate_of_zero_moves_nothing)
{
    float parameters[] = {1, -2, 3};
    const float before[] = {1, -2, 3};
    const float gradient[] = {0.5F, 0.5F, -0.5F};
    float state[6] = {0};
    descent_optimizer_step(&golden_optimizers[_i].optimizer, 3, parameters, gradient, state, 0, 1);
    ck_assert_mem_eq(parameters, before, sizeof before);
}
END_TEST

static const struct {
    descent_optimizer optimizer;
    size_t slots;
} slots[] = {
    {{.kind = DESCENT_OPTIMIZER_SGD}, 0},
    {{.kind = DESCENT_OPTIMIZER_SGD, .momentum = 0.9}, 1},
    {{.kind = DESCENT_OPTIMIZER_SGD, .momentum = 0.9, .nesterov = true}, 1},
    {{.kind = DESCENT_OPTIMIZER_ADAM}, 2},
    {{.kind = DESCENT_OPTIMIZER_ADAMW}, 2},
    {{.kind = DESCENT_OPTIMIZER_RMSPROP}, 1},
    {{.kind = DESCENT_OPTIMIZER_RMSPROP, .momentum = 0.9}, 2},
};

START_TEST(slots_are_what_the_formulas_need)
{
    ck_assert_uint_eq(descent_optimizer_slots(&slots[_i].optimizer), slots[_i].slots);
}
END_TEST

/* One field off at a time; the message names it. */
#define FIELD(name) #name, offsetof(descent_optimizer, name)

static const struct {
    descent_optimizer_kind kind;
    const char *field;
    size_t offset;
    double value;
} bad_numbers[] = {
    {DESCENT_OPTIMIZER_SGD, FIELD(momentum), 1},
    {DESCENT_OPTIMIZER_SGD, FIELD(momentum), -0.1},
    {DESCENT_OPTIMIZER_SGD, FIELD(momentum), NAN},
    {DESCENT_OPTIMIZER_RMSPROP, FIELD(momentum), 1},
    {DESCENT_OPTIMIZER_ADAM, FIELD(beta1), 1},
    {DESCENT_OPTIMIZER_ADAM, FIELD(beta1), -1},
    {DESCENT_OPTIMIZER_ADAMW, FIELD(beta2), 1},
    {DESCENT_OPTIMIZER_ADAM, FIELD(beta2), NAN},
    {DESCENT_OPTIMIZER_RMSPROP, FIELD(alpha), 1},
    {DESCENT_OPTIMIZER_RMSPROP, FIELD(alpha), -0.5},
    {DESCENT_OPTIMIZER_ADAM, FIELD(epsilon), 0},
    {DESCENT_OPTIMIZER_ADAM, FIELD(epsilon), INFINITY},
    {DESCENT_OPTIMIZER_SGD, FIELD(weight_decay), -1},
    {DESCENT_OPTIMIZER_ADAMW, FIELD(weight_decay), INFINITY},
};

static void assert_refused(const descent_optimizer *optimizer, const char *field)
{
    ck_assert_int_eq(descent_optimizer_check(optimizer), DESCENT_ERROR_INVALID);
    ck_assert_msg(strstr(descent_last_error(), field) != NULL, "\"%s\" does not name %s",
                  descent_last_error(), field);
}

START_TEST(bad_numbers_are_refused_by_name)
{
    descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
    optimizer.kind = bad_numbers[_i].kind;
    memcpy((char *)&optimizer + bad_numbers[_i].offset, &bad_numbers[_i].value, sizeof(double));
    assert_refused(&optimizer, bad_numbers[_i].field);
}
END_TEST

START_TEST(nesterov_needs_momentum)
{
    descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
    optimizer.nesterov = true;
    assert_refused(&optimizer, "momentum");
    optimizer.momentum = 0.9;
    ck_assert_ok(descent_optimizer_check(&optimizer));
}
END_TEST

START_TEST(an_unknown_kind_is_refused)
{
    descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
    optimizer.kind = DESCENT_OPTIMIZER_COUNT;
    assert_refused(&optimizer, "kind");
}
END_TEST

START_TEST(good_numbers_are_accepted)
{
    ck_assert_ok(descent_optimizer_check(&golden_optimizers[_i].optimizer));
}
END_TEST

START_TEST(names_are_those_of_the_command_line)
{
    const char *names[] = {"sgd", "adam", "adamw", "rmsprop"};
    ck_assert_uint_eq(TEST_COUNT(names), DESCENT_OPTIMIZER_COUNT);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        ck_assert_str_eq(descent_optimizer_name((descent_optimizer_kind)i), names[i]);
    }
}
END_TEST

START_TEST(the_default_is_plain_sgd_and_valid)
{
    const descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
    ck_assert_ok(descent_optimizer_check(&optimizer));
    ck_assert_uint_eq(descent_optimizer_slots(&optimizer), 0);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(paths_agree_with_pytorch, GOLDEN_OPTIMIZERS),
        TEST_LOOP(double_paths_are_those_of_pytorch, GOLDEN_OPTIMIZERS),
        TEST_LOOP(odd_lengths_agree_with_the_reference, GOLDEN_OPTIMIZERS),
        TEST_LOOP(a_plain_step_is_what_the_hand_computes, TEST_COUNT(steps_by_hand)),
        TEST_LOOP(a_parabola_is_descended, GOLDEN_OPTIMIZERS),
        TEST_LOOP(a_rate_of_zero_moves_nothing, GOLDEN_OPTIMIZERS),
        TEST_LOOP(slots_are_what_the_formulas_need, TEST_COUNT(slots)),
        TEST_LOOP(bad_numbers_are_refused_by_name, TEST_COUNT(bad_numbers)),
        TEST_CASE(nesterov_needs_momentum),
        TEST_CASE(an_unknown_kind_is_refused),
        TEST_LOOP(good_numbers_are_accepted, GOLDEN_OPTIMIZERS),
        TEST_CASE(names_are_those_of_the_command_line),
        TEST_CASE(the_default_is_plain_sgd_and_valid),
    };
    return run_tests("optimizer", cases, TEST_COUNT(cases));
}
