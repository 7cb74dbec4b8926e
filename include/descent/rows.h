/*
 * Rows of numbers in a CSV file, as the samples of a data set but without their answers: what a
 * network is asked about. They are read one after another, so that a file may be of any length.
 */
#ifndef DESCENT_ROWS_H
#define DESCENT_ROWS_H

#include <descent/dataset.h>

DESCENT_BEGIN

typedef struct descent_rows descent_rows;

/*
 * Opens a CSV file (RFC 4180, plain or gzip; "-" is the standard input, plain) of rows of so many
 * features, ≥ 1. Where they have more columns, these hold answers, found as descent_dataset_load()
 * finds them by the source's label_column and regression, and are passed over. Of the source's
 * other fields, header and values are used: with DESCENT_VALUES_BYTES, numbers are divided by 255.
 * source NULL means DESCENT_SOURCE_DEFAULT; path, and source with what it points to, must outlive
 * the rows. The caller destroys them. Errors: NOT_FOUND, FORMAT, MISMATCH (the number of features;
 * says both), INVALID, IO, MEMORY.
 */
DESCENT_API descent_status descent_rows_create(descent_rows **rows, const char *path,
                                               size_t features, const descent_source *source);

/* Frees the rows; NULL is allowed. */
DESCENT_API void descent_rows_destroy(descent_rows *rows);

/* Reads up to `most` of the next rows into features, [most × features]; n says how many there were,
 * 0 at the end of the file. Errors: FORMAT (says line and column), IO, MEMORY. */
DESCENT_API descent_status descent_rows_next(descent_rows *rows, size_t most, float *features,
                                             size_t *n);

DESCENT_END

#endif
