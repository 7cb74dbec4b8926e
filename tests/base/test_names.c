/*
 * Sets of names: numbers in the order of their coming, the two ways of sorting, and what is no
 * name.
 */
#include "harness.h"

#include "base/names.h"

#include <stdio.h>
#include <string.h>

static void add(struct descent_names *names, const char *text, size_t expected)
{
    size_t number = 77;
    ck_assert_ok(descent_names_add(names, &number, text, "here"));
    ck_assert_uint_eq(number, expected);
}

START_TEST(names_keep_their_numbers)
{
    enum { COUNT = 5000 };
    struct descent_names names = {0};
    ck_assert_uint_eq(descent_names_find(&names, "x"), SIZE_MAX);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            char text[32];
            snprintf(text, sizeof text, "name %zu", i * i);
            add(&names, text, i);
        }
    }
    ck_assert_uint_eq(names.count, COUNT);
    ck_assert_uint_eq(descent_names_find(&names, "name 49"), 7);
    ck_assert_uint_eq(descent_names_find(&names, "name 50"), SIZE_MAX);
    descent_names_free(&names);
}
END_TEST

static const struct {
    const char *before[6], *after[6];
} sorted[] = {
    {{"b", "a", "C", "aa"}, {"C", "a", "aa", "b"}},
    {{"10", "9", "0", "11"}, {"0", "9", "10", "11"}},
    {{"10", "9", "x"}, {"10", "9", "x"}},
    {{"2", "02", "1", "002"}, {"1", "002", "02", "2"}},
    {{"18446744073709551617", "18446744073709551616", "5"},
     {"5", "18446744073709551616", "18446744073709551617"}},
    {{"-1", "1", "0"}, {"-1", "0", "1"}},
    {{"10", "-2", "-10", "+3", "0.5"}, {"-10", "-2", "0.5", "+3", "10"}},
    {{"1.0", "-x", "1"}, {"-x", "1", "1.0"}},
    {{"\xc3\xa4", "z", "a"}, {"a", "z", "\xc3\xa4"}},
};

START_TEST(names_are_sorted)
{
    struct descent_names names = {0};
    int32_t numbers[6];
    size_t count = 0;
    for (; count < 6 && sorted[_i].before[count] != NULL; count++) {
        add(&names, sorted[_i].before[count], count);
    }
    ck_assert_ok(descent_names_sort(&names, numbers));
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(names.texts[i], sorted[_i].after[i]);
        ck_assert_str_eq(names.texts[numbers[i]], sorted[_i].before[i]);
        ck_assert_uint_eq(descent_names_find(&names, sorted[_i].after[i]), i);
    }
    descent_names_free(&names);
}
END_TEST

START_TEST(what_is_no_name_is_refused)
{
    static const char *const bad[] = {"",         "a\nb",         "\t",
                                      "\x7f",     "\xff",         "a\x80",
                                      "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xe2\x82", "\xc3",         "\xe0\x80\xaf"};
    struct descent_names names = {0};
    size_t number;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        ck_assert_int_eq(descent_names_add(&names, &number, bad[i], "line 3"),
                         DESCENT_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "line 3: expected a class name"));
    }
    char longest[DESCENT_NAME_SIZE_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[DESCENT_NAME_SIZE_MAX + 1] = '\0';
    ck_assert_int_eq(descent_names_add(&names, &number, longest, "x"), DESCENT_ERROR_FORMAT);
    add(&names, longest + 1, 0);
    add(&names, "\xf0\x9f\x98\x80 \xe2\x82\xac \xc3\xa4", 1);
    descent_names_free(&names);
}
END_TEST

START_TEST(too_many_names_are_refused)
{
    struct descent_names names = {0};
    size_t number;
    char text[32];
    for (size_t i = 0; i < DESCENT_NAMES_MAX; i++) {
        snprintf(text, sizeof text, "%zu", i);
        ck_assert_int_eq(descent_names_add(&names, &number, text, "x"), DESCENT_OK);
    }
    ck_assert_int_eq(descent_names_add(&names, &number, "one more", "x"), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "65536 classes"));
    add(&names, "7", 7);
    descent_names_free(&names);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(names_keep_their_numbers),
        TEST_LOOP(names_are_sorted, TEST_COUNT(sorted)),
        TEST_CASE(what_is_no_name_is_refused),
        TEST_CASE(too_many_names_are_refused),
    };
    return run_tests("names", cases, TEST_COUNT(cases));
}
