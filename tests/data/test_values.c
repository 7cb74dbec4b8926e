/*
 * What texts are taken for: fields for numbers that are written for readers, names of columns for
 * pixels, and lists of columns for those of known tables.
 */
#include "harness.h"

#include "data/csv_columns.h"
#include "data/csv_pixels.h"
#include "data/values.h"

#include <string.h>

START_TEST(numbers_for_readers_are_known)
{
    static const char *const decorated[] = {"1,234", "$5",    "+5%",        "-1'000", "0x1F",
                                            "10:30", "1 000", "2020-01-02", "(7)"};
    static const char *const others[] = {"", "x", "0x1G", "0x", "+", "-", "5 apples", "1-2x", "%"};
    for (size_t i = 0; i < TEST_COUNT(decorated); i++) {
        ck_assert_msg(descent_value_is_decorated(decorated[i]), "%s", decorated[i]);
    }
    for (size_t i = 0; i < TEST_COUNT(others); i++) {
        ck_assert_msg(!descent_value_is_decorated(others[i]), "%s", others[i]);
    }
}
END_TEST

enum { NAMES = 6 };

static const struct {
    char *names[NAMES]; /* of features, up to NULL */
    enum descent_csv_pixels pixels;
} tables[] = {
    {{"pixel0", "pixel1", "pixel2"}, DESCENT_CSV_PIXELS_ORDERED},
    {{"pixel_1", "pixel_2"}, DESCENT_CSV_PIXELS_ORDERED},
    {{"pixel 0", "pixel 1"}, DESCENT_CSV_PIXELS_ORDERED},
    {{"PIXEL-0", "Pixel-1"}, DESCENT_CSV_PIXELS_ORDERED},
    {{"1x1", "1x2", "2x1", "2x2"}, DESCENT_CSV_PIXELS_ORDERED},
    {{"0x0", "0x1", "1x0", "1x1", "2x0", "2x1"}, DESCENT_CSV_PIXELS_ORDERED},
    {{"pixel1", "pixel0"}, DESCENT_CSV_PIXELS_SCRAMBLED},
    {{"1x1", "2x1", "1x2"}, DESCENT_CSV_PIXELS_SCRAMBLED},
    {{"1x2", "1x1"}, DESCENT_CSV_PIXELS_SCRAMBLED},
    {{"1x1", "1x1"}, DESCENT_CSV_PIXELS_SCRAMBLED},
    {{"pixel2", "pixel3"}, DESCENT_CSV_PIXELS_NONE}, /* with gaps */
    {{"2x1", "2x2"}, DESCENT_CSV_PIXELS_NONE},
    {{"pixel0", "pixel2"}, DESCENT_CSV_PIXELS_NONE},
    {{"1x1", "1x2", "2x1", "3x1"}, DESCENT_CSV_PIXELS_NONE}, /* a narrower row */
    {{"1x1", "1x2", "3x1"}, DESCENT_CSV_PIXELS_NONE},
    {{"1x1", "1x2", "2x2"}, DESCENT_CSV_PIXELS_NONE},
    {{"pixel"}, DESCENT_CSV_PIXELS_NONE},
    {{"pixel1a"}, DESCENT_CSV_PIXELS_NONE},
    {{"pixel12345678"}, DESCENT_CSV_PIXELS_NONE},
    {{"1"}, DESCENT_CSV_PIXELS_NONE},
    {{"1x"}, DESCENT_CSV_PIXELS_NONE},
    {{"1x1x"}, DESCENT_CSV_PIXELS_NONE},
    {{"x"}, DESCENT_CSV_PIXELS_NONE},
    {{NULL}, DESCENT_CSV_PIXELS_NONE},
};

/* Behind a column of labels. */
START_TEST(pixels_are_counted_by_their_names)
{
    char *names[NAMES + 1] = {"label"};
    descent_column_kind roles[NAMES + 1] = {DESCENT_COLUMN_ANSWER};
    struct descent_csv_columns columns = {.count = 1, .names = names, .role = roles};
    while (columns.count <= NAMES && tables[_i].names[columns.count - 1] != NULL) {
        names[columns.count] = tables[_i].names[columns.count - 1];
        roles[columns.count++] = DESCENT_COLUMN_NUMBERS;
    }
    ck_assert_int_eq(descent_csv_find_pixels(&columns), tables[_i].pixels);
    ck_assert_int_eq(descent_csv_check_pixels(&columns, "x"),
                     tables[_i].pixels == DESCENT_CSV_PIXELS_SCRAMBLED ? DESCENT_ERROR_MISMATCH
                                                                       : DESCENT_OK);
    columns.names = NULL;
    ck_assert_int_eq(descent_csv_find_pixels(&columns), DESCENT_CSV_PIXELS_NONE);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(numbers_for_readers_are_known),
        TEST_LOOP(pixels_are_counted_by_their_names, TEST_COUNT(tables)),
    };
    return run_tests("values", cases, TEST_COUNT(cases));
}
