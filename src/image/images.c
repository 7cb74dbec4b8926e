/*
 * Pictures, by way of stb: the only file that includes its headers. Knows nothing of data sets.
 */
#include <descent/images.h>

#include "base/fail.h"
#include "image/exif.h"
#include "image/image_check.h"
#include "image/pnm.h"

#include <descent/file.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The headers declare functions that are left out here; gcc counts them at the end of the file. */
#pragma GCC diagnostic ignored "-Wunused-function"

/* Formats that one has to expect, and no others: less to attack, and TGA has no mark by which a
 * text file is told from it. */
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
/* stb_image does not always say that it was memory which failed. */
static _Thread_local bool out_of_memory;

/* What a picture of the size that its header claims takes at most in one block: a few bytes of
 * packed pixels may unpack to gigabytes. */
static _Thread_local size_t block_most;
static _Thread_local bool too_large;

static void *note_memory(void *block)
{
    out_of_memory = out_of_memory || block == NULL;
    return block;
}

static bool is_allowed(size_t size)
{
    if (size > block_most) {
        too_large = true;
        return false;
    }
    return true;
}

/* Zeroed: tables that a damaged file does not fill in are read all the same. */
#define STBI_MALLOC(size) (is_allowed(size) ? note_memory(calloc(1, size)) : NULL)
#define STBI_REALLOC(block, size) (is_allowed(size) ? note_memory(realloc(block, size)) : NULL)
#define STBI_FREE(block) free(block)
/* A damaged file is no reason to end the program. What the assertions promise is checked before, by
 * image_check.c, or harmless. */
#define STBI_ASSERT(condition) ((void)0)
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize.h>

#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

/* A picture as its file has it. */
struct decoded {
    int height;
    int width;
    unsigned orientation; /* as Exif counts them, from 1; 0: as it is */
    int channels;         /* grey; grey and alpha; red, green, blue; these and alpha */
    uint8_t *pixels;
    unsigned background;
};

/* A file in memory. */
struct source {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

static descent_status fail_decode(const struct source *source)
{
    const char *reason = stbi_failure_reason();
    if (out_of_memory) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the image", source->name);
    }
    if (too_large) {
        reason = "its packed pixels are more than its size has room for";
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected an image (PNG, JPEG, BMP, PGM or PPM), cannot decode it: %s",
                        source->name, reason != NULL ? reason : "damaged");
}

static descent_status check_size(const struct source *source, uint64_t height, uint64_t width)
{
    if (height < 1 || width < 1 || height > (uint64_t)DESCENT_IMAGE_PIXELS_MAX / width) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected an image of 1 to %d pixels, found %llu x %llu (height x "
                            "width)",
                            source->name, DESCENT_IMAGE_PIXELS_MAX, (unsigned long long)height,
                            (unsigned long long)width);
    }
    return DESCENT_OK;
}

static descent_status decode_pnm(struct decoded *decoded, const struct source *source)
{
    struct descent_pnm pnm;
    descent_status status = descent_pnm_open(&pnm, source->bytes, source->size, source->name);
    if (status == DESCENT_OK) {
        status = check_size(source, pnm.height, pnm.width);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    decoded->height = (int)pnm.height;
    decoded->width = (int)pnm.width;
    decoded->channels = (int)pnm.channels;
    decoded->pixels = malloc(pnm.height * pnm.width * pnm.channels);
    if (decoded->pixels == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the image", source->name);
    }
    return descent_pnm_read(&pnm, decoded->pixels, source->bytes, source->size, source->name);
}

/* Looks at the parts of a file that stb_image would not, which gets to see no other files. */
static descent_status check_file(const struct source *source)
{
    static const struct {
        const char *start;
        descent_status (*check)(const unsigned char *bytes, size_t size, const char *name);
    } formats[] = {{"\x89PNG\r\n\x1a\n", descent_png_check},
                   {"\xFF\xD8", descent_jpeg_check},
                   {"BM", descent_bmp_check}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t length = strlen(formats[i].start);
        if (source->size >= length && memcmp(source->bytes, formats[i].start, length) == 0) {
            return formats[i].check(source->bytes, source->size, source->name);
        }
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected an image (PNG, JPEG, BMP, PGM or PPM), found %s",
                        source->name, descent_image_kind(source->bytes, source->size));
}

/* Packed parts are put together, and unpacked, in blocks that double. Pixels are decoded with up to
 * four channels of 16 bits, or of JPEG files as coefficients of whole blocks. */
static size_t most_for(const struct source *source, size_t height, size_t width)
{
    enum { EDGE = 64, PIXEL_BYTES = 16, SMALL = 1 << 20 };
    size_t pixels = (height + EDGE) * (width + EDGE) * PIXEL_BYTES;
    size_t file = 2 * source->size;
    return (pixels > file ? pixels : file) + SMALL;
}

static descent_status decode_other(struct decoded *decoded, const struct source *source)
{
    descent_status status = check_file(source);
    if (status != DESCENT_OK) {
        return status;
    }
    out_of_memory = false;
    too_large = false;
    block_most = most_for(source, 1, 1);
    if (!stbi_info_from_memory(source->bytes, (int)source->size, &decoded->width, &decoded->height,
                               &decoded->channels) ||
        decoded->height < 0 || decoded->width < 0) {
        return fail_decode(source);
    }
    status = check_size(source, (uint64_t)decoded->height, (uint64_t)decoded->width);
    if (status != DESCENT_OK) {
        return status;
    }
    block_most = most_for(source, (size_t)decoded->height, (size_t)decoded->width);
    decoded->pixels = stbi_load_from_memory(source->bytes, (int)source->size, &decoded->width,
                                            &decoded->height, &decoded->channels, 0);
    decoded->orientation = descent_exif_orientation(source->bytes, source->size);
    return decoded->pixels != NULL ? DESCENT_OK : fail_decode(source);
}

static descent_status decode(struct decoded *decoded, const struct source *source)
{
    if (source->size > DESCENT_IMAGE_FILE_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected at most %d bytes, found %zu",
                            source->name, DESCENT_IMAGE_FILE_MAX, source->size);
    }
    return descent_pnm_is(source->bytes, source->size) ? decode_pnm(decoded, source)
                                                       : decode_other(decoded, source);
}

static uint8_t lay_over(unsigned background, unsigned value, unsigned alpha)
{
    return (uint8_t)((value * alpha + background * (255 - alpha) + 127) / 255);
}

/* What lies below what is transparent: white, but for a picture that would vanish in it. */
static unsigned find_background(const struct decoded *decoded)
{
    size_t channels = (size_t)decoded->channels;
    size_t pixels = (size_t)decoded->height * (size_t)decoded->width;
    bool visible = false;
    if (channels % 2 != 0) {
        return 255;
    }
    for (size_t i = 0; i < pixels; i++) {
        const uint8_t *pixel = decoded->pixels + i * channels;
        for (size_t c = 0; c + 1 < channels && pixel[channels - 1] > 0; c++) {
            visible = true;
            if (pixel[c] < 255) {
                return 255;
            }
        }
    }
    return visible ? 0 : 255;
}

/* The weights add up to 2¹⁶, so that grey stays what it is. */
static uint8_t grey_of(const uint8_t *rgb)
{
    return (uint8_t)((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 32768u) >> 16);
}

/* How a picture is turned upright: what is done to the place in it, to find that in the file. */
struct turn {
    bool transpose; /* first */
    bool flip_rows;
    bool flip_columns;
};

static struct turn find_turn(const struct decoded *decoded)
{
    static const struct turn turns[] = {
        {0, 0, 0}, {0, 0, 0}, {0, 0, 1}, {0, 1, 1}, {0, 1, 0},
        {1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {1, 0, 1},
    };
    return turns[decoded->orientation];
}

/* The pixel in the file for a place in the upright picture. */
static const uint8_t *find_pixel(const struct decoded *decoded, struct turn turn, size_t y,
                                 size_t x)
{
    size_t row = turn.transpose ? x : y;
    size_t column = turn.transpose ? y : x;
    row = turn.flip_rows ? (size_t)decoded->height - 1 - row : row;
    column = turn.flip_columns ? (size_t)decoded->width - 1 - column : column;
    return decoded->pixels + (row * (size_t)decoded->width + column) * (size_t)decoded->channels;
}

static void convert_pixel(uint8_t *to, size_t channels, const uint8_t *from,
                          const struct decoded *decoded)
{
    size_t stored = (size_t)decoded->channels;
    unsigned alpha = stored % 2 == 0 ? from[stored - 1] : 255;
    uint8_t rgb[3];
    for (size_t c = 0; c < 3; c++) {
        rgb[c] = lay_over(decoded->background, from[stored >= 3 ? c : 0], alpha);
    }
    if (channels == 3) {
        memcpy(to, rgb, sizeof rgb);
    } else {
        *to = grey_of(rgb);
    }
}

static void convert(const descent_image *image, const struct decoded *decoded, struct turn turn)
{
    uint8_t *to = image->pixels;
    for (size_t y = 0; y < image->height; y++) {
        for (size_t x = 0; x < image->width; x++, to += image->channels) {
            convert_pixel(to, image->channels, find_pixel(decoded, turn, y, x), decoded);
        }
    }
}

static descent_status allocate(descent_image *image, size_t height, size_t width, size_t channels)
{
    *image = (descent_image){height, width, channels, malloc(height * width * channels)};
    if (image->pixels == NULL) {
        *image = (descent_image){0};
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for an image of %zu x %zu pixels",
                            height, width);
    }
    return DESCENT_OK;
}

descent_status descent_image_decode(descent_image *image, const void *bytes, size_t size,
                                    bool color, const char *name)
{
    DESCENT_RETURN_UNLESS(image != NULL);
    *image = (descent_image){0};
    DESCENT_RETURN_UNLESS(name != NULL && (bytes != NULL || size == 0));
    struct decoded decoded = {0};
    const struct source source = {name, bytes, size};
    descent_status status = decode(&decoded, &source);
    struct turn turn = find_turn(&decoded);
    if (status == DESCENT_OK) {
        size_t height = (size_t)(turn.transpose ? decoded.width : decoded.height);
        size_t width = (size_t)(turn.transpose ? decoded.height : decoded.width);
        status = allocate(image, height, width, color ? 3 : 1);
    }
    if (status == DESCENT_OK) {
        decoded.background = find_background(&decoded);
        convert(image, &decoded, turn);
    }
    free(decoded.pixels);
    return status;
}

descent_status descent_image_load(descent_image *image, const char *path, bool color)
{
    DESCENT_RETURN_UNLESS(image != NULL);
    *image = (descent_image){0};
    DESCENT_RETURN_UNLESS(path != NULL);
    char *bytes = NULL;
    size_t size = 0;
    descent_status status = descent_file_load(&bytes, &size, path, DESCENT_IMAGE_FILE_MAX);
    if (status == DESCENT_OK) {
        status = descent_image_decode(image, bytes, size, color, path);
    }
    free(bytes);
    return status;
}

/* Whether a size is one that images may have. */
static descent_status check_wanted(size_t height, size_t width)
{
    if (height < 1 || width < 1 || height > (size_t)DESCENT_IMAGE_PIXELS_MAX / width) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "image: expected 1 to %d pixels, found %zu x %zu (height x width)",
                            DESCENT_IMAGE_PIXELS_MAX, height, width);
    }
    return DESCENT_OK;
}

static descent_status check_image(const descent_image *image)
{
    if (image->pixels == NULL || (image->channels != 1 && image->channels != 3)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "image: expected pixels of 1 or 3 channels, found %s of %zu",
                            image->pixels == NULL ? "none" : "pixels", image->channels);
    }
    return check_wanted(image->height, image->width);
}

descent_status descent_image_resize(descent_image *resized, const descent_image *image,
                                    size_t height, size_t width)
{
    DESCENT_RETURN_UNLESS(resized != NULL);
    *resized = (descent_image){0};
    DESCENT_RETURN_UNLESS(image != NULL);
    descent_status status = check_image(image);
    if (status == DESCENT_OK) {
        status = check_wanted(height, width);
    }
    if (status == DESCENT_OK) {
        status = allocate(resized, height, width, image->channels);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    if (height == image->height && width == image->width) {
        memcpy(resized->pixels, image->pixels, height * width * image->channels);
    } else if (!stbir_resize_uint8(image->pixels, (int)image->width, (int)image->height, 0,
                                   resized->pixels, (int)width, (int)height, 0,
                                   (int)image->channels)) {
        descent_image_free(resized);
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for resizing to %zu x %zu", height,
                            width);
    }
    return DESCENT_OK;
}

descent_status descent_image_save(const char *path, const descent_image *image)
{
    DESCENT_RETURN_UNLESS(path != NULL && image != NULL);
    descent_status status = check_image(image);
    if (status != DESCENT_OK) {
        return status;
    }
    int size = 0;
    unsigned char *bytes = stbi_write_png_to_mem(image->pixels, 0, (int)image->width,
                                                 (int)image->height, (int)image->channels, &size);
    if (bytes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the image", path);
    }
    status = descent_file_save(path, bytes, (size_t)size);
    free(bytes);
    return status;
}

void descent_image_free(descent_image *image)
{
    if (image != NULL) {
        free(image->pixels);
        *image = (descent_image){0};
    }
}
