/*
 * How work is cut over threads without changing a bit of the result.
 */
#ifndef DESCENT_CUT_H
#define DESCENT_CUT_H

#include <stddef.h>

/* OpenBLAS 0.3.21 hands products up to this m · n · k to its small-matrix kernel
 * (kernel/x86_64/sgemm_small_kernel_permit_skylakex.c), which sums in another order. */
#define DESCENT_CUT_SMALL 1e6

/* Elements first … first + count − 1. */
struct descent_span {
    size_t first;
    size_t count;
};

/* Part i of `parts` of n elements, cut at multiples of a cache line of floats; may be empty. */
struct descent_span descent_cut(size_t n, size_t parts, size_t i);

/*
 * Into how many pieces, at most `parts`, the product of m × n × k may be cut along its dimension n.
 * OpenBLAS sums in another order where m · n · k is at most a million, so no piece may fall below
 * that unless the whole is there already, and such a whole is left in one piece.
 */
size_t descent_cut_pieces(size_t m, size_t n, size_t k, size_t parts);

/* The pieces first … first + count − 1 of `pieces` that thread `thread` of `threads` does. */
struct descent_span descent_cut_share(size_t pieces, int threads, int thread);

#endif
