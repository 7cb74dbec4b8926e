/*
 * Ink on paper: what in a grey image stands out from its background.
 */
#ifndef DESCENT_INK_H
#define DESCENT_INK_H

#include <descent/images.h>
#include <descent/picture.h>

/* Writes how much ink there is in each pixel, [height × width of image], 0: none … 255: all; found
 * gets the box around it, outside of which there is none left. False where there is no ink. */
bool descent_ink_find(uint8_t *ink, const descent_image *image, descent_picture *found);

#endif
