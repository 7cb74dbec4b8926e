/*
 * The header of a NumPy file: a line of Python.
 */
#ifndef DESCENT_NPY_HEADER_H
#define DESCENT_NPY_HEADER_H

#include "base/reader.h"
#include "data/array.h"

#include <stdbool.h>

struct descent_npy_header {
    char kind;       /* 'b' booleans, 'i' integers, 'u' unsigned ones, 'f' floats */
    size_t stored;   /* bytes of an element: 1, 2, 4 or 8 */
    bool big_endian; /* the order of these bytes */
    size_t rank;
    size_t sizes[DESCENT_ARRAY_RANK_MAX];
    size_t count; /* their product */
    size_t bytes; /* of the header in the file */
};

/* Reads the header, which describes an array of at least one dimension and one element, whose size
 * in bytes fits into memory. Errors: FORMAT, IO. */
descent_status descent_npy_header_read(struct descent_npy_header *header,
                                       struct descent_reader *reader);

#endif
