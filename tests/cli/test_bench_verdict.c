/*
 * What a benchmark's rows say: made-up rates, of which it is known what is true of them.
 */
#include "cli/bench/rows.h"
#include "harness.h"

#include <math.h>
#include <string.h>

/* Rates of five repeats: from low to high. */
static struct bench_row row(double batch, double threads, double low, double rate, double high)
{
    struct bench_row made = {
        .engine = "blas",
        .batch = batch,
        .threads = threads,
        .repeats = 5,
        .samples_per_second = rate,
        .samples_per_second_min = low,
        .samples_per_second_max = high,
        .bound_ratio = 0.9,
        .peak_ratio = 0.5,
        .threads_share = NAN,
    };
    bench_row_judge(&made);
    return made;
}

static void check_fastest(const struct bench_row *rows, size_t count, const char *expected)
{
    char text[512];
    bench_fastest(text, sizeof text, rows, count);
    ck_assert_str_eq(text, expected);
}

START_TEST(rows_are_marked_by_the_rule)
{
    ck_assert_ptr_null(row(1, 1, 100, 110, 125).busy);
    ck_assert_str_eq(row(1, 1, 100, 110, 126).busy, "spread");
    struct bench_row made = row(1, 1, 100, 110, 120);
    made.bound_ratio = 1.1;
    made.peak_ratio = 1.1;
    bench_row_judge(&made);
    ck_assert_ptr_null(made.busy);
    made.peak_ratio = 2.41;
    bench_row_judge(&made);
    ck_assert_str_eq(made.busy, "peak");
    made.bound_ratio = 1.11;
    bench_row_judge(&made);
    ck_assert_str_eq(made.busy, "bound");
}
END_TEST

/* No kernels of ours consist of OpenBLAS's products, but none is faster than the processor. */
START_TEST(the_packed_engine_may_be_faster_than_openblas)
{
    struct bench_row made = row(1, 1, 100, 110, 120);
    made.engine = "packed";
    made.bound_ratio = made.peak_ratio = 2.0;
    bench_row_judge(&made);
    ck_assert_ptr_null(made.busy);
    made.fp32_peak_ratio = 1.11;
    bench_row_judge(&made);
    ck_assert_str_eq(made.busy, "peak");
}
END_TEST

START_TEST(engines_are_compared_case_by_case)
{
    struct bench_row rows[] = {row(8, 1, 98, 100, 102), row(8, 1, 118, 121, 122),
                               row(8, 2, 198, 200, 202), row(8, 2, 178, 180, 182)};
    char text[512];
    bench_compare_engines(text, sizeof text, rows, 4);
    ck_assert_str_eq(text, "");
    rows[1].engine = rows[3].engine = "packed";
    bench_compare_engines(text, sizeof text, rows, 2);
    ck_assert_str_eq(text, "packed is 1.21 times as fast as blas");
    bench_compare_engines(text, sizeof text, rows, 4);
    ck_assert_str_eq(text, "packed is 0.90 to 1.21 times as fast as blas");
    check_fastest(rows, 2, "batch 8 by packed, 121 samples/s");
}
END_TEST

START_TEST(engines_compared_on_a_busy_machine_are_to_be_measured_again)
{
    struct bench_row rows[] = {row(8, 1, 98, 100, 102), row(8, 1, 60, 121, 122)};
    char text[512];
    rows[1].engine = "packed";
    bench_compare_engines(text, sizeof text, rows, 2);
    ck_assert_str_eq(text, "packed is 1.21 times as fast as blas; measure again when the machine "
                           "is not busy");
}
END_TEST

START_TEST(shares_of_steps_on_several_threads)
{
    struct bench_row rows[] = {row(8, 1, 98, 100, 102), row(8, 2, 98, 100, 102),
                               row(32, 2, 98, 100, 102)};
    char text[512];
    bench_tell_shares(text, sizeof text, rows, 3);
    ck_assert_str_eq(text, "");
    rows[1].threads_share = rows[2].threads_share = 0.874;
    bench_tell_shares(text, sizeof text, rows, 3);
    ck_assert_str_eq(text, "left to choose, training makes 87 % of the steps on several threads: "
                           "few where a step is small or other work holds threads up");
    rows[2].threads_share = 0.0;
    bench_tell_shares(text, sizeof text, rows, 3);
    ck_assert_ptr_nonnull(strstr(text, " makes 0 to 87 % of "));
}
END_TEST

START_TEST(kernels_below_the_processor)
{
    char text[256];
    bench_advise_kernels(text, sizeof text, "SkylakeX", DESCENT_INSTRUCTION_SET_AVX512,
                         DESCENT_INSTRUCTION_SET_AVX512, true);
    ck_assert_str_eq(text, "");
    bench_advise_kernels(text, sizeof text, "Haswell", DESCENT_INSTRUCTION_SET_AVX2,
                         DESCENT_INSTRUCTION_SET_AVX512, true);
    ck_assert_str_eq(text, "OpenBLAS computes with its Haswell kernels, which do not use the "
                           "processor's avx512: unset OPENBLAS_CORETYPE");
    bench_advise_kernels(text, sizeof text, "Haswell", DESCENT_INSTRUCTION_SET_AVX2,
                         DESCENT_INSTRUCTION_SET_AVX512, false);
    ck_assert_ptr_nonnull(strstr(text, "newer OpenBLAS"));
}
END_TEST

START_TEST(figures_that_are_absent_mark_nothing)
{
    struct bench_row made = row(1, 1, NAN, 110, NAN);
    made.bound_ratio = made.peak_ratio = NAN;
    bench_row_judge(&made);
    ck_assert_ptr_null(made.busy);
}
END_TEST

START_TEST(the_deviation_is_the_farther_end)
{
    ck_assert_double_eq(row(1, 1, 90, 100, 105).deviation, 0.1);
    ck_assert_double_eq(row(1, 1, 100, 100, 125).deviation, 0.25);
    struct bench_row once = row(1, 1, 100, 100, 100);
    once.repeats = 1;
    bench_row_judge(&once);
    ck_assert(isnan(once.deviation));
}
END_TEST

START_TEST(the_fastest_beside_the_usual_batch)
{
    const struct bench_row rows[] = {row(8, 1, 98, 100, 102), row(32, 1, 490, 500, 510),
                                     row(256, 1, 940, 950, 960)};
    check_fastest(rows, 3, "batch 256, 950 samples/s, 1.9 times batch 32's (1.8 to 2.0)");
    check_fastest(rows, 2, "batch 32, 500 samples/s, 5.0 times batch 8's (4.8 to 5.2)");
    check_fastest(rows, 1, "batch 8, 100 samples/s");
}
END_TEST

START_TEST(ranges_that_overlap_are_not_told_apart)
{
    const struct bench_row rows[] = {row(32, 1, 490, 500, 510), row(64, 1, 900, 930, 960),
                                     row(64, 2, 800, 820, 940), row(256, 2, 940, 950, 970)};
    check_fastest(rows, 4,
                  "batch 256 on 2 threads, 950 samples/s, 1.9 times batch 32's (1.8 to 2.0); not "
                  "told apart from it: batch 64 on 1 thread, batch 64 on 2 threads");
}
END_TEST

START_TEST(many_rivals_are_counted)
{
    struct bench_row rows[6];
    for (size_t i = 0; i < 6; i++) {
        rows[i] = row((double)(i + 1), 1, 100, 110 + (double)i, 120);
    }
    check_fastest(rows, 6,
                  "batch 6, 115 samples/s, 1.0 times batch 1's (0.8 to 1.2); not told apart from "
                  "it: batch 1, batch 2, batch 3 and 2 more");
}
END_TEST

/* Its lowest rate is above all of the others. */
START_TEST(a_spoilt_row_may_be_the_fastest)
{
    struct bench_row rows[] = {row(8, 1, 38, 40, 42), row(64, 1, 50, 200, 220),
                               row(128, 1, 10, 20, 40)};
    check_fastest(rows, 3,
                  "batch 64, 200 samples/s, 5.0 times batch 8's (1.2 to 5.8); measure again when "
                  "the machine is not busy");
    check_fastest(rows + 2, 1,
                  "batch 128, 20 samples/s; measure again when the machine is not busy");
    check_fastest(rows, 1, "batch 8, 40 samples/s");
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(rows_are_marked_by_the_rule),
        TEST_CASE(the_packed_engine_may_be_faster_than_openblas),
        TEST_CASE(engines_are_compared_case_by_case),
        TEST_CASE(engines_compared_on_a_busy_machine_are_to_be_measured_again),
        TEST_CASE(shares_of_steps_on_several_threads),
        TEST_CASE(kernels_below_the_processor),
        TEST_CASE(figures_that_are_absent_mark_nothing),
        TEST_CASE(the_deviation_is_the_farther_end),
        TEST_CASE(the_fastest_beside_the_usual_batch),
        TEST_CASE(ranges_that_overlap_are_not_told_apart),
        TEST_CASE(many_rivals_are_counted),
        TEST_CASE(a_spoilt_row_may_be_the_fastest),
    };
    return run_tests("bench_verdict", cases, TEST_COUNT(cases));
}
