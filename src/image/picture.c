/*
 * Pictures made fit for a network: the ink found, its box scaled, its mass brought to the middle.
 */
#include <descent/picture.h>

#include "base/fail.h"
#include "image/ink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLUR = 48,  /* of 255: fainter ink is a blurred edge */
    ROOMY = 20, /* sides from which on there is room around the ink */
};

/* A line of `from` pixels resampled into one of `to`. */
struct scale {
    size_t from, to;
};

/* Weight of pixel j of a line for pixel i of the resampled one: how much of it lies in the area of
 * i, or in between larger pixels, a linear interpolation. */
static double weight(const struct scale *scale, size_t i, size_t j)
{
    double ratio = (double)scale->from / (double)scale->to;
    if (ratio >= 1.0) {
        double low = fmax((double)i * ratio, (double)j);
        double high = fmin((double)(i + 1) * ratio, (double)(j + 1));
        return fmax(0.0, high - low);
    }
    double centre = ((double)i + 0.5) * ratio - 0.5;
    double inside = fmin(fmax(centre, 0.0), (double)(scale->from - 1));
    return fmax(0.0, 1.0 - fabs(inside - (double)j));
}

/* The pixels that may have a weight: first … first + count − 1. */
static size_t reach(const struct scale *scale, size_t i, size_t *count)
{
    double ratio = (double)scale->from / (double)scale->to;
    double low = fmax(0.0, floor((double)i * ratio - 1.0));
    double high = fmin((double)scale->from, ceil((double)(i + 1) * ratio + 1.0));
    *count = (size_t)high - (size_t)low;
    return (size_t)low;
}

/* to[i · to_step] = the mean of the pixels from[j · from_step] under pixel i. */
static void resample(float *to, size_t to_step, const float *from, size_t from_step,
                     const struct scale *scale)
{
    for (size_t i = 0; i < scale->to; i++) {
        double sum = 0.0, weights = 0.0;
        size_t count, first = reach(scale, i, &count);
        for (size_t j = first; j < first + count; j++) {
            double w = weight(scale, i, j);
            sum += w * (double)from[j * from_step];
            weights += w;
        }
        to[i * to_step] = (float)(sum / weights);
    }
}

/* The box scaled to `scaled` [to_height × to_width]; row holds a line of the box, lines all of them
 * once they are narrowed. */
static void scale_box(float *scaled, const struct scale *vertical, const struct scale *horizontal,
                      const uint8_t *box, size_t stride, const uint8_t *levels, float *row,
                      float *lines)
{
    for (size_t y = 0; y < vertical->from; y++) {
        for (size_t x = 0; x < horizontal->from; x++) {
            row[x] = (float)levels[box[y * stride + x]];
        }
        resample(lines + y * horizontal->to, 1, row, 1, horizontal);
    }
    for (size_t x = 0; x < horizontal->to; x++) {
        resample(scaled + x, horizontal->to, lines + x, horizontal->to, vertical);
    }
}

/* The most by which a side of the box may be scaled. */
static size_t room(size_t side)
{
    return side < ROOMY ? side : (side * 5 + 3) / 7;
}

static struct scale scale_of(size_t from, double factor, size_t most)
{
    size_t to = (size_t)lround((double)from * factor);
    return (struct scale){from, to < 1 ? 1 : to > most ? most : to};
}

/* Where a line's mass has its centre, counted from the middle of its first pixel. */
static double centre_of(const float *numbers, const size_t sizes[2], int axis)
{
    double sum = 0.0, moment = 0.0;
    for (size_t i = 0; i < sizes[0] * sizes[1]; i++) {
        size_t place = axis == 0 ? i / sizes[1] : i % sizes[1];
        sum += (double)numbers[i];
        moment += (double)numbers[i] * (double)place;
    }
    return moment / sum;
}

/* The first line of the scaled box in a side, which holds it whole. MNIST's centres of mass lie at
 * pixel 14.0 of 28, counted from 0. */
static size_t place(const float *scaled, const size_t sizes[2], int axis, size_t side)
{
    size_t spare = side - sizes[axis];
    if (side < ROOMY) {
        return (spare + 1) / 2;
    }
    double first = (double)side / 2.0 - centre_of(scaled, sizes, axis);
    return (size_t)fmin(fmax(floor(first + 0.5), 0.0), (double)spare);
}

/* Thin strokes pale when they are averaged: the strongest pixel is made full ink. */
static void write(uint8_t *pixels, size_t height, size_t width, const float *scaled,
                  const size_t sizes[2])
{
    float most = 1.0f; /* of 255 */
    for (size_t i = 0; i < sizes[0] * sizes[1]; i++) {
        most = fmaxf(most, scaled[i]);
    }
    size_t top = place(scaled, sizes, 0, height), left = place(scaled, sizes, 1, width);
    memset(pixels, 0, height * width);
    for (size_t y = 0; y < sizes[0]; y++) {
        for (size_t x = 0; x < sizes[1]; x++) {
            float level = scaled[y * sizes[1] + x] * 255.0f / most;
            pixels[(top + y) * width + left + x] = (uint8_t)lrintf(level);
        }
    }
}

/* Where several of its pixels make one of the result, a stroke's blurred edge is not ink, which
 * would make it thicker than it is. Small images, in which every edge is blurred, are left as they
 * are. */
static void sharpen(uint8_t levels[256], double factor, bool small)
{
    int faintest = factor < 1.0 && !small ? BLUR : 0;
    for (int level = 0; level < 256; level++) {
        int above = level > faintest ? level - faintest : 0;
        levels[level] = (uint8_t)(above * 255 / (255 - faintest));
    }
}

static descent_status fit_box(uint8_t *pixels, size_t height, size_t width, const uint8_t *ink,
                              size_t stride, const descent_picture *box)
{
    double factor =
        fmin((double)room(height) / (double)box->height, (double)room(width) / (double)box->width);
    struct scale vertical = scale_of(box->height, factor, room(height));
    struct scale horizontal = scale_of(box->width, factor, room(width));
    const size_t sizes[] = {vertical.to, horizontal.to};
    float *row = calloc(box->width, sizeof *row);
    float *lines = calloc(box->height, horizontal.to * sizeof *lines);
    float *scaled = calloc(sizes[0], sizes[1] * sizeof *scaled);
    descent_status status = DESCENT_OK;
    if (row == NULL || lines == NULL || scaled == NULL) {
        status = descent_fail(DESCENT_ERROR_MEMORY, "picture: no memory for %zu x %zu pixels",
                              box->height, box->width);
    } else {
        const uint8_t *corner = ink + box->top * stride + box->left;
        uint8_t levels[256];
        sharpen(levels, factor, height < ROOMY || width < ROOMY);
        scale_box(scaled, &vertical, &horizontal, corner, stride, levels, row, lines);
        write(pixels, height, width, scaled, sizes);
    }
    free(scaled);
    free(lines);
    free(row);
    return status;
}

static bool is_size(size_t height, size_t width)
{
    return height >= 1 && width >= 1 && height <= (size_t)DESCENT_IMAGE_PIXELS_MAX / width;
}

descent_status descent_picture_fit(uint8_t *pixels, size_t height, size_t width,
                                   const descent_image *image, descent_picture *found)
{
    DESCENT_RETURN_UNLESS(pixels != NULL && image != NULL);
    descent_picture box;
    if (found != NULL) {
        *found = (descent_picture){0};
    }
    if (image->pixels == NULL || image->channels != 1 || !is_size(image->height, image->width) ||
        !is_size(height, width)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "picture: expected grey images of 1 to %d pixels, found %zu x %zu of "
                            "%zu channels, to become %zu x %zu",
                            DESCENT_IMAGE_PIXELS_MAX, image->height, image->width, image->channels,
                            height, width);
    }
    uint8_t *ink = malloc(image->height * image->width);
    if (ink == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "picture: no memory for %zu x %zu pixels",
                            image->height, image->width);
    }
    descent_status status;
    if (descent_ink_find(ink, image, &box)) {
        status = fit_box(pixels, height, width, ink, image->width, &box);
    } else {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "picture: expected ink that stands out from its background, found "
                              "none");
    }
    free(ink);
    if (found != NULL && status == DESCENT_OK) {
        *found = box;
    }
    return status;
}
