/*
 * Where the numbers of a matrix with a row for each sample stand: row after row, or in panels of 16
 * columns, as the packed engine keeps them:
 *
 *     columns 0 … 15 of all rows | columns 16 … 31 of all rows | …
 *
 * Element (row, column) is number row · step + column / 16 · panel_step + column % 16. Row after
 * row, the panels of a row follow each other: step is the width, and panel_step 16.
 *
 * What is done number by number goes over blocks, of which a matrix has one, or one in each panel:
 * the loops are then the same for both.
 */
#ifndef DESCENT_LAYOUT_H
#define DESCENT_LAYOUT_H

#include "base/cut.h"

#include <stdbool.h>

enum { DESCENT_PANEL = 16 };

struct descent_layout {
    size_t width;
    size_t step;       /* from one row to the next */
    size_t panel_step; /* from one panel to the next */
};

/* Panels of so many columns. */
size_t descent_layout_panels(size_t columns);

/* Row after row. */
struct descent_layout descent_layout_rows(size_t width);

/* Numbers in a matrix of so many rows, with padding. */
size_t descent_layout_room(const struct descent_layout *layout, size_t rows);

/* Whether each row's numbers stand side by side. */
bool descent_layout_rows_follow(const struct descent_layout *layout);

/* Columns of some rows that stand side by side. */
struct descent_block {
    size_t at; /* of its first number */
    size_t row, column;
    size_t rows, columns;
    size_t step; /* from row to row */
};

/* The blocks of the given rows and columns, one after another; behind the last comes one without
 * columns. */
struct descent_block descent_layout_first(const struct descent_layout *layout,
                                          struct descent_span rows, struct descent_span columns);
struct descent_block descent_layout_next(const struct descent_layout *layout,
                                         struct descent_block block, struct descent_span columns);

/* Copies the given rows between layouts of the same width. */
void descent_layout_copy(struct descent_span rows, const struct descent_layout *from_layout,
                         const float *from, const struct descent_layout *to_layout, float *to);

#endif
