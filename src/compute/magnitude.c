/*
 * Greatest magnitudes by integer comparison, which compilers turn into vector code.
 */
#include "compute/magnitude.h"

#include "base/vector_loops.h"

#include <math.h>
#include <string.h>

DESCENT_VECTOR_LOOP static uint32_t greatest(uint32_t known, const float *values, size_t n)
{
#pragma omp simd reduction(max : known)
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        bits &= 0x7FFFFFFFu;
        known = bits > known ? bits : known;
    }
    return known;
}

descent_magnitude descent_magnitude_of(descent_magnitude known, const float *values, size_t width,
                                       struct descent_span rows, struct descent_span columns)
{
    if (columns.count == width) {
        return greatest(known, values + rows.first * width, rows.count * width);
    }
    for (size_t i = rows.first; i < rows.first + rows.count; i++) {
        known = greatest(known, values + i * width + columns.first, columns.count);
    }
    return known;
}

bool descent_magnitude_is_finite(descent_magnitude magnitude)
{
    return magnitude < 0x7F800000u; /* infinity, above which NaNs are */
}

double descent_magnitude_value(descent_magnitude magnitude)
{
    float value;
    memcpy(&value, &magnitude, sizeof value);
    return descent_magnitude_is_finite(magnitude) ? (double)value : HUGE_VAL;
}
