/*
 * The law of large batches: exact data give back their numbers, made-up ones those of R, and
 * intervals hold the truth as often as they say.
 */
#include "cli/sweep/law_fit.h"
#include "harness.h"

#include <math.h>

enum { SIZES = 11 };

/* Within a millionth of a millionth or so: both numbers are > 0. */
#define ck_assert_close(found, expected, tolerance)                                                \
    ck_assert_double_le(fabs((found) / (expected)-1.0), tolerance)

START_TEST(exact_data_give_back_the_law)
{
    const double critical[] = {0.3, 1.0, 47.0, 1000.0, 50000.0};
    double batches[SIZES], logarithms[SIZES];
    for (size_t i = 0; i < SIZES; i++) {
        batches[i] = ldexp(1.0, (int)i);
        logarithms[i] = log(250.0 * (1.0 + critical[_i] / batches[i]));
    }
    struct law_fit fit = law_fit(batches, logarithms, SIZES);
    ck_assert_close(fit.batch, critical[_i], 1e-8);
    ck_assert_close(fit.steps, 250.0, 1e-8);
    ck_assert_close(fit.samples, 250.0 * critical[_i], 1e-8);
    ck_assert_double_le(fit.squares, 1e-12);
    ck_assert_close(law_fit_steps(&fit, 3.0), 250.0 * (1.0 + critical[_i] / 3.0), 1e-8);
}
END_TEST

START_TEST(what_lies_beyond_the_batch_sizes_is_told_as_open)
{
    double batches[SIZES], halved[SIZES], same[SIZES];
    for (size_t i = 0; i < SIZES; i++) {
        batches[i] = ldexp(1.0, (int)i);
        halved[i] = log(6e6 / batches[i]);
        same[i] = log(250.0);
    }
    struct law_fit all_perfect = law_fit(batches, halved, SIZES);
    ck_assert(isinf(all_perfect.batch));
    ck_assert_double_eq(all_perfect.steps, 0.0);
    ck_assert_close(law_fit_steps(&all_perfect, 32.0), 6e6 / 32.0, 0.01);
    struct law_fit all_maximal = law_fit(batches, same, SIZES);
    ck_assert_double_eq(all_maximal.batch, 0.0);
    ck_assert_double_eq(all_maximal.samples, 0.0);
    ck_assert_close(law_fit_steps(&all_maximal, 32.0), 250.0, 0.01);
}
END_TEST

/* R 4.2: nls(log(S) ~ a + log1p(exp(u) / B), start = list(a = log(300), u = log(100))) */
START_TEST(made_up_data_give_the_numbers_of_r)
{
    const double batches[SIZES] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    const double steps[SIZES] = {30900, 15200, 8010, 4130, 2150, 1290, 742, 521, 402, 360, 321};
    double logarithms[SIZES];
    for (size_t i = 0; i < SIZES; i++) {
        logarithms[i] = log(steps[i]);
    }
    struct law_fit fit = law_fit(batches, logarithms, SIZES);
    ck_assert_close(fit.steps, 290.731260707127, 1e-7);
    ck_assert_close(fit.batch, 104.54266496597, 1e-7);
    ck_assert_close(fit.samples, 30393.8207832392, 1e-7);
    ck_assert_close(fit.squares, 0.00489087431328523, 1e-7);
}
END_TEST

enum { RUNS = 5, STUDY_SIZES = 8, DRAWS = 400 };

/* A study of a law with B_crit 60 and S_min 300: steps are off by normal deviations of logarithms.
 */
static struct law_intervals study(descent_random *random, double deviation)
{
    double steps[STUDY_SIZES][RUNS];
    struct law_sample samples[STUDY_SIZES];
    struct law_intervals intervals;
    for (size_t b = 0; b < STUDY_SIZES; b++) {
        double batch = ldexp(1.0, 2 * (int)b - 1);
        for (size_t r = 0; r < RUNS; r++) {
            double off = exp(deviation * descent_random_normal(random));
            steps[b][r] = 300.0 * (1.0 + 60.0 / batch) * off;
        }
        bootstrap_sort(steps[b], RUNS);
        samples[b] = (struct law_sample){batch, steps[b], RUNS};
    }
    ck_assert(law_bootstrap(&intervals, samples, STUDY_SIZES, DRAWS));
    return intervals;
}

static bool holds(const struct bootstrap_interval *interval, double number)
{
    return interval->low <= number && number <= interval->high;
}

/* The standard error of log B_crit to first order: the median of five normal numbers has 0.2868 of
 * their variance, and the logarithm's derivatives are 1 by log S_min and x / (1 + x), x = B_crit /
 * B, by log B_crit. */
static double standard_error(double deviation)
{
    double sum = 0.0, squares = 0.0;
    for (size_t b = 0; b < STUDY_SIZES; b++) {
        double x = 60.0 / ldexp(1.0, 2 * (int)b - 1);
        sum += x / (1.0 + x);
        squares += x / (1.0 + x) * x / (1.0 + x);
    }
    return deviation * sqrt(0.2868 / (squares - sum * sum / STUDY_SIZES));
}

/* At least 95 times in 100, within four standard deviations of so many studies: few runs make the
 * bootstrap of a median cautious, and it holds the truth somewhat more often. But not without
 * bounds: intervals are not twice as wide as those of the theory. */
START_TEST(intervals_hold_the_truth)
{
    enum { STUDIES = 150 };
    const double deviation = 0.1, least = 0.95 - 4.0 * sqrt(0.95 * 0.05 / STUDIES);
    descent_random random = descent_random_init(3, DESCENT_STREAM_USER, 0);
    double steps = 0.0, batch = 0.0, samples = 0.0, width = 0.0;
    for (int s = 0; s < STUDIES; s++) {
        struct law_intervals found = study(&random, deviation);
        steps += holds(&found.steps, 300.0);
        batch += holds(&found.batch, 60.0);
        samples += holds(&found.samples, 300.0 * 60.0);
        width += log(found.batch.high / found.batch.low) / STUDIES;
    }
    ck_assert_double_ge(steps / STUDIES, least);
    ck_assert_double_ge(batch / STUDIES, least);
    ck_assert_double_ge(samples / STUDIES, least);
    double expected = 2.0 * 1.96 * standard_error(deviation);
    ck_assert_double_ge(width, 0.9 * expected);
    ck_assert_double_le(width, 2.0 * expected);
}
END_TEST

START_TEST(single_runs_have_no_interval_and_few_that_get_there_an_open_one)
{
    const double one[] = {100.0, 60.0, 40.0}, lost[] = {30.0, INFINITY, INFINITY};
    const double pairs[3][2] = {{100.0, 101.0}, {60.0, 61.0}, {40.0, 41.0}};
    struct law_sample samples[4];
    struct law_intervals intervals;
    for (size_t i = 0; i < 3; i++) {
        samples[i] = (struct law_sample){ldexp(4.0, (int)i), &one[i], 1};
    }
    ck_assert(law_bootstrap(&intervals, samples, 3, DRAWS));
    ck_assert(isnan(intervals.batch.low) && isnan(intervals.steps.high));
    for (size_t i = 0; i < 3; i++) {
        samples[i] = (struct law_sample){ldexp(4.0, (int)i), pairs[i], 2};
    }
    samples[3] = (struct law_sample){32.0, lost, 3}; /* in some draws it is there, in others not */
    ck_assert(law_bootstrap(&intervals, samples, 4, DRAWS));
    ck_assert_double_gt(intervals.batch.low, 0.0);
    ck_assert(isfinite(intervals.samples.high));
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(exact_data_give_back_the_law, 5),
        TEST_CASE(what_lies_beyond_the_batch_sizes_is_told_as_open),
        TEST_CASE(made_up_data_give_the_numbers_of_r),
        TEST_CASE(intervals_hold_the_truth),
        TEST_CASE(single_runs_have_no_interval_and_few_that_get_there_an_open_one),
    };
    return run_tests("law_fit", cases, TEST_COUNT(cases));
}
