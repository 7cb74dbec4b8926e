/*
 * What memory allows: loops that do next to nothing with the numbers that they read and write.
 */
#ifndef DESCENT_BENCHMARK_STREAMS_H
#define DESCENT_BENCHMARK_STREAMS_H

#include "measure.h"

#include <stdint.h>

/* n numbers of each array; an unused one is NULL. */
struct stream {
    size_t n;
    float *written[3];
    const float *read;
    const uint8_t *bytes;
    size_t rounds; /* of bytes: that many times n numbers, one after the other */
    size_t round;
};

/* Bodies of measurements; the context is a stream. */
void stream_read(void *stream);    /* a sum of read; n is a multiple of 128 */
void stream_copy(void *stream);    /* read into the first one written */
void stream_widen(void *stream);   /* bytes into the first one written */
void stream_change(void *stream);  /* the first one written, in place */
void stream_add_one(void *stream); /* read to the first one written */
void stream_add_two(void *stream);
void stream_add_three(void *stream);

#endif
