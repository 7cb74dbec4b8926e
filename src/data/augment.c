/*
 * Augmentation of one image: draws how it is changed, warps it, and adds noise. The warp and the
 * elastic displacement have files of their own.
 *
 * Scratch memory:
 *
 *     shift in x | shift in y | frame | noise of the elastic displacement
 *
 * Without elastic displacement the first two stay 0.
 */
#include "data/augment.h"

#include "base/fail.h"
#include "base/hash.h"
#include "base/vector_loops.h"
#include "base/vector_math.h"
#include "data/image_shape.h"
#include "data/warp.h"

#include <descent/random.h>
#include <math.h>

static const double radians = 0.017453292519943295769; /* of a degree */

descent_status descent_augment_plan_init(struct descent_augment_plan *plan,
                                         const descent_augment *augment, const descent_shape *shape,
                                         bool pixels)
{
    descent_status status = descent_augment_check(augment);
    if (status != DESCENT_OK) {
        return status;
    }
    DESCENT_TRY(descent_image_shape_check(shape, "augmentation"));
    *plan = (struct descent_augment_plan){
        .augment = *augment,
        .height = shape->sizes[0],
        .width = shape->sizes[1],
        .channels = shape->rank == 3 ? shape->sizes[2] : 1,
        .low = pixels ? 0.0f : -HUGE_VALF,
        .high = pixels ? 1.0f : HUGE_VALF,
        .warps = augment->shift > 0.0 || augment->rotate > 0.0 || augment->scale > 0.0 ||
                 augment->shear > 0.0 || augment->elastic_alpha > 0.0,
    };
    if (!descent_frame_size(plan->height, plan->width, plan->channels, &plan->frame_size)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "augmentation: images of %zu x %zu pixels are too large", plan->height,
                            plan->width);
    }
    descent_elastic_init(&plan->elastic, augment->elastic_alpha, augment->elastic_sigma,
                         plan->height, plan->width);
    plan->scratch_size = 2 * descent_elastic_field_size(&plan->elastic) + plan->frame_size +
                         descent_elastic_scratch_size(&plan->elastic);
    return DESCENT_OK;
}

/* Uniform in ± bound. */
static double draw(descent_random *random, double bound)
{
    return (2.0 * descent_random_uniform(random) - 1.0) * bound;
}

/* Draws what is off as well, so that each number depends on the key alone. */
static struct descent_affine draw_affine(const descent_augment *augment, descent_random *random)
{
    struct descent_affine affine;
    affine.shift_x = draw(random, augment->shift);
    affine.shift_y = draw(random, augment->shift);
    affine.angle = draw(random, augment->rotate) * radians;
    affine.width = 1.0 + draw(random, augment->scale);
    affine.height = 1.0 + draw(random, augment->scale);
    affine.shear = draw(random, augment->shear);
    return affine;
}

static void warp(const struct descent_augment_plan *plan, const struct descent_affine *affine,
                 uint64_t key, float *scratch, float *image)
{
    size_t field = descent_elastic_field_size(&plan->elastic);
    float *shift_x = scratch, *shift_y = scratch + field, *pixels = scratch + 2 * field;
    struct descent_warp map = descent_warp_init(affine, plan->height, plan->width);
    struct descent_frame frame = {plan->height, plan->width, plan->channels, pixels};
    if (plan->augment.elastic_alpha > 0.0) {
        descent_elastic_apply(&plan->elastic, key, pixels + plan->frame_size, shift_x, shift_y);
    }
    descent_frame_fill(&frame, image);
    descent_warp_apply(&map, &frame, shift_x, shift_y, plan->elastic.stride, image);
}

/* Adds normal numbers of the plan's deviation. */
DESCENT_VECTOR_LOOP static void add_noise(const struct descent_augment_plan *plan, uint64_t key,
                                          float *pixels)
{
    uint32_t counter = (uint32_t)key, stream = (uint32_t)(key >> 32);
    float deviation = (float)plan->augment.noise, low = plan->low, high = plan->high;
    size_t n = plan->height * plan->width * plan->channels;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        uint32_t first = descent_hash(counter + 2 * (uint32_t)i, stream);
        uint32_t second = descent_hash(counter + 2 * (uint32_t)i + 1, stream);
        float pixel = pixels[i] + deviation * descent_normal(first, second);
        pixel = pixel > low ? pixel : low;
        pixels[i] = pixel < high ? pixel : high;
    }
}

void descent_augment_apply(const struct descent_augment_plan *plan, struct descent_augment_key key,
                           float *scratch, float *image)
{
    /* A data set has less than 2^32 samples. */
    descent_random random =
        descent_random_init(key.seed, DESCENT_STREAM_AUGMENT, key.epoch << 32 | key.sample);
    struct descent_affine affine = draw_affine(&plan->augment, &random);
    uint64_t elastic_key = descent_random_next(&random);
    uint64_t noise_key = descent_random_next(&random);
    if (plan->warps) {
        warp(plan, &affine, elastic_key, scratch, image);
    }
    if (plan->augment.noise > 0.0) {
        add_noise(plan, noise_key, image);
    }
}
