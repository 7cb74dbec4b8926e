/*
 * The functions that `walk` descends: one or two variables, a loss that is 0 at its lowest minimum,
 * and all that is known about it by hand.
 */
#ifndef DESCENT_CLI_WALK_FUNCTIONS_H
#define DESCENT_CLI_WALK_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { WALK_DIMENSIONS_MAX = 2, WALK_STATIONARY_MAX = 9 };

enum walk_kind { WALK_MINIMUM, WALK_SADDLE, WALK_MAXIMUM };

/* A point where the gradient is zero. */
struct walk_stationary {
    enum walk_kind kind;
    double w[WALK_DIMENSIONS_MAX];
};

/* One row of the table. Only the ravine looks at condition. */
struct walk_function {
    const char *name;
    const char *formula; /* in w, or in x and y */
    const char *about;
    const char *source;
    size_t dimensions;
    double (*evaluate)(const double *w, double condition);
    void (*differentiate)(const double *w, double condition, double *gradient);
    size_t stationary_count; /* all such points, minima first */
    struct walk_stationary stationary[WALK_STATIONARY_MAX];
    double from[WALK_DIMENSIONS_MAX]; /* defaults of the command */
    double lr;
    unsigned steps;
    double low[WALK_DIMENSIONS_MAX]; /* what a picture shows at least */
    double high[WALK_DIMENSIONS_MAX];
};

/* Row i, or NULL behind the last; the row of that name, or NULL. */
const struct walk_function *walk_function(size_t i);
const struct walk_function *walk_function_find(const char *name);

/* |a − b| in the function's dimensions. */
double walk_distance(const struct walk_function *function, const double *a, const double *b);

/* The nearest of its minima. */
const struct walk_stationary *walk_nearest_minimum(const struct walk_function *function,
                                                   const double *w);

/* The largest eigenvalue of the matrix of second derivatives, from differences of the gradient. */
double walk_curvature(const struct walk_function *function, double condition, const double *w);

#endif
