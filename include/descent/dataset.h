/*
 * A data set: samples with their labels or targets, validated once when loaded. Bytes stay bytes: a
 * grey-scale pixel takes one byte until a loader widens it into a batch. Floats stay as they are.
 */
#ifndef DESCENT_DATASET_H
#define DESCENT_DATASET_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef struct descent_dataset descent_dataset;

typedef enum descent_part { DESCENT_PART_TRAIN, DESCENT_PART_TEST } descent_part;

/* How a data set holds its numbers. */
typedef enum descent_values {
    DESCENT_VALUES_AUTO,   /* of a source: whichever the data ask for */
    DESCENT_VALUES_BYTES,  /* whole numbers from 0 to 255, which a loader divides by 255 */
    DESCENT_VALUES_FLOATS, /* float32, finite, given out as they are */
    DESCENT_VALUES_COUNT
} descent_values;

/* Whether the first line of a CSV file names its columns. */
typedef enum descent_header {
    DESCENT_HEADER_AUTO,
    DESCENT_HEADER_YES,
    DESCENT_HEADER_NO,
    DESCENT_HEADER_COUNT
} descent_header;

enum { DESCENT_RANK_MAX = 8 };

/* The shape of one sample, without the sample count: {28, 28} for MNIST, {32, 32, 3} for colour
 * images (height, width, channels). */
typedef struct descent_shape {
    size_t rank;
    size_t sizes[DESCENT_RANK_MAX];
} descent_shape;

/* What to load of a source, and how; all zero is a good start. Fields that a kind of source has no
 * use for are ignored. */
typedef struct descent_source {
    descent_part part;

    /* What the training part (or a model) already says; the test part has to go with it. */
    size_t classes;                 /* number of class_names, or of labels; 0: found out */
    const char *const *class_names; /* [classes], in order; any other label is refused. NULL: found
                                       out, or "0", "1", … */
    descent_values values; /* CSV: bytes are divided by 255, floats are not; a number that is no
                              byte is then divided before it is kept */

    /* Where the source has no test part of its own. */
    double test;        /* its share of the samples, stratified, in (0, 1); 0: a fifth */
    uint64_t test_seed; /* decides which samples */

    /* Images; CSV rows that have as many numbers become such images too. */
    size_t height, width; /* 0: those of the first image of this part */
    bool color;           /* three channels, red, green and blue, instead of grey */

    /* CSV. */
    const char *label_column; /* a name, or a number from 1, or from -1 at the right end; with
                                 regression several, with commas between. NULL: see below */
    descent_header header;
    bool regression; /* CSV and IDX: targets, numbers, instead of labels */

    uint64_t memory_limit; /* bytes that this part may take, checked before; 0: half of the
                              machine's memory */
    int threads;           /* that decode images, up to DESCENT_THREADS_MAX; 0: one a processor */

    /* Called now and then from the calling thread with the work done, of the total; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
} descent_source;

#define DESCENT_SOURCE_DEFAULT                                                                     \
    {                                                                                              \
        .part = DESCENT_PART_TRAIN                                                                 \
    }

/*
 * Loads one part of a source. What the source is shows by what there is at the path:
 *
 * - A folder of IDX files: train-images-idx3-ubyte and train-labels-idx1-ubyte, or t10k-images-…
 *   and t10k-labels-…, each plain or with .gz (the image file's idxN says its rank, N ≥ 2). Images
 *   are unsigned bytes, floats or doubles, labels unsigned bytes or integers; files may be called
 *   …-float, …-double, …-int accordingly. Images and labels must agree in their count. A file
 *   classes.txt beside them names the classes, one a line. Without it the number of classes is the
 *   highest label of this part plus one, or `classes`, and then a higher label is an error. Targets
 *   are in train-targets-idx2-float.
 * - A file with the ending .csv or .csv.gz, or a folder with train.csv and perhaps test.csv: a
 *   sample a line (RFC 4180). Labels are any text and make the classes. Features that are all
 *   written as whole numbers from 0 to 255 are kept as bytes, and so divided by 255 by a loader;
 *   any others are floats. Without a label_column it is the one called label, class or target, or
 *   else the only one with words in it. The first line is a header where it has such a name, or
 *   words in more than that column. What is no finite number is refused.
 * - A folder of images: CLASS/FILE, or train/CLASS/FILE and test/CLASS/FILE; PNG, JPEG, BMP, PGM
 *   or PPM. All are resized to one size, each way by its own ratio. Files whose endings are not
 *   those of images, and names that start with a dot, are passed over. The order is that of the
 *   classes and of the bytes of the file names.
 *
 * Classes are sorted by value where all their names are whole numbers, else by their bytes. Where
 * there is no test part, `test` of the samples are split off, stratified.
 *
 * source NULL means DESCENT_SOURCE_DEFAULT. The caller destroys the data set. Errors: NOT_FOUND
 * (path, file or part: says which), FORMAT (says file and place, expected and found), MEMORY (also:
 * more than memory_limit), IO, INVALID.
 */
DESCENT_API descent_status descent_dataset_load(descent_dataset **dataset, const char *path,
                                                const descent_source *source);

/* Whether a path has the ending of a CSV file: .csv or .csv.gz, in capitals or not. */
DESCENT_API bool descent_dataset_is_csv(const char *path);

/* Samples in memory. All arrays are borrowed. */
typedef struct descent_samples {
    descent_shape shape;
    size_t count;
    const uint8_t *bytes;  /* [count × product of sizes]; one of bytes and floats is set */
    const float *floats;   /* the same, finite: NaN and infinities are refused */
    const int32_t *labels; /* [count], each below classes; one of labels and targets is set */
    size_t classes;
    const char *const *class_names; /* [classes], copied, none NULL; NULL: "0", "1", … */
    const float *targets;           /* [count × outputs], finite */
    size_t outputs;
} descent_samples;

/* A data set over the caller's arrays (not the struct), which must outlive it and stay as they are.
 * Errors: INVALID (says what was expected, and which sample is not so), MEMORY. */
DESCENT_API descent_status descent_dataset_create(descent_dataset **dataset,
                                                  const descent_samples *samples);

/*
 * Splits a data set in two: `validation` gets a fraction of each class (stratified; the counts are
 * rounded so that they add up to ⌊fraction · count + ½⌋, but a class with at least two samples
 * keeps one in each half where fraction > 0, and a single sample is not held out), `train` gets the
 * rest, both in the order of the source. Data with targets instead of labels count as one class.
 * Which samples go where depends on the seed alone. fraction is in [0, 1); with 0 validation is
 * NULL. Both borrow the source's samples, so the source must outlive them; the caller destroys
 * them. Errors: INVALID (fraction, or a half would be empty, or single samples leave less than half
 * of the share), MEMORY.
 */
DESCENT_API descent_status descent_dataset_split(descent_dataset **train,
                                                 descent_dataset **validation,
                                                 const descent_dataset *source, double fraction,
                                                 uint64_t seed);

/* Kinds of files that data sets are written as. */
typedef enum descent_format {
    DESCENT_FORMAT_IDX, /* train-images-idxN-ubyte.gz, train-labels-idx1-ubyte.gz, classes.txt */
    DESCENT_FORMAT_CSV  /* train.csv */
} descent_format;

/*
 * Writes a data set as one part of a data set in an existing folder, in the order of its samples,
 * such that descent_dataset_load() gives the same numbers and the same classes; files with these
 * names are replaced, each atomically. CSV does not keep the shape of a sample: it has a header,
 * the label or the targets first, and then the features. Errors: INVALID (a class name is empty, of
 * more than 255 bytes, not UTF-8, with control characters, or there twice), IO, MEMORY.
 */
DESCENT_API descent_status descent_dataset_save(const descent_dataset *dataset, const char *folder,
                                                descent_part part, descent_format format);

/* Frees a data set; NULL is allowed. */
DESCENT_API void descent_dataset_destroy(descent_dataset *dataset);

/* Number of samples, ≥ 1. */
DESCENT_API size_t descent_dataset_count(const descent_dataset *dataset);

/* Number of classes: labels are 0 … classes − 1. ≥ 1, or 0 where there are targets. */
DESCENT_API size_t descent_dataset_classes(const descent_dataset *dataset);

/* The names of the classes, [classes], borrowed: of a data set that was loaded, UTF-8 without
 * control characters, unless the caller has given others. */
DESCENT_API const char *const *descent_dataset_class_names(const descent_dataset *dataset);

/* Numbers in one target; 0 where there are labels. */
DESCENT_API size_t descent_dataset_outputs(const descent_dataset *dataset);

/* The shape of one sample. */
DESCENT_API const descent_shape *descent_dataset_shape(const descent_dataset *dataset);

/* Numbers in one sample: the product of the shape's sizes. */
DESCENT_API size_t descent_dataset_features(const descent_dataset *dataset);

/* DESCENT_VALUES_BYTES or DESCENT_VALUES_FLOATS. */
DESCENT_API descent_values descent_dataset_values(const descent_dataset *dataset);

/* "auto", "bytes" or "floats"; NULL for any other number. */
DESCENT_API const char *descent_values_name(descent_values values);

/* The features of sample i < count, borrowed: as bytes or as floats, whichever the data set holds;
 * NULL for the other. */
DESCENT_API const uint8_t *descent_dataset_sample(const descent_dataset *dataset, size_t i);
DESCENT_API const float *descent_dataset_sample_floats(const descent_dataset *dataset, size_t i);

/* The label of sample i < count; −1 where there are targets. */
DESCENT_API int32_t descent_dataset_label(const descent_dataset *dataset, size_t i);

/* The target of sample i < count, [outputs], borrowed; NULL where there are labels. */
DESCENT_API const float *descent_dataset_target(const descent_dataset *dataset, size_t i);

/* Samples of each class, [classes], borrowed. */
DESCENT_API const size_t *descent_dataset_class_counts(const descent_dataset *dataset);

/* A fingerprint of all there is: the CRC-32 (zlib's) of the shape, the samples, the labels and the
 * class names or the targets, in this order. Numbers are little-endian: sizes of eight bytes,
 * labels of four; names end in a NUL byte. */
DESCENT_API uint32_t descent_dataset_fingerprint(const descent_dataset *dataset);

DESCENT_END

#endif
