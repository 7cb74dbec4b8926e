/*
 * The checksum over all that a data set holds.
 */
#include <descent/dataset.h>

#include "data/dataset_private.h"

#include <string.h>
#include <zlib.h>

/* `size` bytes, the lowest first, so that every machine gives the same checksum. */
static uLong checksum_number(uLong checksum, uint64_t number, size_t size)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(number >> 8 * i);
    }
    return crc32_z(checksum, bytes, size);
}

static uLong checksum_floats(uLong checksum, const float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        checksum = checksum_number(checksum, bits, sizeof bits);
    }
    return checksum;
}

static uLong checksum_sample(uLong checksum, const descent_dataset *dataset, size_t i)
{
    const uint8_t *bytes = descent_dataset_sample(dataset, i);
    return bytes != NULL ? crc32_z(checksum, bytes, dataset->features)
                         : checksum_floats(checksum, descent_dataset_sample_floats(dataset, i),
                                           dataset->features);
}

static uLong checksum_answers(uLong checksum, const descent_dataset *dataset)
{
    for (size_t i = 0; i < dataset->count; i++) {
        checksum =
            dataset->labels != NULL
                ? checksum_number(checksum, (uint64_t)descent_dataset_label(dataset, i), 4)
                : checksum_floats(checksum, descent_dataset_target(dataset, i), dataset->outputs);
    }
    for (size_t c = 0; c < dataset->classes; c++) {
        const char *name = dataset->class_names[c];
        checksum = crc32_z(checksum, (const unsigned char *)name, strlen(name) + 1);
    }
    return checksum;
}

uint32_t descent_dataset_fingerprint(const descent_dataset *dataset)
{
    uLong checksum = checksum_number(0, dataset->shape.rank, 8);
    for (size_t i = 0; i < dataset->shape.rank; i++) {
        checksum = checksum_number(checksum, dataset->shape.sizes[i], 8);
    }
    for (size_t i = 0; i < dataset->count; i++) {
        checksum = checksum_sample(checksum, dataset, i);
    }
    return (uint32_t)checksum_answers(checksum, dataset);
}
