/*
 * One block of memory an object: reserve the parts first, then allocate them together.
 *
 *     struct descent_arena_plan plan = {0};
 *     size_t weights = descent_arena_reserve(&plan, count, sizeof(float));
 *     size_t indices = descent_arena_reserve(&plan, n, sizeof(uint32_t));
 *     char *block = descent_arena_allocate(&plan);
 *     float *w = (float *)(block + weights);
 */
#ifndef DESCENT_ARENA_H
#define DESCENT_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts read from files have 64 bits, and become size_t as they are. */
_Static_assert(SIZE_MAX >= UINT64_MAX, "descent needs a size_t of 64 bits");

/* A cache line, and the widest vector register there is. */
enum { DESCENT_ARENA_ALIGNMENT = 64 };

/* Starts as {0}. */
struct descent_arena_plan {
    size_t size;   /* bytes reserved so far, a multiple of the alignment */
    bool overflow; /* a part, or the sum of them, did not fit into size_t */
};

/* Reserves count elements at the end of the plan and returns their offset, a multiple of the
 * alignment. An overflow is kept in the plan, so that only the allocation need be checked. */
size_t descent_arena_reserve(struct descent_arena_plan *plan, size_t count, size_t element_size);

/* One zeroed, aligned block of the plan's size, freed with free(); NULL if the plan overflowed or
 * there is no memory. */
void *descent_arena_allocate(const struct descent_arena_plan *plan);

/* An array of its own, not filled, freed with free(); NULL if the size overflows or there is no
 * memory. A large one asks for large pages: whoever reads samples in a shuffled order meets another
 * page with each, and looks it up in a table that is itself out of cache. */
void *descent_arena_pages(size_t count, size_t element_size);

#endif
