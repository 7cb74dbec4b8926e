/*
 * What the parts of the safetensors module share: the limits of the format and a file once read.
 */
#ifndef DESCENT_SAFETENSORS_PRIVATE_H
#define DESCENT_SAFETENSORS_PRIVATE_H

#include <descent/safetensors.h>

#include <jansson.h>
#include <stdbool.h>

/* Tensors' bytes are little-endian and are used as they are. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "descent needs a little-endian machine");

enum {
    DESCENT_SAFETENSORS_PREFIX = 8, /* bytes of the header length, and its alignment */
    DESCENT_SAFETENSORS_HEADER = 100 * 1000 * 1000, /* bytes of the header, at most */
    DESCENT_SAFETENSORS_PIECES = 1 << 22,           /* of the header, at most */
};

#define DESCENT_SAFETENSORS_METADATA "__metadata__"

/* Everything that is handed out is borrowed from data (the tensors') or header (all text). */
struct descent_safetensors {
    json_t *header;
    char *data; /* behind the header */
    size_t data_size;
    descent_tensor *tensors; /* in the order of their bytes */
    size_t tensor_count;
    descent_metadata *metadata;
    size_t metadata_count;
};

/* Product of a shape's sizes and the size of its type; false if it does not fit into size_t. */
bool descent_tensor_size(descent_type type, const descent_shape *shape, size_t *size);

/* Brackets, commas and escaped characters of a header, those within its strings included, since
 * some of them hold JSON as well: each may take more than 100 bytes of memory once it is read. */
size_t descent_safetensors_pieces(const char *text, size_t length);

/* CRC-32 (zlib's) of the bytes of all tensors of a file. */
uint32_t descent_safetensors_checksum(const descent_safetensors *file);

/* As descent_safetensors_load(), of a file's bytes in memory, which are copied; name stands for the
 * path in messages. */
descent_status descent_safetensors_decode(descent_safetensors **file, const void *bytes,
                                          size_t size, const char *name);

/* Where a file goes: to a path, or where that is NULL into a new buffer, which the caller frees. */
struct descent_safetensors_target {
    const char *path;
    unsigned char *bytes;
    size_t size;
};

/* As descent_safetensors_save(), to any target. The tensors' bytes are never copied on the way to a
 * file. On failure bytes is NULL. */
descent_status descent_safetensors_write(struct descent_safetensors_target *target,
                                         const descent_tensor *tensors, size_t tensor_count,
                                         const descent_metadata *metadata, size_t metadata_count);

#endif
