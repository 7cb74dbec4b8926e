/*
 * Elementary functions in float, written without branches so that compilers turn loops over them
 * into vector code. Errors are within 2 units in the last place; NaN stays NaN.
 *
 * The polynomials are those of the Cephes library (S. Moshier, expf.c and tanhf.c).
 */
#ifndef DESCENT_VECTOR_MATH_H
#define DESCENT_VECTOR_MATH_H

#include <math.h>
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

/* ln x for normal x > 0. */
static inline float descent_log(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    /* x = 2^k (1 + m), with 1 + m between √½ and √2. */
    uint32_t above = bits - 0x3F3504F3u;
    float k = (float)((int32_t)above >> 23);
    uint32_t fraction = (above & 0x007FFFFFu) + 0x3F3504F3u;
    float m;
    memcpy(&m, &fraction, sizeof m);
    m -= 1.0f;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float square = m * m;
    float sum = p * m * square - k * 2.12194440e-4f - 0.5f * square + m;
    return sum + k * 0.693359375f;
}

/* cos(2π t) for t in [0, 1), to 1e-6: 2 sin² − 1 of a sine about t = ½, by Taylor's series. */
static inline float descent_cosine_of_turn(float t)
{
    float x = (t - 0.5f) * 3.14159265358979f;
    float square = x * x;
    float p = -2.5052108e-8f;
    p = p * square + 2.7557319e-6f;
    p = p * square - 1.9841270e-4f;
    p = p * square + 8.3333333e-3f;
    p = p * square - 1.6666667e-1f;
    float sine = p * square * x + x;
    return 2.0f * sine * sine - 1.0f;
}

/* A standard normal number from 2 · 24 random bits (Box and Muller 1958). */
static inline float descent_normal(uint32_t first, uint32_t second)
{
    float u = ((float)(int32_t)(first >> 8) + 0.5f) * 0x1p-24f;
    float v = (float)(int32_t)(second >> 8) * 0x1p-24f;
    return sqrtf(-2.0f * descent_log(u)) * descent_cosine_of_turn(v);
}

#endif
