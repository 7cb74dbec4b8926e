/*
 * Elementary functions in float, written without branches so that compilers turn loops over them
 * into vector code. Errors are within 2 units in the last place; NaN stays NaN.
 *
 * The polynomials are those of the Cephes library (S. Moshier, expf.c and tanhf.c).
 */
#ifndef DESCENT_VECTOR_MATH_H
#define DESCENT_VECTOR_MATH_H

#include <stdint.h>
#include <string.h>

/* 2^n as a float, for n in −126 … 127. */
static inline float descent_power_of_two(uint32_t n)
{
    uint32_t bits = (n + 127u) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* e^x; 0 below −104, infinity above 88.8. */
static inline float descent_exp(float x)
{
    /* Adding 1.5 · 2^23 rounds to the nearest integer, which then stands in the low bits. */
    const float rounder = 12582912.0f;
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.0f ? 89.0f : x;
    float shifted = x * 1.44269504088896341f + rounder;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    uint32_t n = bits - 0x4B400000u;
    float k = shifted - rounder;
    /* ln 2 in two parts, the first with few bits, so that k times it is exact. */
    float r = x - k * 0.693359375f + k * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    /* In two factors, so that the result may be subnormal or infinite. */
    uint32_t half = (uint32_t)((int32_t)n >> 1);
    return p * descent_power_of_two(half) * descent_power_of_two(n - half);
}

/* σ(x) = 1 / (1 + e^−x). */
static inline float descent_sigmoid(float x)
{
    return 1.0f / (1.0f + descent_exp(-x));
}

/* tanh x: a polynomial near 0, where 1 − 2 / (e^2x + 1) would cancel. */
static inline float descent_tanh(float x)
{
    float magnitude = x < 0.0f ? -x : x;
    float far = 1.0f - 2.0f / (descent_exp(2.0f * magnitude) + 1.0f);
    far = x < 0.0f ? -far : far;
    float square = x * x;
    float p = -5.70498872745e-3f;
    p = p * square + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    float near = p * square * x + x;
    return magnitude < 0.625f ? near : far;
}

#endif
