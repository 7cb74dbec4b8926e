/*
 * Random numbers as a plain struct: copy it, save it, compare it.
 *
 * xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM
 * Transactions on Mathematical Software 47, 2021), seeded by splitmix64 (Steele, Lea and Flood,
 * OOPSLA 2014). One seed serves many independent uses: each use has its own stream number.
 */
#ifndef DESCENT_RANDOM_H
#define DESCENT_RANDOM_H

#include <descent/api.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef struct descent_random {
    uint64_t state[4];
} descent_random;

/* The streams the library uses; users' own streams start at DESCENT_STREAM_USER. */
enum {
    DESCENT_STREAM_INIT = 1,  /* initial weights */
    DESCENT_STREAM_SPLIT = 2, /* validation split */
    DESCENT_STREAM_ORDER = 3, /* order of the samples in an epoch */
    DESCENT_STREAM_DROPOUT = 4,
    DESCENT_STREAM_AUGMENT = 5,   /* augmentation of a sample in an epoch */
    DESCENT_STREAM_TEST = 6,      /* test part of data that come without one */
    DESCENT_STREAM_BIAS = 7,      /* initial biases */
    DESCENT_STREAM_CURVATURE = 8, /* the first vector of descent_curvature_measure() */
    DESCENT_STREAM_USER = 1000
};

/* The generator for a seed, a stream and an index within it (an epoch, a step, a layer). Distinct
 * triples give unrelated sequences. */
DESCENT_API descent_random descent_random_init(uint64_t seed, uint64_t stream, uint64_t index);

/* The next 64 random bits. */
DESCENT_API uint64_t descent_random_next(descent_random *random);

/* Uniform in [0, 1), with 53 bits. */
DESCENT_API double descent_random_uniform(descent_random *random);

/* Uniform integer in 0 … bound − 1, without bias (Lemire, "Fast random integer generation in an
 * interval", ACM TOMACS 2019). bound is at least 1. */
DESCENT_API uint64_t descent_random_below(descent_random *random, uint64_t bound);

/* Standard normal (Box and Muller 1958; one of the two values is used, so that the state stays
 * four words). */
DESCENT_API double descent_random_normal(descent_random *random);

/* Permutes n indices uniformly, in place (Fisher and Yates; Durstenfeld 1964). */
DESCENT_API void descent_random_shuffle(descent_random *random, uint32_t *indices, size_t n);

DESCENT_END

#endif
