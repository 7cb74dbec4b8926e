/*
 * Draws curves between the axes of a panel as text.
 */
#ifndef DESCENT_CLI_FIGURE_PLOTTER_H
#define DESCENT_CLI_FIGURE_PLOTTER_H

#include "cli/plot/figure_canvas.h"
#include "cli/plot/figure_theme.h"

/* The area between the axes, in characters from the upper left corner of the canvas. */
struct plotter {
    struct canvas *canvas;
    const struct figure_panel *panel;
    enum terminal_colours colours;
    size_t left, top, width, height;
};

/* The pen of a curve; number is its place among the looks of a figure, by which it gets a character
 * of its own. */
struct canvas_pen plotter_pen(enum terminal_colours colours, const struct figure_curve *curve,
                              size_t number);

/* What marks the points of a curve without a line with braille, where a dot would be lost; 0 for
 * other curves. */
uint32_t plotter_mark(enum figure_style style);

/* Every how many dots of a line are set: whether the dot of that number is. */
bool plotter_is_set(enum figure_style style, size_t dot);

/* Where parts of a panel meet, a dotted line each. */
void plotter_regions(const struct plotter *plotter);

/* Shaded regions have no place in text: lines and their values. False where memory is out. */
bool plotter_contours(const struct plotter *plotter);

void plotter_curve(const struct plotter *plotter, const struct figure_curve *curve,
                   const struct canvas_pen *pen);

/* The texts beside points, on top of everything. False where memory is out. */
bool plotter_labels(const struct plotter *plotter);

/* The place of a value on the canvas, in characters. */
size_t plotter_column(const struct plotter *plotter, double x);
size_t plotter_row(const struct plotter *plotter, double y);

#endif
