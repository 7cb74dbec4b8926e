/*
 * Contour lines as pieces of lines, found by marching over the squares of a grid.
 */
#ifndef DESCENT_CLI_FIGURE_CONTOURS_H
#define DESCENT_CLI_FIGURE_CONTOURS_H

#include "cli/plot/figure.h"

/* A piece of a line from one edge of a triangle of the grid to another, in the panel's coordinates.
 */
struct figure_piece {
    double x[2], y[2];
};

/* The line of a level; its value is written where there is room for it. */
struct figure_contour {
    double level;
    struct figure_piece *pieces;
    size_t count;
    bool labelled;
    double label_x, label_y;
};

/* Writes a level's value as short as it says enough: "0.012", "7.5", "110". */
void figure_contours_value(char *text, size_t size, double level);

/* The lines of all levels, which the caller frees by figure_contours_free(); NULL where memory is
 * out. The panel has contours. */
struct figure_contour *figure_contours_trace(const struct figure_panel *panel);
void figure_contours_free(struct figure_contour *lines, size_t count);

/* Between which levels a height is, with the part of the way to the upper one: 0 at the lowest
 * level and below, so that shades follow the lines. */
double figure_contours_rank(const struct figure_contours *contours, double height);

#endif
