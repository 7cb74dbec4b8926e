/*
 * Where the parts of a picture lie, in pixels from its lower left corner.
 */
#ifndef DESCENT_CLI_FIGURE_LAYOUT_H
#define DESCENT_CLI_FIGURE_LAYOUT_H

#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_legend.h"

/* The width of a character, the title's size and the height of a line, in the size of the text. */
#define FIGURE_LAYOUT_CHARACTER 0.545
#define FIGURE_LAYOUT_TITLE 1.2
#define FIGURE_LAYOUT_LINE 1.44

struct figure_box {
    double left, right, bottom, top;
};

struct figure_layout {
    double width, height;
    double font; /* size of the text in pixels */
    size_t columns, rows;
    double title;       /* height of the title above all panels; 0: none */
    size_t title_first; /* bytes of its first line; what follows is a second one */
    size_t legend_columns;
    double legend_height;
    double legend_entry; /* width of one */
};

struct figure_layout figure_layout_of(const struct figure *figure,
                                      const struct figure_legend *legend);

/* The title that is drawn above the panels, or NULL. */
const char *figure_title(const struct figure *figure);

/* The size at which a text fits a width: that which is given, or smaller, down to three quarters.
 */
double figure_layout_shrink(const char *text, double width, double font);

/* Copies a text, cut to what has room in a width; "" where hardly anything has. */
void figure_layout_cut(char cut[FIGURE_TITLE_BYTES], const char *text, double width, double font);

/* The area between a panel's axes, and its tics. */
struct figure_box figure_layout_panel(const struct figure_layout *layout,
                                      const struct figure_panel *panel, size_t number,
                                      struct figure_tics *x, struct figure_tics *y);

/* Narrows an area of a width and height so that a unit is as long on one axis as on the other. */
void figure_layout_equal(const struct figure_panel *panel, double *width, double *height);

#endif
