/*
 * Arguments are reduced as in fdlibm (Sun Microsystems 1993) to where a Taylor series is short.
 * What a power needs beyond the digits of a double is a sum of two, the second of which is what
 * rounding took from the first: Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18, 1971.
 */
#include "base/elementary.h"

#include "base/elementary_exp.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ln 2: the first part has 32 bits, so that its product with an exponent is exact. */
static const struct descent_pair ln_2 = {0x1.62e42fee00000p-1, 0x1.a39ef35793c76p-33};

/* For |a| ≥ |b|. */
static struct descent_pair quick_sum(double a, double b)
{
    double sum = a + b;
    return (struct descent_pair){sum, b - (sum - a)};
}

/* The upper 26 bits of a number below 2^996. */
static double upper_half(double a)
{
    double shifted = a * 134217729.0; /* 2^27 + 1 */
    return shifted - (shifted - a);
}

static struct descent_pair product_of(double a, double b)
{
    double product = a * b;
    double a1 = upper_half(a), a2 = a - a1;
    double b1 = upper_half(b), b2 = b - b1;
    return (struct descent_pair){product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2};
}

static struct descent_pair add(struct descent_pair a, struct descent_pair b)
{
    struct descent_pair sum = descent_pair_sum(a.high, b.high);
    return quick_sum(sum.high, sum.low + (a.low + b.low));
}

static struct descent_pair multiply(struct descent_pair a, struct descent_pair b)
{
    struct descent_pair product = product_of(a.high, b.high);
    return quick_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

double descent_exp_double(double x)
{
    return descent_exp_anywhere(x);
}

/* x = 2^k m for positive, finite x, with m between √½ and √2. */
static double reduce(double x, int64_t *k)
{
    double scale = x < 0x1p-1022 ? 0x1p54 : 1.0;
    double normal = x * scale;
    uint64_t bits;
    memcpy(&bits, &normal, sizeof bits);
    uint64_t above = bits - 0x3FE6A09E667F3BCDu; /* of √½ */
    *k = (int64_t)(above >> 52) - (above >> 63 != 0 ? 4096 : 0) - (scale > 1.0 ? 54 : 0);
    uint64_t fraction = (above & 0x000FFFFFFFFFFFFFu) + 0x3FE6A09E667F3BCDu;
    double m;
    memcpy(&m, &fraction, sizeof m);
    return m;
}

/* Σ s^2i / (2i + first) for i = 0, 1, …, as far as 1 / 23: with s² ≤ 0.0295 what is left out is
 * below 2^−65. */
static double series(double square, int first)
{
    double p = 0.0;
    for (int divisor = 23; divisor >= first; divisor -= 2) {
        p = p * square + 1.0 / (double)divisor;
    }
    return p;
}

/* Whether x has no finite logarithm, and then what ln x is. */
static bool is_special(double x, double *logarithm)
{
    *logarithm = x < 0.0 ? NAN : x > 0.0 ? x : -HUGE_VAL;
    *logarithm = isnan(x) ? x : *logarithm;
    return !(x > 0.0 && x < HUGE_VAL);
}

/* ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1) / (m + 1), and with f = m − 1 it is
 * f − f²/2 + s (f²/2 + 2 (s²/3 + s⁴/5 + …)), whose first terms are without the quotient's error. */
double descent_log_double(double x)
{
    double special;
    if (is_special(x, &special)) {
        return special;
    }
    int64_t exponent;
    double f = reduce(x, &exponent) - 1.0;
    double k = (double)exponent, s = f / (2.0 + f), square = s * s, half = 0.5 * f * f;
    double rest = s * (half + 2.0 * square * series(square, 3));
    return k * ln_2.high - ((half - (rest + k * ln_2.low)) - f);
}

/* The same to some 68 bits: only the first terms of the series need a pair. */
static struct descent_pair log_pair(double x)
{
    int64_t exponent;
    double m = reduce(x, &exponent);
    double k = (double)exponent, f = m - 1.0;
    struct descent_pair divisor = descent_pair_sum(m, 1.0);
    double quotient = f / divisor.high;
    struct descent_pair back = product_of(quotient, divisor.high);
    double rest = ((f - back.high) - back.low - quotient * divisor.low) / divisor.high;
    struct descent_pair s = quick_sum(quotient, rest);
    struct descent_pair square = multiply(s, s);
    const struct descent_pair third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
    const struct descent_pair fifth = {0x1.999999999999ap-3, -0x1.999999999999ap-57};
    struct descent_pair tail = product_of(square.high, series(square.high, 7));
    struct descent_pair sum = add(third, multiply(square, add(fifth, tail)));
    sum = add(s, multiply(s, multiply(square, sum)));
    const struct descent_pair twos = descent_pair_sum(k * ln_2.high, k * ln_2.low);
    return add(twos, (struct descent_pair){2.0 * sum.high, 2.0 * sum.low});
}

double descent_pow_double(double x, double y)
{
    double special;
    if (y == 0.0 || x == 1.0) {
        return 1.0;
    }
    if (is_special(x, &special)) {
        return x < 0.0 || isnan(y) ? NAN : descent_exp_double(y * special);
    }
    struct descent_pair logarithm = log_pair(x);
    double roughly = y * logarithm.high;
    if (!(roughly > -746.0 && roughly < 710.0)) {
        return descent_exp_double(roughly);
    }
    struct descent_pair exponent = product_of(y, logarithm.high);
    struct descent_pair whole = quick_sum(exponent.high, exponent.low + y * logarithm.low);
    return descent_exp_of_pair(whole.high, whole.low);
}

/* sin x and cos x for |x| ≤ π/4. */
static double sine(struct descent_pair x)
{
    static const double factors[] = {
        /* ± 1 / n! */
        1.0 / 355687428096000.0, -1.0 / 1307674368000.0, 1.0 / 6227020800.0, -1.0 / 39916800.0,
        1.0 / 362880.0,          -1.0 / 5040.0,          1.0 / 120.0,        -1.0 / 6.0};
    double square = x.high * x.high, p = 0.0;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        p = p * square + factors[i];
    }
    return x.high + (x.low * (1.0 - 0.5 * square) + p * square * x.high);
}

static double cosine(struct descent_pair x)
{
    static const double factors[] = {
        /* ± 1 / n! */
        1.0 / 20922789888000.0, -1.0 / 87178291200.0, 1.0 / 479001600.0, -1.0 / 3628800.0,
        1.0 / 40320.0,          -1.0 / 720.0,         1.0 / 24.0};
    double square = x.high * x.high, p = 0.0;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        p = p * square + factors[i];
    }
    struct descent_pair first = quick_sum(1.0, -0.5 * square);
    return first.high + (first.low + (p * square * square - x.high * x.low));
}

/* The sine of a number of turns and quarters of a turn. */
static double sine_of(double t, unsigned quarters)
{
    static const struct descent_pair tau = {0x1.921fb54442d18p+2, 0x1.1a62633145c07p-52};
    if (!isfinite(t)) {
        return NAN;
    }
    double whole = t - rint(t); /* in −½ … ½, exactly */
    double quarter = rint(4.0 * whole);
    struct descent_pair x = multiply(tau, (struct descent_pair){whole - 0.25 * quarter, 0.0});
    switch ((quarters + (unsigned)(int)quarter) % 4) {
    case 0:
        return sine(x);
    case 1:
        return cosine(x);
    case 2:
        return 0.0 - sine(x);
    default:
        return 0.0 - cosine(x);
    }
}

double descent_cosine_of_turns(double t)
{
    return sine_of(t, 1);
}

double descent_sine_of_turns(double t)
{
    return sine_of(t, 0);
}
