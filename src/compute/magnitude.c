/*
 * Greatest magnitudes by integer comparison, which compilers turn into vector code.
 */
#include "compute/magnitude.h"

#include "base/vector_loops.h"

#include <math.h>
#include <string.h>

DESCENT_VECTOR_LOOP static uint32_t greatest(uint32_t known, const float *values, size_t rows,
                                             size_t columns, size_t step)
{
    for (; rows > 0; rows--, values += step) {
#pragma omp simd reduction(max : known)
        for (size_t i = 0; i < columns; i++) {
            uint32_t bits;
            memcpy(&bits, values + i, sizeof bits);
            bits &= 0x7FFFFFFFu;
            known = bits > known ? bits : known;
        }
    }
    return known;
}

descent_magnitude descent_magnitude_of_array(descent_magnitude known, const float *values,
                                             size_t count)
{
    return greatest(known, values, 1, count, count);
}

descent_magnitude descent_magnitude_of(descent_magnitude known, const float *values,
                                       const struct descent_layout *layout,
                                       struct descent_span rows, struct descent_span columns)
{
    struct descent_block block = descent_layout_first(layout, rows, columns);
    for (; block.columns > 0; block = descent_layout_next(layout, block, columns)) {
        bool whole = block.columns == block.step; /* rows without gaps are one */
        known =
            whole ? descent_magnitude_of_array(known, values + block.at, block.rows * block.columns)
                  : greatest(known, values + block.at, block.rows, block.columns, block.step);
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
