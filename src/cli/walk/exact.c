/*
 * Numbers as short as they are exact. A step in double leaves 2.6399999999999997 where a hand gets
 * 2.64; so each number is shown as the shortest decimal that lies as near to it as its rounding
 * error. How large that may be is known: the walk carries along by how much it may stand wrong; the
 * loss is off by that and by its own operations (jet.h), the gradient by the curvature times that.
 */
#include "cli/walk/walk.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* What a few operations on a number may bring, in units in its last place. */
enum { UNITS = 16 };

static double shortest(double number, double error)
{
    char text[32];
    double near = number;
    if (fabs(number) <= error) {
        return 0.0;
    }
    for (int digits = 1; digits <= 15 && isfinite(number); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        near = strtod(text, NULL);
        if (fabs(near - number) <= error) {
            break;
        }
    }
    return near + 0.0; /* without the sign of a zero */
}

/* A bound that is infinite, as where a slope is, tells nothing: no digit is dropped for it. */
static double known(double error)
{
    return isfinite(error) ? error : 0.0;
}

static struct jet jet_at(const struct walk *walk, size_t k)
{
    const struct walk_point *point = &walk->points[k];
    return formula_evaluate(&walk->setup.function->formula, point->w, point->error);
}

double walk_loss_error(const struct walk *walk, size_t k)
{
    const double *errors = walk->points[k].error;
    struct jet jet = jet_at(walk, k);
    double bend = fabs(jet.xx) * errors[0] * errors[0] + fabs(jet.yy) * errors[1] * errors[1];
    return known(jet.error + bend) + DBL_EPSILON * fabs(jet.value);
}

struct walk_point walk_exact_point(const struct walk *walk, size_t k)
{
    struct walk_point point = walk->points[k];
    const double *errors = walk->points[k].error;
    struct jet jet = jet_at(walk, k);
    const double bends[][WALK_DIMENSIONS_MAX] = {{jet.xx, jet.xy}, {jet.xy, jet.yy}};
    for (size_t d = 0; d < WALK_DIMENSIONS_MAX; d++) {
        double error = known(fabs(bends[d][0]) * errors[0] + fabs(bends[d][1]) * errors[1]) +
                       UNITS * DBL_EPSILON * fabs(point.gradient[d]);
        /* The step is the difference of two places. */
        double step_error =
            errors[d] + UNITS * DBL_EPSILON * (fabs(point.update[d]) + fabs(point.w[d]));
        point.w[d] = shortest(point.w[d], errors[d]);
        point.gradient[d] = shortest(point.gradient[d], error);
        point.update[d] = isnan(point.update[d]) ? NAN : shortest(point.update[d], step_error);
    }
    point.loss = shortest(point.loss, walk_loss_error(walk, k));
    point.rate =
        isnan(point.rate) ? NAN : shortest(point.rate, UNITS * DBL_EPSILON * fabs(point.rate));
    return point;
}
