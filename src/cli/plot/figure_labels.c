#include "cli/plot/figure_labels.h"

#include "cli/plot/figure_axis.h"
#include "cli/plot/figure_canvas.h"

#include <stdlib.h>

/* Characters between a point and its text. */
static const double beside = 1.0;

/* Right and left, above and below; a vertical line's text goes down by lines instead. */
enum { SIDES = 4, LINES_DOWN = 2 };

static double width_of(const char *text, const struct figure_label_area *area)
{
    return (double)canvas_length(text) * area->character;
}

static bool overlap(const struct figure_label_place *a, const struct figure_label_place *b,
                    const struct figure_label_area *area)
{
    double gap = area->character / 2.0;
    return a->x < b->x + width_of(b->text, area) + gap &&
           b->x < a->x + width_of(a->text, area) + gap && fabs(a->y - b->y) < 0.9 * area->line;
}

static bool is_free(const struct figure_label_place *place, const struct figure_label_place *others,
                    size_t count, const struct figure_label_area *area)
{
    bool free = place->x >= 0.0 && place->x + width_of(place->text, area) <= area->width &&
                place->y >= area->edge && place->y <= area->height - area->edge;
    for (size_t i = 0; i < count && free; i++) {
        free = !overlap(place, &others[i], area);
    }
    return free;
}

/* Whether the curve only goes up from its point i, so that there is room below. */
static bool is_valley(const struct figure_curve *curve, size_t i)
{
    const struct figure_point *points = curve->points;
    return curve->count > 1 && (i == 0 || points[i - 1].y > points[i].y) &&
           (i + 1 == curve->count || points[i + 1].y > points[i].y);
}

/* The candidates for point i of a curve, in the order of preference. */
static struct figure_label_place candidate(const struct figure_panel *panel,
                                           const struct figure_curve *curve, size_t i,
                                           size_t number, const struct figure_label_area *area)
{
    const struct figure_point *point = &curve->points[i];
    struct figure_label_place place = {.text = point->label};
    double x = figure_axis_place(&panel->x, point->x) * area->width;
    bool right = (x < 0.6 * area->width) == (number < SIDES / 2);
    place.x = right ? x + beside * area->character
                    : x - beside * area->character - width_of(point->label, area);
    if (curve->style == FIGURE_VERTICAL) {
        place.y = area->height - area->edge - (double)(number % LINES_DOWN) * area->line;
    } else {
        double y = figure_axis_place(&panel->y, point->y) * area->height;
        bool up = (number % 2 == 0) != is_valley(curve, i);
        place.y = y + (up ? area->line : -area->line);
    }
    return place;
}

static bool place_label(struct figure_label_place *places, size_t count,
                        const struct figure_panel *panel, const struct figure_curve *curve,
                        size_t i, const struct figure_label_area *area)
{
    for (size_t number = 0; number < SIDES; number++) {
        places[count] = candidate(panel, curve, i, number, area);
        if (is_free(&places[count], places, count, area)) {
            return true;
        }
    }
    return false;
}

static size_t count_labels(const struct figure_panel *panel)
{
    size_t count = 0;
    for (size_t c = 0; c < panel->count; c++) {
        for (size_t i = 0; i < panel->curves[c].count; i++) {
            count += panel->curves[c].points[i].label != NULL;
        }
    }
    return count;
}

/* The lines of a region's name in the middle of it, at the top; none where one is too wide. */
static size_t place_region(struct figure_label_place *places, const struct figure_panel *panel,
                           const struct figure_region *region, const struct figure_label_area *area)
{
    double left = fmax(0.0, figure_axis_place(&panel->x, region->low)) * area->width;
    double right = fmin(1.0, figure_axis_place(&panel->x, region->high)) * area->width;
    for (size_t i = 0; i < region->line_count; i++) {
        double width = width_of(region->lines[i], area);
        if (!(width <= right - left)) {
            return 0;
        }
        places[i] = (struct figure_label_place){
            .text = region->lines[i],
            .x = (left + right - width) / 2.0,
            .y = area->height - area->edge - (double)i * area->line,
        };
    }
    return region->line_count;
}

struct figure_label_place *figure_labels_place(size_t *count, const struct figure_panel *panel,
                                               const struct figure_label_area *area)
{
    size_t most = count_labels(panel) + panel->region_count * FIGURE_REGION_LINES;
    struct figure_label_place *places = calloc(most + 1, sizeof *places);
    *count = 0;
    for (size_t r = 0; r < panel->region_count && places != NULL; r++) {
        *count += place_region(&places[*count], panel, &panel->regions[r], area);
    }
    for (size_t c = 0; c < panel->count && places != NULL; c++) {
        const struct figure_curve *curve = &panel->curves[c];
        for (size_t i = 0; i < curve->count; i++) {
            const struct figure_point *point = &curve->points[i];
            if (point->label != NULL && figure_axis_shows(panel, curve, point)) {
                *count += place_label(places, *count, panel, curve, i, area);
            }
        }
    }
    return places;
}
