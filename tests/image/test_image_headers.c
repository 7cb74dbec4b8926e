/*
 * The parts of files that are looked at before stb_image sees them: each way through them, with the
 * bytes at hand.
 */
#include "harness.h"

#include "image/exif.h"
#include "image/image_check.h"

#include <string.h>

/* Bytes, and how many: those of a string without its NUL. */
#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

/* Exif of one entry, the orientation. */
#define TURNED(digit)                                                                              \
    "\xff\xe1\0\x22"                                                                               \
    "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\1\0" digit "\0\0\0\0\0\0"

START_TEST(orientations_are_read_as_far_as_there_are_bytes)
{
    static const struct {
        const unsigned char *bytes;
        size_t size;
        unsigned orientation;
    } cases[] = {
        {BYTES(""), 1},
        {BYTES("\xff"), 1},
        {BYTES("\xff\xd9\xff\xe1"), 1},
        {BYTES("\xff\xd8\xff\xe1\0\x06"
               "Exif"),
         1}, /* too short */
        {BYTES("\xff\xd8\xff\xe1\0\x10"
               "JFIF\0\0MM\0*\0\0\0\x08"),
         1},                                  /* something else */
        {BYTES("\xff\xd8\xff\xfe\0\x02"), 1}, /* a comment, and the end */
        {BYTES("\xff\xd8\xff\xe1\0\1xx"), 1}, /* no length */
        {BYTES("\xff\xd8\xff\xe1\1\0xx"), 1}, /* longer than the file */
        {BYTES("\xff\xd8" TURNED("\6")), 6},
        {BYTES("\xff\xd8\xff\xfe\0\x02" TURNED("\3")), 3},
        {BYTES("\xff\xd8" TURNED("\6") TURNED("\3")), 6},  /* the first counts */
        {BYTES("\xff\xd8\xff\xdb\0\x02" TURNED("\3")), 1}, /* behind the picture's beginning */
        {BYTES("\xff\xd8" TURNED("\x09")), 1},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        unsigned found = descent_exif_orientation(cases[i].bytes, cases[i].size);
        ck_assert_msg(found == cases[i].orientation, "%zu: %u", i, found);
    }
}
END_TEST

/* Headers of both kinds for one pixel of 24 bits, and the bytes that it needs. */
START_TEST(a_bmp_file_holds_its_pixels)
{
    unsigned char core[29] = {'B', 'M', [10] = 26, [14] = 12, [18] = 1, [20] = 1, [24] = 24};
    unsigned char info[57] = {'B', 'M', [10] = 54, [14] = 40, [18] = 1, [22] = 1, [28] = 24};
    ck_assert_ok(descent_bmp_check(core, sizeof core, "x"));
    ck_assert_int_eq(descent_bmp_check(core, sizeof core - 1, "x"), DESCENT_ERROR_FORMAT);
    ck_assert_ok(descent_bmp_check(info, sizeof info, "x"));
    memset(info + 22, 0xff, 4); /* one row, from the top */
    ck_assert_ok(descent_bmp_check(info, sizeof info, "x"));
    ck_assert_int_eq(descent_bmp_check(info, sizeof info - 1, "x"), DESCENT_ERROR_FORMAT);
    memcpy(info + 22, "\0\0\0\x80", 4);
    ck_assert_int_eq(descent_bmp_check(info, sizeof info, "x"), DESCENT_ERROR_FORMAT);
    memset(info + 22, 0, 4);
    ck_assert_int_eq(descent_bmp_check(info, sizeof info, "x"), DESCENT_ERROR_FORMAT);
}
END_TEST

START_TEST(a_jpeg_file_ends_with_its_end)
{
    static const struct {
        const unsigned char *bytes;
        size_t size;
        descent_status status;
    } cases[] = {
        {BYTES("\xff\xd8\xff\xda\0\x02\xff\xd0\xff\xd7\xff\0\xff\xd9"), DESCENT_OK},
        {BYTES("\xff\xd8\xff\xda\0\x02\xff\xff\xff\xd9"), DESCENT_OK}, /* filled up */
        {BYTES("\xff\xd8\xff\xda\0\x02\xff\xff"), DESCENT_ERROR_FORMAT},
        {BYTES("\xff\xd8\xff\xda\0\x02\xff\xd0"), DESCENT_ERROR_FORMAT},
        {BYTES("\xff\xd8\xff"), DESCENT_ERROR_FORMAT},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        ck_assert_msg(descent_jpeg_check(cases[i].bytes, cases[i].size, "x") == cases[i].status,
                      "%zu", i);
    }
}
END_TEST

/* Of several chunks of pixels, only the first must hold any. */
START_TEST(the_first_pixels_of_a_png_file_are_some)
{
    static const char two[] = "\x89PNG\r\n\x1a\n\0\0\0\1IDATx....\0\0\0\0IDAT....";
    static const char none[] = "\x89PNG\r\n\x1a\n\0\0\0\0IDAT....\0\0\0\1IDATx....";
    static const char cut[] = "\x89PNG\r\n\x1a\n\0\0\0\5IDATx....";
    ck_assert_ok(descent_png_check(BYTES(two), "x"));
    ck_assert_int_eq(descent_png_check(BYTES(none), "x"), DESCENT_ERROR_FORMAT);
    ck_assert_int_eq(descent_png_check(BYTES(cut), "x"), DESCENT_ERROR_FORMAT);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(orientations_are_read_as_far_as_there_are_bytes),
        TEST_CASE(a_bmp_file_holds_its_pixels),
        TEST_CASE(a_jpeg_file_ends_with_its_end),
        TEST_CASE(the_first_pixels_of_a_png_file_are_some),
    };
    return run_tests("image_headers", cases, TEST_COUNT(cases));
}
