/*
 * The IDX format of the MNIST files: an array of numbers with its dimensions.
 */
#ifndef DESCENT_IDX_H
#define DESCENT_IDX_H

#include "data/array.h"

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types of elements: the third byte of a file. */
enum {
    DESCENT_IDX_UBYTE = 0x08,
    DESCENT_IDX_INT = 0x0C,
    DESCENT_IDX_FLOAT = 0x0D,
    DESCENT_IDX_DOUBLE = 0x0E
};

/* What a file may be like. */
struct descent_idx_form {
    size_t rank;  /* 1 … DESCENT_ARRAY_RANK_MAX */
    int types[3]; /* that are accepted; 0 where there are fewer */
    uint64_t memory_limit;
    bool header;                                                    /* read no more than it */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* or NULL */
    void *progress_context;
};

/* Reads a file of that form, plain or gzip. All that its header claims is checked before memory is
 * taken. On failure no array is set, nor is it where only the header is wanted. Errors: NOT_FOUND,
 * IO, FORMAT (says file, expected and found), MEMORY (also: above the limit). */
descent_status descent_idx_load(struct descent_array *idx, const char *path,
                                const struct descent_idx_form *form);

/* The rank that a file's magic number says, or 0 where it has none. Errors: NOT_FOUND, IO, MEMORY.
 */
descent_status descent_idx_examine(size_t *rank, const char *path);

#endif
