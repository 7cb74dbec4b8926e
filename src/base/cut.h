/*
 * How work is cut into pieces that threads share out. The pieces do not depend on who computes
 * them.
 */
#ifndef DESCENT_CUT_H
#define DESCENT_CUT_H

#include <stddef.h>

/* Elements first … first + count − 1. */
struct descent_span {
    size_t first;
    size_t count;
};

/* Piece i of `pieces` of n elements, cut at multiples of a cache line of floats; may be empty. */
struct descent_span descent_cut(size_t n, size_t pieces, size_t i);

/* The pieces first … first + count − 1 of `pieces` that thread `thread` of `threads` does. */
struct descent_span descent_cut_share(size_t pieces, int threads, int thread);

#endif
