/*
 * Texts broken into lines, and names that are too long.
 */
#include "cli/base/text.h"
#include "harness.h"

#include <stdio.h>
#include <string.h>

static void check_wrapped(const char *text, const char *expected)
{
    char lines[512];
    text_wrap(lines, sizeof lines, text, "  ");
    ck_assert_str_eq(lines, expected);
}

START_TEST(short_texts_stay_as_they_are)
{
    check_wrapped("", "");
    check_wrapped("word", "word");
    check_wrapped("warnings    two: a  b", "warnings    two: a  b");
}
END_TEST

START_TEST(lines_are_broken_at_the_last_blank_that_fits)
{
    char text[200], expected[200], word[100];
    memset(word, 'w', sizeof word);
    word[78] = '\0'; /* with a blank it fills the line of 79 but for a letter's place */
    snprintf(text, sizeof text, "%s next one", word);
    snprintf(expected, sizeof expected, "%s\n  next one", word);
    check_wrapped(text, expected);
    word[77] = '\0';
    snprintf(text, sizeof text, "%s n e", word);
    snprintf(expected, sizeof expected, "%s n\n  e", word);
    check_wrapped(text, expected);
}
END_TEST

START_TEST(no_line_but_that_of_a_long_word_is_longer)
{
    char text[512] = "", lines[640], word[130];
    memset(word, 'x', sizeof word);
    for (size_t length = 1; length < 25; length++) {
        text_append(text, sizeof text, "%.*s ", (int)length, word);
    }
    text_append(text, sizeof text, "%.*s", 100, word);
    text_wrap(lines, sizeof lines, text, "    ");
    size_t count = 0;
    for (const char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        ck_assert(strlen(line) < 80 || strspn(line, " x") - strspn(line, " ") == 100);
        ck_assert_uint_eq(strspn(line, " "), count++ > 0 ? 4 : 0);
    }
    ck_assert_uint_eq(count, 6);
}
END_TEST

static void check_shortened(const char *text, size_t length, const char *expected)
{
    char shortened[64];
    snprintf(shortened, sizeof shortened, "%s", text);
    text_shorten(shortened, length);
    ck_assert_str_eq(shortened, expected);
}

START_TEST(the_middle_of_a_long_name_is_left_out)
{
    check_shortened("", 8, "");
    check_shortened("12345678", 8, "12345678");
    check_shortened("123456789", 8, "12...789");
    check_shortened("models/digits-20260101-120000", 20, "models/d...01-120000");
    check_shortened("1\u00e945678\u00e9", 8, "1...8\u00e9"); /* of two bytes each */
    check_shortened("12345\u00e978", 8, "12...78");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(short_texts_stay_as_they_are),
        TEST_CASE(lines_are_broken_at_the_last_blank_that_fits),
        TEST_CASE(no_line_but_that_of_a_long_word_is_longer),
        TEST_CASE(the_middle_of_a_long_name_is_left_out),
    };
    return run_tests("text", cases, TEST_COUNT(cases));
}
