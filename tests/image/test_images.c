/*
 * Pictures: the pixels of every kind of file, what is refused, sizes and saving.
 */
#include "image_harness.h"

#include "allocations.h"

#include <math.h>
#include <sys/stat.h>

static const char *make(const struct bytes *file)
{
    return write_bytes("picture", file);
}

static void assert_pixels(const descent_image *image, size_t channels, const uint8_t *expected)
{
    ck_assert_uint_eq(image->height, HEIGHT);
    ck_assert_uint_eq(image->width, WIDTH);
    ck_assert_uint_eq(image->channels, channels);
    ck_assert_mem_eq(image->pixels, expected, PIXELS * channels);
}

START_TEST(grey_files_keep_their_pixels)
{
    uint8_t pixels[PIXELS], color[PIXELS * 3];
    fill(pixels, PIXELS);
    for (size_t i = 0; i < PIXELS * 3; i++) {
        color[i] = pixels[i / 3];
    }
    struct bytes file =
        _i == 0 ? png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT) : pnm_file(HEIGHT, WIDTH, 1, pixels);
    descent_image image;
    ck_assert_ok(descent_image_load(&image, make(&file), false));
    assert_pixels(&image, 1, pixels);
    descent_image_free(&image);
    ck_assert_ok(descent_image_decode(&image, file.data, file.size, true, "memory"));
    assert_pixels(&image, 3, color);
    descent_image_free(&image);
    ck_assert_ptr_null(image.pixels);
}
END_TEST

/* Truth: the weights of ITU-R BT.601 in double. */
START_TEST(colour_files_keep_their_pixels_or_become_grey)
{
    uint8_t pixels[PIXELS * 3];
    fill(pixels, sizeof pixels);
    struct bytes file = _i == 0   ? png_file(HEIGHT, WIDTH, 3, pixels, HEIGHT)
                        : _i == 1 ? pnm_file(HEIGHT, WIDTH, 3, pixels)
                                  : bmp_file(HEIGHT, WIDTH, pixels);
    descent_image image;
    ck_assert_ok(descent_image_load(&image, make(&file), true));
    assert_pixels(&image, 3, pixels);
    descent_image_free(&image);
    ck_assert_ok(descent_image_load(&image, make(&file), false));
    for (size_t i = 0; i < PIXELS; i++) {
        const uint8_t *rgb = pixels + 3 * i;
        double grey = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        ck_assert_double_le(fabs(image.pixels[i] - grey), 0.51);
    }
    descent_image_free(&image);
}
END_TEST

START_TEST(what_is_transparent_lies_over_white)
{
    uint8_t pixels[PIXELS * 4];
    fill(pixels, sizeof pixels);
    pixels[3] = 0;
    pixels[7] = 255;
    uint32_t channels = _i == 0 ? 4 : 2;
    struct bytes file = png_file(HEIGHT, WIDTH, channels, pixels, HEIGHT);
    descent_image image;
    ck_assert_ok(descent_image_load(&image, make(&file), true));
    for (size_t i = 0; i < PIXELS * 3; i++) {
        const uint8_t *pixel = pixels + i / 3 * channels;
        double alpha = pixel[channels - 1] / 255.0;
        double value = alpha * pixel[channels == 4 ? i % 3 : 0] + (1.0 - alpha) * 255.0;
        ck_assert_double_le(fabs(image.pixels[i] - value), 0.51);
    }
    descent_image_free(&image);
}
END_TEST

/* Over black, but for a picture of which nothing is seen. */
START_TEST(white_on_transparency_is_seen)
{
    uint8_t pixels[PIXELS * 4];
    memset(pixels, 255, sizeof pixels);
    uint32_t channels = _i == 0 ? 4 : 2;
    for (size_t i = 0; i < PIXELS; i++) {
        pixels[i * channels] = i % 3 == 0 ? 7 : 255;
        pixels[i * channels + channels - 1] = i % 3 == 0 ? 0 : (uint8_t)(i * 5);
    }
    struct bytes file = png_file(HEIGHT, WIDTH, channels, pixels, HEIGHT);
    descent_image image;
    ck_assert_ok(descent_image_load(&image, make(&file), false));
    for (size_t i = 0; i < PIXELS; i++) {
        ck_assert_int_eq(image.pixels[i], i % 3 == 0 ? 0 : (uint8_t)(i * 5));
    }
    descent_image_free(&image);
    for (size_t i = 0; i < PIXELS; i++) {
        pixels[i * channels + channels - 1] = 0;
    }
    file = png_file(HEIGHT, WIDTH, channels, pixels, HEIGHT);
    ck_assert_ok(descent_image_load(&image, make(&file), false));
    ck_assert_int_eq(image.pixels[0], 255);
    descent_image_free(&image);
}
END_TEST

START_TEST(jpeg_files_are_near_what_they_show)
{
    descent_image image;
    ck_assert_ok(descent_image_decode(&image, jpeg_bytes, sizeof jpeg_bytes, true, "jpeg"));
    ck_assert_uint_eq(image.height, 8);
    ck_assert_uint_eq(image.width, 8);
    for (int i = 0; i < 64; i++) {
        const int expected[] = {i % 8 * 32, i / 8 * 32, 128};
        for (int c = 0; c < 3; c++) {
            ck_assert_int_le(abs(image.pixels[3 * i + c] - expected[c]), 8);
        }
    }
    descent_image_free(&image);
}
END_TEST

START_TEST(what_is_no_image_is_refused)
{
    uint8_t pixels[PIXELS];
    fill(pixels, sizeof pixels);
    struct bytes whole = png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT);
    for (size_t size = 0; size + 16 < whole.size; size++) {
        struct bytes cut = whole;
        cut.size = size;
        assert_refused(&cut, "expected an image");
    }
    struct bytes text = {.data = "digit,7\n", .size = 8};
    assert_refused(&text, "expected an image");
    struct bytes fewer = png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT - 1);
    assert_refused(&fewer, "expected an image");
    descent_image image;
    ck_assert_int_eq(descent_image_load(&image, scratch_path("nowhere"), false),
                     DESCENT_ERROR_NOT_FOUND);
    ck_assert_int_eq(descent_image_load(&image, scratch_folder, false), DESCENT_ERROR_IO);
}
END_TEST

/* Refused before memory is taken for pixels: one block is for trying a format. */
START_TEST(a_small_file_cannot_claim_gigabytes)
{
    static const uint32_t sizes[][2] = {
        {8193, 8192}, {1, DESCENT_IMAGE_PIXELS_MAX + 1}, {60000, 60000}, {0x7fffffff, 0x7fffffff}};
    const uint8_t pixel = 0;
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        struct bytes bomb = png_file(sizes[i][0], sizes[i][1], 1, &pixel, 0);
        descent_image image;
        size_t before = allocations_count();
        descent_status status =
            descent_image_decode(&image, bomb.data, bomb.size, false, "bomb.png");
        ck_assert_uint_le(allocations_count() - before, 1);
        ck_assert_int_eq(status, DESCENT_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "bomb.png: "));
    }
    struct bytes bomb = png_file(8193, 8192, 1, &pixel, 0);
    assert_refused(&bomb, "expected an image of 1 to 67108864 pixels, found 8193 x 8192");
}
END_TEST

/* A failure may go unnoticed where a format is only tried. */
START_TEST(loading_survives_every_failing_allocation)
{
    enum { ALLOCATIONS = 20 };
    uint8_t pixels[PIXELS];
    fill(pixels, sizeof pixels);
    struct bytes file = png_file(HEIGHT, WIDTH, 1, pixels, HEIGHT);
    size_t failures = 0;
    for (size_t n = 1; n < ALLOCATIONS; n++) {
        descent_image image, small = {0};
        const char *path = make(&file);
        allocations_fail_at(n);
        descent_status status = descent_image_load(&image, path, true);
        if (status == DESCENT_OK) {
            status = descent_image_resize(&small, &image, 2, 2);
        }
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        descent_image_free(&image);
        descent_image_free(&small);
        failures += status != DESCENT_OK;
    }
    ck_assert(!allocations_counted() || failures >= 6);
}
END_TEST

/* A file that is not packed, and one that is written. */
START_TEST(memory_for_an_image_may_be_missing)
{
    uint8_t pixels[PIXELS];
    fill(pixels, sizeof pixels);
    struct bytes file = pnm_file(HEIGHT, WIDTH, 1, pixels);
    const descent_image image = {HEIGHT, WIDTH, 1, pixels};
    bool failed = allocations_counted();
    for (size_t n = 1; failed; n++) {
        descent_image found;
        allocations_fail_at(n);
        descent_status status = descent_image_decode(&found, file.data, file.size, false, "x");
        allocations_fail_at(0);
        failed = allocations_failed();
        ck_assert_int_eq(status, failed ? DESCENT_ERROR_MEMORY : DESCENT_OK);
        ck_assert_int_eq(failed, found.pixels == NULL);
        descent_image_free(&found);
    }
    if (allocations_counted()) {
        allocations_fail_at(1);
        ck_assert_int_eq(descent_image_save("x.png", &image), DESCENT_ERROR_MEMORY);
        allocations_fail_at(0);
    }
    descent_image none;
    ck_assert_int_eq(descent_image_decode(&none, NULL, 0, false, "x"), DESCENT_ERROR_FORMAT);
    ck_assert_int_eq(descent_image_decode(&none, file.data, (size_t)1 << 31, false, "x"),
                     DESCENT_ERROR_FORMAT); /* is not looked at */
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "expected at most"));
}
END_TEST

/* More than the list has room for at first. */
START_TEST(many_files_are_found)
{
    enum { COUNT = 70 };
    char folder[512], name[64];
    snprintf(folder, sizeof folder, "%s", scratch_path("many"));
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "many/%d.png", i);
        scratch_write(name, "", 0);
    }
    char **paths;
    size_t count, failures = 0;
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        allocations_fail_at(n);
        descent_status status = descent_image_find(&paths, &count, folder);
        allocations_fail_at(0);
        failed = allocations_failed();
        ck_assert_int_eq(status, failed ? DESCENT_ERROR_MEMORY : DESCENT_OK);
        ck_assert_uint_eq(count, failed ? 0 : COUNT);
        descent_image_paths_free(paths, count);
        failures += failed;
    }
    ck_assert(failures > COUNT || !allocations_counted());
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "many/%d.png", i);
        unlink(scratch_path(name));
    }
    rmdir(folder);
}
END_TEST

START_TEST(a_saved_image_is_read_back)
{
    uint8_t pixels[PIXELS * 3];
    fill(pixels, sizeof pixels);
    size_t channels = _i == 0 ? 1 : 3;
    const descent_image image = {HEIGHT, WIDTH, channels, pixels};
    descent_image found;
    ck_assert_ok(descent_image_save(scratch_path("saved.png"), &image));
    ck_assert_ok(descent_image_load(&found, scratch_path("saved.png"), channels == 3));
    assert_pixels(&found, channels, pixels);
    descent_image_free(&found);
    ck_assert_int_eq(descent_image_save(scratch_path("no/where.png"), &image), DESCENT_ERROR_IO);
}
END_TEST

/* One grey stays that grey, whatever the sizes; a step from black to white stays one. */
START_TEST(sizes_change)
{
    static const size_t sizes[][2] = {{3, 5}, {1, 1}, {2, 3}, {7, 11}, {40, 3}};
    uint8_t pixels[PIXELS];
    descent_image image = {HEIGHT, WIDTH, 1, pixels}, resized;
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        memset(pixels, 77, sizeof pixels);
        ck_assert_ok(descent_image_resize(&resized, &image, sizes[i][0], sizes[i][1]));
        ck_assert_uint_eq(resized.height, sizes[i][0]);
        ck_assert_uint_eq(resized.width, sizes[i][1]);
        for (size_t p = 0; p < sizes[i][0] * sizes[i][1]; p++) {
            ck_assert_int_eq(resized.pixels[p], 77);
        }
        descent_image_free(&resized);
    }
    for (size_t i = 0; i < PIXELS; i++) {
        pixels[i] = i % WIDTH < 3 ? 0 : 255;
    }
    ck_assert_ok(descent_image_resize(&resized, &image, HEIGHT, 4 * WIDTH));
    ck_assert_int_eq(resized.pixels[0], 0);
    ck_assert_int_eq(resized.pixels[4 * WIDTH - 1], 255);
    descent_image_free(&resized);
    ck_assert_int_eq(descent_image_resize(&resized, &image, 0, 3), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_image_resize(&resized, &image, 1 << 20, 1 << 20),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(resized.pixels);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(grey_files_keep_their_pixels, 2),
        TEST_LOOP(colour_files_keep_their_pixels_or_become_grey, 3),
        TEST_LOOP(what_is_transparent_lies_over_white, 2),
        TEST_LOOP(white_on_transparency_is_seen, 2),
        TEST_CASE(jpeg_files_are_near_what_they_show),
        TEST_CASE(what_is_no_image_is_refused),
        TEST_CASE(a_small_file_cannot_claim_gigabytes),
        TEST_CASE(loading_survives_every_failing_allocation),
        TEST_CASE(memory_for_an_image_may_be_missing),
        TEST_CASE(many_files_are_found),
        TEST_LOOP(a_saved_image_is_read_back, 2),
        TEST_CASE(sizes_change),
    };
    scratch_begin();
    int result = run_tests("images", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
