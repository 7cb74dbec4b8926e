/*
 * Elastic displacement fields (Simard, Steinkraus and Platt, ICDAR 2003): white noise, smoothed.
 */
#ifndef DESCENT_ELASTIC_H
#define DESCENT_ELASTIC_H

#include <stddef.h>
#include <stdint.h>

enum {
    DESCENT_ELASTIC_SIGMA_MAX = 32,
    /* Weights beyond 3 sigma are left out. */
    DESCENT_ELASTIC_RADIUS_MAX = 3 * DESCENT_ELASTIC_SIGMA_MAX,
};

/* A plan for images of one size. The noise reaches beyond the image by the kernel's radius, so that
 * the displacements near an edge are as large as elsewhere. */
struct descent_elastic {
    size_t height, width;
    size_t radius;
    size_t stride;       /* of the fields' rows: the width rounded up to whole vectors */
    size_t noise_height; /* height + 2 radius */
    size_t noise_stride; /* stride + 2 radius, rounded up */
    float alpha;
    float kernel[2 * DESCENT_ELASTIC_RADIUS_MAX + 1]; /* adds up to 1 */
};

/* alpha ≥ 0 in pixels; sigma in (0, SIGMA_MAX], or anything where alpha is 0. */
void descent_elastic_init(struct descent_elastic *elastic, double alpha, double sigma,
                          size_t height, size_t width);

/* Numbers in one field [height × stride], and in the scratch memory that making them takes; the
 * image's sides are below 2^31. */
size_t descent_elastic_field_size(const struct descent_elastic *elastic);
size_t descent_elastic_scratch_size(const struct descent_elastic *elastic);

/* Fills both fields, which 64 bits decide. */
void descent_elastic_apply(const struct descent_elastic *elastic, uint64_t key, float *scratch,
                           float *shift_x, float *shift_y);

#endif
