/*
 * Parts of a data set: a test part of its own, one that is split off, or all samples.
 */
#include "harness.h"

#include "scratch.h"

#include <string.h>

static const char TABLE[] = "a,kind\n0,x\n1,y\n2,x\n3,y\n4,x\n5,y\n6,x\n7,y\n8,x\n9,y\n";

static descent_dataset *load(const char *path, descent_part part)
{
    const descent_source source = {.part = part, .values = DESCENT_VALUES_FLOATS};
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
    const descent_source source = {.part = DESCENT_PART_TEST};
    descent_dataset *all;
    ck_assert_int_eq(descent_dataset_load(&all, path, &source), DESCENT_ERROR_INVALID);
    all = load(path, DESCENT_PART_ALL);
    ck_assert_uint_eq(descent_dataset_count(all), 1);
    descent_dataset_destroy(all);
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
        TEST_CASE(all_samples_come_in_the_order_of_the_file),
        TEST_CASE(all_of_a_single_sample_are_one),
        TEST_CASE(a_test_part_of_its_own_is_no_share_of_a_whole),
    };
    scratch_begin();
    int failed = run_tests("dataset_parts", cases, TEST_COUNT(cases));
    scratch_end();
    return failed;
}
