/*
 * Pictures: read from PNG, JPEG, BMP, PGM and PPM files, resized, written as PNG.
 */
#ifndef DESCENT_IMAGES_H
#define DESCENT_IMAGES_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

/* A picture, [height × width × channels], rows from the top; 1 channel: grey, 3: red, green, blue.
 * Starts as {0}; freed with descent_image_free(). */
typedef struct descent_image {
    size_t height;
    size_t width;
    size_t channels;
    uint8_t *pixels;
} descent_image;

/* The most pixels that a picture may have, such as 8192 × 8192, and the largest file. */
enum { DESCENT_IMAGE_PIXELS_MAX = 1 << 26, DESCENT_IMAGE_FILE_MAX = 1 << 28 };

/*
 * Decodes a file, in colour or as grey. Grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R
 * BT.601), rounded. Transparent pixels are blended with white, or with black if every visible pixel
 * is white. Channels of 16 bits are reduced to 8. A JPEG file is turned upright by its Exif
 * orientation. A picture of more than DESCENT_IMAGE_PIXELS_MAX pixels is refused before it is
 * decoded, a PNG file once it unpacks to more than its picture takes, and a JPEG file of more than
 * 100 scans. On failure image is {0}. Errors: NOT_FOUND, IO, FORMAT, MEMORY.
 */
DESCENT_API descent_status descent_image_load(descent_image *image, const char *path, bool color);

/* The same for a file in memory; error lines use name in place of a path. */
DESCENT_API descent_status descent_image_decode(descent_image *image, const void *bytes,
                                                size_t size, bool color, const char *name);

/* A resized copy (stb_image_resize: Catmull-Rom up, Mitchell-Netravali down; edges repeated). At
 * the same size it is an exact copy. The aspect ratio is not kept by itself. On failure resized is
 * {0}. Errors: INVALID (no pixels, other than 1 or 3 channels, a size out of range),
 * MEMORY. */
DESCENT_API descent_status descent_image_resize(descent_image *resized, const descent_image *image,
                                                size_t height, size_t width);

/* Replaces path by a PNG file, atomically. Errors: INVALID, IO, MEMORY. */
DESCENT_API descent_status descent_image_save(const char *path, const descent_image *image);

/* The paths of all image files in a folder and the folders below it, by their endings (.png, .jpg,
 * .jpeg, .bmp, .pgm, .ppm, .pnm), in the order of the bytes of their names, folder by folder; links
 * are followed, hidden files passed over. NULL and 0 where there are none. The caller frees them.
 * Errors: NOT_FOUND, IO, FORMAT (more than 16 folders below each other, or a link back to a folder
 * above), MEMORY. */
DESCENT_API descent_status descent_image_find(char ***paths, size_t *count, const char *folder);
DESCENT_API void descent_image_paths_free(char **paths, size_t count);

/* Frees the pixels and zeroes the struct; NULL is allowed. */
DESCENT_API void descent_image_free(descent_image *image);

DESCENT_END

#endif
