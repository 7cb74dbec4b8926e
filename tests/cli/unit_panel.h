/*
 * A figure of one panel from 0 to 1 on both axes.
 */
#ifndef DESCENT_TEST_UNIT_PANEL_H
#define DESCENT_TEST_UNIT_PANEL_H

#include "cli/plot/figure.h"
#include "harness.h"

static inline void unit_panel_begin(struct figure *figure)
{
    ck_assert_int_eq(figure_begin(figure, NULL), DONE);
    figure_panel(figure, "", (struct figure_axis){.label = "x", .low = 0.0, .high = 1.0},
                 (struct figure_axis){.label = "y", .low = 0.0, .high = 1.0});
}

#endif
