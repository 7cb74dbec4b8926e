/*
 * The features of a CSV file's records: pixels, which stay bytes where they can, or a table, coded
 * by columns that are known or learned.
 */
#ifndef DESCENT_CSV_FEATURES_H
#define DESCENT_CSV_FEATURES_H

#include "data/columns_code.h"
#include "data/columns_learn.h"
#include "data/csv_columns.h"

struct descent_csv_features {
    const descent_source *source;           /* borrowed */
    const struct descent_csv_columns *file; /* borrowed */
    const char *path;                       /* borrowed */
    bool bytes_only; /* whether all features so far are written as whole numbers from 0 to 255 */
    bool pixels;     /* numbers without columns */
    struct descent_lessons lessons;
    descent_columns *columns; /* NULL: pixels, or not learned yet */
    descent_reading *reading;
    struct descent_coding coding;
    size_t width; /* of a sample */
    size_t kept;
    uint8_t *bytes; /* [kept × width]; NULL: floats */
    float *floats;
};

/* Begins with a file whose columns are found; all but features must outlive them. The caller frees
 * them in any case. */
void descent_csv_features_begin(struct descent_csv_features *features,
                                const struct descent_csv_columns *file, const char *path,
                                const descent_source *source);

/* Whether columns may have to be learned, which takes a pass more. */
bool descent_csv_features_may_learn(const struct descent_csv_features *features);

/* The first pass: every record. */
void descent_csv_features_scan(struct descent_csv_features *features,
                               const struct descent_csv *csv);

/* After it: tells pixels from a table, and whether its columns have to be learned. Errors: FORMAT,
 * INVALID, MEMORY. */
descent_status descent_csv_features_settle(struct descent_csv_features *features, bool *learn);

/* The pass in which they are: the records of the training part. Errors: FORMAT, MEMORY. */
descent_status descent_csv_features_learn(struct descent_csv_features *features,
                                          const struct descent_csv *csv);

/* The last pass: makes room for as many records, each with `beside` bytes of something else, within
 * the source's limit. Errors: FORMAT, MISMATCH (columns that are known are not there), MEMORY. */
descent_status descent_csv_features_allocate(struct descent_csv_features *features, size_t wanted,
                                             size_t beside);

/* The last pass: a record that is wanted. Errors: FORMAT, MEMORY. */
descent_status descent_csv_features_keep(struct descent_csv_features *features,
                                         const struct descent_csv *csv);

/* Sets shape and arrays of samples; the arrays are theirs from now on. Error: FORMAT (the source
 * wants images of another size). */
descent_status descent_csv_features_give(struct descent_csv_features *features,
                                         descent_samples *samples);

/* Frees what the features hold; zeroed ones are allowed. */
void descent_csv_features_free(struct descent_csv_features *features);

#endif
