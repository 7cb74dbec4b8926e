/*
 * Cutting work over threads.
 */
#include "base/cut.h"

/* Floats in a cache line: two threads never write the same one. */
enum { GRAIN = 16 };

struct descent_span descent_cut(size_t n, size_t pieces, size_t i)
{
    size_t grains = (n + GRAIN - 1) / GRAIN;
    size_t first = grains * i / pieces * GRAIN;
    size_t end = grains * (i + 1) / pieces * GRAIN;
    first = first < n ? first : n;
    end = end < n ? end : n;
    return (struct descent_span){first, end - first};
}

struct descent_span descent_cut_share(size_t pieces, int threads, int thread)
{
    size_t first = pieces * (size_t)thread / (size_t)threads;
    size_t end = pieces * (size_t)(thread + 1) / (size_t)threads;
    return (struct descent_span){first, end - first};
}
