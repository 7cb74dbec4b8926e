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

DESCENT_VECTOR_LOOP static void apply(const struct descent_dropout *dropout, uint32_t counter,
                                      size_t width, const struct descent_block *block,
                                      const float *from, float *to)
{
    size_t at = block->at;
    for (size_t row = 0; row < block->rows; row++, at += block->step, counter += (uint32_t)width) {
#pragma omp simd
        for (size_t i = 0; i < block->columns; i++) {
            uint32_t hash = descent_hash(counter + (uint32_t)i, dropout->keys[1]);
            to[at + i] = hash < dropout->threshold ? 0.0f : from[at + i] * dropout->scale;
        }
    }
}

DESCENT_VECTOR_LOOP static void multiply(const float *factors, const struct descent_block *block,
                                         const float *from, float *to)
{
    size_t at = block->at;
    for (size_t row = 0; row < block->rows; row++, at += block->step) {
#pragma omp simd
        for (size_t i = 0; i < block->columns; i++) {
            to[at + i] = from[at + i] * factors[at + i];
        }
    }
}

void descent_dropout_apply(const struct descent_dropout *dropout,
                           const struct descent_layout *layout, struct descent_span rows,
                           struct descent_span columns, const float *from, float *to)
{
    struct descent_block block = descent_layout_first(layout, rows, columns);
    for (; block.columns > 0; block = descent_layout_next(layout, block, columns)) {
        if (dropout->factors != NULL) {
            multiply(dropout->factors, &block, from, to);
        } else {
            uint32_t unit = (uint32_t)(block.row * layout->width + block.column);
            apply(dropout, unit + dropout->keys[0], layout->width, &block, from, to);
        }
    }
}
