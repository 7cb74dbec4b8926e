/*
 * Numbers as text: the same bits come back, in any locale.
 */
#include "harness.h"

#include "base/number.h"

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void assert_real_returns(double value)
{
    char text[DESCENT_NUMBER_TEXT_SIZE];
    ck_assert(descent_real_save(text, value));
    double found = 12345.0;
    ck_assert_msg(descent_real_load(&found, text), "%s", text);
    ck_assert_msg(memcmp(&found, &value, sizeof value) == 0, "expected %a, found %a", value, found);
    ck_assert_ptr_null(strchr(text, ','));
}

static const double reals[] = {
    0.0,         -0.0,      1.0,      -1.0,    0.1,          1.0 / 3.0,   1e22,
    123456789.0, DBL_MAX,   -DBL_MAX, DBL_MIN, DBL_TRUE_MIN, -1.0e-310,   0x1p53,
    HUGE_VAL,    -HUGE_VAL, 1e-4,     3.5,     -2.5e-10,     DBL_EPSILON, 4503599627370497.5,
};

START_TEST(reals_come_back_to_the_bit)
{
    for (size_t i = 0; i < TEST_COUNT(reals); i++) {
        assert_real_returns(reals[i]);
    }
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, 0);
    for (int i = 0; i < 10000; i++) {
        uint64_t bits = descent_random_next(&random);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) {
            assert_real_returns(value);
        }
    }
}
END_TEST

START_TEST(nan_comes_back_as_nan)
{
    char text[DESCENT_NUMBER_TEXT_SIZE];
    double found = 0.0;
    ck_assert(descent_real_save(text, (double)NAN));
    ck_assert(descent_real_load(&found, text));
    ck_assert(isnan(found));
}
END_TEST

/* A locale with a decimal comma, where the machine has one. */
START_TEST(the_locale_does_not_matter)
{
    const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE"};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        if (setlocale(LC_ALL, names[i]) != NULL) {
            break;
        }
    }
    assert_real_returns(0.1);
    assert_real_returns(-1.5e-300);
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(counts_come_back)
{
    const uint64_t counts[] = {0, 1, 9, 10, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        char text[DESCENT_NUMBER_TEXT_SIZE];
        char expected[DESCENT_NUMBER_TEXT_SIZE];
        descent_count_save(text, counts[i]);
        snprintf(expected, sizeof expected, "%" PRIu64, counts[i]);
        ck_assert_str_eq(text, expected);
        uint64_t found = 12345;
        ck_assert(descent_count_load(&found, text));
        ck_assert_uint_eq(found, counts[i]);
    }
}
END_TEST

START_TEST(other_text_is_no_count)
{
    const char *const texts[] = {"",    "-1",  "+1",  " 1", "1 ",
                                 "1.0", "0x1", "1e3", "x",  "18446744073709551616"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        uint64_t found = 12345;
        ck_assert_msg(!descent_count_load(&found, texts[i]), "%s", texts[i]);
        ck_assert_uint_eq(found, 12345);
    }
}
END_TEST

START_TEST(other_text_is_no_real)
{
    const char *const texts[] = {"",     "0,1", "1 2",   "0x1p3", "one",  "\"1\"",
                                 "true", "[1]", "1e999", "Inf",   "-nan", "{"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        double found = 12345.0;
        ck_assert_msg(!descent_real_load(&found, texts[i]), "%s", texts[i]);
        ck_assert_double_eq(found, 12345.0);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(reals_come_back_to_the_bit), TEST_CASE(nan_comes_back_as_nan),
        TEST_CASE(the_locale_does_not_matter), TEST_CASE(counts_come_back),
        TEST_CASE(other_text_is_no_count),     TEST_CASE(other_text_is_no_real),
    };
    return run_tests("number_text", cases, TEST_COUNT(cases));
}
