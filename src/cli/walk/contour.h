/*
 * Contour lines of a function of two variables.
 */
#ifndef DESCENT_CLI_CONTOUR_H
#define DESCENT_CLI_CONTOUR_H

#include <stdbool.h>
#include <stddef.h>

/* Pieces of lines: two points and a point that is not a number, again and again. */
struct contour {
    double *x;
    double *y;
    size_t count;
    size_t room;
};

/* A rectangle, and a function of w[2] over it with some parameter. */
struct contour_area {
    double low[2];
    double high[2];
    double (*evaluate)(const double *w, double parameter);
    double parameter;
};

/* Draws `levels` lines, at heights that cut the area into as many parts of equal size: so both the
 * bottom of a valley and its walls show. false if memory is out; the caller frees in any case. */
bool contour_build(struct contour *contour, const struct contour_area *area, size_t levels);

/* Frees the pieces; a zeroed contour is allowed. */
void contour_free(struct contour *contour);

#endif
