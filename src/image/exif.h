/*
 * How a camera was held, as a JPEG file tells it.
 */
#ifndef DESCENT_EXIF_H
#define DESCENT_EXIF_H

#include <stddef.h>

/*
 * The orientation in the file's Exif data: which turned or mirrored picture the stored one is, from
 * 1 (as it is) to 8; 1 if the file has no valid orientation.
 */
unsigned descent_exif_orientation(const unsigned char *bytes, size_t size);

#endif
