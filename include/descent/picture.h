/*
 * From a picture of a sign, such as a photo of a digit on paper, to an image like those that
 * networks for digits are trained on: light ink on black, all of one size, in the middle.
 */
#ifndef DESCENT_PICTURE_H
#define DESCENT_PICTURE_H

#include <descent/images.h>

DESCENT_BEGIN

/* What was found in a picture, counted in its pixels. */
typedef struct descent_picture {
    bool inverted;                   /* the ink was darker than its background */
    size_t top, left, height, width; /* the box around the ink */
} descent_picture;

/*
 * Converts a grey image of any size as the digits of MNIST were made
 * (http://yann.lecun.com/exdb/mnist): the ink is what stands out from the background, which is
 * told by the medians of the border's four quarters; noise like the border's, and what is much
 * fainter than the ink, is ignored, as are the blurred edges of what is made smaller; the box
 * around the ink is scaled to fit into 20 × 20 of 28 × 28 pixels, keeping its ratio of height and
 * width, by averages over areas; its centre of mass comes to the middle.
 *
 * Other sizes of at least 20 × 20 get the same share of their sides, 5/7. Smaller ones, such as the
 * bundled digits of 8 × 8, are filled to their edges and centred by the box.
 *
 * pixels gets the result, [height × width], which black ink makes 255 and background 0; found may
 * be NULL. Errors: INVALID (not grey, or a size of 0), FORMAT (no ink), MEMORY.
 */
DESCENT_API descent_status descent_picture_fit(uint8_t *pixels, size_t height, size_t width,
                                               const descent_image *image, descent_picture *found);

DESCENT_END

#endif
