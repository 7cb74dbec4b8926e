/*
 * How fast gradient descent with momentum converges on the quadratic (x² + κ y²)/2, over learning
 * rate and momentum. Each of the two eigenvalues λ of its matrix, 1 and κ, has a linear recurrence
 * of its own, w(k+1) = (1 + β − αλ) w(k) − β w(k−1): in the end its distance changes by the larger
 * root's magnitude a step (Polyak 1964; Goh 2017, "Why momentum really works", distill.pub).
 */
#ifndef DESCENT_CLI_WALK_MAP_H
#define DESCENT_CLI_WALK_MAP_H

#include "cli/plot/figure.h"

struct walk_map_setup {
    double condition; /* κ ≥ 1 */
    double lr;        /* of the point that is asked about, with its momentum; NaN: none */
    double momentum;
    const char *csv; /* files, or NULL */
    const char *out;
    const struct figure_look *look;
    bool json, quiet, no_plot;
};

/* Prints the map and its optimum, and draws it. On failure it says why. */
enum exit_status walk_map(const struct walk_map_setup *setup);

#endif
