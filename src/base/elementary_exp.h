/*
 * e^x in double: what elementary.c makes its exponential and its power of, and what the C files
 * take that `descent export` writes (see src/export/embed.py). It is C99 and C++ alike, and needs
 * <stdint.h> and <string.h>.
 */
#ifndef DESCENT_ELEMENTARY_EXP_H
#define DESCENT_ELEMENTARY_EXP_H

#include <stdint.h>
#include <string.h>

/* An unevaluated sum, in which low is at most half a unit in the last place of high. */
struct descent_pair {
    double high, low;
};

/* a + b, and what rounding took from it. */
static inline struct descent_pair descent_pair_sum(double a, double b)
{
    struct descent_pair sum;
    sum.high = a + b;
    double of_b = sum.high - a;
    sum.low = (a - (sum.high - of_b)) + (b - of_b);
    return sum;
}

/* 2^n as a double, for n in −1022 … 1023. */
static inline double descent_power_of_two_double(int64_t n)
{
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* e^(high + low) for high in −746 … 710. With x = k ln 2 + r, |r| ≤ ½ ln 2, it is 2^k e^r; what the
 * series leaves out is below 2^−57. The factors are 1 / n!, and ln 2 is in two parts, the first
 * with 32 bits, so that its product with k is exact. */
static inline double descent_exp_of_pair(double high, double low)
{
    static const double factors[] = {
        1.6059043836821613e-10, 2.08767569878681e-09, 2.505210838544172e-08, 2.755731922398589e-07,
        2.7557319223985893e-06, 2.48015873015873e-05, 0.0001984126984126984, 0.001388888888888889,
        0.008333333333333333,   0.041666666666666664, 0.16666666666666666,   0.5,
    };
    const double rounder = 6755399441055744.0; /* 1.5 · 2^52: adding it rounds to whole numbers */
    double shifted = high * 1.44269504088896340736 + rounder;
    double k = shifted - rounder;
    struct descent_pair r =
        descent_pair_sum(high - k * 0.6931471803691238, low - k * 1.9082149292705877e-10);
    double p = 0.0;
    for (unsigned i = 0; i < sizeof factors / sizeof *factors; i++) {
        p = p * r.high + factors[i];
    }
    double above_one = r.high + (r.low + r.low * r.high + p * r.high * r.high);
    /* In two factors, since the result may be subnormal: it is then rounded once. */
    int64_t n = (int64_t)k, half = n / 2;
    return (1.0 + above_one) * descent_power_of_two_double(half) *
           descent_power_of_two_double(n - half);
}

/* e^x, within 1 unit in the last place; infinity above 709.8, 0 below −745.2. */
static inline double descent_exp_anywhere(double x)
{
    if (x != x) {
        return x;
    }
    x = x < -746.0 ? -746.0 : x;
    return descent_exp_of_pair(x > 710.0 ? 710.0 : x, 0.0);
}

#endif
