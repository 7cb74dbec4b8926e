/*
 * Cutting work over threads.
 */
#include "cut.h"

/* Floats in a cache line: two threads never write the same one. */
enum { GRAIN = 16 };

/* OpenBLAS 0.3.21 hands products up to this m · n · k to its small-matrix kernel
 * (kernel/x86_64/sgemm_small_kernel_permit_skylakex.c), which sums in another order. */
static const double small_product = 1e6;

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
    while (parts > 1 && (double)m * (double)smallest_part(n, parts) * (double)k <= small_product) {
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
