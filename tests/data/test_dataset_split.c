/*
 * The split of a data set: stratified, disjoint, complete, and decided by the seed.
 */
#include "harness.h"

#include "allocations.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A data set of count samples of one byte each, which is the sample's number modulo 256. */
static descent_dataset *numbered(size_t count, size_t classes, const int32_t *labels)
{
    static uint8_t pixels[4096];
    ck_assert_uint_le(count, sizeof pixels);
    for (size_t i = 0; i < count; i++) {
        pixels[i] = (uint8_t)i;
    }
    descent_dataset *dataset = NULL;
    const descent_samples samples = {
        .shape = {1, {1}}, .count = count, .bytes = pixels, .labels = labels, .classes = classes};
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    return dataset;
}

static const struct {
    size_t classes;
    size_t counts[5];
    double fraction;
    size_t expected[5];
} shares[] = {
    {3, {10, 10, 10}, 0.2, {2, 2, 2}},
    {3, {10, 10, 10}, 0.25, {3, 3, 2}},           /* 7.5 rounds up; the first win ties */
    {3, {3, 0, 5}, 0.5, {2, 0, 2}},               /* a class may be empty */
    {5, {1, 1, 1, 1, 16}, 0.25, {0, 0, 0, 0, 5}}, /* single samples are not held out */
    {2, {2, 100}, 0.01, {1, 1}},                  /* one in each half, though 1.02 rounds to 1 */
    {2, {2, 100}, 0.9, {1, 91}},                  /* 92 in sum, but the first class keeps one */
    {2, {2, 100}, 0.999, {1, 99}},
    {4, {7, 13, 29, 51}, 0.3, {2, 4, 9, 15}}, /* 2.1, 3.9, 8.7, 15.3 */
    {1, {1000}, 0.1, {100}},
    {2, {100, 2}, 0.3, {30, 1}}, /* 30.6 rounds to 31 */
};

/* Labels for the given class counts, mixed. */
static size_t mix_labels(int32_t *labels, const size_t *counts, size_t classes)
{
    uint32_t order[2048];
    int32_t sorted[2048];
    size_t n = 0;
    for (size_t c = 0; c < classes; c++) {
        for (size_t i = 0; i < counts[c]; i++) {
            order[n] = (uint32_t)n;
            sorted[n++] = (int32_t)c;
        }
    }
    descent_random random = descent_random_init(5, DESCENT_STREAM_USER, 0);
    descent_random_shuffle(&random, order, n);
    for (size_t i = 0; i < n; i++) {
        labels[i] = sorted[order[i]];
    }
    return n;
}

/* Marks a half's samples in seen, and checks their order, labels and class counts. */
static void mark_half(const descent_dataset *half, const uint8_t *pixels, const int32_t *labels,
                      bool *seen)
{
    size_t counts[5] = {0};
    size_t next = 0;
    for (size_t i = 0; i < descent_dataset_count(half); i++) {
        size_t row = (size_t)(descent_dataset_sample(half, i) - pixels);
        ck_assert_uint_ge(row, next);
        ck_assert(!seen[row]);
        seen[row] = true;
        next = row + 1;
        ck_assert_int_eq(descent_dataset_label(half, i), labels[row]);
        counts[labels[row]]++;
    }
    ck_assert_mem_eq(counts, descent_dataset_class_counts(half),
                     descent_dataset_classes(half) * sizeof counts[0]);
}

START_TEST(a_split_is_stratified_disjoint_and_complete)
{
    int32_t labels[2048];
    size_t n = mix_labels(labels, shares[_i].counts, shares[_i].classes);
    descent_dataset *source = numbered(n, shares[_i].classes, labels);
    for (uint64_t seed = 0; seed < 20; seed++) {
        descent_dataset *train = NULL;
        descent_dataset *validation = NULL;
        ck_assert_ok(descent_dataset_split(&train, &validation, source, shares[_i].fraction, seed));
        bool seen[2048] = {false};
        mark_half(train, descent_dataset_sample(source, 0), labels, seen);
        mark_half(validation, descent_dataset_sample(source, 0), labels, seen);
        ck_assert_uint_eq(descent_dataset_count(train) + descent_dataset_count(validation), n);
        for (size_t c = 0; c < shares[_i].classes; c++) {
            ck_assert_uint_eq(descent_dataset_class_counts(validation)[c], shares[_i].expected[c]);
        }
        descent_dataset_destroy(train);
        descent_dataset_destroy(validation);
    }
    descent_dataset_destroy(source);
}
END_TEST

START_TEST(the_seed_alone_decides_the_split)
{
    int32_t labels[2048];
    const size_t counts[] = {100, 100};
    size_t n = mix_labels(labels, counts, 2);
    descent_dataset *source = numbered(n, 2, labels);
    descent_dataset *train = NULL;
    descent_dataset *validation[3] = {NULL};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ok(descent_dataset_split(&train, &validation[i], source, 0.2, i == 2 ? 8 : 7));
        descent_dataset_destroy(train);
    }
    ck_assert_uint_eq(descent_dataset_fingerprint(validation[0]),
                      descent_dataset_fingerprint(validation[1]));
    ck_assert_uint_ne(descent_dataset_fingerprint(validation[0]),
                      descent_dataset_fingerprint(validation[2]));
    for (size_t i = 0; i < 3; i++) {
        descent_dataset_destroy(validation[i]);
    }
    descent_dataset_destroy(source);
}
END_TEST

START_TEST(every_sample_is_held_out_equally_often)
{
    enum { COUNT = 20, SEEDS = 4000 };
    const int32_t labels[COUNT] = {0};
    size_t held_out[COUNT] = {0};
    descent_dataset *source = numbered(COUNT, 1, labels);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        descent_dataset *train = NULL;
        descent_dataset *validation = NULL;
        ck_assert_ok(descent_dataset_split(&train, &validation, source, 0.25, seed));
        for (size_t i = 0; i < descent_dataset_count(validation); i++) {
            held_out[*descent_dataset_sample(validation, i)]++;
        }
        descent_dataset_destroy(train);
        descent_dataset_destroy(validation);
    }
    /* Binomial(4000, 1/4): mean 1000, deviation 27.4; five deviations are allowed. */
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_uint_gt(held_out[i], 1000 - 137);
        ck_assert_uint_lt(held_out[i], 1000 + 137);
    }
    descent_dataset_destroy(source);
}
END_TEST

START_TEST(without_a_fraction_all_is_for_training)
{
    const int32_t labels[] = {0, 1, 0};
    descent_dataset *source = numbered(3, 2, labels);
    descent_dataset *train = NULL;
    descent_dataset *validation = (descent_dataset *)1;
    ck_assert_ok(descent_dataset_split(&train, &validation, source, 0, 1));
    ck_assert_ptr_null(validation);
    ck_assert_uint_eq(descent_dataset_fingerprint(train), descent_dataset_fingerprint(source));
    ck_assert_uint_eq(descent_dataset_class_counts(train)[0], 2);
    descent_dataset_destroy(train);
    descent_dataset_destroy(source);
}
END_TEST

START_TEST(a_half_can_be_split_again)
{
    int32_t labels[2048];
    const size_t counts[] = {50, 50};
    size_t n = mix_labels(labels, counts, 2);
    descent_dataset *source = numbered(n, 2, labels);
    descent_dataset *half[4] = {NULL};
    ck_assert_ok(descent_dataset_split(&half[0], &half[1], source, 0.5, 1));
    ck_assert_ok(descent_dataset_split(&half[2], &half[3], half[0], 0.2, 1));
    bool seen[2048] = {false};
    for (size_t i = 1; i < 4; i++) {
        mark_half(half[i], descent_dataset_sample(source, 0), labels, seen);
    }
    ck_assert_uint_eq(descent_dataset_count(half[2]), 40);
    ck_assert_uint_eq(descent_dataset_count(half[3]), 10);
    for (size_t i = 0; i < 4; i++) {
        descent_dataset_destroy(half[i]);
    }
    descent_dataset_destroy(source);
}
END_TEST

START_TEST(a_split_without_sense_is_refused)
{
    static const double fractions[] = {-0.1, 1, 2, NAN, INFINITY, 0.001, 0.999};
    const int32_t labels[] = {0, 1, 2};
    descent_dataset *source = numbered(3, 3, labels);
    descent_dataset *train = (descent_dataset *)1;
    descent_dataset *validation = (descent_dataset *)1;
    ck_assert_int_eq(descent_dataset_split(&train, &validation, source, fractions[_i], 1),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(train);
    ck_assert_ptr_null(validation);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "validation"));
    descent_dataset_destroy(source);
}
END_TEST

/* Such as numbers in the place of labels. */
START_TEST(single_samples_are_told)
{
    const int32_t labels[] = {0, 1, 2, 3, 4, 5, 6, 7, 7, 7};
    descent_dataset *source = numbered(10, 8, labels);
    descent_dataset *train = NULL;
    descent_dataset *validation = NULL;
    ck_assert_ok(descent_dataset_split(&train, &validation, source, 0.2, 1));
    ck_assert_uint_eq(descent_dataset_class_counts(validation)[7], 2);
    descent_dataset_destroy(train);
    descent_dataset_destroy(validation);
    ck_assert_int_eq(descent_dataset_split(&train, &validation, source, 0.5, 1),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "found 7 of 8 classes with one"));
    descent_dataset_destroy(source);
}
END_TEST

START_TEST(a_split_survives_every_failing_allocation)
{
    const int32_t labels[] = {0, 1, 0, 1};
    descent_dataset *source = numbered(4, 2, labels);
    for (size_t n = 1; allocations_counted() && n <= 3; n++) {
        descent_dataset *train = NULL;
        descent_dataset *validation = NULL;
        allocations_fail_at(n);
        descent_status status = _i == 0
                                    ? descent_dataset_split(&train, &validation, source, 0.5, 1)
                                    : descent_dataset_split_fold(&train, &validation, source, 1, 2);
        allocations_fail_at(0);
        ck_assert_int_eq(status, DESCENT_ERROR_MEMORY);
        ck_assert_ptr_null(train);
        ck_assert_ptr_null(validation);
    }
    descent_dataset_destroy(source);
}
END_TEST

/* In the order of the samples, of a half as well. */
START_TEST(the_last_samples_can_be_held_out)
{
    const int32_t labels[] = {0, 1, 2, 0, 1, 2, 2};
    descent_dataset *source = numbered(7, 3, labels), *train, *validation, *first, *second;
    ck_assert_ok(descent_dataset_split_last(&train, &validation, source, 2));
    ck_assert_uint_eq(descent_dataset_count(train), 5);
    ck_assert_uint_eq(descent_dataset_count(validation), 2);
    ck_assert_uint_eq(descent_dataset_class_counts(train)[2], 1);
    ck_assert_uint_eq(descent_dataset_class_counts(validation)[2], 2);
    ck_assert_ok(descent_dataset_split_last(&first, &second, train, 1));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(descent_dataset_label(first, i), labels[i]);
    }
    ck_assert_int_eq(descent_dataset_label(second, 0), labels[4]);
    descent_dataset_destroy(second);
    descent_dataset_destroy(first);
    descent_dataset_destroy(validation);
    descent_dataset_destroy(train);
    for (size_t count = 0; count <= 7; count += 7) {
        ck_assert_int_eq(descent_dataset_split_last(&train, &validation, source, count),
                         DESCENT_ERROR_INVALID);
        ck_assert_ptr_null(train);
        ck_assert_ptr_null(validation);
    }
    descent_dataset_destroy(source);
}
END_TEST

/* Whether the number is the share of a whole that is dealt out to so many, rounded up or down. */
static bool is_dealt(size_t found, size_t whole, size_t folds)
{
    return found == whole / folds || found == (whole + folds - 1) / folds;
}

static const size_t fold_counts[] = {2, 3, 5, 10};

START_TEST(folds_are_stratified_disjoint_and_complete)
{
    int32_t labels[2048];
    size_t n = mix_labels(labels, shares[_i].counts, shares[_i].classes);
    descent_dataset *source = numbered(n, shares[_i].classes, labels);
    for (size_t f = 0; f < TEST_COUNT(fold_counts) && fold_counts[f] <= n; f++) {
        bool held[2048] = {false};
        for (size_t fold = 1; fold <= fold_counts[f]; fold++) {
            descent_dataset *train = NULL, *validation = NULL;
            ck_assert_ok(
                descent_dataset_split_fold(&train, &validation, source, fold, fold_counts[f]));
            bool seen[2048] = {false};
            mark_half(validation, descent_dataset_sample(source, 0), labels, held);
            mark_half(validation, descent_dataset_sample(source, 0), labels, seen);
            mark_half(train, descent_dataset_sample(source, 0), labels, seen);
            size_t count = descent_dataset_count(validation);
            ck_assert_uint_eq(descent_dataset_count(train) + count, n);
            ck_assert(is_dealt(count, n, fold_counts[f]));
            for (size_t c = 0; c < shares[_i].classes; c++) {
                ck_assert(is_dealt(descent_dataset_class_counts(validation)[c],
                                   shares[_i].counts[c], fold_counts[f]));
            }
            descent_dataset_destroy(train);
            descent_dataset_destroy(validation);
        }
        for (size_t i = 0; i < n; i++) {
            ck_assert(held[i]);
        }
    }
    descent_dataset_destroy(source);
}
END_TEST

/* The folds are not runs of neighbours: of 1,000 samples in 5, a sample and the next are in the
 * same one as often as chance has it, 199 times of 999; the deviation is 12.6, five are allowed. */
START_TEST(folds_are_shuffled)
{
    int32_t labels[2048];
    const size_t counts[] = {1000};
    descent_dataset *source = numbered(mix_labels(labels, counts, 1), 1, labels);
    const uint8_t *first = descent_dataset_sample(source, 0);
    size_t together = 0;
    for (size_t fold = 1; fold <= 5; fold++) {
        descent_dataset *train, *validation;
        ck_assert_ok(descent_dataset_split_fold(&train, &validation, source, fold, 5));
        for (size_t i = 1; i < descent_dataset_count(validation); i++) {
            together += descent_dataset_sample(validation, i) - first ==
                        descent_dataset_sample(validation, i - 1) - first + 1;
        }
        descent_dataset_destroy(train);
        descent_dataset_destroy(validation);
    }
    ck_assert_uint_gt(together, 199 - 63);
    ck_assert_uint_lt(together, 199 + 63);
    descent_dataset_destroy(source);
}
END_TEST

static const struct {
    size_t fold, folds;
    const char *words;
} senseless[] = {
    {1, 0, "expected 2 to 4, the samples there are, found 0"},
    {1, 1, "found 1"},
    {1, 5, "found 5"},
    {0, 2, "fold: expected 1 to 2, found 0"},
    {3, 2, "found 3"},
};

START_TEST(a_fold_without_sense_is_refused)
{
    const int32_t labels[] = {0, 1, 0, 1};
    descent_dataset *source = numbered(4, 2, labels);
    descent_dataset *train = source, *validation = source;
    ck_assert_int_eq(descent_dataset_split_fold(&train, &validation, source, senseless[_i].fold,
                                                senseless[_i].folds),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), senseless[_i].words));
    ck_assert_ptr_null(train);
    ck_assert_ptr_null(validation);
    descent_dataset_destroy(source);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_split_is_stratified_disjoint_and_complete, TEST_COUNT(shares)),
        TEST_CASE(the_seed_alone_decides_the_split),
        TEST_CASE(every_sample_is_held_out_equally_often),
        TEST_CASE(without_a_fraction_all_is_for_training),
        TEST_CASE(a_half_can_be_split_again),
        TEST_LOOP(a_split_without_sense_is_refused, 7),
        TEST_CASE(single_samples_are_told),
        TEST_LOOP(a_split_survives_every_failing_allocation, 2),
        TEST_CASE(the_last_samples_can_be_held_out),
        TEST_LOOP(folds_are_stratified_disjoint_and_complete, TEST_COUNT(shares)),
        TEST_CASE(folds_are_shuffled),
        TEST_LOOP(a_fold_without_sense_is_refused, TEST_COUNT(senseless)),
    };
    return run_tests("dataset_split", cases, TEST_COUNT(cases));
}
