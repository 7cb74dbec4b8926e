/*
 * Bootstrap intervals of medians, against the distribution of a drawn median, which is known.
 */
#include "cli/sweep/bootstrap.h"
#include "harness.h"

#include <math.h>

START_TEST(medians_of_few_and_of_infinite_numbers)
{
    double numbers[] = {3.0, INFINITY, 1.0, 2.0, INFINITY};
    bootstrap_sort(numbers, 5);
    ck_assert_double_eq(numbers[0], 1.0);
    ck_assert_double_eq(bootstrap_median(numbers, 5), 3.0);
    ck_assert_double_eq(bootstrap_median(numbers, 4), 2.5);
    ck_assert_double_eq(bootstrap_median(numbers, 1), 1.0);
    ck_assert(isinf(bootstrap_median(numbers + 2, 3)));
    ck_assert(isnan(bootstrap_median(numbers, 0)));
}
END_TEST

static bool interval_of(struct bootstrap_interval *interval, const double *sorted, size_t count)
{
    struct bootstrap_places places = {0};
    bool found = bootstrap_of_median(interval, &places, sorted, count);
    bootstrap_places_free(&places);
    return found;
}

/* P(X ≥ k) of a binomial distribution, term by term. */
static double at_least(size_t k, size_t n, double p)
{
    double sum = 0.0;
    for (size_t i = k; i <= n; i++) {
        double ways = 1.0;
        for (size_t j = 0; j < i; j++) {
            ways *= (double)(n - j) / (double)(i - j);
        }
        sum += ways * pow(p, (double)i) * pow(1.0 - p, (double)(n - i));
    }
    return sum;
}

/* The median of n draws from n numbers, n odd, is at most the k-th where at least (n + 1) / 2 of
 * the draws are: a binomial chance (Efron 1979). */
static double exact_share(size_t k, size_t n)
{
    return at_least((n + 1) / 2, n, (double)k / (double)n);
}

START_TEST(a_drawn_median_has_its_exact_distribution)
{
    enum { DRAWS = 20000 };
    const size_t counts[] = {1, 3, 5, 9, 15, 31};
    size_t n = counts[_i], times[31], below[32] = {0};
    double sorted[31];
    descent_random random = bootstrap_generator();
    for (size_t i = 0; i < n; i++) {
        sorted[i] = (double)i;
    }
    for (int d = 0; d < DRAWS; d++) {
        below[(size_t)bootstrap_draw(&random, sorted, n, times)]++;
    }
    size_t so_far = 0;
    for (size_t k = 1; k <= n; k++) {
        so_far += below[k - 1];
        double share = exact_share(k, n), wide = sqrt(share * (1.0 - share) / DRAWS);
        ck_assert_double_le(fabs((double)so_far / DRAWS - share), 5.0 * wide + 1e-12);
    }
}
END_TEST

/* The places of 2.5 % and 97.5 % in that distribution, for counts where no chance of the draws
 * moves them: the next place is many standard deviations away. */
START_TEST(an_interval_ends_at_the_exact_quantiles)
{
    const struct {
        size_t count, low, high;
    } cases[] = {{3, 0, 2}, {5, 0, 4}, {7, 1, 5}, {11, 2, 8}, {21, 6, 14}};
    size_t n = cases[_i].count;
    double sorted[21];
    for (size_t i = 0; i < n; i++) {
        sorted[i] = exp((double)i);
    }
    size_t low = 1, high = 1;
    while (exact_share(low, n) < 0.025) {
        low++;
    }
    while (exact_share(high, n) < 0.975) {
        high++;
    }
    ck_assert_uint_eq(low - 1, cases[_i].low);
    ck_assert_uint_eq(high - 1, cases[_i].high);
    struct bootstrap_interval interval;
    ck_assert(interval_of(&interval, sorted, n));
    ck_assert_double_eq(interval.low, sorted[cases[_i].low]);
    ck_assert_double_eq(interval.high, sorted[cases[_i].high]);
}
END_TEST

/* The shortest way there: all draws, sorted. */
START_TEST(an_interval_is_that_of_its_draws)
{
    const size_t counts[] = {2, 4, 5, 10, 12};
    struct bootstrap_places places = {0};
    for (size_t c = 0; c < 5; c++) {
        for (int sample = 0; sample < 3; sample++) {
            double sorted[12], *draws = calloc(BOOTSTRAP_DRAWS, sizeof *draws);
            size_t times[12];
            descent_random random = descent_random_init((uint64_t)sample, DESCENT_STREAM_USER, c);
            for (size_t i = 0; i < counts[c]; i++) {
                sorted[i] = descent_random_normal(&random);
            }
            bootstrap_sort(sorted, counts[c]);
            random = bootstrap_generator();
            for (size_t d = 0; d < BOOTSTRAP_DRAWS; d++) {
                draws[d] = bootstrap_draw(&random, sorted, counts[c], times);
            }
            struct bootstrap_interval expected = bootstrap_middle(draws, BOOTSTRAP_DRAWS), found;
            free(draws);
            ck_assert(bootstrap_of_median(&found, &places, sorted, counts[c]));
            ck_assert_double_eq(found.low, expected.low);
            ck_assert_double_eq(found.high, expected.high);
        }
    }
    bootstrap_places_free(&places);
}
END_TEST

START_TEST(an_interval_is_open_where_runs_did_not_get_there)
{
    const double numbers[] = {10.0, 20.0, 30.0, INFINITY, INFINITY};
    struct bootstrap_interval interval;
    ck_assert(interval_of(&interval, numbers, 5));
    ck_assert_double_eq(interval.low, 10.0);
    ck_assert(isinf(interval.high));
    ck_assert(interval_of(&interval, numbers, 1));
    ck_assert(isnan(interval.low) && isnan(interval.high));
    ck_assert(interval_of(&interval, numbers, 0));
    ck_assert(isnan(interval.low) && isnan(interval.high));
}
END_TEST

/* Of five runs the interval is their range: it misses the median where all five lie on one side of
 * it, 2 of 32 times. */
START_TEST(an_interval_of_five_holds_the_median_as_often_as_it_can)
{
    enum { STUDIES = 400, RUNS = 5 };
    descent_random random = descent_random_init(7, DESCENT_STREAM_USER, 0);
    size_t held = 0;
    for (int s = 0; s < STUDIES; s++) {
        double numbers[RUNS];
        for (size_t i = 0; i < RUNS; i++) {
            numbers[i] = exp(descent_random_normal(&random)); /* of the median 1 */
        }
        struct bootstrap_interval interval;
        bootstrap_sort(numbers, RUNS);
        ck_assert(interval_of(&interval, numbers, RUNS));
        held += interval.low <= 1.0 && 1.0 <= interval.high;
    }
    double share = bootstrap_most(RUNS), wide = sqrt(share * (1.0 - share) / STUDIES);
    ck_assert_double_eq(share, 30.0 / 32.0);
    ck_assert_double_le(fabs((double)held / STUDIES - share), 4.0 * wide);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(medians_of_few_and_of_infinite_numbers),
        TEST_LOOP(a_drawn_median_has_its_exact_distribution, 6),
        TEST_LOOP(an_interval_ends_at_the_exact_quantiles, 5),
        TEST_CASE(an_interval_is_that_of_its_draws),
        TEST_CASE(an_interval_is_open_where_runs_did_not_get_there),
        TEST_CASE(an_interval_of_five_holds_the_median_as_often_as_it_can),
    };
    return run_tests("bootstrap", cases, TEST_COUNT(cases));
}
