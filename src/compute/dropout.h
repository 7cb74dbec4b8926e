/*
 * Dropout without state: whether a unit is kept is a hash of where it is and when, so that the
 * masks need not be stored, do not depend on how the work is cut, and resume by the step alone.
 */
#ifndef DESCENT_DROPOUT_H
#define DESCENT_DROPOUT_H

#include "compute/layout.h"

#include <stddef.h>
#include <stdint.h>

/* The masks of one layer in one step: by a hash, or given. */
struct descent_dropout {
    uint32_t keys[2];
    uint32_t threshold;   /* a unit is dropped where its hash is below this */
    float scale;          /* 1 / (1 − share) */
    const float *factors; /* of every unit of the batch, which stand as its numbers, in place of all
                             that; NULL: none given */
};

/* share is in [0, 1); first is the number of the first unit, where a step's batch comes in parts.
 */
struct descent_dropout descent_dropout_init(double share, uint64_t seed, uint64_t step,
                                            size_t layer, size_t first);

/* to = from · scale or 0, or times the given factors, for some units of the batch, which are
 * counted row by row in any layout; to may be from. */
void descent_dropout_apply(const struct descent_dropout *dropout,
                           const struct descent_layout *layout, struct descent_span rows,
                           struct descent_span columns, const float *from, float *to);

#endif
