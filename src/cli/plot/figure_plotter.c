#include "cli/plot/figure_plotter.h"

#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_contours.h"
#include "cli/plot/figure_labels.h"

#include <math.h>
#include <stdlib.h>

/* What marks a point with braille, where a dot would be lost. */
enum { DISC = 0x2022, CIRCLE = 0x25CB, CROSS = 0x00D7 };

/* A place in dots from the upper left corner of the area. */
struct place {
    double x, y;
};

static size_t dots_across(const struct plotter *plotter)
{
    return plotter->width * (plotter->canvas->braille ? CANVAS_DOTS_ACROSS : 1);
}

static size_t dots_down(const struct plotter *plotter)
{
    return plotter->height * (plotter->canvas->braille ? CANVAS_DOTS_DOWN : 1);
}

/* Values far outside stay so near that the clipping of lines does not lose all digits. */
static double bounded(double place)
{
    return fmax(-1e6, fmin(1e6, place));
}

static struct place place_of(const struct plotter *plotter, double x, double y)
{
    const struct figure_panel *panel = plotter->panel;
    return (struct place){
        bounded(figure_axis_place(&panel->x, x)) * (double)(dots_across(plotter) - 1),
        (1.0 - bounded(figure_axis_place(&panel->y, y))) * (double)(dots_down(plotter) - 1),
    };
}

static bool is_inside(const struct plotter *plotter, struct place place)
{
    return place.x >= -0.5 && place.x < (double)dots_across(plotter) - 0.5 && place.y >= -0.5 &&
           place.y < (double)dots_down(plotter) - 0.5;
}

static void set_dot(const struct plotter *plotter, struct place place, const struct canvas_pen *pen)
{
    bool braille = plotter->canvas->braille;
    if (is_inside(plotter, place)) {
        canvas_dot(plotter->canvas,
                   plotter->left * (braille ? CANVAS_DOTS_ACROSS : 1) + (size_t)lround(place.x),
                   plotter->top * (braille ? CANVAS_DOTS_DOWN : 1) + (size_t)lround(place.y), pen);
    }
}

size_t plotter_column(const struct plotter *plotter, double x)
{
    double place = figure_axis_place(&plotter->panel->x, x) * (double)(plotter->width - 1);
    return plotter->left + (size_t)lround(fmax(0.0, fmin(place, (double)plotter->width - 1.0)));
}

size_t plotter_row(const struct plotter *plotter, double y)
{
    double place = (1.0 - figure_axis_place(&plotter->panel->y, y)) * (double)(plotter->height - 1);
    return plotter->top + (size_t)lround(fmax(0.0, fmin(place, (double)plotter->height - 1.0)));
}

struct canvas_pen plotter_pen(enum terminal_colours colours, const struct figure_curve *curve,
                              size_t number)
{
    static const char symbols[] = "*#$%@&=+~ABCDEFGHIJKLMNPQRSTUVWYZ";
    struct canvas_pen pen = {.escape = figure_theme_escape(colours, curve)};
    switch (curve->style) {
    case FIGURE_GROUND:
        pen.symbol = '.';
        break;
    case FIGURE_BAND:
        pen.symbol = ':';
        break;
    case FIGURE_VERTICAL:
        pen.symbol = '|';
        break;
    case FIGURE_CIRCLES:
        pen.symbol = 'o';
        break;
    case FIGURE_CROSSES:
        pen.symbol = 'x';
        break;
    default:
        pen.symbol = (unsigned char)symbols[number % (sizeof symbols - 1)];
    }
    return pen;
}

uint32_t plotter_mark(enum figure_style style)
{
    switch (style) {
    case FIGURE_DOTS:
    case FIGURE_RANGES:
        return DISC;
    case FIGURE_CIRCLES:
        return CIRCLE;
    case FIGURE_CROSSES:
        return CROSS;
    default:
        return 0;
    }
}

bool plotter_is_set(enum figure_style style, size_t dot)
{
    switch (style) {
    case FIGURE_DASHED:
        return dot % 8 < 5;
    case FIGURE_DOTTED:
    case FIGURE_VERTICAL:
    case FIGURE_GROUND:
        return dot % 3 == 0;
    case FIGURE_DASH_DOTTED:
        return dot % 10 < 5 || dot % 10 == 7;
    default:
        return true;
    }
}

/* Shortens a line to what lies within 0 to `last` of one coordinate, by the method of Liang and
 * Barsky (1984); false where nothing does. from and to are parts of the line. */
static bool clip(double start, double change, double last, double *from, double *to)
{
    double low = -0.49, high = last + 0.49;
    if (change == 0.0) {
        return start >= low && start <= high;
    }
    double enter = (low - start) / change, leave = (high - start) / change;
    *from = fmax(*from, fmin(enter, leave));
    *to = fmin(*to, fmax(enter, leave));
    return *from <= *to;
}

/* Draws a line; dots counts those of the curve, for its dashes. Without braille there are none:
 * characters tell curves apart, and gaps would tear them. */
static void draw_line(const struct plotter *plotter, enum figure_style style, struct place start,
                      struct place end, const struct canvas_pen *pen, size_t *dots)
{
    double from = 0.0, to = 1.0, across = end.x - start.x, down = end.y - start.y;
    if (!clip(start.x, across, (double)dots_across(plotter) - 1.0, &from, &to) ||
        !clip(start.y, down, (double)dots_down(plotter) - 1.0, &from, &to)) {
        return;
    }
    struct place first = {start.x + from * across, start.y + from * down};
    double length = fmax(fabs(across), fabs(down)) * (to - from);
    size_t steps = (size_t)ceil(length);
    for (size_t i = 0; i <= steps; i++) {
        double part = steps > 0 ? (double)i / (double)steps * (to - from) : 0.0;
        struct place place = {first.x + part * across, first.y + part * down};
        if (!plotter->canvas->braille || plotter_is_set(style, *dots)) {
            set_dot(plotter, place, pen);
        }
        *dots += i < steps;
    }
}

static void put_mark(const struct plotter *plotter, const struct figure_point *point,
                     uint32_t character, const char *escape)
{
    if (is_inside(plotter, place_of(plotter, point->x, point->y))) {
        canvas_put(plotter->canvas, plotter_column(plotter, point->x),
                   plotter_row(plotter, point->y), character, escape);
    }
}

static bool is_gap(const struct figure_point *point)
{
    return !isfinite(point->x) || !isfinite(point->y);
}

/* Lines between neighbours; a point without any is a disc. */
static void draw_points(const struct plotter *plotter, const struct figure_curve *curve,
                        const struct canvas_pen *pen)
{
    size_t dots = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct figure_point *point = &curve->points[i];
        if (is_gap(point)) {
            continue;
        }
        struct place place = place_of(plotter, point->x, point->y);
        bool follows = i > 0 && !is_gap(point - 1);
        bool leads = i + 1 < curve->count && !is_gap(point + 1);
        if (follows) {
            draw_line(plotter, curve->style, place_of(plotter, point[-1].x, point[-1].y), place,
                      pen, &dots);
        } else if (!leads) {
            put_mark(plotter, point, plotter->canvas->braille ? DISC : pen->symbol, pen->escape);
        }
    }
}

static void draw_marks(const struct plotter *plotter, const struct figure_curve *curve,
                       const struct canvas_pen *pen)
{
    uint32_t character = plotter->canvas->braille ? plotter_mark(curve->style) : pen->symbol;
    for (size_t i = 0; i < curve->count; i++) {
        if (!is_gap(&curve->points[i])) {
            put_mark(plotter, &curve->points[i], character, pen->escape);
        }
    }
}

static void draw_verticals(const struct plotter *plotter, const struct figure_curve *curve,
                           const struct canvas_pen *pen)
{
    double last = (double)dots_down(plotter) - 1.0;
    for (size_t i = 0; i < curve->count; i++) {
        size_t dots = 0;
        if (isfinite(curve->points[i].x)) {
            double x = place_of(plotter, curve->points[i].x, plotter->panel->y.low).x;
            draw_line(plotter, curve->style, (struct place){x, 0.0}, (struct place){x, last}, pen,
                      &dots);
        }
    }
}

void plotter_regions(const struct plotter *plotter)
{
    const struct figure_panel *panel = plotter->panel;
    struct figure_curve border = {.style = FIGURE_VERTICAL, .count = 1};
    const struct figure_curve ground = {.style = FIGURE_GROUND};
    struct canvas_pen pen = {.symbol = ':',
                             .escape = figure_theme_escape(plotter->colours, &ground)};
    for (size_t r = 1; r < panel->region_count; r++) {
        struct figure_point edge = {.x = panel->regions[r].low};
        border.points = &edge;
        if (edge.x > panel->x.low && edge.x < panel->x.high) {
            draw_verticals(plotter, &border, &pen);
        }
    }
}

static void draw_bars(const struct plotter *plotter, const struct figure_curve *curve,
                      const struct canvas_pen *pen)
{
    struct canvas_pen bar = {.symbol = '|', .escape = pen->escape};
    for (size_t i = 0; i < curve->count; i++) {
        const struct figure_point *point = &curve->points[i];
        size_t dots = 0;
        if (!is_gap(point)) {
            draw_line(plotter, FIGURE_SOLID, place_of(plotter, point->x, point->low),
                      place_of(plotter, point->x, point->high), &bar, &dots);
        }
    }
}

/* Every so many dots of a column, so that the curves above it stand out. */
static void fill_column(const struct plotter *plotter, long x, double top, double bottom,
                        const struct canvas_pen *pen)
{
    long spacing = plotter->canvas->braille ? 4 : 1;
    long last = lround(fmin(bottom, (double)dots_down(plotter) - 1.0));
    for (long y = lround(fmax(0.0, top)); y <= last; y++) {
        if ((x + 2 * y) % spacing == 0) {
            set_dot(plotter, (struct place){(double)x, (double)y}, pen);
        }
    }
}

/* What lies between two points of a band. */
static void fill_between(const struct plotter *plotter, const struct figure_point *points,
                         const struct canvas_pen *pen)
{
    struct place low = place_of(plotter, points[0].x, points[0].low);
    struct place high = place_of(plotter, points[0].x, points[0].high);
    struct place next_low = place_of(plotter, points[1].x, points[1].low);
    struct place next_high = place_of(plotter, points[1].x, points[1].high);
    double width = next_low.x - low.x;
    long last = lround(fmin(next_low.x, (double)dots_across(plotter) - 1.0));
    for (long x = lround(fmax(0.0, low.x)); x <= last; x++) {
        double part = width > 0.0 ? fmax(0.0, fmin(((double)x - low.x) / width, 1.0)) : 0.0;
        fill_column(plotter, x, high.y + part * (next_high.y - high.y),
                    low.y + part * (next_low.y - low.y), pen);
    }
}

static void draw_band(const struct plotter *plotter, const struct figure_curve *curve,
                      const struct canvas_pen *pen)
{
    for (size_t i = 1; i < curve->count; i++) {
        if (!is_gap(&curve->points[i - 1]) && !is_gap(&curve->points[i])) {
            fill_between(plotter, &curve->points[i - 1], pen);
        }
    }
}

void plotter_curve(const struct plotter *plotter, const struct figure_curve *curve,
                   const struct canvas_pen *pen)
{
    switch (curve->style) {
    case FIGURE_BAND:
        draw_band(plotter, curve, pen);
        break;
    case FIGURE_BARS:
        draw_bars(plotter, curve, pen);
        draw_points(plotter, curve, pen);
        break;
    case FIGURE_RANGES:
        draw_bars(plotter, curve, pen);
        draw_marks(plotter, curve, pen);
        break;
    case FIGURE_VERTICAL:
        draw_verticals(plotter, curve, pen);
        break;
    case FIGURE_DOTS:
    case FIGURE_CIRCLES:
    case FIGURE_CROSSES:
        draw_marks(plotter, curve, pen);
        break;
    default:
        draw_points(plotter, curve, pen);
    }
}

bool plotter_labels(const struct plotter *plotter)
{
    /* In columns, and from the middle of the lowest row to that of the highest. */
    const struct figure_label_area area = {(double)plotter->width, (double)plotter->height - 1.0,
                                           1.0, 1.0, 0.0};
    size_t count;
    struct figure_label_place *places = figure_labels_place(&count, plotter->panel, &area);
    for (size_t i = 0; i < count; i++) {
        size_t column = plotter->left + (size_t)lround(places[i].x);
        size_t up = (size_t)lround(places[i].y), end = plotter->left + plotter->width;
        canvas_write(plotter->canvas, column, plotter->top + plotter->height - 1 - up,
                     places[i].text, end > column ? end - column : 0, "");
    }
    free(places);
    return places != NULL;
}

bool plotter_contours(const struct plotter *plotter)
{
    const struct figure_curve ground = {.style = FIGURE_GROUND};
    struct canvas_pen pen = plotter_pen(plotter->colours, &ground, 0);
    size_t count = plotter->panel->contours.level_count;
    struct figure_contour *lines = figure_contours_trace(plotter->panel);
    for (size_t l = 0; l < count && lines != NULL; l++) {
        for (size_t i = 0; i < lines[l].count; i++) {
            const struct figure_piece *piece = &lines[l].pieces[i];
            size_t dots = 0;
            draw_line(plotter, FIGURE_SOLID, place_of(plotter, piece->x[0], piece->y[0]),
                      place_of(plotter, piece->x[1], piece->y[1]), &pen, &dots);
        }
    }
    /* Among characters a value would look like the text beside a point. */
    for (size_t l = 0; l < count && lines != NULL && plotter->canvas->braille; l++) {
        char value[32];
        figure_contours_value(value, sizeof value, lines[l].level);
        if (lines[l].labelled) {
            canvas_write(plotter->canvas, plotter_column(plotter, lines[l].label_x),
                         plotter_row(plotter, lines[l].label_y), value, sizeof value, pen.escape);
        }
    }
    figure_contours_free(lines, count);
    return lines != NULL;
}
