/*
 * Rows of a CSV file for a network to predict: features like those of a data set, without labels or
 * targets. Rows are read one at a time, so a file may be of any length.
 */
#ifndef DESCENT_ROWS_H
#define DESCENT_ROWS_H

#include <descent/dataset.h>

DESCENT_BEGIN

typedef struct descent_rows descent_rows;

/*
 * Opens a CSV file (RFC 4180, plain or gzip; "-" is standard input, plain) with rows of `features`
 * features, ≥ 1. Columns of labels or targets may stand among them: they are found as by
 * descent_dataset_load(), from the source's label_column and regression, and skipped. Of the
 * source's other fields only columns, header, keep and values are used: with DESCENT_VALUES_BYTES,
 * numbers are divided by 255. source NULL means DESCENT_SOURCE_DEFAULT; path, source and the
 * strings of source must outlive the rows. The caller destroys them. Errors: NOT_FOUND, FORMAT,
 * MISMATCH (the number of features; names both), INVALID, IO, MEMORY.
 */
DESCENT_API descent_status descent_rows_create(descent_rows **rows, const char *path,
                                               size_t features, const descent_source *source);

/* Frees the rows; NULL is allowed. */
DESCENT_API void descent_rows_destroy(descent_rows *rows);

/* Reads up to `most` of the next rows into features, [most × features]; n gets their number, 0 at
 * the end of the file. Errors: FORMAT (names line and column), IO, MEMORY. */
DESCENT_API descent_status descent_rows_next(descent_rows *rows, size_t most, float *features,
                                             size_t *n);

/* Columns whose texts are carried beside the features: those that the source's keep names, or else
 * those that the known columns have of that kind and the file has as well. */
DESCENT_API size_t descent_rows_kept(const descent_rows *rows);

/* The name of kept column k < kept, borrowed; NULL where the file has no header. */
DESCENT_API const char *descent_rows_kept_name(const descent_rows *rows, size_t k);

/* The text of kept column k in row i < n of those read last; valid until the next are read. */
DESCENT_API const char *descent_rows_kept_text(const descent_rows *rows, size_t i, size_t k);

/* What was met so far; borrowed. */
DESCENT_API const descent_reading *descent_rows_reading(const descent_rows *rows);

DESCENT_END

#endif
