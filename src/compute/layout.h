/*
 * Where the numbers of a matrix with a row for each sample stand: row after row, or in panels of 16
 * columns, as the packed engine keeps them:
 *
 *     columns 0 … 15 of all rows | columns 16 … 31 of all rows | …
 *
 * Element (row, column) is number row · step + column / 16 · panel_step + column % 16. Row after
 * row, the panels of a row follow each other: step is the width, and panel_step 16.
 */
#ifndef DESCENT_LAYOUT_H
#define DESCENT_LAYOUT_H

#include <stddef.h>

enum { DESCENT_PANEL = 16 };

struct descent_layout {
    size_t width;
    size_t step;       /* from one row to the next */
    size_t panel_step; /* from one panel to the next */
};

#endif
