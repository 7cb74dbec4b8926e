/*
 * Data sets: what a folder of IDX files must hold, and what is known about a data set.
 */
#include "harness.h"
#include "idx_files.h"

#include "allocations.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

enum { SAMPLES = 5 };

static const uint32_t image_sizes[] = {SAMPLES, 3, 2};
static const uint8_t five_labels[SAMPLES] = {2, 0, 3, 2, 2};
/* What becomes of them: classes are the labels that occur. */
static const int32_t five_classes[SAMPLES] = {1, 0, 2, 1, 1};
static const char *const five_names[] = {"0", "2", "3"};

/* Leaves a valid training part as the only files of the scratch folder. */
static void write_valid(void)
{
    scratch_end();
    ck_assert_int_eq(mkdir(scratch_folder, 0700), 0);
    struct bytes images = idx_counting(3, image_sizes);
    struct bytes labels = idx_labels(five_labels, SAMPLES);
    write_bytes("train-images-idx3-ubyte", &images);
    write_bytes("train-labels-idx1-ubyte", &labels);
}

static descent_status load(descent_dataset **dataset, const char *path, descent_part part,
                           size_t classes)
{
    descent_source source = DESCENT_SOURCE_DEFAULT;
    source.part = part;
    source.classes = classes;
    return descent_dataset_load(dataset, path, &source);
}

static void assert_refused(descent_status expected, size_t classes, const char *said)
{
    descent_dataset *dataset = (descent_dataset *)1;
    descent_status status = load(&dataset, scratch_folder, DESCENT_PART_TRAIN, classes);
    ck_assert_msg(status == expected, "%d: %s", status, descent_last_error());
    ck_assert_ptr_null(dataset);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), scratch_folder));
    ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
}

static void assert_loads_valid(descent_part part)
{
    descent_dataset *dataset = NULL;
    ck_assert_ok(load(&dataset, scratch_folder, part, 0));
    ck_assert_uint_eq(descent_dataset_count(dataset), SAMPLES);
    ck_assert_uint_eq(descent_dataset_classes(dataset), 3);
    ck_assert_uint_eq(descent_dataset_features(dataset), 6);
    const descent_shape *shape = descent_dataset_shape(dataset);
    ck_assert_uint_eq(shape->rank, 2);
    ck_assert_uint_eq(shape->sizes[0], 3);
    ck_assert_uint_eq(shape->sizes[1], 2);
    for (size_t i = 0; i < SAMPLES; i++) {
        ck_assert_int_eq(descent_dataset_label(dataset, i), five_classes[i]);
        for (size_t j = 0; j < 6; j++) {
            ck_assert_uint_eq(descent_dataset_sample(dataset, i)[j], counting_value(i * 6 + j));
        }
    }
    const size_t counts[] = {1, 3, 1};
    ck_assert_mem_eq(descent_dataset_class_counts(dataset), counts, sizeof counts);
    for (size_t c = 0; c < 3; c++) {
        ck_assert_str_eq(descent_dataset_class_names(dataset)[c], five_names[c]);
    }
    descent_dataset_destroy(dataset);
}

START_TEST(a_folder_of_plain_files_loads)
{
    write_valid();
    assert_loads_valid(DESCENT_PART_TRAIN);
}
END_TEST

START_TEST(either_file_may_be_gzip)
{
    write_valid();
    struct bytes images = idx_counting(3, image_sizes);
    images = gzip(&images);
    unlink(scratch_path("train-images-idx3-ubyte"));
    write_bytes("train-images-idx3-ubyte.gz", &images);
    assert_loads_valid(DESCENT_PART_TRAIN);
    struct bytes labels = idx_labels(five_labels, SAMPLES);
    labels = gzip(&labels);
    unlink(scratch_path("train-labels-idx1-ubyte"));
    write_bytes("train-labels-idx1-ubyte.gz", &labels);
    assert_loads_valid(DESCENT_PART_TRAIN);
}
END_TEST

START_TEST(the_test_part_has_files_of_its_own)
{
    write_valid();
    rename(scratch_path("train-images-idx3-ubyte"), scratch_path("t10k-images-idx3-ubyte"));
    rename(scratch_path("train-labels-idx1-ubyte"), scratch_path("t10k-labels-idx1-ubyte"));
    assert_loads_valid(DESCENT_PART_TEST);
    assert_refused(DESCENT_ERROR_NOT_FOUND, 0,
                   "missing: train-images-idxN-ubyte[.gz] train-labels-idx1-ubyte[.gz]");
}
END_TEST

START_TEST(samples_may_have_any_rank)
{
    static const uint32_t sizes[] = {SAMPLES, 2, 1, 3, 1, 1, 2, 1};
    unsigned rank = (unsigned)_i + 2;
    write_valid();
    struct bytes images = idx_counting(rank, sizes);
    char name[64];
    snprintf(name, sizeof name, "train-images-idx%u-ubyte", rank);
    unlink(scratch_path("train-images-idx3-ubyte"));
    write_bytes(name, &images);
    descent_dataset *dataset = NULL;
    ck_assert_ok(load(&dataset, scratch_folder, DESCENT_PART_TRAIN, 0));
    const descent_shape *shape = descent_dataset_shape(dataset);
    ck_assert_uint_eq(shape->rank, rank - 1);
    for (size_t i = 0; i < shape->rank; i++) {
        ck_assert_uint_eq(shape->sizes[i], sizes[i + 1]);
    }
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(missing_files_are_named)
{
    write_valid();
    unlink(scratch_path("train-labels-idx1-ubyte"));
    assert_refused(DESCENT_ERROR_NOT_FOUND, 0, "missing: train-labels-idx1-ubyte[.gz]");
    write_valid();
    unlink(scratch_path("train-images-idx3-ubyte"));
    assert_refused(DESCENT_ERROR_NOT_FOUND, 0, "missing: train-images-idxN-ubyte[.gz]");
    ck_assert_ptr_null(strstr(descent_last_error(), "labels"));
    scratch_end();
    assert_refused(DESCENT_ERROR_NOT_FOUND, 0, "expected a folder or a file of data: No such file");
    ck_assert_int_eq(mkdir(scratch_folder, 0700), 0);
    descent_dataset *dataset = NULL;
    const char *file = scratch_write("file", "x", 1);
    ck_assert_int_eq(load(&dataset, file, DESCENT_PART_TRAIN, 0), DESCENT_ERROR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(
        descent_last_error(),
        "expected a folder, a table (.csv, .tsv, .txt or .data) or a NumPy file (.npz), found"));
}
END_TEST

START_TEST(a_folder_in_a_files_place_is_no_file)
{
    write_valid();
    unlink(scratch_path("train-labels-idx1-ubyte"));
    ck_assert_int_eq(mkdir(scratch_path("train-labels-idx1-ubyte"), 0700), 0);
    assert_refused(DESCENT_ERROR_NOT_FOUND, 0, "missing: train-labels-idx1-ubyte[.gz]");
    rmdir(scratch_path("train-labels-idx1-ubyte"));
}
END_TEST

START_TEST(images_and_labels_must_agree)
{
    uint32_t count = _i == 0 ? SAMPLES - 1 : SAMPLES + 1;
    const uint8_t labels[SAMPLES + 1] = {0};
    write_valid();
    struct bytes bytes = idx_labels(labels, count);
    write_bytes("train-labels-idx1-ubyte", &bytes);
    assert_refused(DESCENT_ERROR_FORMAT, 0, "expected 5 labels, one for each image of ");
    ck_assert_ptr_nonnull(strstr(descent_last_error(), _i == 0 ? "found 4" : "found 6"));
}
END_TEST

START_TEST(a_label_beyond_the_classes_is_refused)
{
    write_valid();
    assert_refused(DESCENT_ERROR_FORMAT, 3, "expected labels below 3, found 3 at sample 2");
    descent_dataset *dataset = NULL;
    ck_assert_ok(load(&dataset, scratch_folder, DESCENT_PART_TRAIN, 10));
    ck_assert_uint_eq(descent_dataset_classes(dataset), 10);
    ck_assert_uint_eq(descent_dataset_class_counts(dataset)[9], 0);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_label_takes_any_byte)
{
    const uint8_t labels[SAMPLES] = {0, 255, 1, 2, 3};
    write_valid();
    struct bytes bytes = idx_labels(labels, SAMPLES);
    write_bytes("train-labels-idx1-ubyte", &bytes);
    descent_dataset *dataset = NULL;
    ck_assert_ok(load(&dataset, scratch_folder, DESCENT_PART_TRAIN, 0));
    ck_assert_uint_eq(descent_dataset_classes(dataset), 5);
    ck_assert_int_eq(descent_dataset_label(dataset, 1), 4);
    ck_assert_str_eq(descent_dataset_class_names(dataset)[4], "255");
    descent_dataset_destroy(dataset);
}
END_TEST

/* A folder whose last label is an integer of four bytes. */
static void write_with_label(uint32_t last)
{
    static const uint32_t count = SAMPLES;
    struct bytes labels = idx_header(0x0C, 1, &count);
    for (size_t i = 0; i < 4 * SAMPLES; i++) {
        append_byte(&labels, i < 4 * (SAMPLES - 1) ? 0 : last >> 8 * (4 * SAMPLES - 1 - i) & 0xff);
    }
    write_valid();
    write_bytes("train-labels-idx1-ubyte", &labels);
}

static void assert_limited(uint64_t limit, descent_status expected, const char *said)
{
    descent_source source = DESCENT_SOURCE_DEFAULT;
    source.memory_limit = limit;
    descent_dataset *dataset = NULL;
    ck_assert_int_eq(descent_dataset_load(&dataset, scratch_folder, &source), expected);
    ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
    ck_assert_ptr_null(dataset);
}

/* A label is a name, which sizes nothing; a number of classes that is given does. */
START_TEST(a_label_cannot_claim_memory)
{
    static const uint32_t labels[] = {1 << 16, INT32_MAX, UINT32_MAX};
    static const char *const names[] = {"65536", "2147483647", "-1"};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        write_with_label(labels[i]);
        descent_dataset *dataset = NULL;
        ck_assert_ok(load(&dataset, scratch_folder, DESCENT_PART_TRAIN, 0));
        ck_assert_uint_eq(descent_dataset_classes(dataset), 2);
        ck_assert_str_eq(descent_dataset_class_names(dataset)[i < 2 ? 1 : 0], names[i]);
        ck_assert_int_eq(descent_dataset_label(dataset, SAMPLES - 1), i < 2 ? 1 : 0);
        descent_dataset_destroy(dataset);
        assert_refused(DESCENT_ERROR_FORMAT, 3, "below 3, found ");
    }
}
END_TEST

/* All arrays count, also in their final types: 30 bytes of images, 20 of labels, 3 classes. */
START_TEST(a_limit_is_for_all_together)
{
    write_valid();
    assert_limited(29, DESCENT_ERROR_MEMORY, "5 samples need 30 bytes");
    assert_limited(49, DESCENT_ERROR_MEMORY, "5 samples need 50 bytes");
    assert_limited(103, DESCENT_ERROR_MEMORY, "5 samples with their classes need 104 bytes");
    descent_source source = DESCENT_SOURCE_DEFAULT;
    source.memory_limit = 104;
    descent_dataset *dataset = NULL;
    ck_assert_ok(descent_dataset_load(&dataset, scratch_folder, &source));
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(names_of_classes_are_limited)
{
    struct bytes names = {.size = 0};
    write_valid();
    for (size_t i = 0; i < 2000; i++) {
        append_byte(&names, i % 500 == 499 ? '\n' : 'a' + (unsigned)(i / 500));
    }
    write_bytes("classes.txt", &names);
    assert_limited(1999, DESCENT_ERROR_FORMAT, "expected at most 1999 bytes, found 2000");
}
END_TEST

/* Numbers to predict: what the header claims is held against the file's length and the limit. */
START_TEST(targets_cannot_claim_memory)
{
    static const uint32_t wide[] = {SAMPLES, 1 << 29};
    static const uint32_t narrow[] = {SAMPLES, 8};
    descent_source source = DESCENT_SOURCE_DEFAULT;
    source.regression = true;
    descent_dataset *dataset = NULL;
    write_valid();
    struct bytes targets = idx_header(0x0D, 2, wide);
    write_bytes("train-targets-idx2-float", &targets);
    ck_assert_int_eq(descent_dataset_load(&dataset, scratch_folder, &source), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "bytes by its header, found 12"));
    targets = idx_header(0x0D, 2, narrow);
    for (size_t i = 0; i < (size_t)4 * SAMPLES * 8; i++) {
        append_byte(&targets, 0);
    }
    write_bytes("train-targets-idx2-float", &targets);
    source.memory_limit = 189;
    ck_assert_int_eq(descent_dataset_load(&dataset, scratch_folder, &source), DESCENT_ERROR_MEMORY);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "need 190 bytes"));
    source.memory_limit = 190;
    ck_assert_ok(descent_dataset_load(&dataset, scratch_folder, &source));
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(labels_of_a_table_are_limited)
{
    struct bytes table = {.size = 0};
    for (size_t row = 0; row < 40; row++) {
        for (size_t i = 0; i < 202; i++) {
            append_byte(&table, i == 0 ? '1' : i == 1 ? ',' : 'a' + (unsigned)row / 2);
        }
        append_byte(&table, '\n');
    }
    descent_source source = {.memory_limit = 4000, .header = DESCENT_HEADER_NO};
    descent_dataset *dataset = NULL;
    const char *path = write_bytes("long.csv", &table);
    ck_assert_int_eq(descent_dataset_load(&dataset, path, &source), DESCENT_ERROR_MEMORY);
    source.memory_limit = 1 << 20;
    ck_assert_ok(descent_dataset_load(&dataset, path, &source));
    ck_assert_uint_eq(descent_dataset_classes(dataset), 20);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(broken_files_are_refused)
{
    static const uint32_t none[] = {0, 3, 2};
    static const uint32_t zero = 0;
    struct bytes images = idx_header(8, 3, none);
    struct bytes labels = idx_header(8, 1, &zero);
    write_valid();
    write_bytes("train-labels-idx1-ubyte", &labels);
    assert_refused(DESCENT_ERROR_FORMAT, 0, "train-labels-idx1-ubyte: expected at least one");
    write_valid();
    write_bytes("train-images-idx3-ubyte", &images);
    assert_refused(DESCENT_ERROR_FORMAT, 0, "train-images-idx3-ubyte: expected at least one");
    write_valid();
    images = idx_counting(3, image_sizes);
    images.size--;
    write_bytes("train-images-idx3-ubyte", &images);
    assert_refused(DESCENT_ERROR_FORMAT, 0, "expected 46 bytes by its header, found 45");
}
END_TEST

/* Whichever allocation fails, loading says so and keeps nothing. */
START_TEST(loading_survives_every_failing_allocation)
{
    write_valid();
    size_t failures = 0;
    descent_status status = DESCENT_ERROR_MEMORY;
    while (allocations_counted() && status != DESCENT_OK) {
        descent_dataset *dataset = NULL;
        allocations_fail_at(failures + 1);
        status = load(&dataset, scratch_folder, DESCENT_PART_TRAIN, 0);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        failures += status != DESCENT_OK;
        descent_dataset_destroy(dataset);
    }
    /* The list of files, images, labels twice, their values, the data set, and others. */
    ck_assert_uint_ge(failures, allocations_counted() ? 6 : 0);
}
END_TEST

START_TEST(create_refuses_what_makes_no_data_set)
{
    static const struct {
        descent_shape shape;
        size_t count, classes;
    } bad[] = {
        {{0, {0}}, 2, 2},
        {{DESCENT_RANK_MAX + 1, {1}}, 2, 2},
        {{2, {3, 0}}, 2, 2},
        {{2, {SIZE_MAX, 2}}, 2, 2},
        {{1, {SIZE_MAX}}, 2, 2},
        {{1, {1}}, 0, 2},
        {{1, {1}}, (size_t)UINT32_MAX + 1, 2},
        {{1, {1}}, 2, 0},
        {{1, {1}}, 2, (size_t)INT32_MAX + 1},
        {{1, {1}}, 2, 1}, /* the labels are 0 and 1 */
    };
    static const uint8_t bytes[] = {0, 1};
    static const int32_t labels[] = {0, 1};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        descent_dataset *dataset = (descent_dataset *)1;
        const descent_samples samples = {.shape = bad[i].shape,
                                         .count = bad[i].count,
                                         .bytes = bytes,
                                         .labels = labels,
                                         .classes = bad[i].classes};
        ck_assert_int_eq(descent_dataset_create(&dataset, &samples), DESCENT_ERROR_INVALID);
        ck_assert_ptr_null(dataset);
    }
    descent_dataset_destroy(NULL);
}
END_TEST

/* The names of targets are copied, and go with both halves of a split. */
START_TEST(targets_may_have_names)
{
    static const float numbers[4] = {1, 2, 3, 4};
    char name[] = "width";
    const char *names[] = {name, "height"};
    descent_samples samples = {.count = 2,
                               .shape = {1, {2}},
                               .floats = numbers,
                               .targets = numbers,
                               .outputs = 2,
                               .target_names = names};
    descent_dataset *dataset, *train, *validation;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    name[0] = '\0';
    ck_assert_ok(descent_dataset_split(&train, &validation, dataset, 0.5, 1));
    const descent_dataset *all[] = {dataset, train, validation};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(descent_dataset_target_names(all[i])[0], "width");
        ck_assert_str_eq(descent_dataset_target_names(all[i])[1], "height");
        ck_assert_uint_eq(descent_dataset_classes(all[i]), 0);
    }
    descent_dataset_destroy(train);
    descent_dataset_destroy(validation);
    descent_dataset_destroy(dataset);
    samples.target_names = NULL;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    ck_assert_ptr_null(descent_dataset_target_names(dataset));
    descent_dataset_destroy(dataset);
    names[1] = NULL;
    samples.target_names = names;
    ck_assert_int_eq(descent_dataset_create(&dataset, &samples), DESCENT_ERROR_INVALID);
}
END_TEST

START_TEST(the_fingerprint_is_the_crc_of_all_there_is)
{
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const int32_t labels[] = {0, 1, 1};
    static const int32_t others[] = {0, 1, 0};
    descent_samples samples = {
        .shape = {2, {2, 2}}, .count = 3, .bytes = pixels, .labels = labels, .classes = 2};
    descent_dataset *dataset = NULL;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    /* Python: zlib.crc32(struct.pack('<3Q', 2, 2, 2) + bytes(range(1, 13))
                          + struct.pack('<3i', 0, 1, 1) + b'0\0' b'1\0') */
    ck_assert_uint_eq(descent_dataset_fingerprint(dataset), 0xa6e8a4f0u);
    descent_dataset_destroy(dataset);
    samples.labels = others;
    ck_assert_ok(descent_dataset_create(&dataset, &samples));
    ck_assert_uint_ne(descent_dataset_fingerprint(dataset), 0xa6e8a4f0u);
    descent_dataset_destroy(dataset);
}
END_TEST

static void assert_folder(const char *folder, descent_part part, size_t side, size_t count,
                          const size_t *class_counts)
{
    descent_dataset *dataset = NULL;
    ck_assert_ok(load(&dataset, folder, part, 0));
    ck_assert_uint_eq(descent_dataset_count(dataset), count);
    ck_assert_uint_eq(descent_dataset_classes(dataset), 10);
    ck_assert_uint_eq(descent_dataset_shape(dataset)->rank, 2);
    ck_assert_uint_eq(descent_dataset_shape(dataset)->sizes[0], side);
    ck_assert_uint_eq(descent_dataset_shape(dataset)->sizes[1], side);
    ck_assert_mem_eq(descent_dataset_class_counts(dataset), class_counts,
                     10 * sizeof class_counts[0]);
    descent_dataset_destroy(dataset);
}

START_TEST(the_bundled_digits_load)
{
    static const size_t train[] = {142, 145, 142, 146, 145, 146, 145, 143, 139, 144};
    static const size_t test[] = {36, 37, 35, 37, 36, 36, 36, 36, 35, 36};
    assert_folder(DESCENT_TEST_DIGITS, DESCENT_PART_TRAIN, 8, 1437, train);
    assert_folder(DESCENT_TEST_DIGITS, DESCENT_PART_TEST, 8, 360, test);
}
END_TEST

START_TEST(mnist_loads_where_it_is_there)
{
    static const size_t train[] = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    static const size_t test[] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    const char *data = getenv("DESCENT_DATA");
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/mnist", data != NULL ? data : "");
    if (data == NULL || access(folder, R_OK) != 0) {
        puts("skipped: no mnist folder in $DESCENT_DATA");
        return;
    }
    assert_folder(folder, DESCENT_PART_TRAIN, 28, 60000, train);
    assert_folder(folder, DESCENT_PART_TEST, 28, 10000, test);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_folder_of_plain_files_loads),
        TEST_CASE(either_file_may_be_gzip),
        TEST_CASE(the_test_part_has_files_of_its_own),
        TEST_LOOP(samples_may_have_any_rank, 7),
        TEST_CASE(missing_files_are_named),
        TEST_CASE(a_folder_in_a_files_place_is_no_file),
        TEST_LOOP(images_and_labels_must_agree, 2),
        TEST_CASE(a_label_beyond_the_classes_is_refused),
        TEST_CASE(a_label_takes_any_byte),
        TEST_CASE(a_label_cannot_claim_memory),
        TEST_CASE(a_limit_is_for_all_together),
        TEST_CASE(names_of_classes_are_limited),
        TEST_CASE(targets_cannot_claim_memory),
        TEST_CASE(labels_of_a_table_are_limited),
        TEST_CASE(broken_files_are_refused),
        TEST_CASE(loading_survives_every_failing_allocation),
        TEST_CASE(create_refuses_what_makes_no_data_set),
        TEST_CASE(targets_may_have_names),
        TEST_CASE(the_fingerprint_is_the_crc_of_all_there_is),
        TEST_CASE(the_bundled_digits_load),
        TEST_CASE(mnist_loads_where_it_is_there),
    };
    scratch_begin();
    int result = run_tests("dataset", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
