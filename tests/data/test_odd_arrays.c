/*
 * Arrays that go ways which few do: pairs in archives, and files of a folder beside each other,
 * with what reading them says, or that it says nothing.
 */
#include "harness.h"
#include "npy_files.h"

#include "data/image_shape.h"

#include <sys/stat.h>

/* Answers to three samples of two numbers: an array of unsigned bytes. */
static const struct {
    const char *shape, *numbers;
    size_t count;
    descent_source source;
    const char *said; /* NULL: they are a data set */
} answers[] = {
    {"(3,)", "\0\1\0", 3, {0}, NULL},
    {"(3,)", "\0\1\0", 3, {.part = DESCENT_PART_ALL}, NULL},
    {"(3, 2)", "\0\1\1\0\0\1", 6, {0}, NULL},
    {"(3, 2)", "\0\1\2\0\0\1", 6, {0}, "found another row at sample 1"},
    {"(3, 2)", "\0\1\2\1\0\1", 6, {0}, "found another row at sample 1"},
    {"(3, 2)", "\0\1\1\1\0\1", 6, {0}, "found another row at sample 1"},
    {"(3,)", "\0\1\0", 3, {.classes = SIZE_MAX}, "classes"},
    {"(3,)", "\0\1\0", 3, {.classes = 2, .class_names = (const char *const[]){"0", "1"}}, NULL},
    {"(3,)", "\0\1\0", 3, {.classes = 2, .class_names = (const char *const[]){"0", "-"}}, NULL},
    {"(3,)", "\0\1\0", 3, {.classes = 2, .class_names = (const char *const[]){"0", "-x"}}, NULL},
    {"(3,)",
     "\0\1\5",
     3,
     {.classes = 2, .class_names = (const char *const[]){"0", "1"}},
     "expected one of the 2 classes of the training data, found \"5\""},
    {"(2,)", "\0\1", 2, {.regression = true}, "expected 3 targets, one for each image of"},
    {"(2,)", "\0\1", 2, {0}, "expected 3 labels, one for each image of"},
};

START_TEST(answers_are_read_or_told)
{
    struct member members[] = {{"x.npy", npy_header(1, "|u1", "(3, 2)")},
                               {"y.npy", npy_header(1, "|u1", answers[_i].shape)}};
    append_text(&members[0].bytes, "\1\2\3\4\5\6");
    for (size_t i = 0; i < answers[_i].count; i++) {
        append_byte(&members[1].bytes, (unsigned char)answers[_i].numbers[i]);
    }
    struct bytes file = zip(members, 2, false);
    descent_source source = answers[_i].source;
    source.test = DESCENT_TEST_NONE;
    descent_dataset *dataset;
    descent_status status = descent_dataset_load(&dataset, write_bytes("a.npz", &file), &source);
    ck_assert_msg((status == DESCENT_OK) == (answers[_i].said == NULL), "%d: %s", _i,
                  status == DESCENT_OK ? "is read" : descent_last_error());
    ck_assert_msg(answers[_i].said == NULL ||
                      strstr(descent_last_error(), answers[_i].said) != NULL,
                  "%d: %s", _i, descent_last_error());
    descent_dataset_destroy(dataset);
}
END_TEST

/* Labels as floats are whole, and not too large to be told apart. */
START_TEST(labels_may_be_floats)
{
    static const struct {
        uint32_t bits; /* of the second one of two */
        const char *said;
    } labels[] = {{0x3f800000, NULL},
                  {0x3f000000, "expected whole numbers as labels, found 0.5 at sample 1"},
                  {0x4b800000, "expected labels between -16777216 and 16777216"}};
    for (size_t i = 0; i < TEST_COUNT(labels); i++) {
        struct member members[] = {{"x.npy", npy_header(1, "|u1", "(2, 2)")},
                                   {"y.npy", npy_header(1, "<f4", "(2,)")}};
        append_little(&members[0].bytes, 0, 4);
        append_little(&members[1].bytes, 0, 4);
        append_little(&members[1].bytes, labels[i].bits, 4);
        struct bytes file = zip(members, 2, false);
        const descent_source source = {.part = DESCENT_PART_ALL};
        descent_dataset *dataset;
        descent_status status =
            descent_dataset_load(&dataset, write_bytes("f.npz", &file), &source);
        ck_assert_msg((status == DESCENT_OK) == (labels[i].said == NULL), "%zu: %s", i,
                      descent_last_error());
        ck_assert(labels[i].said == NULL || strstr(descent_last_error(), labels[i].said) != NULL);
        descent_dataset_destroy(dataset);
    }
}
END_TEST

/* Two arrays of samples; and one without answers, in an archive of the current folder. */
START_TEST(an_archive_has_one_pair)
{
    struct member members[] = {{"x.npy", npy_header(1, "|u1", "(2, 2)")},
                               {"images.npy", npy_header(1, "|u1", "(2, 2)")},
                               {"y.npy", npy_header(1, "|u1", "(2,)")}};
    append_little(&members[0].bytes, 0, 4);
    append_little(&members[1].bytes, 0, 4);
    append_little(&members[2].bytes, 0x0100, 2);
    struct bytes file = zip(members, 3, false);
    const descent_source source = {.test = DESCENT_TEST_NONE};
    descent_dataset *dataset;
    ck_assert_int_eq(descent_dataset_load(&dataset, write_bytes("two.npz", &file), &source),
                     DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "one file of its kind and part"));
    members[0].name = "x_train.npy";
    members[1].name = "x_test.npy";
    members[2].name = "y_train.npy";
    file = zip(members, 3, false);
    write_bytes("left.npz", &file);
    ck_assert_int_eq(chdir(scratch_folder), 0);
    ck_assert_ok(descent_dataset_load(&dataset, "left.npz", &source));
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(images_have_few_channels)
{
    const descent_shape shapes[] = {{2, {2, 2}}, {3, {2, 2, 3}}, {3, {2, 2, 99}}, {1, {2}}};
    for (size_t i = 0; i < TEST_COUNT(shapes); i++) {
        ck_assert_int_eq(descent_image_shape_check(&shapes[i], "x"),
                         i < 2 ? DESCENT_OK : DESCENT_ERROR_INVALID);
    }
}
END_TEST

/* With the source's defaults a part is held back, which needs several samples of a class. */
START_TEST(without_a_source_there_are_defaults)
{
    static const char table[] = "a,k\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n";
    struct bytes array = npy_header(1, "<i2", "(2, 3)"), flat = npy_header(1, "<i2", "(3,)");
    append_little(&array, 0, 8);
    append_little(&array, 0, 4);
    append_little(&flat, 1, 6);
    descent_dataset *dataset;
    ck_assert_ok(
        descent_dataset_load(&dataset, scratch_write("t.csv", table, sizeof table - 1), NULL));
    descent_dataset_destroy(dataset);
    ck_assert_ok(descent_dataset_load_samples(&dataset, write_bytes("x.npy", &array), 3, NULL));
    ck_assert_uint_eq(descent_dataset_count(dataset), 2);
    descent_dataset_destroy(dataset);
    const char *path = write_bytes("one.npy", &flat);
    ck_assert_ok(descent_dataset_load_samples(&dataset, path, 3, NULL));
    ck_assert_uint_eq(descent_dataset_count(dataset), 1);
    descent_dataset_destroy(dataset);
    ck_assert_ok(descent_dataset_load_samples(&dataset, path, 1, NULL));
    ck_assert_uint_eq(descent_dataset_count(dataset), 3);
    descent_dataset_destroy(dataset);
}
END_TEST

/* The files of a folder, each of three images or their labels. */
static const struct {
    const char *names[5];
    descent_part part;
    const char *said;
} folders[] = {
    {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "train.labels.idx1-ubyte"},
     DESCENT_PART_TRAIN,
     "expected one file of its kind and part"},
    {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
      "t10k.labels.idx1-ubyte", "t10k.labels.idx1.ubyte"},
     DESCENT_PART_TRAIN,
     NULL},
    {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "train-labels-idx1-ubyte.idx"},
     DESCENT_PART_TRAIN,
     "expected one file of its kind and part"},
    {{"images-idx3-ubyte", "labels-idx1-ubyte"}, DESCENT_PART_ALL, NULL},
    {{"one-images-idx3-ubyte", "one-labels-idx1-ubyte", "two-images-idx3-ubyte",
      "two-labels-idx1-ubyte"},
     DESCENT_PART_ALL,
     "expected one data set, found"},
    {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}, DESCENT_PART_TEST, "t10k-images"},
    {{"images_train.npy", "labels_train.npy"}, DESCENT_PART_TRAIN, NULL},
    {{"images_train.npy", "labels_train.npy"}, DESCENT_PART_ALL, NULL},
    {{"images_train.npy"}, DESCENT_PART_TEST, "expected"},
    {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}, DESCENT_PART_ALL, NULL},
};

START_TEST(a_folder_is_read_or_told)
{
    static const uint32_t sizes[] = {3, 2, 2};
    const struct bytes images = idx_counting(3, sizes);
    const struct bytes labels = idx_labels((const uint8_t[]){0, 1, 1}, 3);
    struct bytes numpy[2] = {npy_header(1, "|u1", "(3, 2)"), npy_header(1, "|u1", "(3,)")};
    append_little(&numpy[0], 0, 6);
    append_little(&numpy[1], 0x010100, 3);
    char folder[512], name[64];
    snprintf(folder, sizeof folder, "%s", scratch_path("folder"));
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    for (size_t f = 0; f < TEST_COUNT(folders[_i].names) && folders[_i].names[f] != NULL; f++) {
        snprintf(name, sizeof name, "folder/%s", folders[_i].names[f]);
        bool samples = strstr(name, "images") != NULL;
        write_bytes(name, strstr(name, ".npy") != NULL ? &numpy[!samples]
                          : samples                    ? &images
                                                       : &labels);
    }
    const descent_source source = {.part = folders[_i].part, .test = DESCENT_TEST_NONE};
    descent_dataset *dataset;
    descent_status status = descent_dataset_load(&dataset, folder, &source);
    ck_assert_msg((status == DESCENT_OK) == (folders[_i].said == NULL), "%d: %s", _i,
                  status == DESCENT_OK ? "is read" : descent_last_error());
    ck_assert(folders[_i].said == NULL || strstr(descent_last_error(), folders[_i].said) != NULL);
    descent_dataset_destroy(dataset);
    for (size_t f = 0; f < TEST_COUNT(folders[_i].names) && folders[_i].names[f] != NULL; f++) {
        snprintf(name, sizeof name, "folder/%s", folders[_i].names[f]);
        unlink(scratch_path(name));
    }
    rmdir(folder);
}
END_TEST

/* One more than there may be, as targets of 32 bits count them. */
START_TEST(too_many_different_labels_are_refused)
{
    enum { COUNT = (1 << 16) + 1 };
    const struct bytes images = npy_header(1, "|u1", "(65537, 1)");
    const struct bytes labels = npy_header(1, "<i4", "(65537,)");
    static unsigned char bytes[4 * COUNT + 256];
    char folder[512];
    snprintf(folder, sizeof folder, "%s", scratch_path("many"));
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    memcpy(bytes, images.data, images.size);
    scratch_write("many/x.npy", bytes, images.size + COUNT);
    memcpy(bytes, labels.data, labels.size);
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t b = 0; b < 4; b++) {
            bytes[labels.size + 4 * i + b] = (unsigned char)(i >> 8 * b);
        }
    }
    scratch_write("many/y.npy", bytes, labels.size + (size_t)4 * COUNT);
    descent_dataset *dataset;
    ck_assert_int_eq(descent_dataset_load(&dataset, folder, NULL), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "at most 65536 different labels, found"));
    unlink(scratch_path("many/x.npy"));
    unlink(scratch_path("many/y.npy"));
    rmdir(folder);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(answers_are_read_or_told, TEST_COUNT(answers)),
        TEST_CASE(labels_may_be_floats),
        TEST_CASE(an_archive_has_one_pair),
        TEST_CASE(images_have_few_channels),
        TEST_CASE(without_a_source_there_are_defaults),
        TEST_LOOP(a_folder_is_read_or_told, TEST_COUNT(folders)),
        TEST_CASE(too_many_different_labels_are_refused),
    };
    scratch_begin();
    int result = run_tests("odd_arrays", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
