/*
 * Reads the elements of NumPy files, in portions, each turned into what is kept of it.
 */
#include "data/npy.h"

#include "base/arena.h"
#include "base/fail.h"
#include "data/npy_header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Elements that are read at once. */
enum { PORTION = 1024 };

/* What an array is read into. */
struct target {
    const struct descent_npy_header *header;
    const char *path;
    struct descent_array *array;
    size_t done;
};

/* The bits of an element, in the machine's order. */
static uint64_t bits_of(const struct descent_npy_header *header, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < header->stored; i++) {
        size_t at = header->big_endian ? i : header->stored - 1 - i;
        bits = bits << 8 | bytes[at];
    }
    return bits;
}

/* Sign and all: the upper bits of a shorter number are those of its sign. */
static int64_t signed_of(uint64_t bits, size_t stored)
{
    unsigned unused = (unsigned)(8 * (sizeof bits - stored)) & 63u;
    int64_t number = 0;
    bits <<= unused;
    memcpy(&number, &bits, sizeof number);
    return number >> unused;
}

static double number_of(const struct descent_npy_header *header, uint64_t bits)
{
    double number = 0.0;
    float single = 0.0f;
    uint32_t half = (uint32_t)bits;
    switch (header->kind) {
    case 'f':
        memcpy(&single, &half, sizeof single);
        memcpy(&number, &bits, sizeof number);
        return header->stored == sizeof single ? (double)single : number;
    case 'i':
        return (double)signed_of(bits, header->stored);
    case 'b':
        return bits != 0 ? 1.0 : 0.0;
    default:
        return (double)bits;
    }
}

static descent_status fail_element(const struct target *target, size_t i, const char *expected,
                                   double found)
{
    size_t width = descent_array_width(target->array);
    size_t at = target->done + i;
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected %s, found %.9g at sample %zu, element %zu", target->path,
                        expected, found, at / width, at % width);
}

/* A double that is too large for a float becomes infinite. */
static descent_status keep_float(const struct target *target, size_t i, double number)
{
    float kept = (float)number;
    target->array->floats[target->done + i] = kept;
    return isfinite(kept) ? DESCENT_OK
                          : fail_element(target, i, "finite numbers that fit a float", number);
}

static descent_status keep_integer(const struct target *target, size_t i, double number)
{
    if (!(number >= INT32_MIN && number <= INT32_MAX)) {
        return fail_element(target, i, "labels of at most 32 bits", number);
    }
    target->array->integers[target->done + i] = (int32_t)number;
    return DESCENT_OK;
}

static descent_status keep_byte(const struct target *target, size_t i, double number)
{
    if (!(number >= 0 && number <= UINT8_MAX)) { /* whole: only integers become bytes */
        return fail_element(target, i, "whole numbers from 0 to 255", number);
    }
    target->array->bytes[target->done + i] = (uint8_t)number;
    return DESCENT_OK;
}

static descent_status keep(const struct target *target, const unsigned char *bytes, size_t n)
{
    const struct descent_npy_header *header = target->header;
    descent_status (*keep_one)(const struct target *, size_t, double) =
        target->array->bytes != NULL      ? keep_byte
        : target->array->integers != NULL ? keep_integer
                                          : keep_float;
    for (size_t i = 0; i < n; i++) {
        double number = number_of(header, bits_of(header, bytes + i * header->stored));
        DESCENT_TRY(keep_one(target, i, number));
    }
    return DESCENT_OK;
}

static descent_status read_elements(struct target *target, struct descent_reader *reader)
{
    unsigned char bytes[8 * PORTION];
    const struct descent_npy_header *header = target->header;
    if (target->array->bytes != NULL && header->kind == 'u' && header->stored == 1) {
        return descent_reader_read(reader, target->array->bytes, header->count);
    }
    for (; target->done < header->count; target->done += PORTION) {
        size_t left = header->count - target->done;
        size_t n = left < PORTION ? left : PORTION;
        DESCENT_TRY(descent_reader_read(reader, bytes, n * header->stored));
        DESCENT_TRY(keep(target, bytes, n));
    }
    return DESCENT_OK;
}

enum kept { BYTES, INTEGERS, FLOATS };

static enum kept choose(const struct descent_npy_header *header, enum descent_npy_use use)
{
    bool byte = header->kind == 'u' && header->stored == 1;
    switch (use) {
    case DESCENT_NPY_SAMPLES:
        return byte && header->rank >= 3 ? BYTES : FLOATS;
    case DESCENT_NPY_BYTES:
        return header->kind == 'f' || header->kind == 'b' ? FLOATS : BYTES;
    case DESCENT_NPY_LABELS:
        return header->kind == 'f' ? FLOATS : INTEGERS;
    default:
        return FLOATS;
    }
}

static descent_status allocate(struct descent_array *array, const struct descent_npy_header *header,
                               enum kept kept, const char *path)
{
    void *block = descent_arena_pages(header->count, array->number_size);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its %zu numbers", path,
                            header->count);
    }
    array->bytes = kept == BYTES ? block : NULL;
    array->integers = kept == INTEGERS ? block : NULL;
    array->floats = kept == FLOATS ? block : NULL;
    return DESCENT_OK;
}

static descent_status read_header(struct descent_npy_header *header, struct descent_array *array,
                                  struct descent_reader *reader, enum descent_npy_use use,
                                  uint64_t memory_limit)
{
    *array = (struct descent_array){0};
    DESCENT_TRY(descent_npy_header_read(header, reader));
    array->rank = header->rank;
    memcpy(array->sizes, header->sizes, sizeof header->sizes);
    array->number_size = choose(header, use) == BYTES ? 1 : sizeof(float);
    DESCENT_TRY(
        descent_reader_expect(reader, header->bytes + (uint64_t)header->count * header->stored));
    return descent_array_check(array, reader->path, memory_limit);
}

descent_status descent_npy_examine(struct descent_array *array, struct descent_reader *reader,
                                   enum descent_npy_use use, uint64_t memory_limit)
{
    struct descent_npy_header header;
    return read_header(&header, array, reader, use, memory_limit);
}

descent_status descent_npy_read(struct descent_array *array, struct descent_reader *reader,
                                enum descent_npy_use use, uint64_t memory_limit)
{
    struct descent_npy_header header;
    DESCENT_TRY(read_header(&header, array, reader, use, memory_limit));
    DESCENT_TRY(allocate(array, &header, choose(&header, use), reader->path));
    struct target target = {&header, reader->path, array, 0};
    descent_status status = read_elements(&target, reader);
    if (status == DESCENT_OK) {
        status = descent_reader_finish(reader);
    }
    if (status != DESCENT_OK) {
        descent_array_free(array);
    }
    return status;
}
