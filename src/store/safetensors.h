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
    DESCENT_SAFETENSORS_PIECES = 1 << 22,           /* of the header, at most, and of them */
    DESCENT_SAFETENSORS_PIECES_OUTSIDE = 1 << 19,   /* those outside of its strings */
};

#define DESCENT_SAFETENSORS_METADATA "__metadata__"

/* Everything that is handed out is borrowed from data (the tensors') or header (all text). */
struct descent_safetensors {
    json_t *header;
    char *data; /* behind the header; NULL where the tensors went elsewhere */
    size_t data_size;
    uint32_t checksum;       /* of the tensors that did */
    descent_tensor *tensors; /* in the order of their bytes */
    size_t tensor_count;
    descent_metadata *metadata;
    size_t metadata_count;
};

/* Product of a shape's sizes and the size of its type; false if it does not fit into size_t. */
bool descent_tensor_size(descent_type type, const descent_shape *shape, size_t *size);

/* The same of a tensor whose shape has been checked. */
size_t descent_tensor_bytes(const descent_tensor *tensor);

/* Refuses a header with too many brackets, commas and escaped characters: each may take more than
 * 100 bytes of memory once it is read, those within strings as well, since some of these hold JSON.
 * Error: the given one. */
descent_status descent_safetensors_check_pieces(const char *text, size_t length, const char *path,
                                                descent_status error);

/* Lists what the file's header tells: its metadata, and its tensors in the order of their bytes,
 * which cover the data once; without them. Errors: FORMAT, MEMORY; the caller destroys the file. */
descent_status descent_safetensors_list(descent_safetensors *file, const char *path);

/* CRC-32 (zlib's) of the bytes of all tensors of a file. */
uint32_t descent_safetensors_checksum(const descent_safetensors *file);

/* Looks at a file of which all but the tensors' bytes has been read: their data are still NULL. */
typedef descent_status descent_safetensors_look(void *context, const descent_safetensors *file,
                                                const char *path);

/* The same as descent_safetensors_load(), but memory is taken for the tensors, and they are read,
 * only where `look` returns OK. Errors: also what it returns. */
descent_status descent_safetensors_load_after(descent_safetensors **file, const char *path,
                                              descent_safetensors_look *look, void *context);

/* Where the numbers of a tensor go, NULL for nowhere. */
typedef float *descent_safetensors_room(void *context, const descent_tensor *tensor);

/* How a file is read: `look` as above, or NULL; with `room` the tensors' numbers go where it says,
 * converted to float, and not into the file, so that they are never held twice. */
struct descent_safetensors_reading {
    descent_safetensors_look *look;
    descent_safetensors_room *room;
    void *context;
};

/* The same, read in one of these ways. */
descent_status descent_safetensors_read(descent_safetensors **file, const char *path,
                                        const struct descent_safetensors_reading *reading);

/* The same of a file's bytes in memory, which are copied; name stands for the path in messages. */
descent_status descent_safetensors_decode(descent_safetensors **file, const void *bytes,
                                          size_t size, const char *name,
                                          const struct descent_safetensors_reading *reading);

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
