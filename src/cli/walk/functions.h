/*
 * The functions that `walk` descends, of one or two variables: those of a table, with all that is
 * known about them by hand, and formulas of the user's own.
 */
#ifndef DESCENT_CLI_WALK_FUNCTIONS_H
#define DESCENT_CLI_WALK_FUNCTIONS_H

#include "cli/walk/formula.h"

#include <stdbool.h>
#include <stddef.h>

enum { WALK_DIMENSIONS_MAX = 2, WALK_STATIONARY_MAX = 16, WALK_TEXT_MAX = FORMULA_LENGTH_MAX + 1 };

enum walk_kind { WALK_MINIMUM, WALK_SADDLE, WALK_MAXIMUM };

/* A point where the gradient is zero, or a minimum at a kink. */
struct walk_stationary {
    enum walk_kind kind;
    double w[WALK_DIMENSIONS_MAX];
};

/* One row of the table. */
struct walk_example {
    const char *name;
    const char *also;      /* another name, or NULL */
    const char *formula;   /* in w, or in x and y */
    const char *parameter; /* the letter in it that an option sets, or NULL */
    const char *about;
    const char *source;
    size_t stationary_count; /* all such points, the lowest minimum first */
    struct walk_stationary stationary[WALK_STATIONARY_MAX];
    double from[WALK_DIMENSIONS_MAX]; /* defaults of the command */
    double lr;
    unsigned steps;
    double low[WALK_DIMENSIONS_MAX]; /* what a picture shows at least */
    double high[WALK_DIMENSIONS_MAX];
};

/* What is walked on. */
struct walk_function {
    const struct walk_example *example; /* for a formula, the defaults that suit one */
    bool own;                           /* a formula of the user's own */
    char text[WALK_TEXT_MAX];           /* the formula, with the parameter's value in it */
    double parameter;
    struct formula formula;
    size_t dimensions;
};

/* Row i, or NULL behind the last; the row of that name, or NULL. */
const struct walk_example *walk_example(size_t i);
const struct walk_example *walk_example_find(const char *name);

/* The function of a row, whose parameter has this value. */
void walk_function_of_example(struct walk_function *function, const struct walk_example *example,
                              double parameter);

/* The function of a formula; false, with the error, if it is none. */
bool walk_function_of_formula(struct walk_function *function, const char *text,
                              struct formula_error *error);

/* "w" or "x, y", as in L(x, y). */
const char *walk_variables(const struct walk_function *function);

/* Value and derivatives at a point. */
struct jet walk_evaluate(const struct walk_function *function, const double *w);

/* |a − b| in the function's dimensions. */
double walk_distance(const struct walk_function *function, const double *a, const double *b);

/* The smallest and the largest eigenvalue of the matrix of second derivatives. */
struct walk_curvatures {
    double low, high;
};
struct walk_curvatures walk_curvatures(const struct walk_function *function, const double *w);

#endif
