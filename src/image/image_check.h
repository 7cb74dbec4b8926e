/*
 * Checks of a file that stb_image leaves out, made before stb_image reads it.
 */
#ifndef DESCENT_IMAGE_CHECK_H
#define DESCENT_IMAGE_CHECK_H

#include <descent/status.h>
#include <stddef.h>

/* Refuses a PNG file whose first part of pixels is empty, or one whose parts claim more bytes than
 * the file has. Error: FORMAT, with `name` at the start of the line. */
descent_status descent_png_check(const unsigned char *bytes, size_t size, const char *name);

/* Refuses a JPEG file with tables of codes that cannot be, with more scans than any has, or whose
 * end is missing. Error: FORMAT. */
descent_status descent_jpeg_check(const unsigned char *bytes, size_t size, const char *name);

/* Refuses a BMP file that is shorter than its pixels. Error: FORMAT. */
descent_status descent_bmp_check(const unsigned char *bytes, size_t size, const char *name);

/* The kind of a file that is not a readable image, by its first bytes: such as "a GIF file". */
const char *descent_image_kind(const unsigned char *bytes, size_t size);

#endif
