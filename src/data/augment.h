/*
 * Augmentation, planned for images of one shape.
 */
#ifndef DESCENT_AUGMENT_PRIVATE_H
#define DESCENT_AUGMENT_PRIVATE_H

#include "data/elastic.h"

#include <descent/augment.h>
#include <descent/dataset.h>

struct descent_augment_plan {
    descent_augment augment;
    size_t height, width, channels;
    bool warps;          /* whether pixels move */
    float low, high;     /* what noise is cut to */
    size_t frame_size;   /* numbers */
    size_t scratch_size; /* numbers in the scratch memory */
    struct descent_elastic elastic;
};

/* Which image of which epoch is made. */
struct descent_augment_key {
    uint64_t seed, epoch, sample;
};

/* Plans it for samples [height × width] or [height × width × channels]; whether they are pixels,
 * between 0 and 1, or any numbers. Error: INVALID (a number of augment, or the shape is not an
 * image's). */
descent_status descent_augment_plan_init(struct descent_augment_plan *plan,
                                         const descent_augment *augment, const descent_shape *shape,
                                         bool pixels);

/* Augments an image, in place. scratch was all 0 before the first call, and belongs to one thread.
 */
void descent_augment_apply(const struct descent_augment_plan *plan, struct descent_augment_key key,
                           float *scratch, float *image);

#endif
