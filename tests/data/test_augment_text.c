/*
 * Augmentation: the text that asks for it, and the ranges of its numbers.
 */
#include "harness.h"

#include <math.h>
#include <string.h>

struct text_case {
    const char *text;
    descent_augment expected;
};

static const struct text_case texts[] = {
    {"none", {.shift = 0}},
    {"shift=2", {.shift = 2}},
    {"rotate=.5", {.rotate = 0.5}},
    {"noise=0.05,scale=0.1", {.noise = 0.05, .scale = 0.1}},
    {"shift=1,shift=3", {.shift = 3}},
    {"shift=2,rotate=10,scale=0.1,shear=0.2,elastic=34:4.5,noise=0.05",
     {.shift = 2,
      .rotate = 10,
      .scale = 0.1,
      .shear = 0.2,
      .elastic_alpha = 34,
      .elastic_sigma = 4.5,
      .noise = 0.05}},
};

START_TEST(text_becomes_numbers)
{
    descent_augment found;
    ck_assert_ok(descent_augment_init(&found, texts[_i].text));
    ck_assert_mem_eq(&found, &texts[_i].expected, sizeof found);
    ck_assert_int_eq(descent_augment_active(&found), _i > 0);
    ck_assert_ok(descent_augment_check(&found));
}
END_TEST

static const struct {
    const char *text, *error;
} broken_texts[] = {
    {"", "expected shift=, rotate=, scale=, shear=, elastic= or noise=, found \"\""},
    {"turn=3", "expected shift=, rotate=, scale=, shear=, elastic= or noise=, found \"turn\""},
    {"shift=1,", "expected shift=, rotate=, scale=, shear=, elastic= or noise=, found \"\""},
    {"shift=1;noise=1", "shift: expected pixels in [0, 1000], found \"1;noise=1\""},
    {"shift", "shift: expected pixels in [0, 1000], found \"\""},
    {"shift=", "shift: expected pixels in [0, 1000], found \"\""},
    {"shift=two", "shift: expected pixels in [0, 1000], found \"two\""},
    {"shift=-1", "shift: expected pixels in [0, 1000], found \"-1\""},
    {"shift=1:2", "shift: expected no further number, found \"2\""},
    {"rotate=181", "rotate: expected degrees in [0, 180], found \"181\""},
    {"scale=1", "scale: expected a fraction in [0, 0.9], found \"1\""},
    {"shear=nan", "shear: expected a fraction in [0, 1], found \"nan\""},
    {"noise=inf", "noise: expected a deviation in [0, 1], found \"inf\""},
    {"elastic=34", "elastic: expected sigma in pixels in [0.5, 32], found \"\""},
    {"elastic=34:0", "elastic: expected sigma in pixels in [0.5, 32], found \"0\""},
    {"elastic=34:4:1", "elastic: expected no further number, found \"1\""},
    {"shift=1,noise=0.00000000000000000000000000000000000000001",
     "noise: expected a deviation in [0, 1], found \"0.00000000000000000000000000000000000000\""},
};

START_TEST(broken_text_is_refused)
{
    descent_augment found = {.shift = 1};
    descent_augment none = {0};
    ck_assert_int_eq(descent_augment_init(&found, broken_texts[_i].text), DESCENT_ERROR_INVALID);
    ck_assert_str_eq(descent_last_error(), broken_texts[_i].error);
    ck_assert_mem_eq(&found, &none, sizeof none);
}
END_TEST

START_TEST(too_long_a_text_is_refused)
{
    char text[400];
    descent_augment found;
    memset(text, '1', sizeof text);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(descent_augment_init(&found, text), DESCENT_ERROR_INVALID);
    ck_assert_str_eq(descent_last_error(), "expected less than 256 characters, found 399");
}
END_TEST

START_TEST(numbers_out_of_range_are_refused)
{
    const descent_augment wrong[] = {
        {.shift = -1},
        {.shift = 1001},
        {.rotate = (double)NAN},
        {.scale = 1},
        {.shear = 2},
        {.elastic_alpha = HUGE_VAL, .elastic_sigma = 4},
        {.elastic_alpha = 1},
        {.elastic_alpha = 1, .elastic_sigma = 33},
        {.noise = 1.5},
    };
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        ck_assert_int_eq(descent_augment_check(&wrong[i]), DESCENT_ERROR_INVALID);
    }
    const descent_augment unused = {.elastic_sigma = 99};
    ck_assert_ok(descent_augment_check(&unused));
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(text_becomes_numbers, TEST_COUNT(texts)),
        TEST_LOOP(broken_text_is_refused, TEST_COUNT(broken_texts)),
        TEST_CASE(too_long_a_text_is_refused),
        TEST_CASE(numbers_out_of_range_are_refused),
    };
    return run_tests("augment_text", cases, TEST_COUNT(cases));
}
