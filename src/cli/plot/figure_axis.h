/*
 * Axes in numbers: the range that values ask for, where its tics stand, and where a value lies.
 */
#ifndef DESCENT_CLI_FIGURE_AXIS_H
#define DESCENT_CLI_FIGURE_AXIS_H

#include "cli/plot/figure.h"

enum { FIGURE_TICS_MAX = 32, FIGURE_TIC_BYTES = 40 };

struct figure_tics {
    size_t count;
    double at[FIGURE_TICS_MAX];
    char text[FIGURE_TICS_MAX][FIGURE_TIC_BYTES];
};

/* Whether a range is one for logarithms. */
bool figure_axis_spans_decade(double low, double high);

/* Sets the bounds that are NaN to round numbers around the values, of which there is at least one.
 */
void figure_axis_close(struct figure_axis *axis, const struct figure_extent *values);

/* The same for the vertical axis of a panel, with room above the values for names of regions. */
void figure_axis_close_vertical(struct figure_panel *panel);

/* Writes a number with its power of ten where it has one: "7.5", "2e-5", "1.5e10". */
void figure_axis_number(char *text, size_t size, double value, int digits);

/* About so many tics at most, at round numbers within the closed range. */
void figure_axis_tics(struct figure_tics *tics, const struct figure_axis *axis, size_t most);

/* Cuts the names of an axis of categories so that all have room in so many characters across, or
 * leaves only every so many of them. */
void figure_axis_fit_names(struct figure_tics *tics, const struct figure_axis *axis,
                           size_t characters);

/* Where a value lies: 0 at the low bound, 1 at the high one, outside beyond. */
double figure_axis_place(const struct figure_axis *axis, double value);

/* Whether a point, or the vertical line through it, is within a panel. */
bool figure_axis_shows(const struct figure_panel *panel, const struct figure_curve *curve,
                       const struct figure_point *point);

/* The value at such a place. */
double figure_axis_value(const struct figure_axis *axis, double place);

#endif
