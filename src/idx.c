/*
 * Reads IDX files. The format, all numbers big-endian (LeCun, Cortes and Burges, "The MNIST
 * database of handwritten digits"):
 *
 *     0  0  type  rank | size 1 | … | size rank | elements, the last dimension fastest
 *     1  1  1     1    | 4      | … | 4         | product of sizes × bytes of the type
 */
#include "idx.h"

#include "fail.h"
#include "reader.h"

#include <stdlib.h>

enum { IDX_TYPE_UBYTE = 0x08 };

static descent_status read_number(struct descent_reader *reader, uint32_t *number)
{
    unsigned char bytes[4] = {0};
    descent_status status = descent_reader_read(reader, bytes, sizeof bytes);
    *number = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
              (uint32_t)bytes[3];
    return status;
}

static descent_status read_magic(struct descent_reader *reader, size_t rank)
{
    const uint32_t expected = (uint32_t)IDX_TYPE_UBYTE << 8 | (uint32_t)rank;
    uint32_t magic = 0;
    descent_status status = read_number(reader, &magic);
    if (status == DESCENT_OK && magic != expected) {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected magic number 0x%08x (unsigned bytes, %zu dimension%s), "
                              "found 0x%08x",
                              reader->path, expected, rank, rank == 1 ? "" : "s", magic);
    }
    return status;
}

/* Reads the sizes and multiplies them. */
static descent_status read_sizes(struct descent_reader *reader, struct descent_idx *idx,
                                 size_t *elements)
{
    *elements = 1;
    for (size_t i = 0; i < idx->rank; i++) {
        uint32_t size = 0;
        descent_status status = read_number(reader, &size);
        if (status != DESCENT_OK) {
            return status;
        }
        if (size == 0) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected at least one %s (dimension %zu of %zu), found 0",
                                reader->path, i == 0 ? "sample" : "element", i + 1, idx->rank);
        }
        idx->sizes[i] = size;
        /* Memory cannot hold more, and below this no later sum overflows. */
        if (__builtin_mul_overflow(*elements, (size_t)size, elements) || *elements > PTRDIFF_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected dimensions whose product fits into memory, found an "
                                "overflow at dimension %zu of %zu, which is %lu",
                                reader->path, i + 1, idx->rank, (unsigned long)size);
        }
    }
    return DESCENT_OK;
}

static descent_status read_elements(struct descent_reader *reader, struct descent_idx *idx,
                                    size_t elements)
{
    const size_t header = 4 + 4 * idx->rank;
    descent_status status = descent_reader_expect(reader, (uint64_t)header + elements);
    if (status != DESCENT_OK) {
        return status;
    }
    idx->bytes = malloc(elements);
    if (idx->bytes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its %zu bytes", reader->path,
                            elements);
    }
    status = descent_reader_read(reader, idx->bytes, elements);
    return status == DESCENT_OK ? descent_reader_finish(reader) : status;
}

descent_status descent_idx_load(struct descent_idx *idx, const char *path, size_t rank)
{
    *idx = (struct descent_idx){.rank = rank};
    struct descent_reader reader;
    descent_status status = descent_reader_open(&reader, path);
    if (status != DESCENT_OK) {
        return status;
    }
    size_t elements = 0;
    status = read_magic(&reader, rank);
    if (status == DESCENT_OK) {
        status = read_sizes(&reader, idx, &elements);
    }
    if (status == DESCENT_OK) {
        status = read_elements(&reader, idx, elements);
    }
    descent_reader_close(&reader);
    if (status != DESCENT_OK) {
        free(idx->bytes);
        idx->bytes = NULL;
    }
    return status;
}
