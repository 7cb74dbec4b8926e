/*
 * Random bits without state, by hashing a counter (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011): any of them can be had at any time, by any thread, and several at once in
 * vector code.
 */
#ifndef DESCENT_HASH_H
#define DESCENT_HASH_H

#include <stdint.h>

/* A bijective 32-bit mix with low bias (C. Wellons, "Prospecting for hash functions", 2018). */
static inline uint32_t descent_hash_mix(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7FEB352Du;
    x ^= x >> 15;
    x *= 0x846CA68Bu;
    x ^= x >> 16;
    return x;
}

/* 32 random bits for a counter, which should start at a random number, and a key. */
static inline uint32_t descent_hash(uint32_t counter, uint32_t key)
{
    return descent_hash_mix(descent_hash_mix(counter) + key);
}

#endif
