/*
 * The rules of differentiation.
 */
#include "cli/walk/jet.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* A product of which one factor is an exact zero is zero, even if the other has no value: the
 * second derivative of √x does not matter to a constant. */
static double times(double a, double b)
{
    return a == 0.0 || b == 0.0 ? 0.0 : a * b;
}

/* The error of a result to which its operands bring this much. */
static double rounded(double brought, double result)
{
    return brought + DBL_EPSILON / 2.0 * fabs(result);
}

struct jet jet_add(struct jet a, struct jet b)
{
    double value = a.value + b.value;
    return (struct jet){value,       rounded(a.error + b.error, value),
                        a.x + b.x,   a.y + b.y,
                        a.xx + b.xx, a.xy + b.xy,
                        a.yy + b.yy};
}

struct jet jet_subtract(struct jet a, struct jet b)
{
    double value = a.value - b.value;
    return (struct jet){value,       rounded(a.error + b.error, value),
                        a.x - b.x,   a.y - b.y,
                        a.xx - b.xx, a.xy - b.xy,
                        a.yy - b.yy};
}

struct jet jet_multiply(struct jet a, struct jet b)
{
    double value = a.value * b.value;
    return (struct jet){
        .value = value,
        .error = rounded(fabs(a.value) * b.error + fabs(b.value) * a.error, value),
        .x = a.x * b.value + a.value * b.x,
        .y = a.y * b.value + a.value * b.y,
        .xx = a.xx * b.value + 2.0 * a.x * b.x + a.value * b.xx,
        .xy = a.xy * b.value + a.x * b.y + a.y * b.x + a.value * b.xy,
        .yy = a.yy * b.value + 2.0 * a.y * b.y + a.value * b.yy,
    };
}

struct jet jet_divide(struct jet a, struct jet b)
{
    struct jet quotient = {.value = a.value / b.value};
    quotient.error =
        rounded((a.error + fabs(quotient.value) * b.error) / fabs(b.value), quotient.value);
    quotient.x = (a.x - quotient.value * b.x) / b.value;
    quotient.y = (a.y - quotient.value * b.y) / b.value;
    quotient.xx = (a.xx - 2.0 * quotient.x * b.x - quotient.value * b.xx) / b.value;
    quotient.xy = (a.xy - quotient.x * b.y - quotient.y * b.x - quotient.value * b.xy) / b.value;
    quotient.yy = (a.yy - 2.0 * quotient.y * b.y - quotient.value * b.yy) / b.value;
    return quotient;
}

struct jet jet_apply(struct jet a, double f, double slope, double bend)
{
    return (struct jet){
        .value = f,
        .error = rounded(times(fabs(slope), a.error), f),
        .x = times(slope, a.x),
        .y = times(slope, a.y),
        .xx = times(bend, a.x * a.x) + times(slope, a.xx),
        .xy = times(bend, a.x * a.y) + times(slope, a.xy),
        .yy = times(bend, a.y * a.y) + times(slope, a.yy),
    };
}

static bool varies(struct jet a)
{
    return a.x != 0.0 || a.y != 0.0 || a.xx != 0.0 || a.xy != 0.0 || a.yy != 0.0;
}

struct jet jet_power(struct jet a, struct jet b)
{
    double base = a.value, power = b.value;
    if (varies(b)) {
        double f = pow(base, power), log_base = log(base);
        struct jet exponent =
            jet_multiply(b, jet_apply(a, log_base, 1.0 / base, -1.0 / base / base));
        return jet_apply(exponent, f, f, f);
    }
    if (power == 2.0) { /* a square is rounded once */
        return jet_multiply(a, a);
    }
    return jet_apply(a, pow(base, power), times(power, pow(base, power - 1.0)),
                     times(power * (power - 1.0), pow(base, power - 2.0)));
}
