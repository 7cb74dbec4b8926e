/*
 * The points of a formula where its gradient vanishes, and its minima at kinks, as far as they are
 * found around some places.
 */
#ifndef DESCENT_CLI_WALK_STATIONARY_H
#define DESCENT_CLI_WALK_STATIONARY_H

#include "cli/walk/functions.h"

struct walk_found {
    struct walk_stationary points[WALK_STATIONARY_MAX]; /* minima first, the lowest of them first */
    size_t count;
};

/* Those of the table, or, for a formula, those that are found from a number of starts, the first of
 * which is the middle of a region that is looked through as well. */
void walk_find_stationary(struct walk_found *found, const struct walk_function *function,
                          const double (*starts)[WALK_DIMENSIONS_MAX], size_t count);

/* The minimum nearest to a point, or NULL. */
const struct walk_stationary *walk_nearest_minimum(const struct walk_found *found,
                                                   const struct walk_function *function,
                                                   const double *w);

#endif
