/*
 * Reading each kind of data while one allocation after the other fails: out of memory is what is
 * said then, and nothing is made; without a failure the same data come back as before.
 */
#include "allocations.h"
#include "harness.h"
#include "image_files.h"

#include <jansson.h>
#include <sys/stat.h>

static const struct {
    const char *name, *train, *test; /* the test part's file; NULL: there is none */
    descent_source source;
    size_t failures; /* at least so many allocations */
} tables[] = {
    {"words",
     "a,b,colour,kind\n1,2,red,x\n3,,\"gr \"\"een\",y\n5,6,red,x\n7,8,,y\n1,1,blue,x\n2,2,red,y\n",
     NULL,
     {.test = 0.4, .label_column = "kind"},
     30},
    {"semicolons",
     "# one\n# a;b;c\n1,5;2;x\n3;4,25;y\n5;6;x\n7;8;y\n1;1;x\n2;2;y\n",
     NULL,
     {.test = 0.4, .part = DESCENT_PART_TEST},
     20},
    {"parts",
     "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n",
     "kind,b,a\nx,1,2\ny,3,4\n",
     {.part = DESCENT_PART_TEST},
     30},
    {"targets",
     "a,b,c\n1,2,3\n4,5,6\n7,8,9.5\n2,2,2\n",
     NULL,
     {.test = 0.5, .regression = true, .label_column = "b,c"},
     20},
    {"several",
     "a,b,tags\n1,2,x;y\n3,4,\n5,6,y\n7,8,z\n1,2,x\n3,4,y\n5,6,z\n7,8,z\n",
     NULL,
     {.test = 0.5, .multi_label = true, .label_column = "tags"},
     20},
    {"flags",
     "a,b,c\n1,0,1\n3,1,0\n5,0,1\n7,1,1\n",
     NULL,
     {.test = 0.5, .multi_label = true, .label_column = "b,c"},
     20},
    {"pixels",
     "label,pixel0,pixel1,pixel2,pixel3\n0,1,2,3,4\n1,5,6,7,255\n0,0,0,0,0\n1,4,3,2,1\n",
     NULL,
     {.test = 0.5, .height = 2, .width = 2, .transpose = true},
     15},
    {"dates",
     "day,a,kind\n2020-01-02,1,x\nn.d.,2,y\nnone,3,x\n?,4,y\n?,4,y\nno,4,y\n",
     NULL,
     {.test = 0.4, .separator = ',', .label_column = "kind"},
     20},
    {"headless", "1,x\n2,y\n3,z\n4,x\n5,y\n6,z\n", NULL, {.part = DESCENT_PART_ALL}, 15},
    {"lists",
     "id,a,code,kind\n7,1,2,x\n8,3,1,y\n9,5,2,x\n4,7,1,y\n",
     NULL,
     {.test = 0.5, .words = "code", .keep = "id", .ignore = "a"},
     20},
};

/* Loads with the n-th allocation failing, for every n; returns how many failed. */
static size_t fail_each(const char *path, const descent_source *source)
{
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_load(&dataset, path, source));
    uint32_t fingerprint = descent_dataset_fingerprint(dataset);
    descent_dataset_destroy(dataset);
    size_t failures = 0;
    bool failed = allocations_counted();
    for (size_t n = 1; failed; n++) {
        allocations_fail_at(n);
        descent_status status = descent_dataset_load(&dataset, path, source);
        allocations_fail_at(0);
        failed = allocations_failed();
        ck_assert_msg(status == DESCENT_OK || (failed && status == DESCENT_ERROR_MEMORY), "%zu: %s",
                      n, descent_last_error());
        ck_assert_int_eq(status == DESCENT_OK, dataset != NULL);
        ck_assert(dataset == NULL || descent_dataset_fingerprint(dataset) == fingerprint);
        descent_dataset_destroy(dataset);
        failures += status != DESCENT_OK;
    }
    return failures;
}

START_TEST(a_table)
{
    const char *path = scratch_write("table.csv", tables[_i].train, strlen(tables[_i].train));
    char folder[512];
    if (tables[_i].test != NULL) {
        snprintf(folder, sizeof folder, "%s", scratch_path("parts"));
        ck_assert_int_eq(mkdir(folder, 0700), 0);
        scratch_write("parts/train.csv", tables[_i].train, strlen(tables[_i].train));
        scratch_write("parts/test.csv", tables[_i].test, strlen(tables[_i].test));
        path = folder;
    }
    descent_source source = tables[_i].source;
    size_t failures = fail_each(path, &source);
    ck_assert_msg(failures >= tables[_i].failures || !allocations_counted(), "%zu", failures);
    if (tables[_i].test != NULL) {
        unlink(scratch_path("parts/train.csv"));
        unlink(scratch_path("parts/test.csv"));
        rmdir(folder);
    }
}
END_TEST

/* A part of each kind, two classes in it, and a file that is no image. */
static const char *const folders[] = {"images",         "images/train", "images/train/a",
                                      "images/train/b", "images/test",  "images/test/a",
                                      "images/test/b"};
static const char *const pictures[] = {"images/train/a/1.png", "images/train/a/2.png",
                                       "images/train/b/1.png", "images/test/a/1.png",
                                       "images/test/b/1.png",  "images/test/b/notes.txt"};

START_TEST(a_folder_of_images)
{
    const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    struct bytes file = png_file(2, 3, 1, pixels, 2);
    for (size_t i = 0; i < TEST_COUNT(folders); i++) {
        ck_assert_int_eq(mkdir(scratch_path(folders[i]), 0700), 0);
    }
    for (size_t i = 0; i < TEST_COUNT(pictures); i++) {
        write_bytes(pictures[i], &file);
    }
    const descent_source source = {.part = (descent_part)_i, .threads = 1};
    size_t failures = fail_each(scratch_path("images"), &source);
    ck_assert(failures >= 20 || !allocations_counted());
    for (size_t i = 0; i < TEST_COUNT(pictures); i++) {
        unlink(scratch_path(pictures[i]));
    }
    for (size_t i = TEST_COUNT(folders); i-- > 0;) {
        rmdir(scratch_path(folders[i]));
    }
}
END_TEST

/* A table for columns that are known, whose answer is looked for. */
START_TEST(a_table_for_known_columns)
{
    static const char train[] = "a,b,colour,kind\n1,2,red,x\n3,,gr,y\n5,6,red,x\n7,8,gr,y\n";
    static const char test[] = "b,kind,a,colour\n1,x,3,red\n2,y,4,gr\n";
    const descent_source all = {.part = DESCENT_PART_ALL, .label_column = "kind"};
    descent_dataset *dataset;
    ck_assert_ok(
        descent_dataset_load(&dataset, scratch_write("train.csv", train, sizeof train - 1), &all));
    const char *const classes[] = {"x", "y"};
    const descent_source source = {.part = DESCENT_PART_ALL,
                                   .columns = descent_dataset_columns(dataset),
                                   .classes = 2,
                                   .class_names = classes};
    size_t failures = fail_each(scratch_write("known.csv", test, sizeof test - 1), &source);
    ck_assert(failures >= 20 || !allocations_counted());
    descent_dataset_destroy(dataset);
}
END_TEST

/* Rows for a model that knows the columns, found by name, with one to keep and answers, by their
 * places, and for one that knows none; and a file that lacks columns. */
static const struct {
    const char *train, *test, *kept, *keep, *answers;
    bool known, fits;
} rows_of[] = {
    {"a,b,colour,kind\n1,2,red,x\n3,,gr,y\n5,6,red,x\n7,8,gr,y\n",
     "id,kind,colour,b,a\n17,x,gr,1,2\n18,y,blue,,4\n", NULL, "id", NULL, true, true},
    {"id,a,b,kind\n1,2,3,x\n3,4,5,y\n5,6,7,x\n7,8,8,y\n",
     "more,a,b,id,kind\n17,1,2,16,x\n18,3,4,18,y\n", "id", NULL, "1,5", true, true},
    {"id,a,b,kind\n1,2,3,x\n3,4,5,y\n5,6,7,x\n7,8,8,y\n", "17,1,2,x\n18,3,4,y\n", "id", NULL, NULL,
     true, true},
    {"a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n", "16,1,2\n18,3,4\n", NULL, "1", "1", false, true},
    {"a,b,c,d,e,f,kind\n1,2,3,4,5,6,x\n1,2,3,4,5,7,y\n", "g\n1\n", NULL, NULL, NULL, true, false},
};

START_TEST(rows)
{
    const char *train = rows_of[_i].train, *test = rows_of[_i].test;
    const descent_source all = {
        .part = DESCENT_PART_ALL, .label_column = "kind", .keep = rows_of[_i].kept};
    descent_dataset *dataset;
    ck_assert_ok(
        descent_dataset_load(&dataset, scratch_write("train.csv", train, strlen(train)), &all));
    const char *path = scratch_write("rows.csv", test, strlen(test));
    descent_source source = {.columns = rows_of[_i].known ? descent_dataset_columns(dataset) : NULL,
                             .separator = ',',
                             .keep = rows_of[_i].keep,
                             .label_column = rows_of[_i].answers};
    size_t features = descent_dataset_features(dataset), failures = 0;
    bool failed = allocations_counted();
    while (failed) {
        float values[32];
        descent_status status;
        size_t n = 0;
        descent_rows *read = NULL;
        allocations_fail_at(failures + 1);
        status = descent_rows_create(&read, path, features, &source);
        bool made = status == DESCENT_OK;
        if (made) {
            status = descent_rows_next(read, 4, values, &n);
        }
        allocations_fail_at(0);
        failed = allocations_failed();
        ck_assert_int_eq(made, read != NULL);
        ck_assert_msg(status == (failed             ? DESCENT_ERROR_MEMORY
                                 : rows_of[_i].fits ? DESCENT_OK
                                                    : DESCENT_ERROR_MISMATCH),
                      "%zu: %s", failures, descent_last_error());
        failures += failed;
        if (status == DESCENT_OK) {
            ck_assert_uint_eq(n, 2);
            ck_assert_str_eq(descent_rows_kept_text(read, 1, 0), "18");
        }
        descent_rows_destroy(read);
    }
    ck_assert(failures >= 8 || !allocations_counted());
    descent_dataset_destroy(dataset);
}
END_TEST

static descent_status save(char **text, const descent_columns *columns,
                           const descent_preparation *preparation)
{
    return columns != NULL ? descent_columns_save(text, columns)
                           : descent_preparation_save(text, preparation);
}

/* Saves and loads with the n-th allocation failing, for every n, jansson's too: its parser takes
 * some that fail for damage. */
static void fail_each_of_text(const descent_columns *columns,
                              const descent_preparation *preparation, size_t features)
{
    char *expected, *text;
    ck_assert_ok(save(&expected, columns, preparation));
    descent_status status = DESCENT_ERROR_MEMORY;
    size_t saves = 0, loads = 0;
    json_set_alloc_funcs(malloc, free);
    for (; allocations_counted() && status != DESCENT_OK; saves++) {
        allocations_fail_at(saves + 1);
        status = save(&text, columns, preparation);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || (status == DESCENT_ERROR_MEMORY && text == NULL));
    }
    status = DESCENT_ERROR_MEMORY;
    for (; allocations_counted() && status != DESCENT_OK; loads++) {
        descent_columns *columns_read = NULL;
        descent_preparation *preparation_read = NULL;
        allocations_fail_at(loads + 1);
        status = columns != NULL
                     ? descent_columns_load(&columns_read, expected)
                     : descent_preparation_load(&preparation_read, expected, features, 2);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY ||
                  status == DESCENT_ERROR_FORMAT);
        ck_assert(status == DESCENT_OK || (columns_read == NULL && preparation_read == NULL));
        if (status == DESCENT_OK) {
            free(text);
            ck_assert_ok(save(&text, columns_read, preparation_read));
            ck_assert_str_eq(text, expected);
            free(text);
        }
        descent_columns_destroy(columns_read);
        descent_preparation_destroy(preparation_read);
    }
    ck_assert(!allocations_counted() || (saves > 10 && loads > 10));
    free(expected);
}

START_TEST(columns_as_text)
{
    const char *path = scratch_write("text.csv", tables[0].train, strlen(tables[0].train));
    descent_source source = tables[0].source;
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_load(&dataset, path, &source));
    fail_each_of_text(descent_dataset_columns(dataset), NULL, 0);
    descent_dataset_destroy(dataset);
}
END_TEST

START_TEST(a_preparation_as_text)
{
    static const char table[] = "a,b,c\n1,2,3\n4,5,6\n7,8,9.5\n2,2,2\n";
    const descent_source source = {
        .part = DESCENT_PART_ALL, .regression = true, .label_column = "b,c"};
    const descent_preparation_config config = {DESCENT_STANDARDIZE_FEATURE, true};
    descent_preparation *preparation;
    descent_dataset *dataset;
    ck_assert_ok(descent_dataset_load(&dataset, scratch_write("text.csv", table, sizeof table - 1),
                                      &source));
    ck_assert_ok(descent_preparation_create(&preparation, dataset, &config));
    fail_each_of_text(NULL, preparation, descent_dataset_features(dataset));
    descent_preparation_destroy(preparation);
    descent_dataset_destroy(dataset);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_table, TEST_COUNT(tables)),
        TEST_LOOP(a_folder_of_images, 2),
        TEST_CASE(a_table_for_known_columns),
        TEST_LOOP(rows, TEST_COUNT(rows_of)),
        TEST_CASE(columns_as_text),
        TEST_CASE(a_preparation_as_text),
    };
    scratch_begin();
    int result = run_tests("load_memory", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
