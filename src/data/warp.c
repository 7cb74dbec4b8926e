/*
 * Warping by one pass over the output, in which an affine map and a displacement meet.
 */
#include "data/warp.h"

#include "base/elementary.h"
#include "base/vector_loops.h"

#include <stdint.h>
#include <string.h>

static const double tau = 6.283185307179586476925286766559;

/* With M = turn · shear · factors, output = M (input − centre) + centre + shift, solved for the
 * input. The determinant of M is that of the factors. */
struct descent_warp descent_warp_init(const struct descent_affine *affine, size_t height,
                                      size_t width)
{
    double turns = affine->angle / tau;
    double cosine = descent_cosine_of_turns(turns), sine = descent_sine_of_turns(turns);
    double xx = cosine * affine->width;
    double yx = sine * affine->width;
    double xy = (cosine * affine->shear - sine) * affine->height;
    double yy = (sine * affine->shear + cosine) * affine->height;
    double determinant = affine->width * affine->height;
    double centre_x = ((double)width - 1.0) / 2.0;
    double centre_y = ((double)height - 1.0) / 2.0;
    double from_x = -centre_x - affine->shift_x;
    double from_y = -centre_y - affine->shift_y;
    double inverse[] = {yy / determinant, -xy / determinant, -yx / determinant, xx / determinant};
    return (struct descent_warp){
        .xx = (float)inverse[0],
        .xy = (float)inverse[1],
        .x0 = (float)(centre_x + inverse[0] * from_x + inverse[1] * from_y),
        .yx = (float)inverse[2],
        .yy = (float)inverse[3],
        .y0 = (float)(centre_y + inverse[2] * from_x + inverse[3] * from_y),
    };
}

bool descent_frame_size(size_t height, size_t width, size_t channels, size_t *size)
{
    size_t rows, columns;
    return !__builtin_add_overflow(height, 3, &rows) &&
           !__builtin_add_overflow(width, 3, &columns) &&
           !__builtin_mul_overflow(rows, columns, size) &&
           !__builtin_mul_overflow(*size, channels, size) && *size <= INT32_MAX;
}

void descent_frame_fill(const struct descent_frame *frame, const float *image)
{
    size_t row = frame->width * frame->channels;
    size_t stride = (frame->width + 3) * frame->channels;
    float *first = frame->pixels + stride + frame->channels;
    for (size_t y = 0; y < frame->height; y++) {
        memcpy(first + y * stride, image + y * row, row * sizeof *image);
    }
}

/* One row of the output. Places are counted in the frame, and cut at its background. */
struct row {
    const float *pixels;
    int32_t stride; /* of the frame's rows */
    int32_t width;  /* of the output */
    float x, y;     /* where the row's first pixel comes from */
    float step_x, step_y;
    float most_x, most_y;
    const float *shift_x, *shift_y;
    float *to;
};

static inline float cut(float place, float most)
{
    place = place > 0.0f ? place : 0.0f;
    return place < most ? place : most;
}

/* Truncating is rounding down, as no place is negative. */
static inline void warp_row(const struct row *row, int32_t channels, int32_t channel)
{
    const float *restrict pixels = row->pixels + channel;
    float *restrict to = row->to + channel;
    int32_t down = row->stride;
#pragma omp simd
    for (int32_t i = 0; i < row->width; i++) {
        float x = cut(row->x + row->step_x * (float)i + row->shift_x[i], row->most_x);
        float y = cut(row->y + row->step_y * (float)i + row->shift_y[i], row->most_y);
        int32_t column = (int32_t)x, line = (int32_t)y;
        float right = x - (float)column, below = y - (float)line;
        int32_t at = line * down + column * channels;
        float upper = pixels[at] + right * (pixels[at + channels] - pixels[at]);
        float lower =
            pixels[at + down] + right * (pixels[at + down + channels] - pixels[at + down]);
        to[i * channels] = upper + below * (lower - upper);
    }
}

/* Grey images have a loop of their own, in which pixels follow each other. */
DESCENT_VECTOR_LOOP static void warp_rows(struct row row, const struct descent_warp *warp,
                                          const struct descent_frame *frame, size_t stride)
{
    int32_t channels = (int32_t)frame->channels;
    for (size_t y = 0; y < frame->height; y++) {
        row.x = warp->x0 + 1.0f + warp->xy * (float)y;
        row.y = warp->y0 + 1.0f + warp->yy * (float)y;
        if (channels == 1) {
            warp_row(&row, 1, 0);
        } else {
            for (int32_t c = 0; c < channels; c++) {
                warp_row(&row, channels, c);
            }
        }
        row.to += frame->width * frame->channels;
        row.shift_x += stride;
        row.shift_y += stride;
    }
}

void descent_warp_apply(const struct descent_warp *warp, const struct descent_frame *frame,
                        const float *shift_x, const float *shift_y, size_t stride, float *image)
{
    struct row row = {
        .pixels = frame->pixels,
        .stride = (int32_t)((frame->width + 3) * frame->channels),
        .width = (int32_t)frame->width,
        .step_x = warp->xx,
        .step_y = warp->yx,
        .most_x = (float)(frame->width + 1),
        .most_y = (float)(frame->height + 1),
        .shift_x = shift_x,
        .shift_y = shift_y,
        .to = image,
    };
    warp_rows(row, warp, frame, stride);
}
