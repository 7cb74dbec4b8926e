/*
 * From floats to bytes, and from sums of products of bytes to bytes again: what the library
 * computes with, and what the C files take that it writes (see embed.py). It is C99 and C++ alike,
 * and needs <stdint.h>.
 */
#ifndef DESCENT_EXPORT_INT8_MATH_H
#define DESCENT_EXPORT_INT8_MATH_H

#include <stdint.h>

/* The nearest byte to x / scale + zero, given 1 / scale and zero + 0.5. What is no number becomes
 * 0. */
static inline uint8_t descent_quantize(float x, float inverse, float offset)
{
    float number = x * inverse;
    number = number + offset;
    number = number > 0.0f ? number : 0.0f;
    return (uint8_t)(number < 255.0f ? number : 255.0f);
}

/* The byte that is nearest to zero + sum · multiplier / 2^shift, for shift 1 … 62 and multiplier
 * from 0 on. 2^62 is added before the shift, so that nothing negative is shifted. */
static inline uint8_t descent_requantize(int32_t sum, int32_t multiplier, int32_t shift,
                                         int32_t zero)
{
    int64_t product = (int64_t)sum * multiplier + ((int64_t)1 << 62);
    uint64_t rounded = (uint64_t)product + ((uint64_t)1 << (shift - 1));
    int64_t number = (int64_t)(rounded >> shift) - ((int64_t)1 << (62 - shift)) + zero;
    return (uint8_t)(number < 0 ? 0 : number > 255 ? 255 : number);
}

#endif
