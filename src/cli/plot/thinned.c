/*
 * Thins a curve as its points come, by the rows that they belong to.
 */
#include "cli/plot/thinned.h"

struct thinned thinned_begin(struct figure *figure, size_t rows)
{
    size_t part = (rows + THINNED_PARTS - 1) / THINNED_PARTS;
    return (struct thinned){.figure = figure, .rows_of_part = rows > THINNED_WHOLE ? part : 1};
}

static void draw(const struct thinned *thinned, const struct thinned_point *point)
{
    figure_range(thinned->figure, point->x, point->y, point->low, point->high);
}

/* The points that are kept, in the order of their rows, each once. */
void thinned_end(struct thinned *thinned)
{
    if (!thinned->any) {
        return;
    }
    bool rises = thinned->lowest.row < thinned->highest.row;
    const struct thinned_point *kept[THINNED_OF_PART] = {
        &thinned->first, rises ? &thinned->lowest : &thinned->highest,
        rises ? &thinned->highest : &thinned->lowest, &thinned->last};
    draw(thinned, kept[0]);
    for (size_t i = 1; i < THINNED_OF_PART; i++) {
        if (kept[i]->row != kept[i - 1]->row) {
            draw(thinned, kept[i]);
        }
    }
    thinned->any = false;
}

static void start_part(struct thinned *thinned, const struct thinned_point *point)
{
    thinned->first = thinned->lowest = thinned->highest = thinned->last = *point;
    thinned->any = true;
}

static void add_to_part(struct thinned *thinned, const struct thinned_point *point)
{
    if (!isfinite(thinned->last.y)) {
        start_part(thinned, point);
        return;
    }
    if (!isfinite(point->y)) {
        return;
    }
    thinned->lowest = point->low < thinned->lowest.low ? *point : thinned->lowest;
    thinned->highest = point->high > thinned->highest.high ? *point : thinned->highest;
    thinned->last = *point;
}

void thinned_range(struct thinned *thinned, size_t row, double x, double y, double low, double high)
{
    const struct thinned_point point = {row, x, y, low, high};
    size_t part = thinned->rows_of_part;
    if (thinned->any && row / part == thinned->first.row / part) {
        add_to_part(thinned, &point);
        return;
    }
    thinned_end(thinned);
    start_part(thinned, &point);
}

void thinned_point(struct thinned *thinned, size_t row, double x, double y)
{
    thinned_range(thinned, row, x, y, y, y);
}
