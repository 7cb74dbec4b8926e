/*
 * The tail of the binomial distribution: against closed forms, and against sums of fractions of
 * whole numbers (Python's fractions module), which nothing rounds.
 */
#include "cli/base/statistics.h"
#include "harness.h"

#include <math.h>

static void check_tail(size_t successes, size_t trials, double p, double expected)
{
    double tail = cli_binomial_tail(successes, trials, p);
    ck_assert_msg(fabs(tail - expected) <= 1e-9 * expected,
                  "P(X >= %zu | %zu, %g): %.15e, not %.15e", successes, trials, p, tail, expected);
}

START_TEST(closed_forms)
{
    for (size_t n = 1; n <= 60; n++) {
        for (double p = 0.05; p < 1.0; p += 0.15) {
            check_tail(0, n, p, 1.0);
            check_tail(1, n, p, -expm1((double)n * log1p(-p)));
            check_tail(n, n, p, pow(p, (double)n));
            ck_assert_double_eq(cli_binomial_tail(n + 1, n, p), 0.0);
        }
        if (n % 2 == 1) {
            check_tail((n + 1) / 2, n, 0.5, 0.5);
        }
        check_tail(n, n, 1.0, 1.0);
        check_tail(0, n, 0.0, 1.0);
        ck_assert_double_eq(cli_binomial_tail(1, n, 0.0), 0.0);
    }
}
END_TEST

START_TEST(both_tails_are_one_whole)
{
    for (size_t k = 1; k <= 1000; k += 37) {
        double upper = cli_binomial_tail(k, 1000, 0.3);
        double lower = cli_binomial_tail(1001 - k, 1000, 0.7); /* at most k − 1 */
        ck_assert_double_eq_tol(upper + lower, 1.0, 1e-12);
    }
}
END_TEST

START_TEST(sums_of_fractions)
{
    const struct {
        size_t successes, trials;
        double p, tail;
    } cases[] = {
        {3, 10, 0.5, 9.453125000000000e-01},         {9, 10, 0.5, 1.074218750000000e-02},
        {9, 9, 0.25, 3.814697265625000e-06},         {60, 100, 0.5, 2.844396682049040e-02},
        {145, 150, 0.93, 4.475885747461745e-02},     {160, 1000, 0.1, 2.613061290501423e-09},
        {40, 1000, 0.1, 9.999999999996154e-01},      {5150, 10000, 0.5, 1.393983758856359e-03},
        {50800, 100000, 0.5, 2.134147648866071e-07}, {10400, 100000, 0.1, 1.407168227417682e-05},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_tail(cases[i].successes, cases[i].trials, cases[i].p, cases[i].tail);
    }
}
END_TEST

/* Of a hundred million trials the distribution is normal, to the order of its skewness. */
START_TEST(many_trials)
{
    const size_t n = 100000000;
    for (double z = -4.0; z <= 4.0; z += 0.5) {
        double k = ceil(0.5 * (double)n + z * sqrt(0.25 * (double)n));
        double expected = 0.5 * erfc(z / sqrt(2.0));
        ck_assert_double_eq_tol(cli_binomial_tail((size_t)k, n, 0.5), expected,
                                1e-4 * expected + 5e-5);
    }
}
END_TEST

/* Against R 4.2.2: binom.test(first, first + second)$p.value. */
START_TEST(mcnemar)
{
    const struct {
        size_t first, second;
        double p;
    } cases[] = {
        {9, 3, 0.1459960937500001},
        {3, 9, 0.1459960937500001},
        {0, 5, 0.0625},
        {10, 10, 1.0},
        {25, 4, 0.0001037158071994783},
        {1, 0, 1.0},
        {0, 0, 1.0},
        {130, 85, 0.002610531733516706},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double p = cli_mcnemar(cases[i].first, cases[i].second);
        ck_assert_double_eq_tol(p, cases[i].p, 1e-12 * cases[i].p);
    }
}
END_TEST

/* Far from 0, where sums of squares would lose all digits: 1e9 + {4, 7, 13, 16} have the mean
 * 1e9 + 10 and the sum of squares 90. */
START_TEST(moments_of_a_sample)
{
    static const double numbers[] = {4.0, 7.0, 13.0, 16.0};
    struct moments moments = {0};
    ck_assert_double_nan(moments_mean(&moments));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        moments_add(&moments, 1e9 + numbers[i]);
        if (i == 0) {
            ck_assert_double_nan(moments_deviation(&moments));
        }
    }
    ck_assert_double_eq(moments_mean(&moments), 1e9 + 10.0);
    ck_assert_double_eq_tol(moments_deviation(&moments), sqrt(30.0), 1e-12);
    moments_add(&moments, NAN);
    ck_assert_double_nan(moments_mean(&moments));
    ck_assert_double_nan(moments_deviation(&moments));
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(closed_forms),      TEST_CASE(both_tails_are_one_whole),
        TEST_CASE(sums_of_fractions), TEST_CASE(many_trials),
        TEST_CASE(mcnemar),           TEST_CASE(moments_of_a_sample),
    };
    return run_tests("statistics", cases, TEST_COUNT(cases));
}
