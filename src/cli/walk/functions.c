/*
 * The table of functions. Each formula stands above its derivative; the constants make the lowest
 * minimum 0, so that a loss reads as the height above it.
 */
#include "cli/walk/functions.h"

#include <math.h>
#include <string.h>

/* (w − 2)² */
static double parabola(const double *w, double unused)
{
    (void)unused;
    return (w[0] - 2.0) * (w[0] - 2.0);
}

static void parabola_gradient(const double *w, double unused, double *gradient)
{
    (void)unused;
    gradient[0] = 2.0 * (w[0] - 2.0);
}

/* w⁴/4 − w³/3 − w² + 8/3, whose derivative is w (w + 1) (w − 2). */
static double quartic(const double *w, double unused)
{
    (void)unused;
    double v = w[0];
    return v * v * (v * v / 4.0 - v / 3.0 - 1.0) + 8.0 / 3.0;
}

static void quartic_gradient(const double *w, double unused, double *gradient)
{
    (void)unused;
    gradient[0] = w[0] * (w[0] + 1.0) * (w[0] - 2.0);
}

/* 1 − exp(−(w − 2)² / 2) */
static double plateau(const double *w, double unused)
{
    (void)unused;
    return -expm1(-(w[0] - 2.0) * (w[0] - 2.0) / 2.0);
}

static void plateau_gradient(const double *w, double unused, double *gradient)
{
    (void)unused;
    gradient[0] = (w[0] - 2.0) * exp(-(w[0] - 2.0) * (w[0] - 2.0) / 2.0);
}

/* x² − y² + y⁴/4 + 1 = x² + (y²/2 − 1)² */
static double saddle(const double *w, double unused)
{
    (void)unused;
    double wall = w[1] * w[1] / 2.0 - 1.0;
    return w[0] * w[0] + wall * wall;
}

static void saddle_gradient(const double *w, double unused, double *gradient)
{
    (void)unused;
    gradient[0] = 2.0 * w[0];
    gradient[1] = w[1] * (w[1] * w[1] - 2.0);
}

/* (x² + κ y²) / 2 */
static double ravine(const double *w, double condition)
{
    return (w[0] * w[0] + condition * w[1] * w[1]) / 2.0;
}

static void ravine_gradient(const double *w, double condition, double *gradient)
{
    gradient[0] = w[0];
    gradient[1] = condition * w[1];
}

/* (1 − x)² + 100 (y − x²)² */
static double rosenbrock(const double *w, double unused)
{
    (void)unused;
    double ahead = 1.0 - w[0];
    double aside = w[1] - w[0] * w[0];
    return ahead * ahead + 100.0 * aside * aside;
}

static void rosenbrock_gradient(const double *w, double unused, double *gradient)
{
    (void)unused;
    double aside = w[1] - w[0] * w[0];
    gradient[0] = -2.0 * (1.0 - w[0]) - 400.0 * w[0] * aside;
    gradient[1] = 200.0 * aside;
}

/* (x² + y − 11)² + (x + y² − 7)² */
static double himmelblau(const double *w, double unused)
{
    (void)unused;
    double a = w[0] * w[0] + w[1] - 11.0;
    double b = w[0] + w[1] * w[1] - 7.0;
    return a * a + b * b;
}

static void himmelblau_gradient(const double *w, double unused, double *gradient)
{
    (void)unused;
    double a = w[0] * w[0] + w[1] - 11.0;
    double b = w[0] + w[1] * w[1] - 7.0;
    gradient[0] = 4.0 * w[0] * a + 2.0 * b;
    gradient[1] = 2.0 * a + 4.0 * w[1] * b;
}

static const struct walk_function functions[] = {
    {"parabola", "(w − 2)²", "one valley of curvature 2", "any calculus text", 1, parabola,
     parabola_gradient, .stationary_count = 1, .stationary = {{WALK_MINIMUM, {2.0}}}, .from = {6.0},
     .lr = 0.3, .steps = 20, .low = {-2.5}, .high = {6.5}},
    {"quartic", "w⁴/4 − w³/3 − w² + 8/3", "two valleys, the nearer one not the deeper one",
     "the integral of w (w + 1) (w − 2)", 1, quartic, quartic_gradient, .stationary_count = 3,
     .stationary = {{WALK_MINIMUM, {2.0}}, {WALK_MINIMUM, {-1.0}}, {WALK_MAXIMUM, {0.0}}},
     .from = {-2.0}, .lr = 0.05, .steps = 60, .low = {-2.2}, .high = {3.0}},
    {"plateau", "1 − exp(−(w − 2)²/2)",
     "a well in a plain, where the gradient vanishes as in a saturated sigmoid",
     "an upturned normal density", 1, plateau, plateau_gradient, .stationary_count = 1,
     .stationary = {{WALK_MINIMUM, {2.0}}}, .from = {6.0}, .lr = 0.3, .steps = 100, .low = {-2.5},
     .high = {6.5}},
    {"saddle", "x² − y² + y⁴/4 + 1",
     "a pass between two valleys; without noise a walk along its ridge ends on it",
     "x² − y² with walls", 2, saddle, saddle_gradient, .stationary_count = 3,
     .stationary = {{WALK_MINIMUM, {0.0, 1.4142135623730951}},
                    {WALK_MINIMUM, {0.0, -1.4142135623730951}},
                    {WALK_SADDLE, {0.0, 0.0}}},
     .from = {1.5, 0.0}, .lr = 0.1, .steps = 150, .low = {-2.0, -2.2}, .high = {2.0, 2.2}},
    {"ravine", "(x² + κ y²)/2",
     "a long valley: κ, its --condition, is how much steeper it is across than along",
     "Polyak 1964", 2, ravine, ravine_gradient, .stationary_count = 1,
     .stationary = {{WALK_MINIMUM, {0.0, 0.0}}}, .from = {10.0, 1.0}, .lr = 0.018, .steps = 200,
     .low = {-3.0, -1.3}, .high = {11.0, 1.3}},
    {"rosenbrock", "(1 − x)² + 100 (y − x²)²", "a bent valley with a flat floor", "Rosenbrock 1960",
     2, rosenbrock, rosenbrock_gradient, .stationary_count = 1,
     .stationary = {{WALK_MINIMUM, {1.0, 1.0}}}, .from = {-1.2, 1.0}, .lr = 0.001, .steps = 5000,
     .low = {-1.6, -0.5}, .high = {1.6, 1.8}},
    {"himmelblau", "(x² + y − 11)² + (x + y² − 7)²",
     "four valleys of the same depth: where the walk ends depends on where it starts",
     "Himmelblau 1972", 2, himmelblau, himmelblau_gradient, .stationary_count = 9,
     .stationary = {{WALK_MINIMUM, {3.0, 2.0}},
                    {WALK_MINIMUM, {-2.805118086952745, 3.131312518250573}},
                    {WALK_MINIMUM, {-3.779310253377747, -3.283185991286170}},
                    {WALK_MINIMUM, {3.584428340330492, -1.848126526964403}},
                    {WALK_SADDLE, {-3.073025750764390, -0.081353044287968}},
                    {WALK_SADDLE, {0.086677504555396, 2.884254701174776}},
                    {WALK_SADDLE, {3.385154183607021, 0.073851879837749}},
                    {WALK_SADDLE, {-0.127961346730680, -1.953714980244577}},
                    {WALK_MAXIMUM, {-0.270844590667348, -0.923038556479981}}},
     .from = {0.0, 0.0}, .lr = 0.01, .steps = 50, .low = {-5.0, -5.0}, .high = {5.0, 5.0}},
};

const struct walk_function *walk_function(size_t i)
{
    return i < sizeof functions / sizeof functions[0] ? &functions[i] : NULL;
}

const struct walk_function *walk_function_find(const char *name)
{
    const struct walk_function *function;
    for (size_t i = 0; (function = walk_function(i)) != NULL; i++) {
        if (strcmp(function->name, name) == 0) {
            return function;
        }
    }
    return NULL;
}

double walk_distance(const struct walk_function *function, const double *a, const double *b)
{
    double square = 0.0;
    for (size_t d = 0; d < function->dimensions; d++) {
        square += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sqrt(square);
}

const struct walk_stationary *walk_nearest_minimum(const struct walk_function *function,
                                                   const double *w)
{
    const struct walk_stationary *nearest = &function->stationary[0];
    for (size_t i = 1; i < function->stationary_count; i++) {
        const struct walk_stationary *other = &function->stationary[i];
        if (other->kind == WALK_MINIMUM &&
            walk_distance(function, w, other->w) < walk_distance(function, w, nearest->w)) {
            nearest = other;
        }
    }
    return nearest;
}

double walk_curvature(const struct walk_function *function, double condition, const double *w)
{
    /* A step of 10⁻⁴ of the coordinate's size leaves an error of about 10⁻⁸ by what it cuts off and
     * 10⁻¹² by rounding. */
    double hessian[WALK_DIMENSIONS_MAX][WALK_DIMENSIONS_MAX] = {{0.0}};
    for (size_t d = 0; d < function->dimensions; d++) {
        double h = 1e-4 * fmax(1.0, fabs(w[d]));
        for (int side = -1; side <= 1; side += 2) {
            double gradient[WALK_DIMENSIONS_MAX] = {0.0};
            double moved[WALK_DIMENSIONS_MAX] = {w[0], w[1]};
            moved[d] += side * h;
            function->differentiate(moved, condition, gradient);
            hessian[d][0] += side * gradient[0];
            hessian[d][1] += side * gradient[1];
        }
        hessian[d][0] /= 2.0 * h;
        hessian[d][1] /= 2.0 * h;
    }
    if (function->dimensions == 1) {
        return hessian[0][0];
    }
    double middle = (hessian[0][0] + hessian[1][1]) / 2.0;
    double half = (hessian[0][0] - hessian[1][1]) / 2.0;
    double across = (hessian[0][1] + hessian[1][0]) / 2.0;
    return middle + hypot(half, across);
}
