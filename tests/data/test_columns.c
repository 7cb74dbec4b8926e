/*
 * The columns of a table: as text and back, and what is no such text.
 */
#include "harness.h"

#include "scratch.h"

#include <descent/columns.h>
#include <stdlib.h>
#include <string.h>

static const char whole[] =
    "[{\"kind\":\"numbers\",\"name\":\"age\",\"fill\":0.333333343,\"flag\":true},"
    "{\"kind\":\"words\",\"name\":\"colour\",\"words\":[\"blue\",\"r\xc3\xa9"
    "d\"],\"flag\":true},"
    "{\"kind\":\"answer\",\"name\":\"label\"},{\"kind\":\"ignored\",\"name\":\"id\"},"
    "{\"kind\":\"words\",\"name\":\"\",\"words\":[\"x\"]},{\"kind\":\"empty\",\"name\":\"e\"},"
    "{\"kind\":\"kept\",\"name\":\"k\"}]";

START_TEST(columns_come_back_from_their_text)
{
    static const char *const names[] = {"age",        "age missing",    "colour=blue",
                                        "colour=réd", "colour missing", "x5=x"};
    descent_columns *columns = NULL;
    char *text = NULL;
    ck_assert_ok(descent_columns_load(&columns, whole));
    ck_assert_uint_eq(descent_columns_count(columns), 7);
    ck_assert_uint_eq(descent_columns_features(columns), TEST_COUNT(names));
    for (size_t f = 0; f < TEST_COUNT(names); f++) {
        ck_assert_str_eq(descent_columns_feature_names(columns)[f], names[f]);
    }
    ck_assert(descent_columns_named(columns));
    ck_assert_float_eq(descent_columns_at(columns, 0)->fill, 1.0f / 3.0f);
    ck_assert_uint_eq(descent_columns_at(columns, 1)->first, 2);
    ck_assert_uint_eq(descent_columns_at(columns, 1)->features, 3);
    ck_assert_uint_eq(descent_columns_at(columns, 3)->features, 0);
    ck_assert_ok(descent_columns_save(&text, columns));
    ck_assert_str_eq(text, whole);
    free(text);
    descent_columns_destroy(columns);
}
END_TEST

/* Features: age, age missing, colour=blue, colour=réd, colour missing, x5=x. */
static const struct {
    const char *fields[7];
    float features[6];
} rows[] = {
    {{"42", "blue", "yes", "no. 7", "x", "", "kept"}, {42.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f}},
    {{"-1.5e1", "r\xc3\xa9"
                "d"},
     {-15.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f}},
    {{"?", "NA", NULL, NULL, "unknown"}, {1.0f / 3.0f, 1.0f, 0.0f, 0.0f, 1.0f, 0.0f}},
    {{NULL, "green"}, {1.0f / 3.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f}},
    {{"True", ""}, {1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f}},
};

START_TEST(a_row_of_texts_is_coded)
{
    descent_columns *columns = NULL;
    float features[6];
    ck_assert_ok(descent_columns_load(&columns, whole));
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        ck_assert_ok(descent_columns_code(columns, rows[i].fields, features));
        for (size_t f = 0; f < TEST_COUNT(features); f++) {
            ck_assert_float_eq(features[f], rows[i].features[f]);
        }
    }
    static const char *const texts[] = {"tall", "1e39", "1,5", "0x10", "inf"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        const char *const fields[7] = {texts[i]};
        ck_assert_int_eq(descent_columns_code(columns, fields, features), DESCENT_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "column 1, age: expected a number"));
        ck_assert_ptr_nonnull(strstr(descent_last_error(), texts[i]));
    }
    ck_assert_int_eq(descent_columns_code(columns, NULL, features), DESCENT_ERROR_INVALID);
    descent_columns_destroy(columns);
}
END_TEST

static const struct {
    const char *text, *said;
} broken[] = {
    {"", "columns: "},
    {"{}", "an array of at least one"},
    {"[]", "an array of at least one"},
    {"[1]", "column 1: expected \"kind\""},
    {"[{\"kind\":\"pictures\"}]", "column 1: expected \"kind\""},
    {"[{\"kind\":\"numbers\"}]", "\"fill\" as a finite number"},
    {"[{\"kind\":\"numbers\",\"fill\":1e99}]", "\"fill\" as a finite number"},
    {"[{\"kind\":\"numbers\",\"fill\":\"1\"}]", "\"fill\" as a finite number"},
    {"[{\"kind\":\"words\"}]", "1 to 100 texts"},
    {"[{\"kind\":\"words\",\"words\":[]}]", "1 to 100 texts"},
    {"[{\"kind\":\"words\",\"words\":[\"b\",\"a\"]}]", "order of their bytes"},
    {"[{\"kind\":\"words\",\"words\":[\"a\",\"a\"]}]", "order of their bytes"},
    {"[{\"kind\":\"words\",\"words\":[3]}]", "order of their bytes"},
    {"[{\"kind\":\"ignored\"}]", "expected columns that make 1 to"},
    {"[{\"kind\":\"numbers\",\"fill\":0,\"name\":7}]", "\"name\" as a text"},
    {"[{\"kind\":\"numbers\",\"fill\":0,\"name\":\"a\"},{\"kind\":\"answer\"}]",
     "\"name\" in all columns or in none"},
};

START_TEST(other_texts_are_refused)
{
    descent_columns *columns = (descent_columns *)1;
    ck_assert_int_eq(descent_columns_load(&columns, broken[_i].text), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(columns);
    ck_assert_msg(strstr(descent_last_error(), broken[_i].said) != NULL, "%s",
                  descent_last_error());
}
END_TEST

/* A column without a name, a word more than there may be, and a name of more bytes. */
START_TEST(numbers_of_columns_have_limits)
{
    static char text[100000];
    descent_columns *columns = NULL;
    float feature;
    const char *const field[] = {"x"};
    ck_assert_ok(descent_columns_load(&columns, "[{\"kind\":\"numbers\",\"fill\":0}]"));
    ck_assert_int_eq(descent_columns_code(columns, field, &feature), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "column 1: expected a number, found 'x'"));
    descent_columns_destroy(columns);
    size_t size = (size_t)sprintf(text, "[{\"kind\":\"words\",\"words\":[\"000\"");
    for (int i = 1; i <= 100; i++) {
        size += (size_t)sprintf(text + size, ",\"%03d\"", i);
    }
    sprintf(text + size, "]}]");
    ck_assert_int_eq(descent_columns_load(&columns, text), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "1 to 100 texts"));
    size = (size_t)sprintf(text, "[{\"kind\":\"numbers\",\"fill\":0,\"name\":\"");
    memset(text + size, 'x', 70000);
    sprintf(text + size + 70000, "\"}]");
    ck_assert_int_eq(descent_columns_load(&columns, text), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected at most"));
}
END_TEST

/* A feature is called after its column and its word, so that long names are there many times. */
START_TEST(names_of_features_have_a_limit)
{
    enum { COLUMNS = 2700, NAME = 1000, WORDS = 100 };
    char *text = malloc((size_t)COLUMNS * (NAME + 1000)), *at = text;
    ck_assert_ptr_nonnull(text);
    for (int c = 0; c < COLUMNS; c++) {
        at += sprintf(at, "%s{\"kind\":\"words\",\"name\":\"", c == 0 ? "[" : ",");
        memset(at, 'x', NAME);
        at += NAME;
        at += sprintf(at, "\",\"words\":[");
        for (int w = 0; w < WORDS; w++) {
            at += sprintf(at, "%s\"%02d\"", w == 0 ? "" : ",", w);
        }
        at += sprintf(at, "]}");
    }
    sprintf(at, "]");
    descent_columns *columns = NULL;
    ck_assert_int_eq(descent_columns_load(&columns, text), DESCENT_ERROR_FORMAT);
    ck_assert_msg(strstr(descent_last_error(), "expected shorter names of columns") != NULL, "%s",
                  descent_last_error());
    free(text);
}
END_TEST

START_TEST(null_is_refused)
{
    descent_columns *columns = NULL;
    char *text = NULL;
    ck_assert_int_eq(descent_columns_load(NULL, whole), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_columns_load(&columns, NULL), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_columns_save(NULL, columns), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_columns_save(&text, NULL), DESCENT_ERROR_INVALID);
    descent_columns_destroy(NULL);
}
END_TEST

START_TEST(a_table_knows_its_columns)
{
    static const char text[] = "a,label,b\n0.5,x,1\n1.5,y,2\n2.5,x,3\n3.5,y,4\n";
    const char *path = scratch_write("table.csv", text, strlen(text));
    descent_source source = {.test = 0.5};
    descent_dataset *dataset = NULL;
    ck_assert_ok(descent_dataset_load(&dataset, path, &source));
    const descent_columns *columns = descent_dataset_columns(dataset);
    ck_assert_ptr_nonnull(columns);
    ck_assert_uint_eq(descent_columns_count(columns), 3);
    ck_assert_str_eq(descent_columns_at(columns, 2)->name, "b");
    ck_assert_int_eq(descent_columns_at(columns, 1)->kind, DESCENT_COLUMN_ANSWER);
    ck_assert_str_eq(descent_dataset_feature_names(dataset)[1], "b");
    ck_assert(descent_dataset_reading(dataset)->header);
    ck_assert_uint_eq(descent_dataset_reading(dataset)->rows, 2);
    descent_dataset_destroy(dataset);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(columns_come_back_from_their_text),
        TEST_CASE(a_row_of_texts_is_coded),
        TEST_LOOP(other_texts_are_refused, TEST_COUNT(broken)),
        TEST_CASE(numbers_of_columns_have_limits),
        TEST_CASE(names_of_features_have_a_limit),
        TEST_CASE(null_is_refused),
        TEST_CASE(a_table_knows_its_columns),
    };
    scratch_begin();
    int status = run_tests("columns", cases, TEST_COUNT(cases));
    scratch_end();
    return status;
}
