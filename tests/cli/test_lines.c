/*
 * Texts broken into lines, and names that are too long.
 */
#include "cli/base/lines.h"

#include "cli/base/text.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *written;
static size_t written_size;

/* Copies what has been written to a stream of open_memstream(). */
static void take(char *lines, size_t size, FILE *out)
{
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_uint_lt(written_size, size);
    memcpy(lines, written, written_size + 1);
    free(written);
}

static void wrap(char *lines, size_t size, const char *text, size_t indent)
{
    FILE *out = open_memstream(&written, &written_size);
    ck_assert_ptr_nonnull(out);
    lines_wrap(out, text, 0, indent, 80);
    take(lines, size, out);
}

static void check_put(const char *text, size_t width, const char *expected)
{
    char lines[512];
    FILE *out = open_memstream(&written, &written_size);
    ck_assert_ptr_nonnull(out);
    lines_put(out, text, width);
    take(lines, sizeof lines, out);
    ck_assert_str_eq(lines, expected);
}

static void check_wrapped(const char *text, const char *expected)
{
    char lines[512];
    wrap(lines, sizeof lines, text, 2);
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
    wrap(lines, sizeof lines, text, 4);
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

START_TEST(a_line_goes_on_below_its_text)
{
    check_put("network   64-128-10 relu", 24, "network   64-128-10 relu\n");
    check_put("network   64-128-10 relu", 23, "network   64-128-10\n          relu\n");
    check_put("          weight decay 0.1", 23, "          weight decay\n          0.1\n");
    check_put("warning: none of it is learned", 20, "warning: none of it\n  is learned\n");
    check_put("a b\n\nc d", 20, "a b\n\nc d\n");
}
END_TEST

START_TEST(rows_and_commands_stay_whole)
{
    check_put("    1       12    0.123456", 20, "    1       12    0.123456\n");
    check_put("  descent plot run --out curves.png", 20, "  descent plot run --out curves.png\n");
}
END_TEST

START_TEST(characters_are_counted_and_not_bytes)
{
    check_put("\u00e4\u00f6\u00fc \u00e4\u00f6\u00fc \u00e4\u00f6\u00fc \u00e4\u00f6\u00fc "
              "\u00e4\u00f6\u00fc",
              19,
              "\u00e4\u00f6\u00fc \u00e4\u00f6\u00fc \u00e4\u00f6\u00fc \u00e4\u00f6\u00fc "
              "\u00e4\u00f6\u00fc\n");
}
END_TEST

START_TEST(a_list_without_blanks_is_broken_behind_commas)
{
    check_put("is {\"a\":1,\"b\":2,\"c\":3}", 20, "is {\"a\":1,\"b\":2,\n  \"c\":3}\n");
    check_put("see /home/of/somebody/else", 20, "see\n  /home/of/somebody/else\n");
}
END_TEST

static void check_fitted(size_t size, size_t columns, const char *text, const char *expected)
{
    char fitted[64];
    text_fit(fitted, size, text, columns, "...");
    ck_assert_str_eq(fitted, expected);
    snprintf(fitted, sizeof fitted, "%s", text);
    text_fit(fitted, size, fitted, columns, "..."); /* in place */
    ck_assert_str_eq(fitted, expected);
}

START_TEST(a_text_is_cut_by_columns_and_by_bytes)
{
    check_fitted(64, 6, "abcdef", "abcdef");
    check_fitted(64, 5, "abcdef", "ab...");
    check_fitted(64, 3, "abcdef", "...");
    check_fitted(64, 6, "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc",
                 "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc");
    check_fitted(64, 5, "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc", "\u00e4\u00f6...");
    check_fitted(8, 60, "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc", "\u00e4\u00f6...");
    check_fitted(9, 60, "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc", "\u00e4\u00f6...");
    check_fitted(10, 60, "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc", "\u00e4\u00f6\u00fc...");
    check_fitted(7, 60, "abcdef", "abcdef");
    check_fitted(6, 60, "abcdef", "ab...");
}
END_TEST

START_TEST(characters_are_read_one_by_one)
{
    static const uint32_t expected[] = {'a', 0xE9, 0x2192, 0x1F600, '?', '?', 'b'};
    const char *text = "a\u00e9\u2192\U0001f600\x80\xe2"
                       "b";
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_uint_eq(text_character(&text), expected[i]);
    }
    ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(short_texts_stay_as_they_are),
        TEST_CASE(lines_are_broken_at_the_last_blank_that_fits),
        TEST_CASE(no_line_but_that_of_a_long_word_is_longer),
        TEST_CASE(a_line_goes_on_below_its_text),
        TEST_CASE(rows_and_commands_stay_whole),
        TEST_CASE(characters_are_counted_and_not_bytes),
        TEST_CASE(a_list_without_blanks_is_broken_behind_commas),
        TEST_CASE(the_middle_of_a_long_name_is_left_out),
        TEST_CASE(a_text_is_cut_by_columns_and_by_bytes),
        TEST_CASE(characters_are_read_one_by_one),
    };
    return run_tests("lines", cases, TEST_COUNT(cases));
}
