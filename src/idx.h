/*
 * The IDX format of the MNIST files: an array of unsigned bytes with its dimensions.
 */
#ifndef DESCENT_IDX_H
#define DESCENT_IDX_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

enum { DESCENT_IDX_RANK_MAX = 8 };

struct descent_idx {
    size_t rank;
    size_t sizes[DESCENT_IDX_RANK_MAX]; /* each ≥ 1; the first is the number of samples */
    uint8_t *bytes;                     /* product of sizes; the caller frees them with free() */
};

/* Reads a file of unsigned bytes with `rank` dimensions, 1 ≤ rank ≤ DESCENT_IDX_RANK_MAX, plain or
 * gzip. All that its header claims is checked before memory is taken. On failure bytes is NULL.
 * Errors: NOT_FOUND, IO, FORMAT (says file, expected and found), MEMORY. */
descent_status descent_idx_load(struct descent_idx *idx, const char *path, size_t rank);

#endif
