/*
 * Elementary functions against the C library's in long double, where that has more digits than a
 * double, and at the ends of their ranges. Errors are in units in the last place.
 */
#include "base/elementary.h"
#include "harness.h"

#include <float.h>
#include <math.h>

enum { POINTS = 200000 };

static const long double turn = 6.28318530717958647692528676655900576839L;

/* Of subnormal results the unit is 2^−1074. */
static double error_of(double found, long double expected)
{
    int exponent;
    frexpl(expected, &exponent);
    long double unit = ldexpl(1, (exponent > DBL_MIN_EXP ? exponent : DBL_MIN_EXP) - DBL_MANT_DIG);
    return (double)(fabsl((long double)found - expected) / unit);
}

static void assert_within(double units, double found, long double expected, double x, double y)
{
    ck_assert_msg(error_of(found, expected) <= units,
                  "at %a, %a: expected %La, found %a: %.2f units in the last place", x, y, expected,
                  found, error_of(found, expected));
}

static double between(descent_random *random, double low, double high)
{
    return low + (high - low) * descent_random_uniform(random);
}

/* Positive numbers of all magnitudes, or of those from 2^least. */
static double magnitude(descent_random *random, int least, int most)
{
    int exponent = least + (int)descent_random_below(random, (uint64_t)(most - least));
    return ldexp(between(random, 1, 2), exponent);
}

START_TEST(exponentials_have_their_digits)
{
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, 0);
    for (int i = 0; LDBL_MANT_DIG > DBL_MANT_DIG && i < POINTS; i++) {
        double reach = i % 2 == 0 ? 1 : 745;
        double x = between(&random, -reach, fmin(reach, 709.7));
        assert_within(1, descent_exp_double(x), expl((long double)x), x, 0);
        x = magnitude(&random, -80, 0);
        assert_within(1, descent_exp_double(x), expl((long double)x), x, 0);
    }
}
END_TEST

START_TEST(logarithms_have_their_digits)
{
    descent_random random = descent_random_init(2, DESCENT_STREAM_USER, 0);
    for (int i = 0; LDBL_MANT_DIG > DBL_MANT_DIG && i < POINTS; i++) {
        double x = i % 2 == 0 ? between(&random, 0.5, 2) : magnitude(&random, -1074, 1024);
        assert_within(1, descent_log_double(x), logl((long double)x), x, 0);
        x = 1 + (i % 4 < 2 ? -0.5 : 1) * magnitude(&random, -52, -1);
        assert_within(1, descent_log_double(x), logl((long double)x), x, 0);
    }
}
END_TEST

/* What long double keeps of a power is some 64 digits, less those of the exponent. */
START_TEST(powers_have_their_digits)
{
    descent_random random = descent_random_init(3, DESCENT_STREAM_USER, 0);
    for (int i = 0; LDBL_MANT_DIG > DBL_MANT_DIG && i < POINTS; i++) {
        double x = i % 2 == 0 ? between(&random, 0, 1) : magnitude(&random, -1074, 1024);
        double y = between(&random, -1, 1) * 700 / fabs(log(x));
        assert_within(1, descent_pow_double(x, y), powl((long double)x, (long double)y), x, y);
        double steps = (double)descent_random_below(&random, i % 2 == 0 ? 20000 : 50);
        x = i % 2 == 0 ? between(&random, 0.97, 1) : between(&random, 0, 1);
        assert_within(1, descent_pow_double(x, steps), powl((long double)x, (long double)steps), x,
                      steps);
    }
}
END_TEST

START_TEST(waves_have_their_digits)
{
    descent_random random = descent_random_init(4, DESCENT_STREAM_USER, 0);
    for (int i = 0; LDBL_MANT_DIG > DBL_MANT_DIG && i < POINTS; i++) {
        double t = i % 2 == 0 ? between(&random, -0.5, 0.5) : magnitude(&random, -300, -1);
        double quarters = rint(4 * t);
        long double x = turn * (long double)(t - quarters / 4);
        long double sine = sinl(x), cosine = cosl(x);
        long double of_turn[] = {sine, cosine, -sine, -cosine, sine, cosine};
        int at = (int)quarters & 3;
        assert_within(2, descent_sine_of_turns(t), of_turn[at], t, 0);
        assert_within(2, descent_cosine_of_turns(t), of_turn[at + 1], t, 0);
    }
}
END_TEST

/* Exact, and so to be met exactly. */
START_TEST(ends_are_those_of_the_standard)
{
    const struct {
        double found, expected;
    } cases[] = {
        {descent_exp_double(0), 1},
        {descent_exp_double(-0.0), 1},
        {descent_exp_double(0x1p-1074), 1},
        {descent_exp_double(710), INFINITY},
        {descent_exp_double(INFINITY), INFINITY},
        {descent_exp_double(-745), 0x1p-1074},
        {descent_exp_double(-746), 0},
        {descent_exp_double(-DBL_MAX), 0},
        {descent_exp_double(-INFINITY), 0},
        {descent_exp_double(NAN), NAN},
        {descent_log_double(1), 0},
        {descent_log_double(0), -INFINITY},
        {descent_log_double(-0.0), -INFINITY},
        {descent_log_double(INFINITY), INFINITY},
        {descent_log_double(-1), NAN},
        {descent_log_double(-INFINITY), NAN},
        {descent_log_double(NAN), NAN},
        {descent_pow_double(0.9, 0), 1},
        {descent_pow_double(1, 1e300), 1},
        {descent_pow_double(1, NAN), 1},
        {descent_pow_double(NAN, 0), 1},
        {descent_pow_double(NAN, 1), NAN},
        {descent_pow_double(2, NAN), NAN},
        {descent_pow_double(0, NAN), NAN},
        {descent_pow_double(-1, 2), NAN},
        {descent_pow_double(0, 2), 0},
        {descent_pow_double(0, -2), INFINITY},
        {descent_pow_double(INFINITY, 2), INFINITY},
        {descent_pow_double(INFINITY, -2), 0},
        {descent_pow_double(0.5, INFINITY), 0},
        {descent_pow_double(0.5, -INFINITY), INFINITY},
        {descent_pow_double(2, 1023), 0x1p1023},
        {descent_pow_double(2, 1024), INFINITY},
        {descent_pow_double(2, -1074), 0x1p-1074},
        {descent_pow_double(2, -1076), 0},
        {descent_pow_double(0x1p-1074, 0.5), 0x1p-537},
        {descent_pow_double(4, 0.5), 2},
        {descent_pow_double(0.7, 1), 0.7},
        {descent_pow_double(0.7, 0x1p-1074), 1},
        {descent_pow_double(0.999, 1e18), 0}, /* of the last step that a count can have */
        {descent_sine_of_turns(0), 0},
        {descent_sine_of_turns(0.25), 1},
        {descent_sine_of_turns(0.5), 0},
        {descent_sine_of_turns(-0.25), -1},
        {descent_sine_of_turns(1e300), 0},
        {descent_cosine_of_turns(0), 1},
        {descent_cosine_of_turns(0.25), 0},
        {descent_cosine_of_turns(0.5), -1},
        {descent_cosine_of_turns(-7.75), 0},
        {descent_cosine_of_turns(INFINITY), NAN},
        {descent_sine_of_turns(NAN), NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(cases[i].found == cases[i].expected ||
                          (isnan(cases[i].found) && isnan(cases[i].expected)),
                      "case %zu: expected %a, found %a", i, cases[i].expected, cases[i].found);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(exponentials_have_their_digits), TEST_CASE(logarithms_have_their_digits),
        TEST_CASE(powers_have_their_digits),       TEST_CASE(waves_have_their_digits),
        TEST_CASE(ends_are_those_of_the_standard),
    };
    return run_tests("elementary", cases, TEST_COUNT(cases));
}
