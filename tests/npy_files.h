/*
 * NumPy files and the zip archives of them, made in memory by code of their own.
 */
#ifndef DESCENT_TEST_NPY_FILES_H
#define DESCENT_TEST_NPY_FILES_H

#include "idx_files.h"

static inline void append_text(struct bytes *to, const char *text)
{
    for (; *text != '\0'; text++) {
        append_byte(to, (unsigned char)*text);
    }
}

static inline void append_little(struct bytes *to, uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        append_byte(to, number >> 8 * i & 0xff);
    }
}

/* The start of a file of a major version with that text, padded with blanks and ended as NumPy
 * does. */
static inline struct bytes npy_text(unsigned version, const char *text)
{
    struct bytes made = {.size = 0};
    unsigned width = version == 1 ? 2 : 4;
    size_t length = strlen(text), padded = length + 1;
    while ((8 + width + padded) % 64 != 0) {
        padded++;
    }
    append_text(&made, "\x93NUMPY");
    append_byte(&made, version);
    append_byte(&made, 0);
    append_little(&made, padded, width);
    append_text(&made, text);
    for (size_t i = length; i + 1 < padded; i++) {
        append_byte(&made, ' ');
    }
    append_byte(&made, '\n');
    return made;
}

static inline struct bytes npy_header(unsigned version, const char *descr, const char *shape)
{
    char text[256];
    snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr,
             shape);
    return npy_text(version, text);
}

/* A member of an archive. */
struct member {
    const char *name;
    struct bytes bytes;
};

static inline struct bytes deflated(const struct bytes *plain)
{
    struct bytes made = {.size = 0};
    z_stream stream = {0};
    if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
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

/* What a member's header and its entry in the directory have in common. */
static inline void append_fields(struct bytes *to, const struct member *member, size_t packed,
                                 bool pack)
{
    append_little(to, 20, 2);
    append_little(to, 0, 2);
    append_little(to, pack ? 8 : 0, 2);
    append_little(to, 0, 4);
    append_little(to, crc32(0, member->bytes.data, (uInt)member->bytes.size), 4);
    append_little(to, packed, 4);
    append_little(to, member->bytes.size, 4);
    append_little(to, strlen(member->name), 2);
}

/* As NumPy writes one: a member's header has an extra field of 64-bit sizes, the directory none. */
static inline struct bytes zip(const struct member *members, size_t count, bool pack)
{
    struct bytes made = {.size = 0}, directory = {.size = 0};
    for (size_t i = 0; i < count; i++) {
        struct bytes packed = pack ? deflated(&members[i].bytes) : members[i].bytes;
        size_t offset = made.size;
        append_text(&made, "PK\3\4");
        append_fields(&made, &members[i], packed.size, pack);
        append_little(&made, 20, 2);
        append_text(&made, members[i].name);
        append_little(&made, 1, 2);
        append_little(&made, 16, 2);
        append_little(&made, members[i].bytes.size, 8);
        append_little(&made, packed.size, 8);
        made = join(&made, &packed);
        append_text(&directory, "PK\1\2");
        append_little(&directory, 20, 2);
        append_fields(&directory, &members[i], packed.size, pack);
        append_little(&directory, 0, 4); /* extra field, comment */
        append_little(&directory, 0, 8); /* disk, attributes */
        append_little(&directory, offset, 4);
        append_text(&directory, members[i].name);
    }
    size_t start = made.size;
    made = join(&made, &directory);
    append_text(&made, "PK\5\6");
    append_little(&made, 0, 4);
    append_little(&made, count, 2);
    append_little(&made, count, 2);
    append_little(&made, directory.size, 4);
    append_little(&made, start, 4);
    append_little(&made, 0, 2);
    return made;
}

#endif
