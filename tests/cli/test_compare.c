/*
 * Comparing speeds: what is told of rates that are known, and that all are measured in turn.
 */
#include "cli/bench/compare.h"
#include "harness.h"

#include <time.h>

START_TEST(medians_of_rates_and_of_ratios_within_rounds)
{
    struct comparison all = {
        .count = 2,
        .rounds = 4,
        .compared = {{.rates = {10, 40, 20, 1000}}, {.rates = {20, 10, 40, 500}}},
    };
    struct spread rate = comparison_rate(&all, 0);
    ck_assert_double_eq(rate.median, 30);
    ck_assert_double_eq(rate.low, 10);
    ck_assert_double_eq(rate.high, 1000);
    /* 1/2, 4, 1/2, 2: not the ratio of the medians, 1. */
    ck_assert_double_eq(comparison_ratio(&all, 0, 1), 1.25);
    ck_assert_double_eq(comparison_ratio(&all, 1, 1), 1.0);
    all.rounds = 3;
    ck_assert_double_eq(comparison_rate(&all, 1).median, 20);
}
END_TEST

/* Takes steps of some samples and remembers how it was called. */
struct walker {
    size_t samples;
    size_t steps;
    size_t restarts;
    size_t *turn;       /* shared: who was restarted last */
    size_t predecessor; /* whose restart comes before this one's */
    size_t number;
    size_t fails_at; /* 0: never */
};

static descent_status step(void *context, size_t *samples)
{
    struct walker *walker = context;
    nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    *samples += walker->samples;
    return ++walker->steps == walker->fails_at ? DESCENT_ERROR_NONFINITE : DESCENT_OK;
}

static descent_status restart(void *context)
{
    struct walker *walker = context;
    ck_assert(walker->restarts == 0 || *walker->turn == walker->predecessor);
    *walker->turn = walker->number;
    walker->restarts++;
    return DESCENT_OK;
}

START_TEST(all_are_measured_in_turn)
{
    enum { ROUNDS = 3 };
    size_t turn = 1;
    struct walker walkers[] = {
        {.samples = 1, .turn = &turn, .predecessor = 1, .number = 0},
        {.samples = 1000, .turn = &turn, .predecessor = 0, .number = 1},
    };
    struct comparison all = {.count = 2, .rounds = ROUNDS};
    for (size_t i = 0; i < 2; i++) {
        all.compared[i] =
            (struct compared){.step = step, .restart = restart, .context = &walkers[i]};
    }
    ck_assert_ok(comparison_measure(&all, 0.001));
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(walkers[i].restarts, ROUNDS);
        ck_assert_uint_ge(walkers[i].steps, ROUNDS * all.compared[i].steps);
        ck_assert_double_gt(comparison_rate(&all, i).low, 0);
        /* A step sleeps so long at least. */
        ck_assert_double_le(comparison_rate(&all, i).high, (double)walkers[i].samples / 20e-6);
    }
    walkers[1].fails_at = walkers[1].steps + 3;
    ck_assert_int_eq(comparison_measure(&all, 0.001), DESCENT_ERROR_NONFINITE);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(medians_of_rates_and_of_ratios_within_rounds),
        TEST_CASE(all_are_measured_in_turn),
    };
    return run_tests("compare", cases, TEST_COUNT(cases));
}
