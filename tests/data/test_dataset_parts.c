/*
 * Parts of a data set: a test part of its own, one that is split off, or all samples.
 */
#include "harness.h"

#include "scratch.h"

#include <stdio.h>
#include <string.h>

static const char TABLE[] = "a,kind\n0,x\n1,y\n2,x\n3,y\n4,x\n5,y\n6,x\n7,y\n8,x\n9,y\n";

static descent_dataset *load(const char *path, descent_part part)
{
    const descent_source source = {.part = part, .values = DESCENT_VALUES_FLOATS, .test = 0.2};
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_load(&dataset, path, &source));
    return dataset;
}

/* Which of ten numbered samples are there, as bits. */
static unsigned numbers_of(const descent_dataset *dataset)
{
    unsigned found = 0;
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        found |= 1u << (unsigned)descent_dataset_sample_floats(dataset, i)[0];
    }
    return found;
}

START_TEST(parts_that_are_split_off_know_the_whole)
{
    const char *path = scratch_write("data.csv", TABLE, sizeof TABLE - 1);
    descent_dataset *train = load(path, DESCENT_PART_TRAIN);
    descent_dataset *test = load(path, DESCENT_PART_TEST);
    ck_assert_uint_eq(descent_dataset_count(train), 8);
    ck_assert_uint_eq(descent_dataset_count(test), 2);
    ck_assert_uint_eq(descent_dataset_whole(train), 10);
    ck_assert_uint_eq(descent_dataset_whole(test), 10);
    ck_assert_uint_eq(numbers_of(train) ^ numbers_of(test), 0x3ff);
    descent_dataset *half, *other;
    ck_assert_ok(descent_dataset_split(&half, &other, train, 0.25, 1));
    ck_assert_uint_eq(descent_dataset_whole(half), 0);
    descent_dataset_destroy(other);
    descent_dataset_destroy(half);
    descent_dataset_destroy(test);
    descent_dataset_destroy(train);
}
END_TEST

/* The feature of a row is its number. */
static void assert_places(const descent_dataset *dataset)
{
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        ck_assert_uint_eq(descent_dataset_place(dataset, i),
                          (size_t)descent_dataset_sample_floats(dataset, i)[0]);
        ck_assert_ptr_null(descent_dataset_file(dataset, i));
    }
}

START_TEST(samples_know_their_places)
{
    const char *path = scratch_write("data.csv", TABLE, sizeof TABLE - 1);
    for (int part = DESCENT_PART_TRAIN; part < DESCENT_PART_COUNT; part++) {
        descent_dataset *dataset = load(path, (descent_part)part);
        assert_places(dataset);
        descent_dataset_destroy(dataset);
    }
    descent_dataset *train = load(path, DESCENT_PART_TRAIN), *half, *other;
    ck_assert_ok(descent_dataset_split(&half, &other, train, 0.5, 3));
    assert_places(half);
    assert_places(other);
    descent_dataset_destroy(other);
    descent_dataset_destroy(half);
    descent_dataset_destroy(train);
}
END_TEST

START_TEST(all_samples_come_in_the_order_of_the_file)
{
    descent_dataset *all =
        load(scratch_write("data.csv", TABLE, sizeof TABLE - 1), DESCENT_PART_ALL);
    ck_assert_uint_eq(descent_dataset_count(all), 10);
    ck_assert_uint_eq(descent_dataset_whole(all), 0);
    for (size_t i = 0; i < 10; i++) {
        ck_assert_double_eq((double)descent_dataset_sample_floats(all, i)[0], (double)i);
    }
    descent_dataset_destroy(all);
}
END_TEST

/* What no split could be made of. */
START_TEST(all_of_a_single_sample_are_one)
{
    const char *path = scratch_write("one.csv", "a,kind\n7,x\n", 11);
    const descent_source source = {.part = DESCENT_PART_TEST, .test = 0.2};
    descent_dataset *all;
    ck_assert_int_eq(descent_dataset_load(&all, path, &source), DESCENT_ERROR_INVALID);
    all = load(path, DESCENT_PART_ALL);
    ck_assert_uint_eq(descent_dataset_count(all), 1);
    descent_dataset_destroy(all);
}
END_TEST

/* The first `rows` of numbered samples of two classes, as one part. */
static descent_status load_rows(descent_dataset **dataset, size_t rows, double test,
                                descent_part part)
{
    char text[2048] = "a,kind\n";
    for (size_t i = 0; i < rows; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%zu.5,%c\n", i, "xy"[i % 2]);
    }
    const descent_source source = {.part = part, .test = test};
    return descent_dataset_load(dataset, scratch_write("rows.csv", text, strlen(text)), &source);
}

static void assert_counts(size_t rows, double test, size_t train, size_t held)
{
    descent_dataset *dataset;
    ck_assert_ok(load_rows(&dataset, rows, test, DESCENT_PART_TRAIN));
    ck_assert_uint_eq(descent_dataset_count(dataset), train);
    ck_assert_uint_eq(descent_dataset_whole(dataset), held > 0 ? rows : 0);
    descent_dataset_destroy(dataset);
    descent_status status = load_rows(&dataset, rows, test, DESCENT_PART_TEST);
    if (held == 0) {
        ck_assert_int_eq(status, DESCENT_ERROR_NOT_FOUND);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "rows.csv: no test part"));
        ck_assert_ptr_null(dataset);
        return;
    }
    ck_assert_ok(status);
    ck_assert_uint_eq(descent_dataset_count(dataset), held);
    descent_dataset_destroy(dataset);
}

START_TEST(few_samples_are_not_split_unless_it_is_asked_for)
{
    assert_counts(4, 0.0, 4, 0);
    assert_counts(DESCENT_SPLIT_LEAST - 1, 0.0, DESCENT_SPLIT_LEAST - 1, 0);
    assert_counts(DESCENT_SPLIT_LEAST, 0.0, 16, 4);
    assert_counts(10, 0.2, 8, 2);
    assert_counts(100, DESCENT_TEST_NONE, 100, 0);
}
END_TEST

/* Of ten samples of two classes in turn. */
START_TEST(a_limit_takes_the_first_samples)
{
    descent_source source = {.limit = 3, .test = DESCENT_TEST_NONE};
    const char *path = scratch_write("data.csv", TABLE, sizeof TABLE - 1);
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_load(&dataset, path, &source));
    ck_assert_uint_eq(descent_dataset_count(dataset), 3);
    ck_assert_uint_eq(descent_dataset_classes(dataset), 2);
    ck_assert_uint_eq(descent_dataset_class_counts(dataset)[0], 2);
    ck_assert_uint_eq(descent_dataset_class_counts(dataset)[1], 1);
    descent_dataset_destroy(dataset);
    source.test = 0.2; /* the test part stays as it is */
    source.part = DESCENT_PART_TEST;
    ck_assert_ok(descent_dataset_load(&dataset, path, &source));
    ck_assert_uint_eq(descent_dataset_count(dataset), 2);
    descent_dataset_destroy(dataset);
    source.part = DESCENT_PART_TRAIN;
    source.limit = 9;
    ck_assert_int_eq(descent_dataset_load(&dataset, path, &source), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected at most 8"));
    ck_assert_ptr_null(dataset);
}
END_TEST

/* They have no classes that would be counted. */
START_TEST(a_limit_takes_the_first_targets)
{
    static const char numbers[] = "a,b\n0,4\n1,5\n2,6\n3,7\n";
    const descent_source source = {
        .regression = true, .label_column = "b", .limit = 3, .test = DESCENT_TEST_NONE};
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_load(
        &dataset, scratch_write("data.csv", numbers, sizeof numbers - 1), &source));
    ck_assert_uint_eq(descent_dataset_count(dataset), 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_float_eq(descent_dataset_target(dataset, i)[0], 4.0F + (float)i);
    }
    descent_dataset_destroy(dataset);
}
END_TEST

static void assert_all_refused(const char *path)
{
    const descent_source source = {.part = DESCENT_PART_ALL};
    descent_dataset *dataset;
    ck_assert_int_eq(descent_dataset_load(&dataset, path, &source), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "test part of its own"));
    ck_assert_ptr_null(dataset);
}

START_TEST(a_test_part_of_its_own_is_no_share_of_a_whole)
{
    assert_all_refused(DESCENT_TEST_DIGITS);
    descent_dataset *test = load(scratch_write("train.csv", TABLE, sizeof TABLE - 1),
                                 DESCENT_PART_ALL); /* beside no test.csv */
    ck_assert_uint_eq(descent_dataset_count(test), 10);
    descent_dataset_destroy(test);
    scratch_write("test.csv", TABLE, sizeof TABLE - 1);
    assert_all_refused(scratch_folder);
    test = load(scratch_folder, DESCENT_PART_TEST);
    ck_assert_uint_eq(descent_dataset_whole(test), 0);
    descent_dataset_destroy(test);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(parts_that_are_split_off_know_the_whole),
        TEST_CASE(samples_know_their_places),
        TEST_CASE(all_samples_come_in_the_order_of_the_file),
        TEST_CASE(all_of_a_single_sample_are_one),
        TEST_CASE(a_test_part_of_its_own_is_no_share_of_a_whole),
        TEST_CASE(few_samples_are_not_split_unless_it_is_asked_for),
        TEST_CASE(a_limit_takes_the_first_samples),
        TEST_CASE(a_limit_takes_the_first_targets),
    };
    scratch_begin();
    int failed = run_tests("dataset_parts", cases, TEST_COUNT(cases));
    scratch_end();
    return failed;
}
