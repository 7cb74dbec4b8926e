/*
 * What every unit test's main() needs: a table of Check tests, run and counted.
 */
#ifndef DESCENT_TEST_HARNESS_H
#define DESCENT_TEST_HARNESS_H

#include <check.h>
#include <descent/descent.h>
#include <stddef.h>
#include <stdlib.h>

struct test_case {
    const TTest *test;
    int runs; /* a test that takes _i runs once for each _i below this */
};

#define TEST_CASE(name)                                                                            \
    {                                                                                              \
        name, 1                                                                                    \
    }
#define TEST_LOOP(name, count)                                                                     \
    {                                                                                              \
        name, (int)(count)                                                                         \
    }
#define TEST_COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

/* Asserts success and shows the library's line about the failure otherwise. */
#define ck_assert_ok(call)                                                                         \
    do {                                                                                           \
        descent_status status_ = (call);                                                           \
        ck_assert_msg(status_ == DESCENT_OK, "%s: %s", #call, descent_last_error());               \
    } while (0)

/* Of a test's runs each so many-th is made, and not the same of each test: sanitizers are slow, and
 * find the same in the same code over other numbers. */
static inline int test_every(void)
{
    const char *text = getenv("DESCENT_TEST_EVERY");
    int every = text != NULL ? atoi(text) : 1;
    return every > 0 ? every : 1;
}

static inline void add_tests(Suite *suite, TCase *group, const struct test_case *cases,
                             size_t count)
{
    int every = test_every();
    tcase_set_timeout(group, 60);
    for (size_t i = 0; i < count; i++) {
        int first = (int)i % every;
        for (int run = first < cases[i].runs ? first : 0; run < cases[i].runs; run += every) {
            tcase_add_loop_test(group, cases[i].test, run, run + 1);
        }
    }
    suite_add_tcase(suite, group);
}

static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static inline int run_tests(const char *name, const struct test_case *cases, size_t count)
{
    Suite *suite = suite_create(name);
    add_tests(suite, tcase_create(name), cases, count);
    return run_suite(suite);
}

#endif
