/*
 * From a data set's numbers to floats.
 */
#include "widen.h"

#include "vector_loops.h"

#include <string.h>

/* Divides rather than multiplies by 1/255, which is off by a bit for some bytes; here, between
 * memory and memory, a vector division costs the same. */
DESCENT_VECTOR_LOOP static void widen(float *restrict to, const uint8_t *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = (float)from[i] / 255.0f;
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
