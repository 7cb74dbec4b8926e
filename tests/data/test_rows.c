/*
 * Rows of CSV files without their answers: the numbers that a data set has of the same file.
 */
#include "harness.h"

#include "scratch.h"

#include <string.h>

static const char *write_text(const char *text)
{
    return scratch_write("rows.csv", text, strlen(text));
}

static const struct {
    const char *text;
    descent_source source;
} files[] = {
    {"1,2.5,-3\n4,5e1,6\n", {.values = DESCENT_VALUES_FLOATS}},
    {"1,2.5,-3\r\n4,5e1,6", {.header = DESCENT_HEADER_NO}},
    {"a,b,c\n1,2.5,-3\n4,50,6\n", {.part = DESCENT_PART_TRAIN}},
    {"a,label,b,c\n1,x,2.5,-3\n4,,50,6\n", {.part = DESCENT_PART_TRAIN}},
    {"a,b,c\n1,2.5,-3\n4,50,6\n", {.label_column = "y"}},
    {"1,2.5,-3\n4,50,6\n", {.label_column = "y"}},
    {"7,1,2.5,-3\n8,4,50,6\n", {.label_column = "1"}},
    {"1,2.5,-3,8\n4,50,6,9\n", {.label_column = "-1"}},
    {"u,1,2.5,-3\nv,4,50,6\n", {.part = DESCENT_PART_TRAIN}},
    {"p,a,b,q,c\n9,1,2.5,8,-3\n9,4,50,8,6\n", {.label_column = "p,q", .regression = true}},
};

START_TEST(numbers_are_read_and_answers_passed_over)
{
    static const float expected[] = {1, 2.5f, -3, 4, 50, 6};
    const char *path = write_text(files[_i].text);
    descent_rows *rows = NULL;
    float features[9] = {0};
    size_t n = 9;
    ck_assert_ok(descent_rows_create(&rows, path, 3, &files[_i].source));
    ck_assert_ok(descent_rows_next(rows, 3, features, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert_mem_eq(features, expected, sizeof expected);
    ck_assert_ok(descent_rows_next(rows, 3, features, &n));
    ck_assert_uint_eq(n, 0);
    descent_rows_destroy(rows);
}
END_TEST

START_TEST(bytes_are_divided_by_255)
{
    descent_source source = {.values = DESCENT_VALUES_BYTES};
    const char *path = write_text("0,51,255\n");
    descent_rows *rows = NULL;
    float features[3];
    size_t n;
    ck_assert_ok(descent_rows_create(&rows, path, 3, &source));
    ck_assert_ok(descent_rows_next(rows, 1, features, &n));
    ck_assert_float_eq(features[0], 0.0f);
    ck_assert_float_eq(features[1], 0.2f);
    ck_assert_float_eq(features[2], 1.0f);
    descent_rows_destroy(rows);
}
END_TEST

START_TEST(a_long_file_comes_in_parts)
{
    enum { COUNT = 1000 };
    char text[COUNT * 8] = "";
    size_t used = 0, seen = 0;
    for (size_t i = 0; i < COUNT; i++) {
        used += (size_t)snprintf(&text[used], sizeof text - used, "%zu,1\n", i);
    }
    const char *path = write_text(text);
    descent_rows *rows = NULL;
    float features[2 * 7];
    size_t n = 1;
    ck_assert_ok(descent_rows_create(&rows, path, 2, NULL));
    while (n > 0) {
        ck_assert_ok(descent_rows_next(rows, 7, features, &n));
        ck_assert_uint_eq(n, seen + 7 <= COUNT ? 7 : COUNT - seen);
        for (size_t i = 0; i < n; i++) {
            ck_assert_float_eq(features[2 * i], (float)(seen + i));
        }
        seen += n;
    }
    ck_assert_uint_eq(seen, COUNT);
    descent_rows_destroy(rows);
}
END_TEST

static const struct {
    const char *text;
    descent_status status;
    const char *said;
} broken[] = {
    {"1,2\n", DESCENT_ERROR_MISMATCH, "expected 3 numbers in a line, and perhaps a label, found 2"},
    {"2,1,3,4,5\n", DESCENT_ERROR_MISMATCH, "expected 3 numbers in a line"},
    {"2,1,3,4\n", DESCENT_ERROR_INVALID, "which of the 4 columns holds the labels"},
    {"", DESCENT_ERROR_FORMAT, "expected at least one line of data"},
    {"a,b,c\n", DESCENT_ERROR_FORMAT, "after the column names"},
    {"2,1,3\n4,5\n", DESCENT_ERROR_FORMAT, "line 2"},
    {"2,1,3\n4,nan,6\n", DESCENT_ERROR_FORMAT, "line 2, column 2"},
    {"2,1,3\n4,1e99,6\n", DESCENT_ERROR_FORMAT, "line 2, column 2"},
    {"a,b,c\n1,2,\n", DESCENT_ERROR_FORMAT, "line 2, column 3 (c)"},
    {"1,2,\"3\n", DESCENT_ERROR_FORMAT, "expected a closing quote"},
};

START_TEST(broken_files_are_refused)
{
    const char *path = write_text(broken[_i].text);
    descent_rows *rows = NULL;
    float features[9];
    size_t n;
    descent_status status = descent_rows_create(&rows, path, 3, NULL);
    ck_assert_int_eq(status == DESCENT_OK, rows != NULL);
    if (status == DESCENT_OK) {
        status = descent_rows_next(rows, 3, features, &n);
    }
    ck_assert_int_eq(status, broken[_i].status);
    ck_assert_msg(strstr(descent_last_error(), broken[_i].said) != NULL, "%s",
                  descent_last_error());
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "rows.csv"));
    descent_rows_destroy(rows);
}
END_TEST

START_TEST(a_missing_file_is_not_found)
{
    descent_rows *rows = (descent_rows *)1;
    ck_assert_int_eq(descent_rows_create(&rows, scratch_path("none.csv"), 3, NULL),
                     DESCENT_ERROR_NOT_FOUND);
    ck_assert_ptr_null(rows);
    descent_rows_destroy(NULL);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(numbers_are_read_and_answers_passed_over, TEST_COUNT(files)),
        TEST_CASE(bytes_are_divided_by_255),
        TEST_CASE(a_long_file_comes_in_parts),
        TEST_LOOP(broken_files_are_refused, TEST_COUNT(broken)),
        TEST_CASE(a_missing_file_is_not_found),
    };
    scratch_begin();
    int status = run_tests("rows", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}
