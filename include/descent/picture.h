/*
 * Turns a picture of a single character, such as a photo of a digit on paper, into an image as
 * networks for digits expect it: light ink on black, of a fixed size, centred.
 */
#ifndef DESCENT_PICTURE_H
#define DESCENT_PICTURE_H

#include <descent/images.h>

DESCENT_BEGIN

/* What was found in a picture, in its own pixels. */
typedef struct descent_picture {
    bool inverted;                   /* the ink was darker than its background */
    size_t top, left, height, width; /* the box around the ink */
} descent_picture;

/*
 * Converts a grey image of any size in the way that MNIST's digits were made
 * (http://yann.lecun.com/exdb/mnist). The background's brightness is estimated from the medians of
 * the border's four quarters, and pixels that differ from it are ink. Noise at the level of the
 * border's, marks much fainter than the ink, and the edges blurred by shrinking are ignored. The
 * box around the ink is scaled, keeping its aspect ratio, to fit into 20 × 20 of 28 × 28 pixels by
 * averaging over areas, and moved until its centre of mass is in the middle.
 *
 * Other sizes of at least 20 × 20 use the same share of their sides, 5/7. In smaller ones, such as
 * the bundled digits of 8 × 8, the box fills the image and is centred itself.
 *
 * pixels gets the result, [height × width]: 255 for full ink, 0 for background. found may be NULL.
 * Errors: INVALID (not grey, or a size of 0), FORMAT (no ink), MEMORY.
 */
DESCENT_API descent_status descent_picture_fit(uint8_t *pixels, size_t height, size_t width,
                                               const descent_image *image, descent_picture *found);

DESCENT_END

#endif
