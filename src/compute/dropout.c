/*
 * Inverted dropout (Srivastava et al. 2014) by counter-based masks.
 */
#include "compute/dropout.h"

#include "base/hash.h"
#include "base/vector_loops.h"

#include <descent/model.h>
#include <descent/random.h>

struct descent_dropout descent_dropout_init(double share, uint64_t seed, uint64_t step,
                                            size_t layer, size_t first)
{
    descent_random random = descent_random_init(seed, DESCENT_STREAM_DROPOUT,
                                                step * DESCENT_LAYERS_MAX + (uint64_t)layer);
    uint64_t keys = descent_random_next(&random);
    return (struct descent_dropout){
        .keys = {(uint32_t)keys + (uint32_t)first, (uint32_t)(keys >> 32)},
        .threshold = (uint32_t)(share * 0x1p32),
        .scale = (float)(1.0 / (1.0 - share)),
    };
}

DESCENT_VECTOR_LOOP static void apply(uint32_t counter, const struct descent_dropout *dropout,
                                      size_t n, const float *from, float *to)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        uint32_t hash = descent_hash(counter + (uint32_t)i, dropout->keys[1]);
        to[i] = hash < dropout->threshold ? 0.0f : from[i] * dropout->scale;
    }
}

DESCENT_VECTOR_LOOP static void multiply(const float *factors, size_t n, const float *from,
                                         float *to)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i] * factors[i];
    }
}

void descent_dropout_apply(const struct descent_dropout *dropout, size_t at, size_t n,
                           const float *from, float *to)
{
    if (dropout->factors != NULL) {
        multiply(dropout->factors + at, n, from, to);
    } else {
        apply((uint32_t)at + dropout->keys[0], dropout, n, from, to);
    }
}
