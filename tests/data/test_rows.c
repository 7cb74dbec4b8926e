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
    {"1\n", DESCENT_ERROR_MISMATCH, "found 1 field"},
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

static const char table[] =
    "[{\"kind\":\"numbers\",\"name\":\"age\",\"fill\":40.5,\"flag\":true},"
    "{\"kind\":\"words\",\"name\":\"colour\",\"words\":[\"blue\",\"red\"]},"
    "{\"kind\":\"kept\",\"name\":\"id\"},{\"kind\":\"numbers\",\"name\":\"member\",\"fill\":0.25},"
    "{\"kind\":\"answer\",\"name\":\"label\"}]";

/* The same rows, in files of other columns: three rows, of which the last lacks two values and has
 * a word that is not known. */
static const struct {
    const char *text;
    descent_match match;
    size_t kept, passed;
} coded[] = {
    {"age,colour,id,member,label\n20,red,a,True,x\n30,blue,b,0,y\n?,green,c,NA,x\n",
     DESCENT_MATCH_NAMES, 1, 0},
    {"member,more,colour,age\nTRUE,7,red,20\n0,7,blue,30\nNone,7,green,nan\n", DESCENT_MATCH_NAMES,
     0, 1},
    {"20,red,a,1,x\n30,blue,b,False,y\n,green,c,,x\n", DESCENT_MATCH_PLACES, 1, 0},
    {"20,red,1\n30,blue,0\n,green,\n", DESCENT_MATCH_PLACES, 0, 0},
};

START_TEST(rows_are_coded_by_known_columns)
{
    static const float expected[] = {20, 0, 0, 1, 1, 30, 0, 1, 0, 0, 40.5f, 1, 0, 0, 0.25f};
    descent_columns *columns = NULL;
    descent_rows *rows = NULL;
    float features[4 * 5];
    size_t n;
    ck_assert_ok(descent_columns_load(&columns, table));
    const descent_source source = {.columns = columns, .separator = ','};
    ck_assert_ok(descent_rows_create(&rows, write_text(coded[_i].text), 5, &source));
    ck_assert_ok(descent_rows_next(rows, 4, features, &n));
    ck_assert_uint_eq(n, 3);
    ck_assert_mem_eq(features, expected, sizeof expected);
    ck_assert_uint_eq(descent_rows_kept(rows), coded[_i].kept);
    if (coded[_i].kept > 0) {
        ck_assert_str_eq(descent_rows_kept_text(rows, 0, 0), "a");
        ck_assert_str_eq(descent_rows_kept_text(rows, 2, 0), "c");
    }
    const descent_reading *reading = descent_rows_reading(rows);
    ck_assert_int_eq(reading->match, coded[_i].match);
    ck_assert_uint_eq(reading->passed_count, coded[_i].passed);
    ck_assert_uint_eq(reading->incomplete, 1);
    ck_assert_uint_eq(reading->columns[3].missing, 1);
    ck_assert_uint_eq(reading->columns[1].unknown, 1);
    ck_assert_str_eq(reading->columns[1].example, "green");
    descent_rows_destroy(rows);
    descent_columns_destroy(columns);
}
END_TEST

static const struct {
    const char *text;
    descent_status status;
    const char *said;
} unmatched[] = {
    {"age,id,member\n1,a,2\n", DESCENT_ERROR_MISMATCH, "missing: \"colour\""},
    {"age,member\n1,2\n", DESCENT_ERROR_MISMATCH, "missing: \"colour\""},
    {"age,color,member\n1,red,2\n", DESCENT_ERROR_MISMATCH,
     "missing: \"colour\"; also found: \"color\""},
    {"age,age,colour,member\n1,1,red,2\n", DESCENT_ERROR_MISMATCH, "one column named \"age\""},
    {"1,red\n", DESCENT_ERROR_MISMATCH, "expected 3 columns of features"},
    {"a,b,c,d,e,f\n1,2,3,4,5,6\n", DESCENT_ERROR_MISMATCH, "\"d\", ..."},
    {"20,red,a,1\n", DESCENT_ERROR_MISMATCH, "expected a first line that names them"},
    {"age,colour,member\nx,red,1\n", DESCENT_ERROR_FORMAT, "line 2, column 1 (age)"},
    {"age,colour,member\n1,red,inf\n", DESCENT_ERROR_FORMAT, "line 2, column 3 (member)"},
};

START_TEST(what_does_not_go_with_known_columns_is_refused)
{
    descent_columns *columns = NULL;
    descent_rows *rows = NULL;
    float features[5];
    size_t n;
    ck_assert_ok(descent_columns_load(&columns, table));
    const descent_source source = {.columns = columns, .separator = ','};
    descent_status status = descent_rows_create(&rows, write_text(unmatched[_i].text), 5, &source);
    if (status == DESCENT_OK) {
        status = descent_rows_next(rows, 1, features, &n);
    }
    ck_assert_int_eq(status, unmatched[_i].status);
    ck_assert_msg(strstr(descent_last_error(), unmatched[_i].said) != NULL, "%s",
                  descent_last_error());
    ck_assert_ptr_null(strstr(descent_last_error(), "none")); /* a list of none is left out */
    descent_rows_destroy(rows);
    ck_assert_int_eq(descent_rows_create(&rows, write_text("1\n"), 4, &source),
                     DESCENT_ERROR_MISMATCH);
    descent_columns_destroy(columns);
}
END_TEST

/* Lists that name the answer of the known table, beside others, or something like it, or a place.
 */
START_TEST(a_list_of_answers_may_be_that_of_the_table)
{
    static const struct {
        const char *list;
        descent_status status;
    } lists[] = {{"label", DESCENT_OK},
                 {"label,other", DESCENT_OK},
                 {"other,label", DESCENT_OK},
                 {"xlabel", DESCENT_ERROR_INVALID},
                 {"labels", DESCENT_ERROR_INVALID},
                 {"x,labels,label", DESCENT_OK},
                 {"a-name-of-many-bytes", DESCENT_ERROR_INVALID},
                 {"2", DESCENT_OK}};
    descent_columns *columns = NULL;
    ck_assert_ok(descent_columns_load(&columns, table));
    const char *path = write_text("age,colour,member\n20,red,1\n");
    for (size_t i = 0; i < TEST_COUNT(lists); i++) {
        descent_rows *rows = NULL;
        const descent_source source = {
            .columns = columns, .separator = ',', .label_column = lists[i].list};
        descent_status status = descent_rows_create(&rows, path, 5, &source);
        ck_assert_msg(status == lists[i].status, "%s: %s", lists[i].list, descent_last_error());
        descent_rows_destroy(rows);
    }
    descent_columns_destroy(columns);
}
END_TEST

START_TEST(other_columns_beside_a_label_are_refused)
{
    descent_rows *rows = NULL;
    const descent_source source = {.label_column = "4"};
    ck_assert_int_eq(descent_rows_create(&rows, write_text("1,2,3,4\n"), 2, &source),
                     DESCENT_ERROR_MISMATCH);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected 2 numbers in a line, found 3"));
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
        TEST_LOOP(rows_are_coded_by_known_columns, TEST_COUNT(coded)),
        TEST_LOOP(what_does_not_go_with_known_columns_is_refused, TEST_COUNT(unmatched)),
        TEST_CASE(a_list_of_answers_may_be_that_of_the_table),
        TEST_CASE(other_columns_beside_a_label_are_refused),
        TEST_CASE(a_missing_file_is_not_found),
    };
    scratch_begin();
    int status = run_tests("rows", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}
