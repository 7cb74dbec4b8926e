/*
 * Records: the three forms of the same rows, the way back from CSV, and files that are not as they
 * should be.
 */
#include "cli/base/record.h"
#include "harness.h"
#include "scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *name;
    double whole, number, extra;
    size_t count;
    double pair[2];
    descent_shape shape;
    char text[16];
};

static const struct record_field FIELDS[] = {
    {"name", RECORD_MEMBER(TEXT, struct row, name), .heading = "name"},
    {"whole", RECORD_MEMBER(WHOLE, struct row, whole), .heading = "whole", .text = text_whole},
    {"number", RECORD_MEMBER(NUMBER, struct row, number), .heading = "number", .format = "%.2f"},
    {"count", RECORD_MEMBER(SIZE, struct row, count), .heading = "count"},
    {"pair", RECORD_MEMBER(NUMBERS, struct row, pair), .length = 2, .where = RECORD_IN_JSON},
    {"shape", RECORD_MEMBER(SHAPE, struct row, shape), .heading = "shape", .where = RECORD_IN_JSON},
    {"text", RECORD_MEMBER(CHARS, struct row, text), .where = RECORD_IN_JSON},
    {"extra", RECORD_MEMBER(NUMBER, struct row, extra), .heading = "extra", .csv = "%.3f",
     .optional = true},
};

static const struct record RECORD = RECORD(struct row, FIELDS);

static const struct row ROWS[] = {
    {"a, \"b\"\nc", 60000, 1.0 / 3, NAN, 7, {1, INFINITY}, {2, {3, 4}}, "x"},
    {"plain", NAN, NAN, 2.5, 0, {0, 0}, {0, {0}}, ""},
};

static char *read_file(const char *path)
{
    char *text = NULL;
    size_t size;
    ck_assert_ok(descent_file_load(&text, &size, path, 1 << 20));
    return text;
}

static void write_file(const char *path, const char *text)
{
    ck_assert_ok(descent_file_save(path, text, strlen(text)));
}

START_TEST(csv_is_what_was_asked_for)
{
    const char *path = scratch_path("rows.csv");
    ck_assert_int_eq(record_save(&RECORD, path, ROWS, 2), DONE);
    char *text = read_file(path);
    ck_assert_str_eq(text, "name,whole,number,count,extra\n"
                           "\"a, \"\"b\"\"\nc\",60000,0.333333333,7,\n"
                           "plain,,,0,2.500\n");
    free(text);
}
END_TEST

START_TEST(csv_comes_back)
{
    const char *path = scratch_path("rows.csv");
    struct record_rows read;
    ck_assert_int_eq(record_save(&RECORD, path, ROWS, 2), DONE);
    ck_assert_int_eq(record_load(&read, &RECORD, 5, path, "test", NULL), DONE);
    ck_assert_uint_eq(read.count, 2);
    const struct row *rows = read.rows;
    ck_assert_str_eq(rows[0].name, ROWS[0].name);
    ck_assert_double_eq(rows[0].whole, 60000);
    ck_assert_double_eq_tol(rows[0].number, 1.0 / 3, 1e-9);
    ck_assert_double_nan(rows[0].extra);
    ck_assert_uint_eq(rows[0].count, 7);
    ck_assert_str_eq(rows[1].name, "plain");
    ck_assert_double_nan(rows[1].whole);
    ck_assert_double_eq(rows[1].extra, 2.5);
    record_free(&read);
}
END_TEST

START_TEST(columns_at_the_end_may_be_missing)
{
    const char *path = scratch_path("short.csv");
    struct record_rows read;
    write_file(path, "name,whole,number,count\r\nx,1,inf,3\r\ny,,-1e3,0");
    ck_assert_int_eq(record_load(&read, &RECORD, 4, path, "test", NULL), DONE);
    ck_assert_uint_eq(read.count, 2);
    const struct row *rows = read.rows;
    ck_assert_double_eq(rows[0].number, INFINITY);
    ck_assert_double_eq(rows[1].number, -1000);
    ck_assert_double_nan(rows[0].extra);
    ck_assert_double_nan(rows[1].extra);
    record_free(&read);
}
END_TEST

static const char *refuse_y(const void *row)
{
    return strcmp(((const struct row *)row)->name, "y") == 0 ? "no y" : NULL;
}

/* A file that is refused, and what the message begins with behind the path. */
static const struct {
    const char *text, *message;
} BAD[] = {
    {"", ": empty, expected the header of a test file"},
    {"name,whole\n", ":1: expected the header of a test file with 4 columns, found 2"},
    {"name,whole,number,counts\n", ":1: expected column 4 of a test file to be count, found "},
    {"name,whole,number,count\nx,1,2,3\nx,1,2\n", ":3: expected 4 fields, found 3"},
    {"name,whole,number,count\nx,1,2,3,4\n", ":2: expected 4 fields, found 5"},
    {"name,whole,number,count\nx,0x10,2,3\n",
     ":2: expected a whole number for whole, found '0x10'"},
    {"name,whole,number,count\nx,1.5,2,3\n", ":2: expected a whole number for whole, found '1.5'"},
    {"name,whole,number,count\nx,1, 2,3\n", ":2: expected a number for number, found ' 2'"},
    {"name,whole,number,count\nx,1,2,-3\n", ":2: expected a whole number for count, found '-3'"},
    {"name,whole,number,count\nx,1,2,3.5\n", ":2: expected a whole number for count, found '3.5'"},
    {"name,whole,number,count\n\"x,1,2,3\n", ":2: expected 4 fields, found 1"},
    {"name,whole,number,count\nx,1,2,3\ny,1,2,3\n", ":3: expected no y"},
};

/* Runs with a stream of the process in a file, and gives back what was written. */
static char *captured(FILE *stream, void (*run)(int i), int i)
{
    const char *path = scratch_path("captured");
    ck_assert_ptr_nonnull(freopen(path, "w", stream));
    run(i);
    fflush(stream);
    return read_file(path);
}

static void load_bad(int i)
{
    struct record_rows read;
    const char *path = scratch_path("bad.csv");
    write_file(path, BAD[i].text);
    ck_assert_int_eq(record_load(&read, &RECORD, 4, path, "test", refuse_y), FAILED);
    record_free(&read);
}

START_TEST(bad_files_are_refused_by_line)
{
    char *message = captured(stderr, load_bad, _i);
    char start[1024];
    snprintf(start, sizeof start, "descent: %s%s", scratch_path("bad.csv"), BAD[_i].message);
    ck_assert_msg(strncmp(message, start, strlen(start)) == 0, "expected \"%s\", found \"%s\"",
                  start, message);
    free(message);
}
END_TEST

static void print_rows(int count)
{
    ck_assert_int_eq(record_print(&RECORD, ROWS, (size_t)count), DONE);
}

START_TEST(tables_show_what_is_there)
{
    /* The first row has no extra, so that a table of it alone has no such column. */
    char *one = captured(stdout, print_rows, 1);
    ck_assert_str_eq(one, "name       whole  number  count  shape\n"
                          "a, \"b\"?c  60,000    0.33      7  3 x 4\n");
    free(one);
}
END_TEST

START_TEST(tables_have_a_dash_for_what_is_not)
{
    char *two = captured(stdout, print_rows, 2);
    ck_assert_str_eq(two, "name       whole  number  count  shape   extra\n"
                          "a, \"b\"?c  60,000    0.33      7  3 x 4       -\n"
                          "plain          -       -      0  scalar  2.500\n");
    free(two);
}
END_TEST

START_TEST(json_has_the_names_of_csv)
{
    json_t *array = record_array(&RECORD, ROWS, 2);
    json_t *expected = json_pack(
        "[{s:s, s:i, s:f, s:i, s:[f,n], s:[i,i], s:s}, {s:s, s:n, s:n, s:i, s:[f,f], s:[], "
        "s:s, s:f}]",
        "name", ROWS[0].name, "whole", 60000, "number", 1.0 / 3, "count", 7, "pair", 1.0, "shape",
        3, 4, "text", "x", "name", "plain", "whole", "number", "count", 0, "pair", 0.0, 0.0,
        "shape", "text", "", "extra", 2.5);
    ck_assert_ptr_nonnull(expected);
    ck_assert_int_eq(json_equal(array, expected), 1);
    json_decref(array);
    json_decref(expected);
}
END_TEST

START_TEST(json_refuses_what_is_not_utf8)
{
    struct row row = ROWS[1];
    row.name = "\xff";
    ck_assert_ptr_null(record_json(&RECORD, &row));
    ck_assert_ptr_null(record_array(&RECORD, &row, 1));
}
END_TEST

/* Rows whose first field is the epoch. */
struct epoch {
    double epoch, loss;
};

static const struct record_field EPOCH_FIELDS[] = {
    {"epoch", RECORD_MEMBER(WHOLE, struct epoch, epoch)},
    {"loss", RECORD_MEMBER(NUMBER, struct epoch, loss)},
};

static const struct record EPOCHS = RECORD_THAT_GROWS(struct epoch, EPOCH_FIELDS);

START_TEST(what_cannot_be_added_drops_the_whole)
{
    json_t *array = json_array(), *object = json_object();
    cli_json_append(&array, json_integer(1));
    cli_json_set(&object, "key", json_integer(2));
    ck_assert_uint_eq(json_array_size(array), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(object, "key")), 2);
    cli_json_append(&array, json_string("\xff"));
    cli_json_set(&object, "other", json_string("\xff"));
    ck_assert_ptr_null(array);
    ck_assert_ptr_null(object);
    cli_json_append(&array, json_integer(3));
    ck_assert_ptr_null(array);
}
END_TEST

/* A reader may come while a run writes a row: it is there once its line ends. */
START_TEST(a_row_under_way_is_not_there_yet)
{
    static const char header[] = "epoch,loss\n", text[] = "epoch,loss\n1,2\n25,0.5\n";
    const char *path = scratch_path("growing.csv");
    for (size_t length = strlen(header); length <= strlen(text); length++) {
        char part[sizeof text];
        struct record_rows read;
        snprintf(part, sizeof part, "%.*s", (int)length, text);
        write_file(path, part);
        ck_assert_int_eq(record_load(&read, &EPOCHS, 2, path, "test", NULL), DONE);
        ck_assert_uint_eq(read.count, length < 15 ? 0 : length < 22 ? 1 : 2);
        record_free(&read);
    }
}
END_TEST

static void check_cut(const char *before, uint64_t epoch, const char *after)
{
    const char *path = scratch_path("epochs.csv");
    write_file(path, before);
    ck_assert_int_eq(record_cut(&EPOCHS, path, "epochs", epoch), DONE);
    char *text = read_file(path);
    ck_assert_str_eq(text, after);
    free(text);
}

/* jansson's allocations until the one that fails; 0: none does. */
static size_t until_failure;

static void *allocate(size_t size)
{
    bool fails = until_failure == 1;
    until_failure -= until_failure > 0;
    return fails ? NULL : malloc(size);
}

/* All is there, or nothing: a list that lacks one of its members would be a wrong result. */
START_TEST(json_is_whole_or_not_there)
{
    json_t *whole = record_array(&RECORD, ROWS, 2), *array = NULL;
    ck_assert_ptr_nonnull(whole);
    json_set_alloc_funcs(allocate, free);
    size_t n = 0;
    do {
        until_failure = ++n;
        array = record_array(&RECORD, ROWS, 2);
        bool failed = until_failure == 0;
        until_failure = 0;
        ck_assert_int_eq(array == NULL, failed);
    } while (array == NULL);
    json_set_alloc_funcs(malloc, free);
    ck_assert_int_eq(json_equal(array, whole), 1);
    ck_assert_uint_gt(n, 40);
    json_decref(array);
    json_decref(whole);
}
END_TEST

START_TEST(files_grow_and_are_cut)
{
    const char *path = scratch_path("epochs.csv");
    const struct epoch rows[] = {{0, 2.5}, {1, NAN}, {2, 0.5}};
    ck_assert_int_eq(record_start(&EPOCHS, path), DONE);
    ck_assert_int_eq(record_append(&EPOCHS, path, rows, 2), DONE);
    ck_assert_int_eq(record_append(&EPOCHS, path, rows + 2, 1), DONE);
    char *text = read_file(path);
    ck_assert_str_eq(text, "epoch,loss\n0,2.5\n1,\n2,0.5\n");
    free(text);
    check_cut("epoch,loss\n0,2.5\n1,\n2,0.5\n", 1, "epoch,loss\n0,2.5\n1,\n");
    check_cut("epoch,loss\n0,2.5\n1,\n2,0.5\n", 2, "epoch,loss\n0,2.5\n1,\n2,0.5\n");
    check_cut("epoch,loss\n0,2.5\n1,0.", 7, "epoch,loss\n0,2.5\n"); /* half-written */
    remove(path);
    ck_assert_int_eq(record_cut(&EPOCHS, path, "epochs", 3), DONE);
    text = read_file(path);
    ck_assert_str_eq(text, "epoch,loss\n");
    free(text);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(csv_is_what_was_asked_for),
        TEST_CASE(csv_comes_back),
        TEST_CASE(columns_at_the_end_may_be_missing),
        TEST_CASE(a_row_under_way_is_not_there_yet),
        TEST_LOOP(bad_files_are_refused_by_line, sizeof BAD / sizeof BAD[0]),
        TEST_CASE(tables_show_what_is_there),
        TEST_CASE(tables_have_a_dash_for_what_is_not),
        TEST_CASE(json_has_the_names_of_csv),
        TEST_CASE(json_refuses_what_is_not_utf8),
        TEST_CASE(what_cannot_be_added_drops_the_whole),
        TEST_CASE(json_is_whole_or_not_there),
        TEST_CASE(files_grow_and_are_cut),
    };
    scratch_begin();
    int status = run_tests("record", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}
