/*
 * Evaluates a compiled formula, and has the table of functions with their derivatives.
 */
#include "cli/walk/formula.h"

#include <math.h>

/* f, f' and f'' at a point. */
struct derivatives {
    double f, slope, bend;
};

static struct derivatives sine(double a)
{
    return (struct derivatives){sin(a), cos(a), -sin(a)};
}

static struct derivatives cosine(double a)
{
    return (struct derivatives){cos(a), -sin(a), -cos(a)};
}

static struct derivatives tangent(double a)
{
    double f = tan(a);
    return (struct derivatives){f, 1.0 + f * f, 2.0 * f * (1.0 + f * f)};
}

static struct derivatives arcsine(double a)
{
    double rest = (1.0 - a) * (1.0 + a);
    return (struct derivatives){asin(a), 1.0 / sqrt(rest), a / (rest * sqrt(rest))};
}

static struct derivatives arccosine(double a)
{
    struct derivatives d = arcsine(a);
    return (struct derivatives){acos(a), -d.slope, -d.bend};
}

static struct derivatives arctangent(double a)
{
    double slope = 1.0 / (1.0 + a * a);
    return (struct derivatives){atan(a), slope, -2.0 * a * slope * slope};
}

static struct derivatives hyperbolic_sine(double a)
{
    return (struct derivatives){sinh(a), cosh(a), sinh(a)};
}

static struct derivatives hyperbolic_cosine(double a)
{
    return (struct derivatives){cosh(a), sinh(a), cosh(a)};
}

static struct derivatives hyperbolic_tangent(double a)
{
    double f = tanh(a), slope = 1.0 / (cosh(a) * cosh(a));
    return (struct derivatives){f, slope, -2.0 * f * slope};
}

static struct derivatives exponential(double a)
{
    return (struct derivatives){exp(a), exp(a), exp(a)};
}

static struct derivatives logarithm(double a)
{
    return (struct derivatives){log(a), a >= 0.0 ? 1.0 / a : NAN, -1.0 / (a * a)};
}

static struct derivatives logarithm_of_base(double a, double base)
{
    struct derivatives d = logarithm(a);
    return (struct derivatives){base == 2.0 ? log2(a) : log10(a), d.slope / log(base),
                                d.bend / log(base)};
}

static struct derivatives logarithm10(double a)
{
    return logarithm_of_base(a, 10.0);
}

static struct derivatives logarithm2(double a)
{
    return logarithm_of_base(a, 2.0);
}

static struct derivatives root(double a)
{
    double f = sqrt(a);
    return (struct derivatives){f, 0.5 / f, -0.25 / (f * a)};
}

static struct derivatives cube_root(double a)
{
    double f = cbrt(a);
    return (struct derivatives){f, 1.0 / (3.0 * f * f), -2.0 / (9.0 * f * f * a)};
}

/* At the kink, the middle of the slopes on its sides. */
static struct derivatives absolute(double a)
{
    return (struct derivatives){fabs(a), (double)((a > 0.0) - (a < 0.0)), 0.0};
}

static struct derivatives sigmoid(double a)
{
    double f = 1.0 / (1.0 + exp(-a)), rest = 1.0 / (1.0 + exp(a));
    return (struct derivatives){f, f * rest, f * rest * (rest - f)};
}

static struct derivatives rectifier(double a)
{
    return (struct derivatives){fmax(a, 0.0), a > 0.0 ? 1.0 : 0.0, 0.0};
}

/* Names that begin with another one's stand in any order: a name ends where its letters do. */
static const struct {
    const char *name;
    struct derivatives (*differentiate)(double a);
} functions[] = {
    {"sin", sine},
    {"cos", cosine},
    {"tan", tangent},
    {"asin", arcsine},
    {"acos", arccosine},
    {"atan", arctangent},
    {"sinh", hyperbolic_sine},
    {"cosh", hyperbolic_cosine},
    {"tanh", hyperbolic_tangent},
    {"exp", exponential},
    {"log", logarithm},
    {"ln", logarithm},
    {"log10", logarithm10},
    {"log2", logarithm2},
    {"sqrt", root},
    {"cbrt", cube_root},
    {"abs", absolute},
    {"sigmoid", sigmoid},
    {"relu", rectifier},
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

const char *formula_function(size_t i)
{
    return i < FUNCTIONS ? functions[i].name : NULL;
}

static struct jet operand(const struct formula_operation *operation, const double *at,
                          const double *errors)
{
    bool first = operation->code == FORMULA_FIRST;
    if (operation->code == FORMULA_NUMBER) {
        return (struct jet){.value = operation->number};
    }
    return (struct jet){.value = at[first ? 0 : 1],
                        .error = errors != NULL ? errors[first ? 0 : 1] : 0.0,
                        .x = first ? 1.0 : 0.0,
                        .y = first ? 0.0 : 1.0};
}

static struct jet call(unsigned function, struct jet a)
{
    struct derivatives d = functions[function].differentiate(a.value);
    return jet_apply(a, d.f, d.slope, d.bend);
}

struct jet formula_evaluate(const struct formula *formula, const double *at, const double *errors)
{
    static struct jet (*const pairs[])(struct jet, struct jet) = {
        [FORMULA_ADD] = jet_add,           [FORMULA_SUBTRACT] = jet_subtract,
        [FORMULA_MULTIPLY] = jet_multiply, [FORMULA_DIVIDE] = jet_divide,
        [FORMULA_POWER] = jet_power,
    };
    struct jet stack[FORMULA_DEPTH_MAX] = {{0}};
    size_t depth = 0;
    for (size_t i = 0; i < formula->count; i++) {
        const struct formula_operation *operation = &formula->operations[i];
        if (operation->code < FORMULA_NEGATE) {
            stack[depth++] = operand(operation, at, errors);
        } else if (operation->code == FORMULA_NEGATE) {
            stack[depth - 1] = jet_subtract((struct jet){0}, stack[depth - 1]);
        } else if (operation->code == FORMULA_FUNCTION) {
            stack[depth - 1] = call(operation->function, stack[depth - 1]);
        } else {
            depth--;
            stack[depth - 1] = pairs[operation->code](stack[depth - 1], stack[depth]);
        }
    }
    return stack[0];
}
