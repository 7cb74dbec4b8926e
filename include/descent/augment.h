/*
 * Augmentation: each time an image is used for training it is moved, turned, bent and noised a
 * little, so that a network never sees the same image twice. A plain struct of numbers; the loader
 * applies it (descent_loader_config).
 *
 * The change is a pure function of seed, epoch and the sample's index in its data set; it depends
 * neither on the batch nor on the thread.
 */
#ifndef DESCENT_AUGMENT_H
#define DESCENT_AUGMENT_H

#include <descent/status.h>
#include <stdbool.h>

DESCENT_BEGIN

/*
 * The range of each kind of change; 0 is off. Numbers are drawn uniformly from the range, anew for
 * each image. Shift, rotation, scale and shear make one affine map about the image's centre; the
 * map and the elastic displacement together are one bilinear interpolation, with 0 (background)
 * outside the image.
 *
 * The elastic displacement (Simard, Steinkraus and Platt, "Best practices for convolutional neural
 * networks applied to visual document analysis", ICDAR 2003): for each pixel and direction a number
 * in [−alpha, alpha], smoothed by a Gaussian of standard deviation sigma whose weights add up to 1.
 * The standard deviation of the displacements is alpha / (2 sigma √(3π)) pixels: 1.4 for alpha 34
 * and sigma 4.
 */
typedef struct descent_augment {
    double shift;         /* pixels to each side: ± shift in both directions, in [0, 1000] */
    double rotate;        /* degrees: ± rotate, in [0, 180] */
    double scale;         /* width and height each by their own factor of 1 ± scale, in [0, 0.9] */
    double shear;         /* x changes by y times ± shear, in [0, 1] */
    double elastic_alpha; /* pixels before smoothing, in [0, 1000] */
    double elastic_sigma; /* pixels, in [0.5, 32] where alpha > 0 */
    double noise;         /* standard deviation of a normal number added to each pixel, in [0, 1];
                             images of bytes, 0 to 1 by then, are clamped to that range */
} descent_augment;

/*
 * Reads a list such as "shift=2,rotate=10,scale=0.1,shear=0.1,elastic=34:4,noise=0.05" (elastic is
 * alpha:sigma). Kinds not listed are off; "none" turns all off. Error: INVALID (names the entry,
 * its range and what was found); then all are off.
 */
DESCENT_API descent_status descent_augment_init(descent_augment *augment, const char *text);

/* OK, or INVALID if a number is out of its range. */
DESCENT_API descent_status descent_augment_check(const descent_augment *augment);

/* Whether it changes images at all. */
DESCENT_API bool descent_augment_active(const descent_augment *augment);

DESCENT_END

#endif
