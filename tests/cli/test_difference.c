/*
 * Student's t and what is made of it: against closed forms for whole degrees of freedom, and
 * against the figures of R 4.2.2.
 */
#include "cli/base/difference.h"
#include "cli/base/student.h"
#include "harness.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

/* P(|T| ≤ t) as a finite sum: Abramowitz & Stegun 26.7.3 and 26.7.4. */
static double within(double t, int freedom)
{
    double angle = atan2(t, sqrt(freedom)), square = cos(angle) * cos(angle);
    double term = freedom % 2 == 0 ? 1.0 : cos(angle), sum = 0.0;
    for (int k = freedom % 2 == 0 ? 1 : 2; k < freedom; k += 2) {
        sum += term;
        term *= square * k / (k + 1);
    }
    sum *= sin(angle);
    return freedom % 2 == 0 ? sum : (angle + sum) * 2.0 / PI;
}

START_TEST(whole_degrees_of_freedom)
{
    for (int freedom = 1; freedom <= 60; freedom++) {
        for (double t = 0.0; t < 6.0; t += 0.375) {
            ck_assert_double_eq_tol(student_tails(t, freedom), 1.0 - within(t, freedom), 1e-13);
            ck_assert_double_eq(student_tails(-t, freedom), student_tails(t, freedom));
        }
    }
    ck_assert_double_eq(student_tails(HUGE_VAL, 3), 0.0);
    ck_assert_double_nan(student_tails(NAN, 3));
}
END_TEST

/* R: 2 * pt(t, freedom, lower.tail = FALSE). */
START_TEST(tails_of_r)
{
    static const struct {
        double t, freedom, tails;
    } cases[] = {
        {12.7, 1, 0.050024327689344152},   {2, 2, 0.18350341907227391},
        {0.5, 3, 0.65144796484815104},     {4, 9.37, 0.0028681955818216798},
        {1.3, 2.5, 0.30048678927070793},   {30, 4, 7.3528560976613233e-06},
        {1.96, 1e6, 0.049996067585269796}, {8, 40.25, 7.5629224294493e-10},
        {1e-3, 7, 0.99923001724499882},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double tails = student_tails(cases[i].t, cases[i].freedom);
        ck_assert_double_eq_tol(tails, cases[i].tails, 1e-9 * cases[i].tails);
    }
}
END_TEST

/* R: qt(tails / 2, freedom, lower.tail = FALSE). */
START_TEST(quantiles_of_r)
{
    static const struct {
        double tails, freedom, t;
    } cases[] = {
        {0.05, 1, 12.706204736174707},   {0.05, 2, 4.3026527297494637},
        {0.05, 4, 2.7764451051977943},   {0.05, 9, 2.2621571627982049},
        {0.01, 4, 4.6040948713499938},   {0.05, 29, 2.0452296421327039},
        {0.05, 7.3, 2.3450667365477034}, {0.05, 1.2, 8.648826510748874},
        {0.05, 1e5, 1.959987707534609},  {0.001, 3, 12.923978636687483},
        {0.2, 4, 1.5332062740589427},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_double_eq_tol(student_quantile(cases[i].tails, cases[i].freedom), cases[i].t,
                                1e-8 * cases[i].t);
    }
}
END_TEST

static void check(const struct difference *found, double mean, double low, double high, double p,
                  double freedom)
{
    ck_assert_double_eq_tol(found->mean, mean, 1e-12);
    ck_assert_double_eq_tol(found->mean - found->half, low, 1e-9);
    ck_assert_double_eq_tol(found->mean + found->half, high, 1e-9);
    ck_assert_double_eq_tol(found->p, p, 1e-9);
    ck_assert_double_eq_tol(found->freedom, freedom, 1e-9);
}

static const double X[] = {0.9750, 0.9722, 0.9778, 0.9694, 0.9722};
static const double Y[] = {0.9722, 0.9694, 0.9722, 0.9694, 0.9667};
static const double U[] = {30.02, 29.99, 30.11, 29.97, 30.01, 29.99};
static const double V[] = {29.89, 29.93, 29.72, 29.98, 30.02, 29.98};

/* R: t.test(x, y, paired = TRUE). */
START_TEST(pairs)
{
    struct difference found = difference_paired(X, Y, 5, 0.0);
    check(&found, 0.00334, 0.00046051720489712815, 0.0062194827951028474, 0.032265690750171695, 4);
    found = difference_paired(U, V, 6, 0.0);
    check(&found, 0.095, -0.066728893844738763, 0.25672889384473768, 0.19143688433660108, 5);
    found = difference_paired(Y, X, 5, 0.0);
    ck_assert_double_eq_tol(found.mean, -0.00334, 1e-12);
    ck_assert_double_eq_tol(found.p, 0.032265690750171695, 1e-9);
}
END_TEST

/* R: t.test(x, y). */
START_TEST(groups)
{
    static const double few[] = {1.0, 2.0}, more[] = {5.0, 7.0, 9.0, 30.0};
    struct difference found = difference_welch(X, 5, Y, 5);
    check(&found, 0.00334, -0.00079271017699433929, 0.007472710176994358, 0.0981460627753067,
          7.2823963180545563);
    found = difference_welch(U, 6, V, 6);
    check(&found, 0.095, -0.019569089646043637, 0.20956908964604137, 0.090773324285671045,
          7.0305599598843207);
    found = difference_welch(few, 2, more, 4);
    check(&found, -11.25, -29.649773497366308, 7.1497734973663043, 0.14783999505972034,
          3.0441349973088898);
}
END_TEST

/* The statistic is smaller by √(1/n) / √(1/n + overlap) than that of R's paired test. */
START_TEST(folds_vary_together)
{
    const double t = 3.2204834379048055, overlap = 0.25;
    struct difference found = difference_paired(X, Y, 5, overlap);
    double smaller = t * sqrt(0.2) / sqrt(0.2 + overlap);
    ck_assert_double_eq_tol(found.p, 1.0 - within(smaller, 4), 1e-9);
    ck_assert_double_eq_tol(found.half, 0.00334 / smaller * 2.7764451051977943, 1e-9);
}
END_TEST

START_TEST(too_few_or_all_the_same)
{
    static const double one[] = {0.3, 0.6, 0.9}, other[] = {0.2, 0.5, 0.8};
    struct difference found = difference_paired(one, other, 1, 0.0);
    ck_assert_double_eq_tol(found.mean, 0.1, 1e-12);
    ck_assert_double_nan(found.p);
    ck_assert_double_nan(found.half);
    found = difference_welch(one, 1, other, 3);
    ck_assert_double_nan(found.p);
    found = difference_paired(one, other, 3, 0.0); /* but for rounding the same in all pairs */
    ck_assert_double_nan(found.p);
    ck_assert_double_nan(difference_count_needed(&found, 0.1, 0.05));
    ck_assert_double_nan(difference_seen_by(&found, 3.0, 0.05));
    found = difference_paired(one, one, 3, 0.0);
    ck_assert_double_eq(found.mean, 0.0);
    ck_assert_double_nan(found.p);
}
END_TEST

/* R: power.t.test(n, delta, sd, type = "paired" or "two.sample")$power. */
START_TEST(power)
{
    static const struct {
        double count, shift, paired, two;
    } cases[] = {
        {5, 1.0, 0.40132028519993324, 0.2859275976943807},
        {2, 3.0, 0.26077056529474041, 0.38738935020081078},
        {12, 1.0, 0.88289151774755725, 0.64863435061645536},
        {50, 0.5, 0.93389755286147413, 0.69688881910371969},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double n = cases[i].count, shift = cases[i].shift;
        ck_assert_double_eq_tol(student_power(sqrt(n) * shift, n - 1.0, 0.05), cases[i].paired,
                                1e-6);
        ck_assert_double_eq_tol(student_power(sqrt(n / 2.0) * shift, 2.0 * (n - 1.0), 0.05),
                                cases[i].two, 1e-6);
    }
}
END_TEST

/* R: power.t.test(delta, sd = 0.1, power = 0.8)$n, rounded up; 2 at the least. */
START_TEST(counts_needed)
{
    static const struct {
        double size, paired, two;
    } cases[] = {{0.1, 10, 17}, {0.05, 34, 64},    {0.2, 5, 6},
                 {0.5, 3, 3},   {0.01, 787, 1571}, {1.0, 3, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct difference found = {.paired = true, .deviation = 0.1};
        ck_assert_double_eq(difference_count_needed(&found, cases[i].size, 0.05), cases[i].paired);
        ck_assert_double_eq(difference_count_needed(&found, -cases[i].size, 0.05), cases[i].paired);
        found.paired = false;
        ck_assert_double_eq(difference_count_needed(&found, cases[i].size, 0.05), cases[i].two);
    }
    /* power.t.test(delta = 0.1, sd = 0.1, sig.level = 0.01, power = 0.8, type = "paired") */
    struct difference found = {.paired = true, .deviation = 0.1};
    ck_assert_double_eq(difference_count_needed(&found, 0.1, 0.01), 16);
    struct difference far = {.paired = true, .deviation = 1.0};
    ck_assert_double_nan(difference_count_needed(&far, 1e-9, 0.05));
    ck_assert_double_nan(difference_count_needed(&far, 0.0, 0.05));
}
END_TEST

/* R: power.t.test(n, sd = 1, power = 0.8)$delta. */
START_TEST(sizes_seen)
{
    static const struct {
        double count, paired, two;
    } cases[] = {{3, 3.2640435498177602, 3.0708928437706078},
                 {5, 1.6819972822097757, 2.0244409773585796},
                 {10, 0.99600225430672995, 1.3249488954666166}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct difference found = {.paired = true, .deviation = 1.0};
        ck_assert_double_eq_tol(difference_seen_by(&found, cases[i].count, 0.05), cases[i].paired,
                                1e-4);
        found.paired = false;
        ck_assert_double_eq_tol(difference_seen_by(&found, cases[i].count, 0.05), cases[i].two,
                                1e-4);
    }
}
END_TEST

/* R: p.adjust(p, "holm"). */
START_TEST(holm)
{
    struct {
        double p, corrected, expected;
    } rows[] = {{0.01, 0, 0.05},  {0.04, 0, 0.12}, {0.03, 0, 0.12}, {NAN, 0, NAN},
                {0.005, 0, 0.03}, {0.6, 0, 0.6},   {0.04, 0, 0.12}};
    enum { COUNT = sizeof rows / sizeof rows[0] };
    ck_assert(difference_holm(&rows->corrected, &rows->p, COUNT, sizeof rows[0]));
    ck_assert(difference_holm(&rows->p, &rows->p, COUNT, sizeof rows[0])); /* in place */
    for (size_t i = 0; i < COUNT; i++) {
        if (isnan(rows[i].expected)) {
            ck_assert_double_nan(rows[i].corrected);
            ck_assert_double_nan(rows[i].p);
        } else {
            ck_assert_double_eq_tol(rows[i].corrected, rows[i].expected, 1e-12);
            ck_assert_double_eq(rows[i].p, rows[i].corrected);
        }
    }
    ck_assert(difference_holm(&rows->corrected, &rows->p, 0, sizeof rows[0]));
}
END_TEST

/* Unlike Holm's, the second smallest is multiplied by all of their number as well. */
START_TEST(with_the_best)
{
    double p[] = {0.01, NAN, 0.004, 0.6}, corrected[4];
    difference_with_best(corrected, p, 4, sizeof p[0]);
    ck_assert_double_eq_tol(corrected[0], 0.04, 1e-12);
    ck_assert_double_nan(corrected[1]);
    ck_assert_double_eq_tol(corrected[2], 0.016, 1e-12);
    ck_assert_double_eq(corrected[3], 1.0);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(whole_degrees_of_freedom),
        TEST_CASE(tails_of_r),
        TEST_CASE(quantiles_of_r),
        TEST_CASE(pairs),
        TEST_CASE(groups),
        TEST_CASE(folds_vary_together),
        TEST_CASE(too_few_or_all_the_same),
        TEST_CASE(power),
        TEST_CASE(counts_needed),
        TEST_CASE(sizes_seen),
        TEST_CASE(holm),
        TEST_CASE(with_the_best),
    };
    return run_tests("difference", cases, TEST_COUNT(cases));
}
