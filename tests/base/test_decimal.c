/*
 * Decimal numbers: the nearest double, as strtod() gives it in the C locale, in every locale; and
 * floats that come back from their text.
 */
#include "harness.h"

#include "base/decimal.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void assert_reads(const char *text)
{
    double found = -77.0;
    ck_assert_msg(descent_decimal_load(&found, text), "%s", text);
    double expected = strtod(text, NULL); /* the test stays in the C locale */
    ck_assert_msg(memcmp(&found, &expected, sizeof found) == 0, "%s: %a, not %a", text, found,
                  expected);
}

START_TEST(numbers_are_read)
{
    static const char *const texts[] = {"0",
                                        "-0",
                                        "+0",
                                        "7",
                                        "-12",
                                        "+3.5",
                                        ".5",
                                        "-.5",
                                        "5.",
                                        "0.1",
                                        "1e3",
                                        "1E-3",
                                        "1e+3",
                                        "123456789012345678901234567890",
                                        "0.000000000000000000000000000001",
                                        "9007199254740993",
                                        "9007199254740992",
                                        "1e22",
                                        "1e23",
                                        "1.7976931348623157e308",
                                        "1e400",
                                        "-1e400",
                                        "1e-400",
                                        "4.9e-324",
                                        "2.2250738585072011e-308",
                                        "0e999999999999",
                                        "1e99999999999999999999",
                                        "1e-99999999999999999999",
                                        "000000000000000000000000000007",
                                        "0.30000000000000004",
                                        "179769313486231580793728971405301e276",
                                        "18446744073709551615",
                                        "18446744073709551616"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        assert_reads(texts[i]);
    }
}
END_TEST

START_TEST(any_number_is_read)
{
    descent_random random = descent_random_init(3, DESCENT_STREAM_USER, 0);
    for (int i = 0; i < 20000; i++) {
        char text[512];
        double number = descent_random_normal(&random) *
                        pow(10.0, (double)descent_random_below(&random, 60) - 30.0);
        int digits = (int)descent_random_below(&random, 20);
        snprintf(text, sizeof text, i % 2 == 0 ? "%.*f" : "%.*e", digits, number);
        assert_reads(text);
    }
}
END_TEST

START_TEST(other_text_is_refused)
{
    static const char *const texts[] = {"",     " ",     "+",   "-",   ".",    "-.",
                                        "e5",   "1e",    "1e+", "1 ",  " 1",   "1,5",
                                        "0x10", "1.2.3", "--1", "+-1", "nan",  "inf",
                                        "-inf", "NaN",   "1f",  "1_0", "1e5x", "\xd9\xa1"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        double number = 5.0;
        ck_assert_msg(!descent_decimal_load(&number, texts[i]), "%s", texts[i]);
        ck_assert_double_eq(number, 5.0);
    }
}
END_TEST

START_TEST(floats_come_back)
{
    descent_random random = descent_random_init(4, DESCENT_STREAM_USER, 0);
    for (int i = 0; i < 20000; i++) {
        uint32_t bits = (uint32_t)descent_random_next(&random);
        float number;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number)) {
            continue;
        }
        char text[DESCENT_DECIMAL_SIZE];
        double found = 0.0;
        descent_decimal_save(text, number);
        ck_assert(descent_decimal_load(&found, text));
        ck_assert_msg((float)found == number, "%s", text);
        ck_assert_ptr_nonnull(strpbrk(text, ".e"));
    }
    static const struct {
        float number;
        const char *text;
    } known[] = {{0.0f, "0.0"},
                 {-0.0f, "-0.0"},
                 {5.0f, "5.0"},
                 {0.1f, "0.1"},
                 {-2.5f, "-2.5"},
                 {1e20f, "1e+20"},
                 {16777216.0f, "16777216.0"},
                 {1.0f / 3.0f, "0.33333334"}};
    for (size_t i = 0; i < TEST_COUNT(known); i++) {
        char text[DESCENT_DECIMAL_SIZE];
        descent_decimal_save(text, known[i].number);
        ck_assert_str_eq(text, known[i].text);
    }
}
END_TEST

/* Where the machine has a locale with a decimal comma. */
START_TEST(the_locale_does_not_matter)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    size_t i = 0;
    while (i < TEST_COUNT(names) && setlocale(LC_ALL, names[i]) == NULL) {
        i++;
    }
    double number = 0.0;
    char text[DESCENT_DECIMAL_SIZE];
    ck_assert(descent_decimal_load(&number, "2.2250738585072014e-308"));
    ck_assert(number == 0x1p-1022);
    ck_assert(!descent_decimal_load(&number, "1,5"));
    descent_decimal_save(text, 1.5f);
    ck_assert_str_eq(text, "1.5");
    if (i == TEST_COUNT(names)) {
        puts("skipped: no locale with a decimal comma");
    } else {
        snprintf(text, sizeof text, "%.1f", 1.5);
        ck_assert_str_eq(text, "1,5"); /* the locale is in force, and stays */
    }
    setlocale(LC_ALL, "C");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(numbers_are_read),           TEST_CASE(any_number_is_read),
        TEST_CASE(other_text_is_refused),      TEST_CASE(floats_come_back),
        TEST_CASE(the_locale_does_not_matter),
    };
    return run_tests("decimal", cases, TEST_COUNT(cases));
}
