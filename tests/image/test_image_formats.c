/*
 * Pictures: what stb_image would not do right by itself, and how a photo was held.
 */
#include "image_harness.h"

START_TEST(pnm_files_are_scaled_by_their_maximum)
{
    static const struct {
        const char *text;
        size_t size;
        uint8_t expected[3];
    } files[] = {
        {"P5 3 1 16\n\0\x08\x10", 13, {0, 128, 255}},
        {"P5\n# by hand\n3\t1\n65535\n\0\0\x80\0\xff\xff", 31, {0, 128, 255}},
        {"P2 3 1 9 0 # black\n 3\n9", 23, {0, 85, 255}},
        {"P2 3 1 9 0 3 700 junk", 21, {0, 85, 255}},
        {"P5 3 1 255\nabc trailing", 23, {'a', 'b', 'c'}},
        {"P6 1 1 255\n\x09\x09\x09", 14, {9}},
        {"P3 1 1 1 1 1 1", 14, {255}},
    };
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        descent_image image;
        ck_assert_ok(
            descent_image_decode(&image, files[i].text, files[i].size, false, files[i].text));
        ck_assert_uint_eq(image.height, 1);
        ck_assert_mem_eq(image.pixels, files[i].expected, image.width);
        descent_image_free(&image);
    }
    static const char *const bad[] = {"P5",
                                      "P5 3 1",
                                      "P5 3 1 0\nabc",
                                      "P5 3 1 65536\nabcabc",
                                      "P5 0 1 255\nabc",
                                      "P5 3 1 255\nab",
                                      "P5 -3 1 255\nabc",
                                      "P5 3x1 255\nabc",
                                      "P2 3 1 9 0 3",
                                      "P2 3 1 9 0 3 x",
                                      "P5 99999999999999999999 1 255\nabc",
                                      "P1 3 1 0 1 0",
                                      "P7\nWIDTH 3\n",
                                      "P5 3 1 999\nabcde"};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct bytes file = {.size = 0};
        append_bytes(&file, bad[i], strlen(bad[i]));
        assert_refused(&file, "expected an image");
    }
}
END_TEST

/* What stb_image would fill up with zeros, or read beyond its tables. */
START_TEST(files_that_are_too_short_are_refused)
{
    uint8_t pixels[PIXELS * 3];
    fill(pixels, sizeof pixels);
    struct bytes file = bmp_file(HEIGHT, WIDTH, pixels);
    for (file.size -= 2; file.size > 0; file.size--) { /* the last byte is padding */
        assert_refused(&file, "expected an image");
    }
    struct bytes jpeg = {.size = 0};
    append_bytes(&jpeg, jpeg_bytes, sizeof jpeg_bytes);
    for (jpeg.size--; jpeg.size > 2; jpeg.size--) {
        assert_refused(&jpeg, "expected an image");
    }
}
END_TEST

START_TEST(impossible_tables_of_codes_are_refused)
{
    static const uint8_t mark[] = {0xff, 0xc4};
    struct bytes jpeg = {.size = 0};
    append_bytes(&jpeg, jpeg_bytes, sizeof jpeg_bytes);
    size_t at = 0;
    while (memcmp(jpeg.data + at, mark, sizeof mark) != 0) {
        at++;
    }
    for (int length = 0; length < 16; length++) {
        struct bytes bad = jpeg;
        bad.data[at + 5 + (size_t)length] = 255;
        assert_refused(&bad, "table of codes");
    }
}
END_TEST

/* Each scan goes over all pixels, however few bytes it has. */
START_TEST(a_jpeg_file_has_no_more_scans_than_any)
{
    struct bytes jpeg = {.size = 0};
    const size_t start = scratch_find((const char *)jpeg_bytes, sizeof jpeg_bytes, "\xff\xda");
    append_bytes(&jpeg, jpeg_bytes, sizeof jpeg_bytes - 2);
    for (int scan = 1; scan < 101; scan++) {
        append_bytes(&jpeg, jpeg_bytes + start, sizeof jpeg_bytes - 2 - start);
    }
    append_bytes(&jpeg, "\xff\xd9", 2);
    assert_refused(&jpeg, "expected an image of at most 100 scans, found 101");
}
END_TEST

/* A JPEG file of 5 rows and 8 columns with that orientation, and unrelated data before and in it.
 */
static struct bytes turned_file(unsigned orientation, bool high_first)
{
    static const uint8_t size_mark[] = {0xff, 0xc0, 0x00, 0x11, 0x08, 0x00};
    struct bytes file = {.size = 0};
    append_bytes(&file,
                 "\xff\xd8\xff\xfe\0\x06note\xff\xe1\0\x2e"
                 "Exif\0",
                 19);
    append_byte(&file, 0);
    append_bytes(&file, high_first ? "MM" : "II", 2);
    append_number(&file, 42, 2, high_first);
    append_number(&file, 8, 4, high_first); /* where the directory is */
    append_number(&file, 2, 2, high_first); /* its entries */
    const uint32_t entries[2][3] = {{0x0100, 4, 8}, {0x0112, 3, orientation}};
    for (int i = 0; i < 2; i++) {
        append_number(&file, entries[i][0], 2, high_first);
        append_number(&file, entries[i][1], 2, high_first);
        append_number(&file, 1, 4, high_first);
        append_number(&file, entries[i][2], i == 0 ? 4 : 2, high_first);
        append_number(&file, 0, i == 0 ? 0 : 2, high_first);
    }
    append_number(&file, 0, 4, high_first); /* no other directory */
    append_bytes(&file, jpeg_bytes + 2, sizeof jpeg_bytes - 2);
    for (size_t at = 0; at + sizeof size_mark < file.size; at++) {
        if (memcmp(file.data + at, size_mark, sizeof size_mark) == 0) {
            file.data[at + sizeof size_mark] = 5;
        }
    }
    return file;
}

/* The sides of the upright picture at which the stored row 0 and column 0 are: Exif 2.3, 4.6.4. */
START_TEST(photos_are_turned_upright)
{
    enum { ROWS = 5, COLUMNS = 8 };
    static const struct {
        char row, column;
    } sides[] = {{'t', 'l'}, {'t', 'l'}, {'t', 'r'}, {'b', 'r'}, {'b', 'l'},
                 {'l', 't'}, {'r', 't'}, {'r', 'b'}, {'l', 'b'}, {'t', 'l'}};
    struct bytes file = turned_file((unsigned)_i, _i % 2 == 0);
    bool lies = sides[_i].row == 'l' || sides[_i].row == 'r';
    descent_image image;
    ck_assert_ok(descent_image_decode(&image, file.data, file.size, true, "photo"));
    ck_assert_uint_eq(image.height, lies ? COLUMNS : ROWS);
    ck_assert_uint_eq(image.width, lies ? ROWS : COLUMNS);
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            int down = sides[_i].row == 'b' || sides[_i].row == 'r' ? ROWS - 1 - row : row;
            int along =
                sides[_i].column == 'b' || sides[_i].column == 'r' ? COLUMNS - 1 - column : column;
            const uint8_t *pixel =
                image.pixels + 3 * (lies ? along * ROWS + down : down * COLUMNS + along);
            ck_assert_int_le(abs(pixel[0] - 32 * column), 8);
            ck_assert_int_le(abs(pixel[1] - 32 * row), 8);
        }
    }
    descent_image_free(&image);
}
END_TEST

/* Metadata that are cut or changed anywhere turn a picture by mistake at the worst. */
START_TEST(broken_orientations_do_no_harm)
{
    enum { METADATA = 58 }; /* where they end; at 14 they begin */
    const struct bytes whole = turned_file(6, true);
    for (size_t at = 14; at < METADATA; at++) {
        for (unsigned value = 0; value < 256; value += 15) {
            struct bytes file = whole;
            file.data[at] = (unsigned char)value;
            descent_image image;
            ck_assert_ok(descent_image_decode(&image, file.data, file.size, false, "photo"));
            ck_assert_uint_eq(image.height * image.width, 40);
            descent_image_free(&image);
        }
    }
}
END_TEST

START_TEST(a_png_file_without_a_first_part_is_refused)
{
    uint8_t pixels[PIXELS];
    fill(pixels, sizeof pixels);
    struct bytes whole = png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT), none = {.size = 0},
                 made = none;
    append_bytes(&made, whole.data, 33); /* signature and header */
    append_chunk(&made, "IDAT", &none);
    append_bytes(&made, whole.data + 33, whole.size - 33);
    assert_refused(&made, "first IDAT chunk is empty");
}
END_TEST

START_TEST(a_png_file_cannot_claim_memory)
{
    uint8_t pixels[PIXELS];
    fill(pixels, sizeof pixels);
    struct bytes made = png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT);
    made.data[33] = 0x3f; /* the length of its pixels, behind signature and header: 1 GiB */
    assert_refused(&made, "its pixels are cut off");
}
END_TEST

/* Megabytes of zeros in a few bytes, for a picture of a few pixels; the blocks of small ones have
 * some room to spare. */
START_TEST(a_png_file_unpacks_to_its_pixels)
{
    static uint8_t zeros[4 << 20];
    uint8_t pixels[PIXELS];
    fill(pixels, sizeof pixels);
    struct bytes whole = png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT), made = {.size = 0},
                 packed = {.size = 0};
    uLongf size = sizeof packed.data;
    ck_assert_int_eq(compress(packed.data, &size, zeros, sizeof zeros), Z_OK);
    packed.size = size;
    append_bytes(&made, whole.data, 33); /* signature and header */
    append_chunk(&made, "IDAT", &packed);
    append_bytes(&made, whole.data + whole.size - 12, 12);
    assert_refused(&made, "its packed pixels are more than its size has room for");
}
END_TEST

START_TEST(other_formats_are_named)
{
    static const struct {
        const char *text;
        size_t size;
        const char *kind;
    } files[] = {
        {"GIF89a.", 7, "a GIF file"},
        {"II*\0\x08", 5, "a TIFF file"},
        {"RIFF\x10\0\0\0WEBPVP8 ", 16, "a WebP file"},
        {"\0\0\0\x18"
         "ftypheic\0\0",
         14, "a HEIC file"},
        {"%PDF-1.5", 8, "a PDF file"},
        {"P4 8 1\n\xff", 8, "a PBM file"},
        {"<!DOCTYPE html>", 15, "another kind of file"},
    };
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        struct bytes file = {.size = 0};
        append_bytes(&file, files[i].text, files[i].size);
        assert_refused(&file, files[i].kind);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(pnm_files_are_scaled_by_their_maximum),
        TEST_CASE(files_that_are_too_short_are_refused),
        TEST_CASE(impossible_tables_of_codes_are_refused),
        TEST_CASE(a_jpeg_file_has_no_more_scans_than_any),
        TEST_LOOP(photos_are_turned_upright, 10),
        TEST_CASE(broken_orientations_do_no_harm),
        TEST_CASE(a_png_file_without_a_first_part_is_refused),
        TEST_CASE(a_png_file_cannot_claim_memory),
        TEST_CASE(a_png_file_unpacks_to_its_pixels),
        TEST_CASE(other_formats_are_named),
    };
    scratch_begin();
    int result = run_tests("image_formats", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
