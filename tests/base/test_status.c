/*
 * Status texts and the line about the last failure.
 */
#include "harness.h"

#include "base/fail.h"

#include <string.h>

START_TEST(every_status_has_a_text_of_its_own)
{
    ck_assert_str_eq(descent_status_text(DESCENT_OK), "success");
    ck_assert_str_eq(descent_status_text(DESCENT_ERROR_NONFINITE),
                     "loss or gradient is not finite");
    ck_assert_str_eq(descent_status_text((descent_status)-1000), "unknown status");
}
END_TEST

START_TEST(failing_keeps_the_formatted_line)
{
    ck_assert_int_eq(descent_fail(DESCENT_ERROR_IO, "%s: expected %d, found %d", "file", 3, 4),
                     DESCENT_ERROR_IO);
    ck_assert_str_eq(descent_last_error(), "file: expected 3, found 4");
}
END_TEST

START_TEST(the_line_stays_a_line)
{
    descent_fail(DESCENT_ERROR_FORMAT, "tensor %s", "a\nb\x1b[31m\x7f — ≥");
    ck_assert_str_eq(descent_last_error(), "tensor a?b?[31m? — ≥");
}
END_TEST

START_TEST(a_long_line_is_cut)
{
    char text[4096];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    descent_fail(DESCENT_ERROR_IO, "%s", text);
    ck_assert_uint_lt(strlen(descent_last_error()), sizeof text - 1);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(every_status_has_a_text_of_its_own),
        TEST_CASE(failing_keeps_the_formatted_line),
        TEST_CASE(the_line_stays_a_line),
        TEST_CASE(a_long_line_is_cut),
    };
    return run_tests("status", cases, TEST_COUNT(cases));
}
