/*
 * From a data set's numbers to floats.
 */
#include "data/widen.h"

#include "base/vector_loops.h"

#include <string.h>

/* byte / 255, exactly rounded, without a division: 1 / 255 in two parts, the first (257 / 65536)
 * with so few bits that its product with a byte is exact. */
DESCENT_VECTOR_LOOP static void widen(float *restrict to, const uint8_t *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float byte = (float)from[i];
        to[i] = byte * 0x1.01p-8f + byte * 0x1.010102p-24f;
    }
}

void descent_widen_sample(const descent_dataset *dataset, size_t i, float *to)
{
    size_t features = descent_dataset_features(dataset);
    const uint8_t *bytes = descent_dataset_sample(dataset, i);
    if (bytes != NULL) {
        widen(to, bytes, features);
    } else {
        memcpy(to, descent_dataset_sample_floats(dataset, i), features * sizeof *to);
    }
}
