/*
 * Elementary functions in float, written without branches so that compilers turn loops over them
 * into vector code. Errors are within 2 units in the last place; NaN stays NaN.
 *
 * The polynomials are those of the Cephes library (S. Moshier, expf.c, logf.c, ndtrf.c and
 * tanhf.c).
 *
 * The functions also go into the C files that `descent export` writes: see src/export/embed.py,
 * which reads this header. What it takes is C99 and C++ alike, and needs <stdint.h> and <string.h>.
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
    uint32_t half = ((n + 256u) >> 1) - 128u;
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

/* e^x − 1 for x ≤ 0: the series near 0, where the difference would cancel. */
static inline float descent_exp_less_one(float x)
{
    float p = 1.9875691500e-4f;
    p = p * x + 1.3981999507e-3f;
    p = p * x + 8.3334519073e-3f;
    p = p * x + 4.1665795894e-2f;
    p = p * x + 1.6666665459e-1f;
    p = p * x + 5.0000001201e-1f;
    float near = p * (x * x) + x;
    return x > -0.34f ? near : descent_exp(x) - 1.0f;
}

/* Φ(x) and the density φ(x) of the standard normal distribution. */
struct descent_gauss {
    float distribution;
    float density;
};

/* By the error function of x / √2: a polynomial in the middle; outside, where 1 − Φ would cancel,
 * e^−x²/2 times one in 2 / x². */
static inline struct descent_gauss descent_gauss(float x)
{
    float t = (x < 0.0f ? -x : x) * 0.70710678118654752f;
    float square = t * t;
    float e = descent_exp(-square);
    float middle = 7.853861353153693e-5f;
    middle = middle * square - 8.010193625184903e-4f;
    middle = middle * square + 5.188327685732524e-3f;
    middle = middle * square - 2.685381193529856e-2f;
    middle = middle * square + 1.128358514861418e-1f;
    middle = middle * square - 3.761262582423300e-1f;
    middle = middle * square + 1.128379165726710f;
    float inverse = 1.0f / (t < 1.0f ? 1.0f : t);
    float y = inverse * inverse;
    float near = 2.326819970068386e-2f;
    near = near * y - 1.387039388740657e-1f;
    near = near * y + 3.687424674597105e-1f;
    near = near * y - 5.824733027278666e-1f;
    near = near * y + 6.210004621745983e-1f;
    near = near * y - 4.944515323274145e-1f;
    near = near * y + 3.404879937665872e-1f;
    near = near * y - 2.741127028184656e-1f;
    near = near * y + 5.638259427386472e-1f;
    float far = -1.047766399936249e1f;
    far = far * y + 1.297719955372516e1f;
    far = far * y - 7.495518717768503f;
    far = far * y + 2.921019019210786f;
    far = far * y - 1.015265279202700f;
    far = far * y + 4.218463358204948e-1f;
    far = far * y - 2.820767439740514e-1f;
    far = far * y + 5.641895067754075e-1f;
    float tail = 0.5f * e * inverse * (t < 2.0f ? near : far);
    tail = t < 1.0f ? 0.5f - 0.5f * t * middle : tail;
    struct descent_gauss gauss;
    gauss.distribution = x < 0.0f ? tail : 1.0f - tail;
    gauss.density = 0.39894228040143268f * e;
    return gauss;
}

/* ln x for normal x > 0. */
static inline float descent_log(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    /* x = 2^k (1 + m), with 1 + m between √½ and √2. */
    uint32_t above = bits - 0x3F3504F3u;
    float k = (float)(int32_t)((above + 0x80000000u) >> 23) - 256.0f;
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

/* ln(1 + x) for x in [0, 1]. What 1 + x has lost of x is in the quotient of the two (Kahan). */
static inline float descent_log_one_plus(float x)
{
    float sum = 1.0f + x;
    float kept = sum - 1.0f;
    return kept > 0.0f ? descent_log(sum) * (x / kept) : x;
}

/* The activations that are not above. In all, z < 0 and not z > 0 decides, so that NaN stays NaN.
 */
static inline float descent_relu(float z)
{
    return z < 0.0f ? 0.0f : z;
}

static inline float descent_leaky_relu(float z)
{
    return z < 0.0f ? 0.01f * z : z;
}

static inline float descent_elu(float z)
{
    return z < 0.0f ? descent_exp_less_one(z) : z;
}

static inline float descent_gelu(float z)
{
    return z * descent_gauss(z).distribution;
}

static inline float descent_silu(float z)
{
    return z * descent_sigmoid(z);
}

static inline float descent_softplus(float z)
{
    return (z < 0.0f ? 0.0f : z) + descent_log_one_plus(descent_exp(z < 0.0f ? z : -z));
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
