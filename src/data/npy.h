/*
 * The format of NumPy's files: an array of numbers with its type and its dimensions.
 */
#ifndef DESCENT_NPY_H
#define DESCENT_NPY_H

#include "base/reader.h"
#include "data/array.h"

/* What the numbers are read for. */
enum descent_npy_use {
    DESCENT_NPY_SAMPLES, /* bytes, where images (of at least 3 dimensions) have unsigned ones; else
                            floats */
    DESCENT_NPY_BYTES,   /* the same, but whole numbers from 0 to 255 of any type are bytes too */
    DESCENT_NPY_LABELS,  /* integers, where the file has whole numbers or booleans; else floats */
    DESCENT_NPY_NUMBERS  /* floats */
};

/*
 * Reads an array of booleans, of integers of 1 to 8 bytes, signed or not, or of floats of 4 or 8
 * bytes, in either order of bytes; the last dimension is the fastest (C order). All that the header
 * claims is checked before memory is taken. The reader is at the start of a file or a member, and
 * closed by the caller. On failure no array is set. Errors: IO, FORMAT (says file, expected and
 * found, and for another type or order the Python that mends it), MEMORY (also: above the limit in
 * bytes; 0: none).
 */
descent_status descent_npy_read(struct descent_array *array, struct descent_reader *reader,
                                enum descent_npy_use use, uint64_t memory_limit);

/* The same as far as the header, which is checked, and sets no array. */
descent_status descent_npy_examine(struct descent_array *array, struct descent_reader *reader,
                                   enum descent_npy_use use, uint64_t memory_limit);

#endif
