/*
 * Schedules: PyTorch's first hundred learning rates, the ends, the warm-up, and bad numbers.
 */
#include "golden.h"
#include "harness.h"

#include <math.h>
#include <string.h>

enum { RATES = 100 };

/* A test's settings with the default where they say nothing, over a hundred steps. */
static descent_schedule complete(descent_schedule s)
{
    const descent_schedule defaults = DESCENT_SCHEDULE_DEFAULT;
    s.lr = s.lr == 0 ? 0.1 : s.lr;
    s.steps = s.steps == 0 ? RATES : s.steps;
    s.period = s.period == 0 ? defaults.period : s.period;
    s.period_factor = s.period_factor == 0 ? defaults.period_factor : s.period_factor;
    s.gamma = s.gamma == 0 ? defaults.gamma : s.gamma;
    s.power = s.power == 0 ? defaults.power : s.power;
    s.warmup_fraction = s.warmup_fraction == 0 ? defaults.warmup_fraction : s.warmup_fraction;
    s.start_divisor = s.start_divisor == 0 ? defaults.start_divisor : s.start_divisor;
    s.final_divisor = s.final_divisor == 0 ? defaults.final_divisor : s.final_divisor;
    s.threshold = s.threshold == 0 ? defaults.threshold : s.threshold;
    s.plateau = defaults.plateau;
    return s;
}

/* The settings are those of scripts/make-golden.py. */
static const struct {
    const char *name;
    descent_schedule schedule;
} golden[] = {
    {"step", {.kind = DESCENT_SCHEDULE_STEP, .period = 13, .gamma = 0.5}},
    {"exponential", {.kind = DESCENT_SCHEDULE_EXPONENTIAL, .gamma = 0.97}},
    {"linear", {.kind = DESCENT_SCHEDULE_LINEAR, .steps = 80, .lr_final = 0.005}},
    {"polynomial", {.kind = DESCENT_SCHEDULE_POLYNOMIAL, .steps = 80, .power = 2.5}},
    {"cosine", {.kind = DESCENT_SCHEDULE_COSINE, .steps = 80, .lr_final = 0.001}},
    {"cosine-100", {.kind = DESCENT_SCHEDULE_COSINE}},
    {"one-cycle", {.kind = DESCENT_SCHEDULE_ONE_CYCLE}},
    {"one-cycle-early",
     {.kind = DESCENT_SCHEDULE_ONE_CYCLE,
      .lr = 0.5,
      .warmup_fraction = 0.12,
      .start_divisor = 10,
      .final_divisor = 100}},
    {"cosine-restarts",
     {.kind = DESCENT_SCHEDULE_COSINE_RESTARTS, .period = 17, .lr_final = 0.001}},
    {"cosine-restarts-2",
     {.kind = DESCENT_SCHEDULE_COSINE_RESTARTS, .period = 9, .period_factor = 2}},
    {"warm-cosine", {.kind = DESCENT_SCHEDULE_COSINE, .warmup = 10, .steps = 80}},
    {"warm-cosine-sequential", {.kind = DESCENT_SCHEDULE_COSINE, .warmup = 20, .lr_final = 0.001}},
};

/* Doubles throughout; only SequentialLR's recurrence drifts, by less than this. */
START_TEST(rates_agree_with_pytorch)
{
    double *expected = golden_load("schedule.txt", golden[_i].name, RATES);
    descent_schedule schedule = complete(golden[_i].schedule);
    ck_assert_ok(descent_schedule_check(&schedule));
    for (uint64_t t = 0; t < RATES; t++) {
        double rate = descent_schedule_evaluate(&schedule, t);
        ck_assert_msg(fabs(rate - expected[t]) <= 1e-13, "%s at step %d: %.17g, expected %.17g",
                      golden[_i].name, (int)t, rate, expected[t]);
    }
    free(expected);
}
END_TEST

START_TEST(plateau_agrees_with_pytorch)
{
    double *losses = golden_load("schedule.txt", "plateau-losses", RATES);
    double *expected = golden_load("schedule.txt", "plateau", RATES);
    descent_schedule schedule = complete((descent_schedule){.kind = DESCENT_SCHEDULE_PLATEAU,
                                                            .gamma = 0.5,
                                                            .patience = 3,
                                                            .threshold = 0.01,
                                                            .lr_final = 0.004});
    for (size_t t = 0; t < RATES; t++) {
        double before = descent_schedule_evaluate(&schedule, 1000 * t);
        ck_assert_double_eq_tol(before, expected[t], 1e-15);
        bool reduced = descent_schedule_step(&schedule, losses[t]);
        ck_assert_int_eq(reduced, descent_schedule_evaluate(&schedule, 1000 * t) < before);
    }
    ck_assert_double_lt(expected[RATES - 1], expected[0]);
    free(losses);
    free(expected);
}
END_TEST

START_TEST(a_loss_that_is_no_number_counts_as_no_improvement)
{
    descent_schedule schedule =
        complete((descent_schedule){.kind = DESCENT_SCHEDULE_PLATEAU, .patience = 2});
    ck_assert(!descent_schedule_step(&schedule, 1));
    ck_assert(!descent_schedule_step(&schedule, NAN));
    ck_assert(!descent_schedule_step(&schedule, NAN));
    ck_assert(descent_schedule_step(&schedule, NAN));
    ck_assert_double_eq(schedule.plateau.best, 1);
}
END_TEST

START_TEST(only_plateau_listens_to_losses)
{
    for (int kind = 0; kind < DESCENT_SCHEDULE_PLATEAU; kind++) {
        descent_schedule schedule =
            complete((descent_schedule){.kind = (descent_schedule_kind)kind, .patience = 0});
        double before = descent_schedule_evaluate(&schedule, 3);
        for (int epoch = 0; epoch < 5; epoch++) {
            ck_assert(!descent_schedule_step(&schedule, 1 + epoch));
        }
        ck_assert_double_eq(descent_schedule_evaluate(&schedule, 3), before);
    }
}
END_TEST

START_TEST(every_kind_warms_up_alike)
{
    for (int kind = 0; kind < DESCENT_SCHEDULE_COUNT; kind++) {
        descent_schedule schedule = complete(
            (descent_schedule){.kind = (descent_schedule_kind)kind, .warmup = 20, .period = 7});
        descent_schedule bare = schedule;
        bare.warmup = 0;
        bare.steps = RATES - 20;
        for (uint64_t t = 0; t < RATES; t++) {
            double expected =
                t < 20 ? 0.1 * (double)(t + 1) / 20 : descent_schedule_evaluate(&bare, t - 20);
            ck_assert_double_eq_tol(descent_schedule_evaluate(&schedule, t), expected, 1e-15);
        }
    }
}
END_TEST

/* What a schedule of a fixed length comes to, and stays at however long training goes on. */
static const struct {
    descent_schedule schedule;
    double end;
} ends[] = {
    {{.kind = DESCENT_SCHEDULE_LINEAR, .lr_final = 0.002}, 0.002},
    {{.kind = DESCENT_SCHEDULE_POLYNOMIAL, .power = 3, .lr_final = 0.002}, 0.002},
    {{.kind = DESCENT_SCHEDULE_COSINE, .lr_final = 0.002}, 0.002},
    {{.kind = DESCENT_SCHEDULE_COSINE, .lr_final = 0.002, .warmup = 30}, 0.002},
    {{.kind = DESCENT_SCHEDULE_ONE_CYCLE}, 0.1 / 25 / 1e4},
    {{.kind = DESCENT_SCHEDULE_CONSTANT}, 0.1},
};

START_TEST(the_last_rate_stays)
{
    const uint64_t steps[] = {RATES, RATES + 1, 2 * RATES, 1000000007, UINT64_MAX - 1};
    descent_schedule schedule = complete(ends[_i].schedule);
    for (size_t i = 0; i < TEST_COUNT(steps); i++) {
        double rate = descent_schedule_evaluate(&schedule, steps[i]);
        ck_assert_double_eq_tol(rate, ends[_i].end, 1e-15);
    }
}
END_TEST

/* Rates stay within bounds for degenerate lengths and for steps beyond all reason. */
START_TEST(extremes_give_finite_rates_within_bounds)
{
    const uint64_t lengths[] = {1, 2, 3};
    const uint64_t steps[] = {0, 1, 2, 3, 1000000007, UINT64_MAX};
    for (int kind = 0; kind < DESCENT_SCHEDULE_COUNT; kind++) {
        for (size_t i = 0; i < TEST_COUNT(lengths); i++) {
            for (uint64_t factor = 1; factor <= 2; factor++) {
                descent_schedule schedule =
                    complete((descent_schedule){.kind = (descent_schedule_kind)kind,
                                                .steps = lengths[i],
                                                .period_factor = factor});
                for (size_t k = 0; k < TEST_COUNT(steps); k++) {
                    double rate = descent_schedule_evaluate(&schedule, steps[k]);
                    ck_assert_double_ge(rate, 0);
                    ck_assert_double_le(rate, 0.1 + 1e-15);
                }
            }
        }
    }
}
END_TEST

/* One field off at a time; the message names it. */
#define FIELD(name) #name, offsetof(descent_schedule, name)

static const struct {
    descent_schedule_kind kind;
    const char *field;
    size_t offset;
    double value;
} bad_numbers[] = {
    {DESCENT_SCHEDULE_CONSTANT, FIELD(lr), 0},
    {DESCENT_SCHEDULE_CONSTANT, FIELD(lr), -1},
    {DESCENT_SCHEDULE_CONSTANT, FIELD(lr), NAN},
    {DESCENT_SCHEDULE_CONSTANT, FIELD(lr), INFINITY},
    {DESCENT_SCHEDULE_COSINE, FIELD(lr_final), -1e-9},
    {DESCENT_SCHEDULE_COSINE, FIELD(lr_final), NAN},
    {DESCENT_SCHEDULE_STEP, FIELD(gamma), -0.1},
    {DESCENT_SCHEDULE_EXPONENTIAL, FIELD(gamma), NAN},
    {DESCENT_SCHEDULE_PLATEAU, FIELD(gamma), INFINITY},
    {DESCENT_SCHEDULE_POLYNOMIAL, FIELD(power), NAN},
    {DESCENT_SCHEDULE_POLYNOMIAL, FIELD(power), -1},
    {DESCENT_SCHEDULE_ONE_CYCLE, FIELD(warmup_fraction), 0},
    {DESCENT_SCHEDULE_ONE_CYCLE, FIELD(warmup_fraction), 1},
    {DESCENT_SCHEDULE_ONE_CYCLE, FIELD(warmup_fraction), NAN},
    {DESCENT_SCHEDULE_ONE_CYCLE, FIELD(start_divisor), 0},
    {DESCENT_SCHEDULE_ONE_CYCLE, FIELD(final_divisor), -1},
    {DESCENT_SCHEDULE_PLATEAU, FIELD(threshold), NAN},
    {DESCENT_SCHEDULE_PLATEAU, FIELD(threshold), -1},
};

static const struct {
    descent_schedule_kind kind;
    const char *field;
    size_t offset;
} zero_counts[] = {
    {DESCENT_SCHEDULE_COSINE, FIELD(steps)},
    {DESCENT_SCHEDULE_STEP, FIELD(period)},
    {DESCENT_SCHEDULE_COSINE_RESTARTS, FIELD(period)},
    {DESCENT_SCHEDULE_COSINE_RESTARTS, FIELD(period_factor)},
};

static void assert_refused(const descent_schedule *schedule, const char *field)
{
    ck_assert_int_eq(descent_schedule_check(schedule), DESCENT_ERROR_INVALID);
    ck_assert_msg(strstr(descent_last_error(), field) != NULL, "\"%s\" does not name %s",
                  descent_last_error(), field);
}

START_TEST(bad_numbers_are_refused_by_name)
{
    descent_schedule schedule = complete((descent_schedule){.kind = bad_numbers[_i].kind});
    memcpy((char *)&schedule + bad_numbers[_i].offset, &bad_numbers[_i].value, sizeof(double));
    assert_refused(&schedule, bad_numbers[_i].field);
}
END_TEST

START_TEST(counts_of_zero_are_refused_by_name)
{
    descent_schedule schedule = complete((descent_schedule){.kind = zero_counts[_i].kind});
    memset((char *)&schedule + zero_counts[_i].offset, 0, sizeof(uint64_t));
    assert_refused(&schedule, zero_counts[_i].field);
}
END_TEST

START_TEST(an_unknown_kind_is_refused)
{
    descent_schedule schedule = complete((descent_schedule){.kind = DESCENT_SCHEDULE_COUNT});
    assert_refused(&schedule, "kind");
}
END_TEST

START_TEST(the_default_is_constant_and_valid)
{
    const descent_schedule schedule = DESCENT_SCHEDULE_DEFAULT;
    ck_assert_ok(descent_schedule_check(&schedule));
    ck_assert_double_eq(descent_schedule_evaluate(&schedule, 0), 0.01);
    ck_assert_double_eq(descent_schedule_evaluate(&schedule, 12345), 0.01);
}
END_TEST

/* What is 0 is chosen by the number of steps: a third of them, rounded up, and what leaves a
 * hundredth; what is given stays. */
START_TEST(a_schedule_over_some_steps)
{
    descent_schedule schedule = complete((descent_schedule){.kind = DESCENT_SCHEDULE_STEP});
    schedule.period = 0;
    schedule.gamma = 0.0;
    descent_schedule over = descent_schedule_over(&schedule, 34);
    ck_assert_uint_eq(over.steps, 34);
    ck_assert_uint_eq(over.period, 12);
    ck_assert_double_eq(over.gamma, 0.1);
    schedule.kind = DESCENT_SCHEDULE_EXPONENTIAL;
    over = descent_schedule_over(&schedule, 50);
    ck_assert_double_eq_tol(descent_schedule_evaluate(&over, 50), 0.01 * over.lr, 1e-12);
    over = descent_schedule_over(&over, 90);
    ck_assert_uint_eq(over.steps, 90);
    ck_assert_uint_eq(over.period, 17);
    ck_assert_double_eq(over.gamma, pow(0.01, 1.0 / 50));
}
END_TEST

START_TEST(names_are_those_of_the_command_line)
{
    const char *names[] = {"constant", "step",      "exponential",     "linear", "polynomial",
                           "cosine",   "one-cycle", "cosine-restarts", "plateau"};
    ck_assert_uint_eq(TEST_COUNT(names), DESCENT_SCHEDULE_COUNT);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        ck_assert_str_eq(descent_schedule_name((descent_schedule_kind)i), names[i]);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(rates_agree_with_pytorch, TEST_COUNT(golden)),
        TEST_CASE(plateau_agrees_with_pytorch),
        TEST_CASE(a_loss_that_is_no_number_counts_as_no_improvement),
        TEST_CASE(only_plateau_listens_to_losses),
        TEST_CASE(every_kind_warms_up_alike),
        TEST_LOOP(the_last_rate_stays, TEST_COUNT(ends)),
        TEST_CASE(extremes_give_finite_rates_within_bounds),
        TEST_LOOP(bad_numbers_are_refused_by_name, TEST_COUNT(bad_numbers)),
        TEST_LOOP(counts_of_zero_are_refused_by_name, TEST_COUNT(zero_counts)),
        TEST_CASE(an_unknown_kind_is_refused),
        TEST_CASE(the_default_is_constant_and_valid),
        TEST_CASE(a_schedule_over_some_steps),
        TEST_CASE(names_are_those_of_the_command_line),
    };
    return run_tests("schedule", cases, TEST_COUNT(cases));
}
