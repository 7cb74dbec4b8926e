/*
 * An array of numbers in memory, as the readers of IDX and NumPy files make it.
 */
#ifndef DESCENT_ARRAY_H
#define DESCENT_ARRAY_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers in a sample: what the largest picture has in four channels. */
enum { DESCENT_ARRAY_RANK_MAX = 8, DESCENT_ARRAY_WIDTH_MAX = 1 << 28 };

/* Exactly one array is set, or none where only the header was read; the caller frees it, with
 * descent_array_free() or one by one with free(). */
struct descent_array {
    size_t rank;
    size_t sizes[DESCENT_ARRAY_RANK_MAX]; /* each ≥ 1; the first is the number of samples */
    size_t number_size;                   /* bytes in memory */
    uint8_t *bytes;                       /* product of sizes */
    int32_t *integers;
    float *floats; /* all finite */
};

/* Numbers in a sample: the product of all sizes but the first. */
size_t descent_array_width(const struct descent_array *array);

/* Refuses samples of more than DESCENT_ARRAY_WIDTH_MAX numbers, and more bytes in all than the
 * limit (0: none), before any of them is read; path stands in error lines. Errors: FORMAT, MEMORY.
 */
descent_status descent_array_check(const struct descent_array *array, const char *path,
                                   uint64_t memory_limit);

/* Frees the array; a zeroed struct is allowed. */
void descent_array_free(struct descent_array *array);

#endif
