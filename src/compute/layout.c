/*
 * Matrices row after row or in panels.
 */
#include "compute/layout.h"

struct descent_layout descent_layout_rows(size_t width)
{
    return (struct descent_layout){width, width, DESCENT_PANEL};
}

size_t descent_layout_panels(size_t columns)
{
    return (columns + DESCENT_PANEL - 1) / DESCENT_PANEL;
}

size_t descent_layout_room(const struct descent_layout *layout, size_t rows)
{
    if (layout->step == layout->width) {
        return rows * layout->width;
    }
    return descent_layout_panels(layout->width) * layout->panel_step;
}

bool descent_layout_rows_follow(const struct descent_layout *layout)
{
    return layout->panel_step == DESCENT_PANEL || layout->width <= DESCENT_PANEL;
}

/* Up to the end of the panel, where the next one does not follow at once. */
static struct descent_block block_at(const struct descent_layout *layout, struct descent_span rows,
                                     size_t column, size_t end)
{
    size_t left = end - column, room = DESCENT_PANEL - column % DESCENT_PANEL;
    bool follows = descent_layout_rows_follow(layout);
    return (struct descent_block){
        .at = rows.first * layout->step + column / DESCENT_PANEL * layout->panel_step +
              column % DESCENT_PANEL,
        .row = rows.first,
        .column = column,
        .rows = rows.count,
        .columns = follows || left < room ? left : room,
        .step = layout->step,
    };
}

struct descent_block descent_layout_first(const struct descent_layout *layout,
                                          struct descent_span rows, struct descent_span columns)
{
    return block_at(layout, rows, columns.first, columns.first + columns.count);
}

struct descent_block descent_layout_next(const struct descent_layout *layout,
                                         struct descent_block block, struct descent_span columns)
{
    return block_at(layout, (struct descent_span){block.row, block.rows},
                    block.column + block.columns, columns.first + columns.count);
}

static void copy_block(const struct descent_block *from, const float *values,
                       const struct descent_block *to, float *copy)
{
    for (size_t i = 0; i < from->rows; i++) {
        for (size_t j = 0; j < from->columns; j++) {
            copy[to->at + i * to->step + j] = values[from->at + i * from->step + j];
        }
    }
}

void descent_layout_copy(struct descent_span rows, const struct descent_layout *from_layout,
                         const float *from, const struct descent_layout *to_layout, float *to)
{
    size_t width = from_layout->width;
    for (size_t column = 0; column < width; column += DESCENT_PANEL) {
        size_t left = width - column, end = column + (left < DESCENT_PANEL ? left : DESCENT_PANEL);
        struct descent_block source = block_at(from_layout, rows, column, end);
        struct descent_block target = block_at(to_layout, rows, column, end);
        copy_block(&source, from, &target, to);
    }
}
