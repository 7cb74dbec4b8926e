/*
 * What an array is for, as its name or its file's tells.
 */
#include "harness.h"

#include "data/array_name.h"

#include <string.h>

START_TEST(names_say_what_arrays_are_for)
{
    static const struct {
        const char *name;
        enum descent_array_part part;
        enum descent_array_role role;
        size_t rank;
        const char *set;
    } cases[] = {
        {"train-images-idx3-ubyte", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 3, ""},
        {"t10k-labels.idx1-ubyte.gz", DESCENT_ARRAY_TEST, DESCENT_ARRAY_LABELS, 1, ""},
        {"emnist-letters-test-images-idx3-ubyte.gz", DESCENT_ARRAY_TEST, DESCENT_ARRAY_SAMPLES, 3,
         "emnist-letters"},
        {"TRAIN_LABELS", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_LABELS, 0, ""},
        {"images-idx3-ubyte", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES, 3, ""},
        {"X_train.npy", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, ""},
        {"ytest", DESCENT_ARRAY_TEST, DESCENT_ARRAY_EITHER, 0, ""},
        {"k49-train-imgs.npz", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, "k49"},
        {"training_targets-idx2-float", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_TARGETS, 2, ""},
        {"target", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_EITHER, 0, ""},
        {"target_names", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN, 0, "names"},
        {"feature-names.npy", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN, 0, "feature-names"},
        {"names-train-images", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, "names"},
        {"notes.txt", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN, 0, "notes-txt"},
        {"idx0-idx9-idx33-x", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES, 0, "idx0-idx9-idx33"},
        {"train-test-x-y", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES, 0, "test-y"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct descent_array_name name = descent_array_name_read(cases[i].name);
        ck_assert_msg(name.part == cases[i].part && name.role == cases[i].role &&
                          name.idx_rank == cases[i].rank,
                      "%s: %d %d %zu", cases[i].name, name.part, name.role, name.idx_rank);
        ck_assert_str_eq(name.set, cases[i].set);
    }
}
END_TEST

START_TEST(a_long_name_is_cut)
{
    char text[1000];
    memset(text, 'a', sizeof text);
    for (size_t i = 50; i < sizeof text; i += 50) {
        text[i] = '-';
    }
    text[sizeof text - 1] = '\0';
    ck_assert_uint_eq(strlen(descent_array_name_read(text).set), 127);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(names_say_what_arrays_are_for),
        TEST_CASE(a_long_name_is_cut),
    };
    return run_tests("array_name", cases, TEST_COUNT(cases));
}
