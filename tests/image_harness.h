/*
 * Pictures for tests: the usual pixels, and what a refused file leaves behind.
 */
#ifndef DESCENT_TEST_IMAGE_HARNESS_H
#define DESCENT_TEST_IMAGE_HARNESS_H

#include "harness.h"
#include "image_files.h"

enum { HEIGHT = 3, WIDTH = 5, PIXELS = HEIGHT * WIDTH };

static inline void fill(uint8_t *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pixels[i] = counting_value(i);
    }
}

/* Writes the file, fails to load it, and finds its path and some words in the line about it. */
static inline void assert_refused(const struct bytes *file, const char *said)
{
    descent_image image = {.height = 1};
    const char *path = write_bytes("picture", file);
    ck_assert_int_eq(descent_image_load(&image, path, false), DESCENT_ERROR_FORMAT);
    ck_assert_ptr_null(image.pixels);
    ck_assert_uint_eq(image.height, 0);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
}

#endif
