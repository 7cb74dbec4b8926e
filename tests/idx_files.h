/*
 * IDX and gzip files for tests, made in memory by code of their own.
 */
#ifndef DESCENT_TEST_IDX_FILES_H
#define DESCENT_TEST_IDX_FILES_H

#include "scratch.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

struct bytes {
    unsigned char data[8192];
    size_t size;
};

static inline void append_byte(struct bytes *to, unsigned value)
{
    if (to->size == sizeof to->data) {
        abort();
    }
    to->data[to->size++] = (unsigned char)value;
}

/* The header of an IDX file of the given element type (8: unsigned bytes). */
static inline struct bytes idx_header(unsigned type, unsigned rank, const uint32_t *sizes)
{
    struct bytes made = {.size = 0};
    append_byte(&made, 0);
    append_byte(&made, 0);
    append_byte(&made, type);
    append_byte(&made, rank);
    for (unsigned i = 0; i < rank; i++) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            append_byte(&made, sizes[i] >> shift & 0xff);
        }
    }
    return made;
}

/* The value of element i in the files that idx_counting() makes. */
static inline uint8_t counting_value(size_t i)
{
    return (uint8_t)(i * 37 + 11);
}

/* A valid IDX file of unsigned bytes that count up, in a way. */
static inline struct bytes idx_counting(unsigned rank, const uint32_t *sizes)
{
    struct bytes made = idx_header(8, rank, sizes);
    size_t elements = 1;
    for (unsigned i = 0; i < rank; i++) {
        elements *= sizes[i];
    }
    for (size_t i = 0; i < elements; i++) {
        append_byte(&made, counting_value(i));
    }
    return made;
}

/* A valid IDX file of labels. */
static inline struct bytes idx_labels(const uint8_t *labels, uint32_t count)
{
    struct bytes made = idx_header(8, 1, &count);
    for (uint32_t i = 0; i < count; i++) {
        append_byte(&made, labels[i]);
    }
    return made;
}

/* One gzip member that holds the given bytes. */
static inline struct bytes gzip(const struct bytes *plain)
{
    struct bytes made = {.size = 0};
    z_stream stream = {0};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        abort();
    }
    unsigned char copy[sizeof plain->data];
    memcpy(copy, plain->data, plain->size);
    stream.next_in = copy;
    stream.avail_in = (uInt)plain->size;
    stream.next_out = made.data;
    stream.avail_out = sizeof made.data;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
        abort();
    }
    made.size = sizeof made.data - stream.avail_out;
    deflateEnd(&stream);
    return made;
}

/* a and b behind each other. */
static inline struct bytes join(const struct bytes *a, const struct bytes *b)
{
    struct bytes made = *a;
    for (size_t i = 0; i < b->size; i++) {
        append_byte(&made, b->data[i]);
    }
    return made;
}

static inline const char *write_bytes(const char *name, const struct bytes *bytes)
{
    return scratch_write(name, bytes->data, bytes->size);
}

#endif
