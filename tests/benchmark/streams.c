/*
 * The loops, compiled as those of the library are. Their names are other ones than there: clang 14
 * shows the linker what chooses between a function's versions under the function's name.
 */
#include "streams.h"

#include "base/vector_loops.h"

/* Where the compiler cannot know that a sum is not needed. */
static volatile float sink;

/* Many sums at once: one alone would wait for itself. n is a multiple of LANES. */
DESCENT_VECTOR_LOOP static float sum_all(size_t n, const float *from)
{
    enum { LANES = 128 };
    float sums[LANES] = {0};
    for (size_t i = 0; i < n; i += LANES) {
#pragma omp simd
        for (size_t lane = 0; lane < LANES; lane++) {
            sums[lane] += from[i + lane];
        }
    }
    float result = 0.0f;
    for (size_t lane = 0; lane < LANES; lane++) {
        result += sums[lane];
    }
    return result;
}

DESCENT_VECTOR_LOOP static void copy_all(size_t n, float *to, const float *from)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i] + 1.0f;
    }
}

DESCENT_VECTOR_LOOP static void widen_all(size_t n, float *to, const uint8_t *from)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] = (float)from[i];
    }
}

DESCENT_VECTOR_LOOP static void change_all(size_t n, float *to)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] += 1e-3f;
    }
}

DESCENT_VECTOR_LOOP static void add_one(size_t n, float *to, const float *from)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] += from[i];
    }
}

DESCENT_VECTOR_LOOP static void add_two(size_t n, float *to, float *second, const float *from)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] += from[i];
        second[i] += from[i];
    }
}

DESCENT_VECTOR_LOOP static void add_three(size_t n, float *to, float *second, float *third,
                                          const float *from)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] += from[i];
        second[i] += from[i];
        third[i] += from[i];
    }
}

void stream_read(void *stream)
{
    const struct stream *s = stream;
    sink = sum_all(s->n, s->read);
}

void stream_copy(void *stream)
{
    const struct stream *s = stream;
    copy_all(s->n, s->written[0], s->read);
}

void stream_widen(void *stream)
{
    struct stream *s = stream;
    widen_all(s->n, s->written[0], s->bytes + s->round * s->n);
    s->round = (s->round + 1) % s->rounds;
}

void stream_change(void *stream)
{
    const struct stream *s = stream;
    change_all(s->n, s->written[0]);
}

void stream_add_one(void *stream)
{
    const struct stream *s = stream;
    add_one(s->n, s->written[0], s->read);
}

void stream_add_two(void *stream)
{
    const struct stream *s = stream;
    add_two(s->n, s->written[0], s->written[1], s->read);
}

void stream_add_three(void *stream)
{
    const struct stream *s = stream;
    add_three(s->n, s->written[0], s->written[1], s->written[2], s->read);
}
