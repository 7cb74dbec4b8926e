/*
 * Distances of names, and which of them is the nearest.
 */
#include "harness.h"

#include <descent/nearest.h>

#include <stdint.h>
#include <string.h>

START_TEST(distances_are_those_of_the_definition)
{
    const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"hidden", "hidden", 0},
        {"hidden", "HIDDEN", 0},
        {"hiden", "hidden", 1},
        {"hhidden", "hidden", 1},
        {"hiddem", "hidden", 1},
        {"ihdden", "hidden", 1}, /* 2 by Levenshtein */
        {"ca", "abc", 3},        /* 2 where a letter may be changed twice */
        {"kitten", "sitting", 3},
        {"adma", "adam", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_uint_eq(descent_nearest_distance(cases[i].a, cases[i].b), cases[i].distance);
        ck_assert_uint_eq(descent_nearest_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}
END_TEST

START_TEST(what_is_too_long_for_a_name_is_near_nothing)
{
    char text[200];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    ck_assert_uint_eq(descent_nearest_distance(text, "x"), SIZE_MAX);
    ck_assert_uint_eq(descent_nearest_distance("x", text), SIZE_MAX);
    text[63] = '\0';
    ck_assert_uint_eq(descent_nearest_distance(text, "x"), 62);
}
END_TEST

START_TEST(the_nearest_is_found_and_the_far_are_not)
{
    static const char *const names[] = {"sgd", "adam", "adamw", "rmsprop", "cross-entropy"};
    const struct {
        const char *text, *name;
    } cases[] = {
        {"adma", "adam"},
        {"adamW", "adamw"},
        {"rmsporp", "rmsprop"},
        {"cross", "cross-entropy"},
        {"lion", NULL},
        {"s", NULL},
        {"", NULL},
        {"nonsense", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        descent_nearest nearest = descent_nearest_to(cases[i].text);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            descent_nearest_offer(&nearest, names[k]);
        }
        ck_assert_int_eq(nearest.name == NULL, cases[i].name == NULL);
        ck_assert_str_eq(nearest.name != NULL ? nearest.name : "",
                         cases[i].name != NULL ? cases[i].name : "");
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(distances_are_those_of_the_definition),
        TEST_CASE(what_is_too_long_for_a_name_is_near_nothing),
        TEST_CASE(the_nearest_is_found_and_the_far_are_not),
    };
    return run_tests("nearest", cases, TEST_COUNT(cases));
}
