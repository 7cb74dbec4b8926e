/*
 * Warping: an image whose every pixel is taken from somewhere else in another one, by bilinear
 * interpolation. Outside of the image all is 0.
 */
#ifndef DESCENT_WARP_H
#define DESCENT_WARP_H

#include <stdbool.h>
#include <stddef.h>

/* Where output pixel (x, y) comes from: (xx x + xy y + x0, yx x + yy y + y0), in pixels. */
struct descent_warp {
    float xx, xy, x0;
    float yx, yy, y0;
};

/* The changes of an image about its centre, one after the other: its width and height are
 * multiplied, x grows by shear · y, it turns (from the x axis to the y axis, which points down), it
 * is shifted. */
struct descent_affine {
    double width, height; /* factors, > 0 */
    double shear;
    double angle; /* radians */
    double shift_x, shift_y;
};

/* The warp that changes an image of this size in this way: the inverse map. */
struct descent_warp descent_warp_init(const struct descent_affine *affine, size_t height,
                                      size_t width);

/*
 * The image to take from, with background around it, so that no place near an edge is special:
 *
 *     one row of 0 | 0 pixels 0 0 | … | two rows of 0
 */
struct descent_frame {
    size_t height, width, channels; /* of the image */
    float *pixels;                  /* [(height + 3) × (width + 3) × channels] */
};

/* Numbers in a frame; false where they are too many to be counted in 31 bits. */
bool descent_frame_size(size_t height, size_t width, size_t channels, size_t *size);

/* Copies an image [height × width × channels] into a frame whose background is 0 already. */
void descent_frame_fill(const struct descent_frame *frame, const float *image);

/* Warps the frame's image into image [height × width × channels]; shift_x and shift_y, [height]
 * rows that are `stride` apart, are added to the places of the pixels. */
void descent_warp_apply(const struct descent_warp *warp, const struct descent_frame *frame,
                        const float *shift_x, const float *shift_y, size_t stride, float *image);

#endif
