/*
 * Cutting work over threads.
 */
#include "base/cut.h"

/* Floats in a cache line: two threads never write the same one. */
enum { GRAIN = 16 };

struct descent_span descent_cut(size_t n, size_t parts, size_t i)
{
    size_t grains = (n + GRAIN - 1) / GRAIN;
    size_t first = grains * i / parts * GRAIN;
    size_t end = grains * (i + 1) / parts * GRAIN;
    first = first < n ? first : n;
    end = end < n ? end : n;
    return (struct descent_span){first, end - first};
}

static size_t smallest_part(size_t n, size_t parts)
{
    size_t smallest = n;
    for (size_t i = 0; i < parts; i++) {
        size_t count = descent_cut(n, parts, i).count;
        smallest = count < smallest ? count : smallest;
    }
    return smallest;
}

size_t descent_cut_pieces(size_t m, size_t n, size_t k, size_t parts)
{
    while (parts > 1 &&
           (double)m * (double)smallest_part(n, parts) * (double)k <= DESCENT_CUT_SMALL) {
        parts--;
    }
    return parts;
}

struct descent_span descent_cut_share(size_t pieces, int threads, int thread)
{
    size_t first = pieces * (size_t)thread / (size_t)threads;
    size_t end = pieces * (size_t)(thread + 1) / (size_t)threads;
    return (struct descent_span){first, end - first};
}
