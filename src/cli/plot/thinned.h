/*
 * Curves of more points than a picture has columns. Of each of some thousand parts of such a curve
 * the first and the last point are drawn, and the lowest and the highest: what is drawn looks as
 * all of them would, and neither memory nor gnuplot has to hold millions.
 */
#ifndef DESCENT_CLI_THINNED_H
#define DESCENT_CLI_THINNED_H

#include "cli/plot/figure.h"

/* Curves of at most so many rows stay whole, and longer ones have so many parts: a panel is seldom
 * wider, and cairo takes minutes for a line that goes up and down more often. */
enum { THINNED_WHOLE = 1 << 15, THINNED_PARTS = 1 << 11, THINNED_OF_PART = 4 };

struct thinned_point {
    size_t row;
    double x, y, low, high;
};

struct thinned {
    struct figure *figure;
    size_t rows_of_part; /* 1: every point is drawn */
    bool any;            /* whether the part under way has points */
    struct thinned_point first, lowest, highest, last;
};

/* Begins to add points to the figure's last curve, from that many rows. */
struct thinned thinned_begin(struct figure *figure, size_t rows);

/* Adds the point of a row, as figure_point() and figure_range() do; rows rise, and some may have no
 * point. Of a part that has points with a place, those without leave no gap. */
void thinned_point(struct thinned *thinned, size_t row, double x, double y);
void thinned_range(struct thinned *thinned, size_t row, double x, double y, double low,
                   double high);

/* Adds what is left. */
void thinned_end(struct thinned *thinned);

#endif
