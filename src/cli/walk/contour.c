/*
 * Contour lines by triangles: each cell of a grid is cut in two triangles, in which the function is
 * taken to be a plane, so that a level crosses a triangle in one straight piece or not at all. This
 * is the marching of squares (Lorensen and Cline 1987, in two dimensions) without its ambiguous
 * case.
 */
#include "cli/walk/contour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 100, SIDE = CELLS + 1 };

struct corner {
    double w[2];
    double height;
};

static bool resize(double **numbers, size_t room)
{
    double *resized = realloc(*numbers, room * sizeof **numbers);
    if (resized != NULL) {
        *numbers = resized;
    }
    return resized != NULL;
}

static bool grow(struct contour *contour)
{
    if (contour->count + 3 <= contour->room) {
        return true;
    }
    size_t room = contour->room == 0 ? 4096 : 2 * contour->room;
    if (!resize(&contour->x, room) || !resize(&contour->y, room)) {
        return false;
    }
    contour->room = room;
    return true;
}

static void add_point(struct contour *contour, double x, double y)
{
    contour->x[contour->count] = x;
    contour->y[contour->count] = y;
    contour->count++;
}

/* The point between two corners where the plane has the level; one lies below it, one not. */
static void add_crossing(struct contour *contour, const struct corner *a, const struct corner *b,
                         double level)
{
    double part = (level - a->height) / (b->height - a->height);
    add_point(contour, a->w[0] + part * (b->w[0] - a->w[0]), a->w[1] + part * (b->w[1] - a->w[1]));
}

static bool cut_triangle(struct contour *contour, const struct corner *const corners[3],
                         double level)
{
    if (!grow(contour)) {
        return false;
    }
    size_t crossings = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct corner *a = corners[i];
        const struct corner *b = corners[(i + 1) % 3];
        if ((a->height < level) != (b->height < level)) {
            add_crossing(contour, a, b, level);
            crossings++;
        }
    }
    if (crossings > 0) {
        add_point(contour, NAN, NAN);
    }
    return true;
}

static bool cut_cells(struct contour *contour, const struct corner *grid, double level)
{
    bool room = true;
    for (size_t row = 0; row < CELLS; row++) {
        for (size_t column = 0; column < CELLS && room; column++) {
            const struct corner *at = grid + row * SIDE + column;
            const struct corner *const lower[] = {at, at + 1, at + SIDE + 1};
            const struct corner *const upper[] = {at, at + SIDE, at + SIDE + 1};
            room = cut_triangle(contour, lower, level) && cut_triangle(contour, upper, level);
        }
    }
    return room;
}

static void fill_grid(struct corner *grid, double *heights, const struct contour_area *area)
{
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        const size_t place[2] = {i % SIDE, i / SIDE};
        for (size_t d = 0; d < 2; d++) {
            double part = (double)place[d] / CELLS;
            grid[i].w[d] = area->low[d] + part * (area->high[d] - area->low[d]);
        }
        grid[i].height = area->evaluate(grid[i].w, area->parameter);
        heights[i] = grid[i].height;
    }
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

bool contour_build(struct contour *contour, const struct contour_area *area, size_t levels)
{
    const size_t count = (size_t)SIDE * SIDE;
    struct corner *grid = malloc(count * sizeof *grid);
    double *heights = malloc(count * sizeof *heights);
    bool room = grid != NULL && heights != NULL;
    if (room) {
        fill_grid(grid, heights, area);
        qsort(heights, count, sizeof *heights, compare);
    }
    for (size_t i = 0; i < levels && room; i++) {
        room = cut_cells(contour, grid, heights[(2 * i + 1) * count / (2 * levels)]);
    }
    free(grid);
    free(heights);
    return room;
}

void contour_free(struct contour *contour)
{
    free(contour->x);
    free(contour->y);
    memset(contour, 0, sizeof *contour);
}
