/*
 * A data set: samples with their labels or targets, validated once when loaded. Bytes stay bytes: a
 * grey-scale pixel takes one byte until a loader widens it into a batch. Floats stay as they are.
 */
#ifndef DESCENT_DATASET_H
#define DESCENT_DATASET_H

#include <descent/columns.h>
#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef struct descent_dataset descent_dataset;

typedef enum descent_part {
    DESCENT_PART_TRAIN,
    DESCENT_PART_TEST,
    DESCENT_PART_ALL, /* all samples of a source without a test part of its own: none held back */
    DESCENT_PART_COUNT
} descent_part;

/* How a data set holds its numbers. */
typedef enum descent_values {
    DESCENT_VALUES_AUTO,   /* of a source: found out from the data */
    DESCENT_VALUES_BYTES,  /* whole numbers from 0 to 255, which a loader divides by 255 */
    DESCENT_VALUES_FLOATS, /* float32, finite, passed on unchanged */
    DESCENT_VALUES_COUNT
} descent_values;

/* Whether the first line of a CSV file names its columns. */
typedef enum descent_header {
    DESCENT_HEADER_AUTO,
    DESCENT_HEADER_YES,
    DESCENT_HEADER_NO,
    DESCENT_HEADER_COUNT
} descent_header;

/* What to do about missing values in a table: "", NA, N/A, nan, ?, null or None, in any case. */
typedef enum descent_missing {
    DESCENT_MISSING_FILL,   /* replaced, as columns.h says */
    DESCENT_MISSING_REFUSE, /* an error */
    DESCENT_MISSING_COUNT
} descent_missing;

enum { DESCENT_RANK_MAX = 8 };

/* The shape of one sample, without the sample count: {28, 28} for MNIST, {32, 32, 3} for colour
 * images (height, width, channels). */
typedef struct descent_shape {
    size_t rank;
    size_t sizes[DESCENT_RANK_MAX];
} descent_shape;

/* Which part of a source to load, and how; all zero is a good start. Fields that do not apply to a
 * kind of source are ignored. */
typedef struct descent_source {
    descent_part part;

    /* Known from the training part or from a model; a test part must agree with it. */
    size_t classes;                  /* number of class_names, or of labels; 0: from the data */
    const char *const *class_names;  /* [classes], in order; any other label is refused. NULL: from
                                        the data, or "0", "1", … */
    size_t outputs;                  /* number of target_names */
    const char *const *target_names; /* [outputs], in order; with multi_label any other label is
                                        refused. NULL: from the data */
    descent_values values; /* CSV: bytes are divided by 255, floats are not; with BYTES, a number
                              that is not a byte is divided before it is stored. IDX, NumPy and
                              images: what the files must hold, unless it is AUTO */

    /* Use only the first so many samples of the training part; 0: all. */
    size_t limit;

    /* For a source without a test part of its own. */
    double test;        /* fraction of the samples to hold back, stratified, in (0, 1); 0: a fifth,
                           or nothing of fewer than DESCENT_SPLIT_LEAST; DESCENT_TEST_NONE */
    uint64_t test_seed; /* decides which samples */

    /* Images, and CSV rows of as many numbers. */
    size_t height, width; /* 0: the size of the first image of this part */
    bool color;           /* three channels (red, green, blue) instead of grey */

    bool transpose; /* swaps rows and columns of images from IDX, NumPy and CSV files: EMNIST's lie
                       on their side */

    /* CSV. */
    const char *label_column; /* a name, or a number: 1 is the first column, -1 the last; or
                                 several, separated by commas. NULL: see below */
    descent_header header;
    char separator;  /* between fields: ',', ';', '\t', or another printable character of ASCII that
                        is no letter, digit, quote, point, plus or minus; ' ' stands for any number
                        of blanks and tabs. 0: found out from the first lines */
    bool regression; /* CSV, IDX and NumPy: numeric targets instead of labels */
    bool multi_label; /* a sample may have several labels: targets of 0 and 1, each named by its
                         label. They are several label columns of 0 and 1, or one column of names
                         separated by ; or |, empty for none; if no sample has several names there,
                         it holds classes. In IDX and NumPy files they are rows of 0 and 1. Not with
                         regression */

    /* CSV: the columns of features. Lists hold names or numbers, as label_column does. */
    const descent_columns
        *columns;          /* known from the training part or from a model; NULL: learned */
    bool bytes_are_pixels; /* whole numbers from 0 to 255 are pixels whatever the columns' names, as
                              they were before models knew columns */
    descent_missing missing;
    const char *words;  /* columns to read as words even if they hold numbers; or NULL */
    const char *ignore; /* columns to leave out; or NULL */
    const char *keep;   /* columns to keep next to predictions, not as features; or NULL */

    uint64_t memory_limit; /* bytes that this part may take, checked before allocating; 0: half of
                              the machine's memory */
    int threads;           /* decode images; up to DESCENT_THREADS_MAX; 0: one a processor */

    /* Called from time to time, on the calling thread, with the work done and in all; may be NULL.
     */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
} descent_source;

/* Fewer samples than this are not split unless a fraction is given. */
enum { DESCENT_SPLIT_LEAST = 20 };

/* Holds nothing back: the training part is all, and there is no test part. */
#define DESCENT_TEST_NONE (-1.0)

#define DESCENT_SOURCE_DEFAULT                                                                     \
    {                                                                                              \
        .part = DESCENT_PART_TRAIN                                                                 \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_source descent_source_default(void);

/*
 * Loads one part of a source. The path decides what kind of source it is:
 *
 * - IDX or NumPy files; see below.
 * - A table in text, one sample a line; see below. A file that ends in .csv, .tsv, .txt or .data,
 *   or a folder with train.csv and perhaps test.csv, or with NAME_train.csv and NAME_test.csv; each
 *   may have another of these endings, and .gz behind it. Other tables there are left aside, and so
 *   is a test file without labels.
 * - A folder of images: CLASS/FILE, or train/CLASS/FILE and test/CLASS/FILE, where the files of a
 *   class may lie in further folders; PNG, JPEG, BMP, PGM or PPM. The parts may be called training,
 *   testing, and for want of a test part val, valid or validation, in upper or lower case. All are
 *   resized to one size, height and width independently. Files with other endings are left aside
 *   (descent_dataset_left_aside()). Samples are ordered by class, then by the bytes of their paths.
 *
 * Arrays are a folder of IDX files, such as train-images-idx3-ubyte and train-labels-idx1-ubyte, or
 * t10k-…, or of NumPy files, such as x_train.npy and y_train.npy, or a .npz file, or a folder of
 * these. A name says what an array is by its words, in upper or lower case: train, training, test,
 * testing or t10k; images, imgs, data, features or x; labels, targets, target or y; in a .npz file
 * of two, arr_0 and arr_1 are samples and labels. Words for the format count for nothing, and any
 * others, such as emnist-letters, are the same for all arrays of a data set, of which a folder has
 * one. Files may be packed by gzip. The type in a file counts, not that in its name.
 *
 * IDX: samples of any rank are unsigned bytes, floats or doubles; labels unsigned bytes or
 * integers; targets, of one or two dimensions, floats or doubles. NumPy: any integers, booleans,
 * and floats of 4 or 8 bytes, in C order. Unsigned bytes of three or more dimensions are images and
 * stay bytes; all else is floats, but for whole numbers from 0 to 255 where BYTES are asked for.
 * Labels are whole numbers of any type, or rows of zeros with a 1.
 *
 * There must be as many labels as samples. A file classes.txt next to them names the classes 0, 1,
 * …, one a line. Without it labels are names themselves, and the classes are those that occur;
 * where `classes` is given without names, they are numbers below it.
 *
 * Tables are CSV (RFC 4180), or have semicolons, tabs, bars or blanks between their fields,
 * whichever gives the first lines the same number of fields; where several do, the file is refused
 * unless `separator` says which. Text is UTF-8, or UTF-16 with a byte order mark. With semicolons,
 * numbers may have a decimal comma. These are ignored: blanks around fields, empty lines and rows,
 * lines of # at the top (but the last of them is the header if it has as many fields as the samples
 * below), and a separator after the last field of every line.
 *
 * A table's first line is a header if it has words above numbers, names that do not occur again
 * below, or the name of a label column. Ambiguous first lines are refused unless `header` decides:
 * numbers at equal distances, such as 0, 1, 2, words above one line of words, or a label that no
 * other sample has.
 *
 * A table's labels are any text but "", NA, N/A, nan, null and ?. The distinct texts are the
 * classes, except that spellings of one number (3 and 3.0) are one where all are numbers, as are
 * true and True. Of several label columns one is 1 and the others are 0, and the columns' names are
 * the classes. Without label_column, the label is the column named label, class or target, or else
 * the only column with words in it.
 *
 * A table's other columns are features, as columns.h says: numbers if all their values are (True
 * and False are 1 and 0), words if none is, up to DESCENT_COLUMN_WORDS_MAX different ones. A
 * mixture is refused, for it may be a mistake, and so are infinities and numbers that fit no float.
 * The values of the training part decide. Known `columns` are found by name in any order, and
 * others are ignored; or by position, if the file or the table has no names.
 *
 * Whole numbers from 0 to 255 are pixels only in columns named pixel0, pixel1, … (from 0 or 1) or
 * 1x1, 1x2, …, or if `height` and `width` are set, or BYTES are asked for and the file has no other
 * names: these are stored as bytes, which a loader divides by 255, and have no columns.
 *
 * Classes are sorted by value if all their names are numbers, else by their bytes. From a
 * source without a test part (but for IDX files that are named train, whose test part is then
 * missing), a fraction `test` is split off, stratified, unless nothing is to be held back or
 * DESCENT_PART_ALL is asked for.
 *
 * source NULL means DESCENT_SOURCE_DEFAULT. The caller destroys the data set. Errors: NOT_FOUND
 * (path, file or part: names it), FORMAT (names file and place, what was expected and found),
 * MEMORY (also when memory_limit would be exceeded), IO, INVALID (also for DESCENT_PART_ALL of a
 * source that has a test part of its own).
 */
DESCENT_API descent_status descent_dataset_load(descent_dataset **dataset, const char *path,
                                                const descent_source *source);

/*
 * Loads samples alone, for a network to predict: an IDX or .npy file, whatever its name, or a .npz
 * file with one array, or one whose name is that of samples. All have one class, 0. An array of
 * `features` numbers (0: any) that would be several samples of fewer is a single one. Of the source
 * only values, transpose and memory_limit are used. Errors: as descent_dataset_load().
 */
DESCENT_API descent_status descent_dataset_load_samples(descent_dataset **dataset, const char *path,
                                                        size_t features,
                                                        const descent_source *source);

/* Whether a path is a file of an array: .npy or .npz by its ending, or IDX by its first bytes. */
DESCENT_API bool descent_dataset_is_array(const char *path);

/* Whether a path ends in .npy or .npz, in upper or lower case. */
DESCENT_API bool descent_dataset_is_numpy(const char *path);

/* Whether a path ends in .csv, .tsv, .txt or .data, perhaps with .gz behind it, in upper or lower
 * case. */
DESCENT_API bool descent_dataset_is_csv(const char *path);

/* Samples in memory. All arrays are borrowed. */
typedef struct descent_samples {
    descent_shape shape;
    size_t count;
    const uint8_t *bytes;  /* [count × product of sizes]; set exactly one of bytes and floats */
    const float *floats;   /* likewise; NaN and infinities are refused */
    const int32_t *labels; /* [count], each below classes; set exactly one of labels and targets */
    size_t classes;
    const char *const *class_names; /* [classes], copied, none NULL; NULL: "0", "1", … */
    const float *targets;           /* [count × outputs], finite */
    size_t outputs;
    const char *const *target_names; /* [outputs], copied, none NULL; NULL: they have no names */
} descent_samples;

/* A data set over the caller's arrays, which must outlive it unchanged; the struct itself is
 * copied. Errors: INVALID (says what was expected and names the sample that violates it), MEMORY.
 */
DESCENT_API descent_status descent_dataset_create(descent_dataset **dataset,
                                                  const descent_samples *samples);

/*
 * Splits a data set in two: `validation` gets a fraction of each class, `train` the rest, both in
 * the order of the source. The split is stratified: the classes' counts are rounded so that they
 * add up to ⌊fraction · count + ½⌋; if fraction > 0, a class of at least two samples keeps one in
 * each half, and the sample of a class of one stays in `train`. Data with targets count as one
 * class. Which samples go where depends on the seed alone. fraction is in [0, 1); with 0,
 * validation is NULL. Both halves borrow the source's samples, so the source must outlive them; the
 * caller destroys them. Errors: INVALID (fraction is out of range, a half would be empty, or
 * classes of one sample leave less than half of the share), MEMORY.
 */
DESCENT_API descent_status descent_dataset_split(descent_dataset **train,
                                                 descent_dataset **validation,
                                                 const descent_dataset *source, double fraction,
                                                 uint64_t seed);

/* The same in the order of the samples: `validation` gets the last `count` of them, at least one
 * and not all, `train` those before. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_dataset_split_last(descent_dataset **train,
                                                      descent_dataset **validation,
                                                      const descent_dataset *source, size_t count);

/*
 * A fold of a cross-validation: `validation` gets fold number `fold`, from 1 to `folds`, and
 * `train` the others, both in the order of the source. Each sample is in one fold. The folds' sizes
 * differ by one at most, and so do their counts of each class; a class of fewer samples than folds
 * is missing in some, and in `train` where all of it, one sample, is in the fold. Data with targets
 * count as one class. Which samples are in which fold is a function of the labels, their order and
 * `folds` alone. Both halves borrow the source's samples. Errors: INVALID (folds is not from 2 to
 * the samples there are, fold not from 1 to folds), MEMORY.
 */
DESCENT_API descent_status descent_dataset_split_fold(descent_dataset **train,
                                                      descent_dataset **validation,
                                                      const descent_dataset *source, size_t fold,
                                                      size_t folds);

/* The file formats in which data sets are written. */
typedef enum descent_format {
    DESCENT_FORMAT_IDX, /* train-images-idxN-ubyte.gz, train-labels-idx1-ubyte.gz, classes.txt */
    DESCENT_FORMAT_CSV  /* train.csv */
} descent_format;

/*
 * Writes a data set into an existing folder as one of its parts, in the order of its samples, so
 * that descent_dataset_load() gives the same numbers and classes; files of the same names are
 * replaced, each atomically. A CSV file has a header, the label or the targets first, then the
 * features under their names (descent_dataset_feature_names(); pixel0, … for bytes, x1, … for want
 * of others); it does not keep the shape of a sample. Errors: INVALID (a class name is empty,
 * longer than 255 bytes, not UTF-8, has control characters, or occurs twice), IO, MEMORY.
 */
DESCENT_API descent_status descent_dataset_save(const descent_dataset *dataset, const char *folder,
                                                descent_part part, descent_format format);

/* Frees a data set; NULL is allowed. */
DESCENT_API void descent_dataset_destroy(descent_dataset *dataset);

/* Number of samples, ≥ 1. */
DESCENT_API size_t descent_dataset_count(const descent_dataset *dataset);

/* Samples of the whole source, where this is a part that was split off because the source has no
 * test part of its own; 0 for any other data set. */
DESCENT_API size_t descent_dataset_whole(const descent_dataset *dataset);

/* The place of sample i < count among all samples of its source, from 0, whichever part it is in:
 * of a CSV file the row behind the header. */
DESCENT_API size_t descent_dataset_place(const descent_dataset *dataset, size_t i);

/* The file of sample i < count where each has one of its own, as images in folders do; borrowed.
 * Else NULL. */
DESCENT_API const char *descent_dataset_file(const descent_dataset *dataset, size_t i);

/* Number of classes, ≥ 1; labels are 0 … classes − 1. 0 for data with targets. */
DESCENT_API size_t descent_dataset_classes(const descent_dataset *dataset);

/* The names of the classes, [classes], borrowed. Loaded names are UTF-8 without control characters;
 * names given by the caller are as the caller gave them. */
DESCENT_API const char *const *descent_dataset_class_names(const descent_dataset *dataset);

/* Numbers in one target; 0 for data with labels. */
DESCENT_API size_t descent_dataset_outputs(const descent_dataset *dataset);

/* The names of the numbers in a target, [outputs], borrowed: those of a CSV file's columns, or the
 * labels where a sample may have several. NULL where they have none. */
DESCENT_API const char *const *descent_dataset_target_names(const descent_dataset *dataset);

/* The shape of one sample. */
DESCENT_API const descent_shape *descent_dataset_shape(const descent_dataset *dataset);

/* Numbers in one sample: the product of the shape's sizes. */
DESCENT_API size_t descent_dataset_features(const descent_dataset *dataset);

/* The columns of a table, borrowed; NULL for pixels, and for what is no CSV file. */
DESCENT_API const descent_columns *descent_dataset_columns(const descent_dataset *dataset);

/* The names of its features, [features], borrowed; NULL without such columns. */
DESCENT_API const char *const *descent_dataset_feature_names(const descent_dataset *dataset);

/* How a CSV file was read, borrowed; NULL for other data. Both halves of a split have the reading
 * of the whole. */
DESCENT_API const descent_reading *descent_dataset_reading(const descent_dataset *dataset);

/* DESCENT_VALUES_BYTES or DESCENT_VALUES_FLOATS. */
DESCENT_API descent_values descent_dataset_values(const descent_dataset *dataset);

/* What was found among the files of a data set and left aside. */
typedef struct descent_left_aside {
    const char *what;    /* an ending such as ".webp", or a name */
    const char *example; /* the path of the first */
    size_t count;        /* of files, or of folders */
    bool matters;        /* it holds samples, or may */
} descent_left_aside;

/* All that was left aside when the data set was loaded, [count], borrowed; hidden files are not
 * counted, nor those that file managers leave. */
DESCENT_API const descent_left_aside *descent_dataset_left_aside(const descent_dataset *dataset,
                                                                 size_t *count);

/* Whether the samples were read from files of pictures: decoded, and resized to one size. */
DESCENT_API bool descent_dataset_is_pictures(const descent_dataset *dataset);

/* Whether the source's test part is a folder for validation, because it has none for testing. */
DESCENT_API bool descent_dataset_tests_validation(const descent_dataset *dataset);

/* "auto", "bytes" or "floats"; NULL for any other number. */
DESCENT_API const char *descent_values_name(descent_values values);

/* "fill" or "refuse"; NULL for any other number. */
DESCENT_API const char *descent_missing_name(descent_missing missing);

/* The features of sample i < count, borrowed, as bytes or as floats: the function for the type that
 * the data set does not hold returns NULL. */
DESCENT_API const uint8_t *descent_dataset_sample(const descent_dataset *dataset, size_t i);
DESCENT_API const float *descent_dataset_sample_floats(const descent_dataset *dataset, size_t i);

/* The label of sample i < count; −1 for data with targets. */
DESCENT_API int32_t descent_dataset_label(const descent_dataset *dataset, size_t i);

/* The target of sample i < count, [outputs], borrowed; NULL for data with labels. */
DESCENT_API const float *descent_dataset_target(const descent_dataset *dataset, size_t i);

/* Samples of each class, [classes], borrowed. */
DESCENT_API const size_t *descent_dataset_class_counts(const descent_dataset *dataset);

/* A fingerprint of the whole data set: the CRC-32 (zlib's) of the shape, the samples, then the
 * labels and the class names, or the targets. Numbers are little-endian: sizes take eight bytes,
 * labels four; names end in a NUL byte. */
DESCENT_API uint32_t descent_dataset_fingerprint(const descent_dataset *dataset);

DESCENT_END

#endif
