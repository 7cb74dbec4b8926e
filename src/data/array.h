/*
 * An array of numbers in memory, as the readers of IDX and NumPy files make it.
 */
#ifndef DESCENT_ARRAY_H
#define DESCENT_ARRAY_H

#include <stddef.h>
#include <stdint.h>

enum { DESCENT_ARRAY_RANK_MAX = 8 };

/* Exactly one array is set; the caller frees it, with descent_array_free() or one by one with
 * free(). */
struct descent_array {
    size_t rank;
    size_t sizes[DESCENT_ARRAY_RANK_MAX]; /* each ≥ 1; the first is the number of samples */
    uint8_t *bytes;                       /* product of sizes */
    int32_t *integers;
    float *floats; /* all finite */
};

/* Numbers in a sample: the product of all sizes but the first. */
size_t descent_array_width(const struct descent_array *array);

/* Frees the array; a zeroed struct is allowed. */
void descent_array_free(struct descent_array *array);

#endif
