/*
 * Data sets: samples as bytes, labels, and what is known about them. Knows neither files nor
 * batches.
 */
#include <descent/dataset.h>

#include "arena.h"
#include "dataset_private.h"
#include "fail.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

static descent_status check_shape(const descent_shape *shape, size_t count, size_t *features)
{
    if (shape->rank < 1 || shape->rank > DESCENT_RANK_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: expected a shape of 1 to %d dimensions, found %zu",
                            DESCENT_RANK_MAX, shape->rank);
    }
    size_t product = 1;
    for (size_t i = 0; i < shape->rank; i++) {
        if (shape->sizes[i] == 0 || __builtin_mul_overflow(product, shape->sizes[i], &product)) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "data set: expected sizes of at least 1 whose product fits into "
                                "memory, found %zu as size %zu",
                                shape->sizes[i], i + 1);
        }
    }
    *features = product;
    size_t total = 0;
    if (__builtin_mul_overflow(product, count, &total)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: %zu samples of %zu bytes do not fit into memory", count,
                            product);
    }
    return DESCENT_OK;
}

descent_status descent_dataset_allocate(descent_dataset **dataset, const descent_shape *shape,
                                        size_t count, size_t classes, bool chosen)
{
    *dataset = NULL;
    if (count < 1 || count > UINT32_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: expected 1 to 2^32 - 1 samples, found %zu", count);
    }
    if (classes < 1 || classes > INT32_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: expected 1 to 2^31 - 1 classes, found %zu", classes);
    }
    size_t features = 0;
    descent_status status = check_shape(shape, count, &features);
    if (status != DESCENT_OK) {
        return status;
    }
    struct descent_arena_plan plan = {0};
    size_t self = descent_arena_reserve(&plan, 1, sizeof(descent_dataset));
    size_t class_counts = descent_arena_reserve(&plan, classes, sizeof(size_t));
    size_t rows = descent_arena_reserve(&plan, chosen ? count : 0, sizeof(uint32_t));
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY,
                            "data set: no memory for %zu samples of %zu classes", count, classes);
    }
    descent_dataset *made = (descent_dataset *)(block + self);
    made->shape = *shape;
    made->features = features;
    made->count = count;
    made->classes = classes;
    made->class_counts = (size_t *)(block + class_counts);
    made->rows = chosen ? (uint32_t *)(block + rows) : NULL;
    *dataset = made;
    return DESCENT_OK;
}

static descent_status count_labels(descent_dataset *dataset)
{
    for (size_t i = 0; i < dataset->count; i++) {
        size_t label = dataset->labels[i];
        if (label >= dataset->classes) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "data set: expected labels below %zu, found %zu at sample %zu",
                                dataset->classes, label, i);
        }
        dataset->class_counts[label]++;
    }
    return DESCENT_OK;
}

descent_status descent_dataset_create(descent_dataset **dataset, const descent_shape *shape,
                                      size_t count, size_t classes, const uint8_t *pixels,
                                      const uint8_t *labels)
{
    descent_status status = descent_dataset_allocate(dataset, shape, count, classes, false);
    if (status != DESCENT_OK) {
        return status;
    }
    (*dataset)->pixels = pixels;
    (*dataset)->labels = labels;
    status = count_labels(*dataset);
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*dataset);
        *dataset = NULL;
    }
    return status;
}

void descent_dataset_destroy(descent_dataset *dataset)
{
    if (dataset != NULL) {
        free(dataset->owned_pixels);
        free(dataset->owned_labels);
        free(dataset);
    }
}

size_t descent_dataset_count(const descent_dataset *dataset)
{
    return dataset->count;
}

size_t descent_dataset_classes(const descent_dataset *dataset)
{
    return dataset->classes;
}

const descent_shape *descent_dataset_shape(const descent_dataset *dataset)
{
    return &dataset->shape;
}

size_t descent_dataset_features(const descent_dataset *dataset)
{
    return dataset->features;
}

const uint8_t *descent_dataset_sample(const descent_dataset *dataset, size_t i)
{
    assert(i < dataset->count);
    return dataset->pixels + descent_dataset_row(dataset, i) * dataset->features;
}

int32_t descent_dataset_label(const descent_dataset *dataset, size_t i)
{
    assert(i < dataset->count);
    return dataset->labels[descent_dataset_row(dataset, i)];
}

const size_t *descent_dataset_class_counts(const descent_dataset *dataset)
{
    return dataset->class_counts;
}

/* As eight bytes, little-endian, so that every machine gives the same checksum. */
static uLong checksum_number(uLong checksum, uint64_t number)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(number >> 8 * i);
    }
    return crc32_z(checksum, bytes, sizeof bytes);
}

uint32_t descent_dataset_fingerprint(const descent_dataset *dataset)
{
    uLong checksum = checksum_number(0, dataset->shape.rank);
    for (size_t i = 0; i < dataset->shape.rank; i++) {
        checksum = checksum_number(checksum, dataset->shape.sizes[i]);
    }
    for (size_t i = 0; i < dataset->count; i++) {
        checksum = crc32_z(checksum, descent_dataset_sample(dataset, i), dataset->features);
    }
    for (size_t i = 0; i < dataset->count; i++) {
        unsigned char label = dataset->labels[descent_dataset_row(dataset, i)];
        checksum = crc32_z(checksum, &label, 1);
    }
    return (uint32_t)checksum;
}
