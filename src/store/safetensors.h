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
};

#define DESCENT_SAFETENSORS_METADATA "__metadata__"

/* Everything that is handed out is borrowed from bytes (the tensors' data) or header (all text). */
struct descent_safetensors {
    char *bytes; /* the whole file */
    size_t size;
    json_t *header;
    const char *data; /* behind the header */
    size_t data_size;
    descent_tensor *tensors; /* in the order of their bytes */
    size_t tensor_count;
    descent_metadata *metadata;
    size_t metadata_count;
};

/* Product of a shape's sizes and the size of its type; false if it does not fit into size_t. */
bool descent_tensor_size(descent_type type, const descent_shape *shape, size_t *size);

/* CRC-32 (zlib's) of the bytes of all tensors of a file. */
uint32_t descent_safetensors_checksum(const descent_safetensors *file);

#endif
