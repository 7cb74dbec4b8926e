/*
 * Reading and writing safetensors files: named tensors with string metadata.
 *
 * u64 little-endian header length N (≤ 100,000,000); N bytes of JSON that begin with '{', padded
 * with spaces to a multiple of 8; then the tensors' bytes, little-endian, contiguous, without holes
 * or overlap, up to the very end of the file. See the format's description in the safetensors
 * repository (huggingface/safetensors, README.md).
 */
#ifndef DESCENT_SAFETENSORS_H
#define DESCENT_SAFETENSORS_H

#include <descent/dataset.h>
#include <descent/status.h>

DESCENT_BEGIN

typedef enum descent_type {
    DESCENT_TYPE_F32,
    DESCENT_TYPE_F64,
    DESCENT_TYPE_F16,
    DESCENT_TYPE_BF16,
    DESCENT_TYPE_I64,
    DESCENT_TYPE_U8,
    DESCENT_TYPE_COUNT
} descent_type;

/* One tensor. Rank 0 is a single number. The data of a loaded tensor point into the file's bytes
 * and may not be aligned for their type: copy them out with descent_tensor_read(). */
typedef struct descent_tensor {
    const char *name;
    descent_type type;
    descent_shape shape;
    const void *data; /* product of sizes × size of the type bytes */
} descent_tensor;

/* One entry of the metadata. */
typedef struct descent_metadata {
    const char *key;
    const char *value;
} descent_metadata;

typedef struct descent_safetensors descent_safetensors;

/* Writes a file atomically (see descent_file_save()): the tensors in the given order, the metadata
 * in the given order. The same arguments give the same bytes. Errors: INVALID (a name or key
 * NULL, twice, or not UTF-8; a shape out of range; no data), IO, MEMORY. */
DESCENT_API descent_status descent_safetensors_save(const char *path, const descent_tensor *tensors,
                                                    size_t tensor_count,
                                                    const descent_metadata *metadata,
                                                    size_t metadata_count);

/* Reads a file and checks every rule of the format: its header first, and its tensors only where
 * that is right. The caller destroys the result. Errors: NOT_FOUND, IO, FORMAT (names what was
 * expected and found, and where), MEMORY (also where the tensors take more than half of the
 * machine's). */
DESCENT_API descent_status descent_safetensors_load(descent_safetensors **file, const char *path);

/* Frees a loaded file; NULL is allowed. */
DESCENT_API void descent_safetensors_destroy(descent_safetensors *file);

/* Number of tensors, and tensor i < count in the order of their bytes, borrowed from the file. */
DESCENT_API size_t descent_safetensors_count(const descent_safetensors *file);
DESCENT_API const descent_tensor *descent_safetensors_tensor(const descent_safetensors *file,
                                                             size_t i);

/* The tensor named `name`, or NULL. */
DESCENT_API const descent_tensor *descent_safetensors_find(const descent_safetensors *file,
                                                           const char *name);

/* Number of metadata entries, and entry i < count in the order of the file. */
DESCENT_API size_t descent_safetensors_metadata_count(const descent_safetensors *file);
DESCENT_API descent_metadata descent_safetensors_metadata_entry(const descent_safetensors *file,
                                                                size_t i);

/* The metadata value for `key`, or NULL. */
DESCENT_API const char *descent_safetensors_metadata(const descent_safetensors *file,
                                                     const char *key);

/* Number of elements of a tensor. */
DESCENT_API size_t descent_tensor_elements(const descent_tensor *tensor);

/* Copies a floating-point tensor's elements to float, converting F64, F16 and BF16. Error: INVALID
 * (the type is not a floating-point one; the data are not there). */
DESCENT_API descent_status descent_tensor_read(const descent_tensor *tensor, float *values);

/* "F32" and so on; size in bytes of one element. NULL and 0 for any other number. */
DESCENT_API const char *descent_type_name(descent_type type);
DESCENT_API size_t descent_type_size(descent_type type);

DESCENT_END

#endif
