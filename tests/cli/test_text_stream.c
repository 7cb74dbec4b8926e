/*
 * Streams that write texts in memory: whole, or said not to be.
 */
#include "cli/base/text.h"

#include "allocations.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5000, ROW = 9 }; /* more than any buffer holds */

/* Writes the rows as a command would, without a look at what came of each. */
static FILE *write_rows(char **text, size_t *size)
{
    FILE *out = text_open(text, size);
    for (int i = 0; out != NULL && i < ROWS; i++) {
        if (i % 2 == 0) {
            fprintf(out, "row %04d\n", i);
        } else {
            fputs("another.\n", out);
        }
    }
    return out;
}

static void check_whole(const char *text, size_t size)
{
    char row[ROW + 1];
    ck_assert_uint_eq(size, (size_t)ROWS * ROW);
    ck_assert_uint_eq(strlen(text), size);
    for (int i = 0; i < ROWS; i++) {
        snprintf(row, sizeof row, i % 2 == 0 ? "row %04d\n" : "another.\n", i);
        ck_assert_int_eq(memcmp(text + i * ROW, row, ROW), 0);
    }
}

START_TEST(a_text_of_any_length_is_whole)
{
    char *text;
    size_t size;
    FILE *out = write_rows(&text, &size);
    ck_assert_ptr_nonnull(out);
    ck_assert(text_is_whole(out));
    check_whole(text, size);
    ck_assert(text_close(out, &text));
    check_whole(text, size);
    free(text);
}
END_TEST

START_TEST(nothing_written_is_an_empty_text)
{
    char *text;
    size_t size = 1;
    FILE *out = text_open(&text, &size);
    ck_assert_ptr_nonnull(out);
    ck_assert(text_close(out, &text));
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(size, 0);
    free(text);
}
END_TEST

START_TEST(a_text_may_hold_any_byte)
{
    char *text;
    size_t size;
    FILE *out = text_open(&text, &size);
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite("a\0b\n", 1, 4, out), 4);
    ck_assert(text_close(out, &text));
    ck_assert_uint_eq(size, 4);
    ck_assert_int_eq(memcmp(text, "a\0b\n", 5), 0);
    free(text);
}
END_TEST

/* Whichever allocation fails: what is lost in the middle of a text is not missed by anybody else.
 */
START_TEST(a_text_that_lacks_something_is_not_whole)
{
    size_t before = allocations_count(), lost = 0;
    char *text;
    size_t size;
    if (!allocations_counted()) {
        return;
    }
    FILE *out = write_rows(&text, &size);
    size_t allocations = allocations_count() - before;
    ck_assert(text_close(out, &text));
    free(text);
    ck_assert_uint_gt(allocations, 4);
    for (size_t n = 1; n <= allocations; n++) {
        allocations_fail_at(n);
        out = write_rows(&text, &size);
        allocations_fail_at(0);
        if (out == NULL) {
            lost++;
            ck_assert_ptr_null(text);
            continue;
        }
        bool whole = text_is_whole(out);
        lost += whole ? 0 : 1;
        ck_assert(text_close(out, &text) == whole);
        if (whole) {
            check_whole(text, size);
        }
        free(text);
    }
    ck_assert_uint_eq(lost, allocations);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_text_of_any_length_is_whole),
        TEST_CASE(nothing_written_is_an_empty_text),
        TEST_CASE(a_text_may_hold_any_byte),
        TEST_CASE(a_text_that_lacks_something_is_not_whole),
    };
    return run_tests("text_stream", cases, TEST_COUNT(cases));
}
