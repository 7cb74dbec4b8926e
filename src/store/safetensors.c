/*
 * Tensors and what is asked of a safetensors file that has been read. Reading is in
 * safetensors_read.c, writing in safetensors_write.c.
 */
#include "store/safetensors.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const struct {
    const char *name;
    size_t size;
} types[DESCENT_TYPE_COUNT] = {
    [DESCENT_TYPE_F32] = {"F32", 4}, [DESCENT_TYPE_F64] = {"F64", 8},
    [DESCENT_TYPE_F16] = {"F16", 2}, [DESCENT_TYPE_BF16] = {"BF16", 2},
    [DESCENT_TYPE_I64] = {"I64", 8}, [DESCENT_TYPE_U8] = {"U8", 1},
};

const char *descent_type_name(descent_type type)
{
    return (unsigned)type < DESCENT_TYPE_COUNT ? types[type].name : NULL;
}

size_t descent_type_size(descent_type type)
{
    return (unsigned)type < DESCENT_TYPE_COUNT ? types[type].size : 0;
}

bool descent_tensor_size(descent_type type, const descent_shape *shape, size_t *size)
{
    *size = descent_type_size(type);
    for (size_t i = 0; i < shape->rank; i++) {
        if (__builtin_mul_overflow(*size, shape->sizes[i], size)) {
            return false;
        }
    }
    return true;
}

size_t descent_tensor_bytes(const descent_tensor *tensor)
{
    return descent_tensor_elements(tensor) * descent_type_size(tensor->type);
}

size_t descent_tensor_elements(const descent_tensor *tensor)
{
    size_t elements = 1;
    for (size_t i = 0; i < tensor->shape.rank; i++) {
        elements *= tensor->shape.sizes[i];
    }
    return elements;
}

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. */
static float float_of_f16(uint16_t half)
{
    uint32_t sign = (uint32_t)(half >> 15) << 31;
    uint32_t exponent = (half >> 10) & 0x1fu;
    uint32_t fraction = half & 0x3ffu;
    if (exponent == 0) { /* zero or subnormal */
        float magnitude = (float)fraction * 0x1p-24f;
        return sign != 0 ? -magnitude : magnitude;
    }
    uint32_t wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return float_of_bits(sign | wide << 23 | fraction << 13);
}

/* The upper half of a float. */
static float float_of_bf16(uint16_t half)
{
    return float_of_bits((uint32_t)half << 16);
}

/* Files from elsewhere need not align their tensors, hence memcpy. */
static void read_halves(const descent_tensor *tensor, size_t n, float *values,
                        float (*convert)(uint16_t))
{
    const char *data = tensor->data;
    for (size_t i = 0; i < n; i++) {
        uint16_t half;
        memcpy(&half, data + i * sizeof half, sizeof half);
        values[i] = convert(half);
    }
}

static void read_doubles(const descent_tensor *tensor, size_t n, float *values)
{
    const char *data = tensor->data;
    for (size_t i = 0; i < n; i++) {
        double value;
        memcpy(&value, data + i * sizeof value, sizeof value);
        values[i] = (float)value;
    }
}

descent_status descent_tensor_read(const descent_tensor *tensor, float *values)
{
    DESCENT_RETURN_UNLESS(tensor != NULL && values != NULL);
    size_t n = descent_tensor_elements(tensor);
    DESCENT_RETURN_UNLESS(tensor->data != NULL || n == 0);
    switch (tensor->type) {
    case DESCENT_TYPE_F32:
        if (n > 0) {
            memcpy(values, tensor->data, n * sizeof *values);
        }
        return DESCENT_OK;
    case DESCENT_TYPE_F64:
        read_doubles(tensor, n, values);
        return DESCENT_OK;
    case DESCENT_TYPE_F16:
        read_halves(tensor, n, values, float_of_f16);
        return DESCENT_OK;
    case DESCENT_TYPE_BF16:
        read_halves(tensor, n, values, float_of_bf16);
        return DESCENT_OK;
    default:
        return descent_fail(DESCENT_ERROR_INVALID,
                            "tensor '%.100s': expected a floating-point type, found %s",
                            tensor->name, descent_type_name(tensor->type));
    }
}

void descent_safetensors_destroy(descent_safetensors *file)
{
    if (file == NULL) {
        return;
    }
    free(file->tensors);
    free(file->metadata);
    json_decref(file->header);
    free(file->data);
    free(file);
}

size_t descent_safetensors_count(const descent_safetensors *file)
{
    return file->tensor_count;
}

const descent_tensor *descent_safetensors_tensor(const descent_safetensors *file, size_t i)
{
    return &file->tensors[i];
}

const descent_tensor *descent_safetensors_find(const descent_safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->tensor_count; i++) {
        if (strcmp(file->tensors[i].name, name) == 0) {
            return &file->tensors[i];
        }
    }
    return NULL;
}

size_t descent_safetensors_metadata_count(const descent_safetensors *file)
{
    return file->metadata_count;
}

descent_metadata descent_safetensors_metadata_entry(const descent_safetensors *file, size_t i)
{
    return file->metadata[i];
}

const char *descent_safetensors_metadata(const descent_safetensors *file, const char *key)
{
    const json_t *metadata = json_object_get(file->header, DESCENT_SAFETENSORS_METADATA);
    return json_string_value(json_object_get(metadata, key));
}

/* Within the header's strings, and outside. */
struct pieces {
    size_t all, outside;
};

static struct pieces count_pieces(const char *text, size_t length)
{
    struct pieces pieces = {0};
    bool string = false;
    for (size_t i = 0; i < length; i++) {
        bool escapes = string && text[i] == '\\';
        bool piece = text[i] == '{' || text[i] == '[' || text[i] == ',';
        if (escapes && i + 1 < length) {
            i++; /* of an escaped character, even a quote, the string goes on */
            piece = text[i] == 'u';
        } else if (text[i] == '"') {
            string = !string;
        }
        pieces.all += piece;
        pieces.outside += piece && !string;
    }
    return pieces;
}

descent_status descent_safetensors_check_pieces(const char *text, size_t length, const char *path,
                                                descent_status error)
{
    struct pieces pieces = count_pieces(text, length);
    if (pieces.outside > DESCENT_SAFETENSORS_PIECES_OUTSIDE) {
        return descent_fail(error,
                            "%s: header: expected at most %d brackets and commas outside of texts, "
                            "found %zu",
                            path, DESCENT_SAFETENSORS_PIECES_OUTSIDE, pieces.outside);
    }
    return pieces.all <= DESCENT_SAFETENSORS_PIECES
               ? DESCENT_OK
               : descent_fail(error,
                              "%s: header: expected at most %d brackets and commas, found %zu",
                              path, DESCENT_SAFETENSORS_PIECES, pieces.all);
}

uint32_t descent_safetensors_checksum(const descent_safetensors *file)
{
    return file->data != NULL ? (uint32_t)crc32_z(0, (const Bytef *)file->data, file->data_size)
                              : file->checksum;
}
