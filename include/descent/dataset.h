/*
 * A data set: samples and their labels, validated once when loaded. Bytes stay bytes: a grey-scale
 * pixel takes one byte until a loader widens it into a batch.
 */
#ifndef DESCENT_DATASET_H
#define DESCENT_DATASET_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef struct descent_dataset descent_dataset;

typedef enum descent_part { DESCENT_PART_TRAIN, DESCENT_PART_TEST } descent_part;

enum { DESCENT_RANK_MAX = 8 };

/* The shape of one sample, without the sample count: {28, 28} for MNIST. */
typedef struct descent_shape {
    size_t rank;
    size_t sizes[DESCENT_RANK_MAX];
} descent_shape;

/*
 * Loads the training or test part of a folder of IDX files: train-images-idx3-ubyte and
 * train-labels-idx1-ubyte, or t10k-images-… and t10k-labels-…, each plain or with .gz (the image
 * file's idxN says its rank, N ≥ 2). Images and labels must agree in their count. Any label is
 * accepted up to 255; the number of classes is the highest label of this part plus one, or
 * `classes` if that is not 0, and then a higher label is an error.
 *
 * The caller destroys the data set. Errors: NOT_FOUND (folder or a file: says which are missing),
 * FORMAT (magic, dimensions, length; says file, expected and found), MEMORY, IO.
 */
DESCENT_API descent_status descent_dataset_load(descent_dataset **dataset, const char *folder,
                                                descent_part part, size_t classes);

/* A data set of count samples of the given shape over the caller's bytes, borrowed: pixels [count ×
 * product of sizes], labels [count], each below classes. Both must outlive the data set. Errors:
 * INVALID, MEMORY. */
DESCENT_API descent_status descent_dataset_create(descent_dataset **dataset,
                                                  const descent_shape *shape, size_t count,
                                                  size_t classes, const uint8_t *pixels,
                                                  const uint8_t *labels);

/*
 * Splits a data set in two: `validation` gets a fraction of each class (stratified; the counts are
 * rounded so that they add up to ⌊fraction · count + ½⌋, but a class with at least two samples
 * keeps one in each half where fraction > 0), `train` gets the rest, both in the order of the
 * source. Which samples go where depends on the seed alone. fraction is in [0, 1); with 0
 * validation is NULL. Both borrow the source's samples, so the source must outlive them; the caller
 * destroys them. Errors: INVALID (fraction, or a half would be empty), MEMORY.
 */
DESCENT_API descent_status descent_dataset_split(descent_dataset **train,
                                                 descent_dataset **validation,
                                                 const descent_dataset *source, double fraction,
                                                 uint64_t seed);

/* Frees a data set; NULL is allowed. */
DESCENT_API void descent_dataset_destroy(descent_dataset *dataset);

/* Number of samples, ≥ 1. */
DESCENT_API size_t descent_dataset_count(const descent_dataset *dataset);

/* Number of classes, ≥ 1: labels are 0 … classes − 1. */
DESCENT_API size_t descent_dataset_classes(const descent_dataset *dataset);

/* The shape of one sample. */
DESCENT_API const descent_shape *descent_dataset_shape(const descent_dataset *dataset);

/* Numbers in one sample: the product of the shape's sizes. */
DESCENT_API size_t descent_dataset_features(const descent_dataset *dataset);

/* The bytes of sample i < count, borrowed. */
DESCENT_API const uint8_t *descent_dataset_sample(const descent_dataset *dataset, size_t i);

/* The label of sample i < count. */
DESCENT_API int32_t descent_dataset_label(const descent_dataset *dataset, size_t i);

/* Samples of each class, [classes], borrowed. */
DESCENT_API const size_t *descent_dataset_class_counts(const descent_dataset *dataset);

/* A fingerprint of shape, samples and labels: the CRC-32 (zlib's) of them in order. */
DESCENT_API uint32_t descent_dataset_fingerprint(const descent_dataset *dataset);

DESCENT_END

#endif
