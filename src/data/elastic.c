/*
 * Displacement fields: hashed noise, then the Gaussian along the columns, then along the rows.
 */
#include "data/elastic.h"

#include "base/elementary.h"
#include "base/hash.h"
#include "base/vector_loops.h"

#include <math.h>

/* Numbers that a smoothing loop keeps in registers; rows are padded to a multiple. */
enum { BLOCK = 16 };

static size_t whole_blocks(size_t n)
{
    return (n + BLOCK - 1) / BLOCK * BLOCK;
}

static void init_kernel(struct descent_elastic *elastic, double sigma)
{
    double weights[2 * DESCENT_ELASTIC_RADIUS_MAX + 1];
    double sum = 0.0;
    size_t count = 2 * elastic->radius + 1;
    for (size_t k = 0; k < count; k++) {
        double away = ((double)k - (double)elastic->radius) / sigma;
        weights[k] = descent_exp_double(-0.5 * away * away);
        sum += weights[k];
    }
    for (size_t k = 0; k < count; k++) {
        elastic->kernel[k] = (float)(weights[k] / sum);
    }
}

void descent_elastic_init(struct descent_elastic *elastic, double alpha, double sigma,
                          size_t height, size_t width)
{
    *elastic = (struct descent_elastic){
        .height = height,
        .width = width,
        .radius = alpha > 0.0 ? (size_t)ceil(3.0 * sigma) : 0,
        .stride = whole_blocks(width),
        .alpha = (float)alpha,
    };
    elastic->noise_height = height + 2 * elastic->radius;
    elastic->noise_stride = whole_blocks(elastic->stride + 2 * elastic->radius);
    if (alpha > 0.0) {
        init_kernel(elastic, sigma);
    }
}

size_t descent_elastic_field_size(const struct descent_elastic *elastic)
{
    return elastic->height * elastic->stride;
}

/* The noise of both directions, and one direction's noise smoothed along the columns. */
size_t descent_elastic_scratch_size(const struct descent_elastic *elastic)
{
    return (2 * elastic->noise_height + elastic->height) * elastic->noise_stride;
}

/* Noise of the two directions by the two halves of a hash: 2^16 different numbers are plenty,
 * because they are smoothed. */
DESCENT_VECTOR_LOOP static void fill_noise(uint32_t counter, uint32_t key, float alpha, size_t n,
                                           float *restrict x, float *restrict y)
{
    float unit = alpha / 32768.0f;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = descent_hash(counter + (uint32_t)i, key);
        x[i] = ((float)(int32_t)(bits & 0xFFFFu) - 32767.5f) * unit;
        y[i] = ((float)(int32_t)(bits >> 16) - 32767.5f) * unit;
    }
}

/* to[i] = Σ kernel[k] · from[k · step + i] for n numbers, a multiple of BLOCK. */
static inline void smooth_row(const struct descent_elastic *elastic, const float *restrict from,
                              size_t step, size_t n, float *restrict to)
{
    for (size_t first = 0; first < n; first += BLOCK) {
        float sums[BLOCK] = {0};
        for (size_t k = 0; k <= 2 * elastic->radius; k++) {
            const float *numbers = from + first + k * step;
            float weight = elastic->kernel[k];
#pragma omp simd
            for (size_t i = 0; i < BLOCK; i++) {
                sums[i] += weight * numbers[i];
            }
        }
        for (size_t i = 0; i < BLOCK; i++) {
            to[first + i] = sums[i];
        }
    }
}

/* noise [noise_height × noise_stride] → columns [height × noise_stride] → field [height × stride]
 */
DESCENT_VECTOR_LOOP static void smooth(const struct descent_elastic *elastic, const float *noise,
                                       float *columns, float *field)
{
    for (size_t y = 0; y < elastic->height; y++) {
        float *row = columns + y * elastic->noise_stride;
        smooth_row(elastic, noise + y * elastic->noise_stride, elastic->noise_stride,
                   elastic->noise_stride, row);
        smooth_row(elastic, row, 1, elastic->stride, field + y * elastic->stride);
    }
}

void descent_elastic_apply(const struct descent_elastic *elastic, uint64_t key, float *scratch,
                           float *shift_x, float *shift_y)
{
    size_t count = elastic->noise_height * elastic->noise_stride;
    float *noise_x = scratch, *noise_y = scratch + count, *columns = scratch + 2 * count;
    fill_noise((uint32_t)key, (uint32_t)(key >> 32), elastic->alpha, count, noise_x, noise_y);
    smooth(elastic, noise_x, columns, shift_x);
    smooth(elastic, noise_y, columns, shift_y);
}
