/*
 * Reading files of each kind while one call after the other on the disk fails, or one allocation:
 * the failure is what is said then, and nothing is made, or it does not matter and the same data
 * come back; a call that a signal interrupts is done again.
 */
#include "allocations.h"
#include "disk.h"
#include "harness.h"
#include "image_files.h"
#include "npy_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* How a file is read. */
enum form { PARTS, SAMPLES, SEVERAL_LABELS };

/* What is read, and how many failures are told at least. */
static const struct {
    const char *name;
    enum form form;
    size_t failures;
} cases[] = {{"csv", PARTS, 12},
             {"table.csv", PARTS, 4},
             {"packed.csv.gz", PARTS, 4},
             {"images", PARTS, 12},
             {"idx", PARTS, 12},
             {"packed", PARTS, 12},
             {"arrays.npz", PARTS, 8},
             {"packed.npz", PARTS, 8},
             {"x.npy", SAMPLES, 4},
             {"packed.npz", SAMPLES, 8},
             {"samples-idx3-ubyte", SAMPLES, 4},
             {"doubles-idx1-double.gz", SAMPLES, 4},
             {"several.npz", SEVERAL_LABELS, 8},
             {"many", PARTS, 8},
             {"tables", PARTS, 12},
             {"classes", PARTS, 12},
             {"pictures", PARTS, 12}};

static const char *const folders[] = {
    "classes",          "classes/other",    "classes/train", "csv",
    "images",           "images/a",         "images/b",      "idx",
    "packed",           "tables",           "pictures",      "pictures/train",
    "pictures/train/a", "pictures/train/b", "many"};

/* Two labels a sample, and arrays that are none of the data set. */
static void write_more_arrays(const struct member pair[2], const struct bytes *images)
{
    static const uint32_t sizes[] = {3};
    struct member members[] = {pair[0], {"targets.npy", npy_header(1, "|u1", "(4, 2)")}};
    append_text(&members[1].bytes, "\1\1");
    append_little(&members[1].bytes, 0x000100010100, 6);
    const struct bytes several = zip(members, 2, true);
    struct bytes doubles = idx_header(14, 1, sizes);
    append_little(&doubles, 0, 8);
    append_little(&doubles, 0, 8);
    append_little(&doubles, 0, 8);
    doubles = gzip(&doubles);
    write_bytes("several.npz", &several);
    write_bytes("doubles-idx1-double.gz", &doubles);
    write_bytes("many/x.npy", &pair[0].bytes);
    write_bytes("many/y.npy", &pair[1].bytes);
    for (int i = 0; i < 18; i++) {
        char name[32];
        snprintf(name, sizeof name, i < 16 ? "many/set%d-x.npy" : "many/set%d.npy", i);
        write_bytes(name, &pair[0].bytes);
    }
    write_bytes("many/set18-images", images);
}

static void write_arrays(void)
{
    static const uint8_t labels[] = {0, 1, 1};
    static const uint32_t sizes[] = {3, 2, 4};
    const struct bytes images = idx_counting(3, sizes), answers = idx_labels(labels, 3);
    const struct bytes images_gz = gzip(&images), answers_gz = gzip(&answers);
    write_bytes("idx/train-images-idx3-ubyte", &images);
    write_bytes("idx/train-labels-idx1-ubyte", &answers);
    write_bytes("idx/t10k-images-idx3-ubyte", &images);
    write_bytes("idx/t10k-labels-idx1-ubyte", &answers);
    scratch_write("idx/classes.txt", "one\ntwo\n", 8);
    write_bytes("packed/train-images-idx3-ubyte.gz", &images_gz);
    write_bytes("packed/train-labels-idx1-ubyte.gz", &answers_gz);
    write_bytes("packed/t10k-images-idx3-ubyte.gz", &images_gz);
    write_bytes("packed/t10k-labels-idx1-ubyte.gz", &answers_gz);
    struct member members[] = {{"x.npy", npy_header(1, "<i2", "(4, 3)")},
                               {"y.npy", npy_header(1, "|u1", "(4,)")}};
    for (unsigned i = 0; i < 12; i++) {
        append_little(&members[0].bytes, i, 2);
    }
    append_text(&members[1].bytes, "\1\2\1\2");
    const struct bytes stored = zip(members, 2, false), packed = zip(members, 2, true);
    write_bytes("arrays.npz", &stored);
    write_bytes("packed.npz", &packed);
    write_bytes("x.npy", &members[0].bytes);
    write_bytes("samples-idx3-ubyte", &images);
    write_more_arrays(members, &images);
}

static void write_tables(void)
{
    static const char table[] = "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n";
    struct bytes packed = {.size = 0};
    append_text(&packed, table);
    packed = gzip(&packed);
    scratch_write("csv/train.csv", table, sizeof table - 1);
    scratch_write("csv/test.csv", table, sizeof table - 1);
    scratch_write("table.csv", table, sizeof table - 1);
    write_bytes("packed.csv.gz", &packed);
    scratch_write("tables/train.csv", table, sizeof table - 1);
    scratch_write("tables/test.csv", "a,b\n1,2\n", 8);
    scratch_write("tables/validation.csv", table, sizeof table - 1);
    scratch_write("tables/notes.txt", "x\n", 2);
}

static void write_images(void)
{
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    const struct bytes file = png_file(2, 3, 1, pixels, 2);
    write_bytes("images/a/1.png", &file);
    write_bytes("images/a/2.png", &file);
    write_bytes("images/b/1.png", &file);
    write_bytes("classes/other/1.png", &file);
    write_bytes("classes/other/2.png", &file);
    write_bytes("classes/train/1.png", &file);
    write_bytes("classes/train/2.png", &file);
    scratch_write("classes/notes.one", "x", 1);
    scratch_write("classes/notes.two", "x", 1);
    write_bytes("pictures/train/a/1.png", &file);
    write_bytes("pictures/train/a/2.png", &file);
    write_bytes("pictures/train/b/1.png", &file);
    write_bytes("pictures/train/b/2.png", &file);
    scratch_write("pictures/notes.txt", "x", 1);
    scratch_write("pictures/train/notes.txt", "x", 1);
}

static descent_status load(descent_dataset **dataset, int i)
{
    const char *path = scratch_path(cases[i].name);
    const descent_source source = {.part = DESCENT_PART_TRAIN,
                                   .test = 0.5,
                                   .threads = 1,
                                   .multi_label = cases[i].form == SEVERAL_LABELS};
    return cases[i].form == SAMPLES ? descent_dataset_load_samples(dataset, path, 3, &source)
                                    : descent_dataset_load(dataset, path, &source);
}

/* With the n-th call of a kind failing, for every n; returns how many loads failed. */
static size_t fail_each(enum disk_call call, int error, int i, uint32_t fingerprint)
{
    size_t failures = 0;
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        descent_dataset *dataset;
        disk_fail_at(call, n, error);
        descent_status status = load(&dataset, i);
        failed = disk_has_failed(call);
        disk_fail_at(call, 0, 0);
        ck_assert_msg(status == DESCENT_OK || status == DESCENT_ERROR_IO, "call %d, %zu: %s", call,
                      n, descent_last_error());
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        ck_assert(dataset == NULL || descent_dataset_fingerprint(dataset) == fingerprint);
        ck_assert(dataset != NULL || strstr(descent_last_error(), strerror(error)) != NULL);
        descent_dataset_destroy(dataset);
        failures += status != DESCENT_OK;
    }
    return failures;
}

START_TEST(a_call_that_fails_is_told)
{
    static const enum disk_call calls[] = {DISK_OPEN, DISK_READ,  DISK_SEEK, DISK_STAT,
                                           DISK_LIST, DISK_FSTAT, DISK_CLOSE};
    descent_dataset *dataset;
    ck_assert_ok(load(&dataset, _i));
    uint32_t fingerprint = descent_dataset_fingerprint(dataset);
    descent_dataset_destroy(dataset);
    size_t failures = 0;
    for (size_t c = 0; c < TEST_COUNT(calls); c++) {
        failures += fail_each(calls[c], EIO, _i, fingerprint);
    }
    ck_assert_msg(failures >= cases[_i].failures || !disk_can_fail(), "%zu", failures);
    ck_assert_uint_eq(fail_each(DISK_OPEN, EINTR, _i, fingerprint), 0);
    ck_assert_uint_eq(fail_each(DISK_READ, EINTR, _i, fingerprint), 0);
}
END_TEST

START_TEST(an_allocation_that_fails_is_told)
{
    descent_dataset *dataset;
    ck_assert_ok(load(&dataset, _i));
    uint32_t fingerprint = descent_dataset_fingerprint(dataset);
    descent_dataset_destroy(dataset);
    bool failed = allocations_counted();
    for (size_t n = 1; failed; n++) {
        allocations_fail_at(n);
        descent_status status = load(&dataset, _i);
        allocations_fail_at(0);
        failed = allocations_failed();
        ck_assert_msg(status == DESCENT_OK || (failed && status == DESCENT_ERROR_MEMORY), "%zu: %s",
                      n, descent_last_error());
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        ck_assert(dataset == NULL || descent_dataset_fingerprint(dataset) == fingerprint);
        ck_assert(failed || n > 4);
        descent_dataset_destroy(dataset);
    }
}
END_TEST

/* Rows for a model of two numbers; standard input is the file as well. */
static descent_status read_rows(const char *path, char kept[8])
{
    float values[8];
    size_t n = 0;
    descent_rows *rows;
    const descent_source source = {.keep = "kind"};
    descent_status status = descent_rows_create(&rows, path, 2, &source);
    ck_assert_int_eq(status == DESCENT_OK, rows != NULL);
    if (status == DESCENT_OK) {
        status = descent_rows_next(rows, 4, values, &n);
    }
    if (status == DESCENT_OK) {
        ck_assert_uint_eq(n, 4);
        ck_assert_float_eq(values[7], 8);
        snprintf(kept, 8, "%s", descent_rows_kept_text(rows, 1, 0));
    }
    descent_rows_destroy(rows);
    return status;
}

START_TEST(rows)
{
    static const enum disk_call calls[] = {DISK_OPEN, DISK_READ, DISK_SEEK, DISK_COPY, DISK_LIST};
    static const int failures[2] = {3, 2};
    const char *path = _i == 0 ? scratch_path("table.csv") : "-";
    int file = open(scratch_path("table.csv"), O_RDONLY), failed = 0;
    ck_assert_int_eq(dup2(file, STDIN_FILENO), STDIN_FILENO);
    for (size_t c = 0; c < TEST_COUNT(calls); c++) {
        bool all = false;
        for (size_t n = 1; !all; n++) {
            char kept[8] = "";
            ck_assert_int_eq(lseek(STDIN_FILENO, 0, SEEK_SET), 0);
            disk_fail_at(calls[c], n, EIO);
            descent_status status = read_rows(path, kept);
            all = !disk_has_failed(calls[c]);
            disk_fail_at(calls[c], 0, 0);
            ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_IO);
            ck_assert(status == DESCENT_ERROR_IO || strcmp(kept, "y") == 0);
            failed += status != DESCENT_OK;
        }
    }
    ck_assert_msg(failed >= failures[_i] || !disk_can_fail(), "%d", failed);
}
END_TEST

/* What scratch_end() leaves. */
static void remove_folders(void)
{
    for (size_t i = TEST_COUNT(folders); i-- > 0;) {
        char path[1024];
        snprintf(path, sizeof path, "%s", scratch_path(folders[i]));
        DIR *folder = opendir(path);
        struct dirent *entry;
        while ((entry = readdir(folder)) != NULL) {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
        closedir(folder);
        rmdir(path);
    }
}

int main(void)
{
    const struct test_case tests[] = {
        TEST_LOOP(a_call_that_fails_is_told, TEST_COUNT(cases)),
        TEST_LOOP(an_allocation_that_fails_is_told, TEST_COUNT(cases)),
        TEST_LOOP(rows, 2),
    };
    scratch_begin();
    for (size_t i = 0; i < TEST_COUNT(folders); i++) {
        mkdir(scratch_path(folders[i]), 0700);
    }
    write_arrays();
    write_tables();
    write_images();
    int result = run_tests("load_faults", tests, TEST_COUNT(tests));
    remove_folders();
    scratch_end();
    return result;
}
