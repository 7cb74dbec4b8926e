/*
 * One aligned block of memory an object, sized by arithmetic that is checked for overflow. Knows
 * nothing of what the parts hold.
 */
#define _DEFAULT_SOURCE /* madvise() */

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

static bool round_up(size_t *size)
{
    const size_t mask = DESCENT_ARENA_ALIGNMENT - 1;
    if (*size > SIZE_MAX - mask) {
        return false;
    }
    *size = (*size + mask) & ~mask;
    return true;
}

size_t descent_arena_reserve(struct descent_arena_plan *plan, size_t count, size_t element_size)
{
    size_t offset = plan->size;
    size_t bytes = 0;
    size_t end = 0;
    if (__builtin_mul_overflow(count, element_size, &bytes) || !round_up(&bytes) ||
        __builtin_add_overflow(offset, bytes, &end)) {
        plan->overflow = true;
        return offset;
    }
    plan->size = end;
    return offset;
}

void *descent_arena_allocate(const struct descent_arena_plan *plan)
{
    /* malloc promises no object larger than PTRDIFF_MAX, and pointers' differences need it. */
    if (plan->overflow || plan->size > PTRDIFF_MAX) {
        return NULL;
    }
    size_t size = plan->size > 0 ? plan->size : DESCENT_ARENA_ALIGNMENT;
    void *block = aligned_alloc(DESCENT_ARENA_ALIGNMENT, size);
    if (block != NULL) {
        memset(block, 0, size);
    }
    return block;
}

#if defined(__linux__)
/* Where the kernel has no large pages to give, small ones do. */
static void *large_pages(size_t size)
{
    const size_t page = (size_t)2 << 20;
    if (size > PTRDIFF_MAX - page) {
        return NULL;
    }
    size_t rounded = (size + page - 1) / page * page;
    void *pages = aligned_alloc(page, rounded);
    if (pages != NULL) {
        (void)madvise(pages, rounded, MADV_HUGEPAGE);
    }
    return pages;
}
#else
static void *large_pages(size_t size)
{
    return malloc(size);
}
#endif

void *descent_arena_pages(size_t count, size_t element_size)
{
    const size_t large = (size_t)8 << 20;
    size_t size;
    if (__builtin_mul_overflow(count, element_size, &size)) {
        return NULL;
    }
    return size < large ? malloc(size > 0 ? size : 1) : large_pages(size);
}
