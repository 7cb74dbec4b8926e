/*
 * All follows from the incomplete beta function.
 */
#include "cli/base/student.h"

#include <math.h>
#include <stdbool.h>

/* Numerator j, from 1, of the continued fraction of I_x(a, b). */
static double beta_numerator(int j, double x, double a, double b)
{
    double m = floor(j / 2.0), last = a + j; /* of the two factors below */
    return (j % 2 == 0 ? m * (b - m) : -(a + m) * (a + b + m)) * x / ((last - 1.0) * last);
}

/* 1 + d1/(1 + d2/(1 + …)), from its front: Lentz, "Generating Bessel functions in Mie scattering
 * calculations using continued fractions", Applied Optics 15 (1976). A factor of 0, from which that
 * does not return, is taken as hardly more. */
static double beta_fraction(double x, double a, double b)
{
    const double least = 1e-300, enough = 1e-16;
    enum { TERMS_MAX = 100000 };
    double c = 1.0, d = 0.0, product = 1.0, factor = 0.0;
    for (int j = 1; j <= TERMS_MAX && fabs(factor - 1.0) > enough; j++) {
        double numerator = beta_numerator(j, x, a, b);
        d = 1.0 + numerator * d;
        d = 1.0 / (d == 0.0 ? least : d);
        c = 1.0 + numerator / c;
        c = c == 0.0 ? least : c;
        factor = c * d;
        product *= factor;
    }
    return product;
}

/* I_x(a, b); y is 1 − x, which of an x near 1 would have no digits left. The fraction converges
 * fast below the distribution's mean, and the other tail is taken above it. */
static double incomplete_beta(double x, double y, double a, double b)
{
    bool above = x > (a + 1.0) / (a + b + 2.0);
    double p = above ? b : a, q = above ? a : b, z = above ? y : x, rest = above ? x : y;
    if (z <= 0.0) {
        return above ? 1.0 : 0.0;
    }
    double front = lgamma(a + b) - lgamma(a) - lgamma(b) + p * log(z) + q * log(rest);
    double tail = exp(front) / (p * beta_fraction(z, p, q));
    return above ? 1.0 - tail : tail;
}

double student_tails(double t, double freedom)
{
    if (!isfinite(t)) {
        return isnan(t) ? NAN : 0.0;
    }
    double square = t * t, sum = freedom + square;
    return incomplete_beta(freedom / sum, square / sum, freedom / 2.0, 0.5);
}

double student_quantile(double tails, double freedom)
{
    double low = 0.0, high = 1.0;
    while (student_tails(high, freedom) > tails) {
        low = high;
        high *= 2.0;
    }
    double middle = (low + high) / 2.0;
    while (middle > low && middle < high) {
        *(student_tails(middle, freedom) > tails ? &low : &high) = middle;
        middle = (low + high) / 2.0;
    }
    return high;
}

/* The density at s of the standard deviation of a sample: √(χ²/ν). */
static double deviation_density(double s, double freedom)
{
    double half = freedom / 2.0;
    double logarithm = half * log(half) - lgamma(half) + (freedom - 1.0) * log(s) - half * s * s;
    return 2.0 * exp(logarithm);
}

/* By the midpoint rule, which needs no value at s = 0, over all of s that counts. */
double student_power(double shift, double freedom, double tails)
{
    enum { PARTS = 2000 };
    double critical = student_quantile(tails, freedom), reach = 10.0 / sqrt(2.0 * freedom);
    double from = fmax(0.0, 1.0 - reach), part = (1.0 + reach - from) / PARTS, sum = 0.0;
    for (int i = 0; i < PARTS; i++) {
        double s = from + (i + 0.5) * part;
        sum += deviation_density(s, freedom) * erfc((critical * s - shift) / sqrt(2.0)) / 2.0;
    }
    return sum * part;
}
