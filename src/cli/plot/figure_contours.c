/*
 * Each square of the grid is cut into two triangles, whose lines are never ambiguous: a level cuts
 * two of a triangle's edges, or none.
 */
#include "cli/plot/figure_contours.h"

#include "cli/plot/figure_axis.h"

#include <stdlib.h>

/* The least distance between two labels, and to an edge, as parts of the panel. */
static const double label_distance = 0.13;
static const double edge_distance = 0.06;

struct corner {
    double x, y, height;
};

static struct corner corner_of(const struct figure_panel *panel, size_t column, size_t row)
{
    const struct figure_contours *contours = &panel->contours;
    double last = (double)(contours->side - 1);
    return (struct corner){
        panel->x.low + (double)column / last * (panel->x.high - panel->x.low),
        panel->y.low + (double)row / last * (panel->y.high - panel->y.low),
        contours->heights[row * contours->side + column],
    };
}

/* Where the level cuts the triangle, if it does. */
static bool cut(struct figure_piece *piece, const struct corner corners[3], double level)
{
    size_t ends = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct corner *a = &corners[i], *b = &corners[(i + 1) % 3];
        if ((a->height < level) != (b->height < level)) {
            double part = (level - a->height) / (b->height - a->height);
            piece->x[ends] = a->x + part * (b->x - a->x);
            piece->y[ends++] = a->y + part * (b->y - a->y);
        }
    }
    return ends == 2;
}

static size_t cut_square(struct figure_piece pieces[2], const struct figure_panel *panel,
                         size_t column, size_t row, double level)
{
    const struct corner low = corner_of(panel, column, row);
    const struct corner high = corner_of(panel, column + 1, row + 1);
    const struct corner lower[] = {low, corner_of(panel, column + 1, row), high};
    const struct corner upper[] = {low, high, corner_of(panel, column, row + 1)};
    size_t count = cut(&pieces[0], lower, level);
    return count + cut(&pieces[count], upper, level);
}

static double part_of(const struct figure_axis *axis, double value)
{
    return (value - axis->low) / (axis->high - axis->low);
}

/* How far a place, as parts of the panel, is from the nearest text beside a point. */
static double distance_to_texts(const struct figure_panel *panel, double across, double up)
{
    double nearest = HUGE_VAL;
    for (size_t c = 0; c < panel->count; c++) {
        for (size_t i = 0; i < panel->curves[c].count; i++) {
            const struct figure_point *point = &panel->curves[c].points[i];
            if (point->label != NULL && isfinite(point->y)) {
                nearest = fmin(nearest, hypot(across - part_of(&panel->x, point->x),
                                              up - part_of(&panel->y, point->y)));
            }
        }
    }
    return nearest;
}

/* How far a place is from the nearest label, also those of the lines before; 0 where it is too near
 * an edge. */
static double distance_to_others(const struct figure_panel *panel, double x, double y,
                                 const struct figure_contour *lines, size_t before)
{
    double across = part_of(&panel->x, x), up = part_of(&panel->y, y);
    if (fmin(fmin(across, 1.0 - across), fmin(up, 1.0 - up)) < edge_distance) {
        return 0.0;
    }
    double nearest = distance_to_texts(panel, across, up);
    for (size_t i = 0; i < before; i++) {
        if (lines[i].labelled) {
            nearest = fmin(nearest, hypot(across - part_of(&panel->x, lines[i].label_x),
                                          up - part_of(&panel->y, lines[i].label_y)));
        }
    }
    return nearest;
}

/* On the piece that is farthest from the labels of the lines before. */
static void place_label(struct figure_contour *lines, size_t number,
                        const struct figure_panel *panel)
{
    struct figure_contour *line = &lines[number];
    double farthest = label_distance;
    for (size_t i = 0; i < line->count; i++) {
        double x = line->pieces[i].x[0], y = line->pieces[i].y[0];
        double distance = distance_to_others(panel, x, y, lines, number);
        if (distance > farthest) {
            farthest = distance;
            line->labelled = true;
            line->label_x = x;
            line->label_y = y;
        }
    }
}

static bool trace(struct figure_contour *line, const struct figure_panel *panel)
{
    size_t cells = panel->contours.side - 1;
    line->pieces = malloc(2 * cells * cells * sizeof *line->pieces);
    for (size_t i = 0; i < cells * cells && line->pieces != NULL; i++) {
        line->count +=
            cut_square(&line->pieces[line->count], panel, i % cells, i / cells, line->level);
    }
    return line->pieces != NULL;
}

struct figure_contour *figure_contours_trace(const struct figure_panel *panel)
{
    size_t count = panel->contours.level_count;
    struct figure_contour *lines = calloc(count + 1, sizeof *lines);
    for (size_t i = 0; i < count && lines != NULL; i++) {
        lines[i].level = panel->contours.levels[i];
        if (!trace(&lines[i], panel)) {
            figure_contours_free(lines, count);
            return NULL;
        }
        place_label(lines, i, panel);
    }
    return lines;
}

void figure_contours_value(char *text, size_t size, double level)
{
    double height = fabs(level);
    if (height >= 99.5 && height < 1e5) {
        snprintf(text, size, "%.0f", level);
    } else if (height >= 1e-3 && height < 1e5) {
        snprintf(text, size, "%.2g", level);
    } else {
        figure_axis_number(text, size, level, 2);
    }
}

void figure_contours_free(struct figure_contour *lines, size_t count)
{
    for (size_t i = 0; i < count && lines != NULL; i++) {
        free(lines[i].pieces);
    }
    free(lines);
}

double figure_contours_rank(const struct figure_contours *contours, double height)
{
    const double *levels = contours->levels;
    size_t above = 0;
    while (above < contours->level_count && height >= levels[above]) {
        above++;
    }
    if (above == 0 || above == contours->level_count) {
        return above == 0 ? 0.0 : (double)(above - 1);
    }
    double step = levels[above] - levels[above - 1];
    return (double)(above - 1) + (step > 0.0 ? (height - levels[above - 1]) / step : 0.0);
}
