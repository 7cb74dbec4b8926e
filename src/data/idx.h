/*
 * The IDX format of the MNIST files: an array of numbers with its dimensions.
 */
#ifndef DESCENT_IDX_H
#define DESCENT_IDX_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

enum { DESCENT_IDX_RANK_MAX = 8 };

/* The types of elements: the third byte of a file. */
enum {
    DESCENT_IDX_UBYTE = 0x08,
    DESCENT_IDX_INT = 0x0C,
    DESCENT_IDX_FLOAT = 0x0D,
    DESCENT_IDX_DOUBLE = 0x0E
};

/* Exactly one array is set; the caller frees it, with descent_idx_free() or one by one with free().
 */
struct descent_idx {
    size_t rank;
    size_t sizes[DESCENT_IDX_RANK_MAX]; /* each ≥ 1; the first is the number of samples */
    uint8_t *bytes;                     /* product of sizes */
    int32_t *integers;
    float *floats; /* of floats and of doubles, all finite */
};

/* What a file may be like. */
struct descent_idx_form {
    size_t rank;  /* 1 … DESCENT_IDX_RANK_MAX */
    int types[3]; /* that are accepted; 0 where there are fewer */
    uint64_t memory_limit;
};

/* Reads a file of that form, plain or gzip. All that its header claims is checked before memory is
 * taken. On failure no array is set. Errors: NOT_FOUND, IO, FORMAT (says file, expected and found),
 * MEMORY (also: above the limit). */
descent_status descent_idx_load(struct descent_idx *idx, const char *path,
                                const struct descent_idx_form *form);

/* Frees the array; a zeroed struct is allowed. */
void descent_idx_free(struct descent_idx *idx);

#endif
