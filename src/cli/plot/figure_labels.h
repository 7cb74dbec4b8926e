/*
 * Where the texts beside points stand, so that none covers another.
 */
#ifndef DESCENT_CLI_FIGURE_LABELS_H
#define DESCENT_CLI_FIGURE_LABELS_H

#include "cli/plot/figure.h"

/* The area between the axes, and the size of the text, in any unit. */
struct figure_label_area {
    double width, height;
    double character; /* width of one */
    double line;      /* height of one */
    double edge;      /* how near to the upper and lower edges the middle of a line may be */
};

/* A text, and the middle of its left end, from the lower left corner of the area. */
struct figure_label_place {
    const char *text;
    double x, y;
};

/* The names of regions, then beside each point that is within the panel, above or below, right or
 * left, whatever is free; a text that has no room is left out, the later one of two. The caller
 * frees the places; NULL where memory is out. */
struct figure_label_place *figure_labels_place(size_t *count, const struct figure_panel *panel,
                                               const struct figure_label_area *area);

#endif
