/*
 * Collects what a figure shows. Where memory runs out, the rest is dropped, and figure_draw() says
 * so.
 */
#include "cli/plot/figure.h"

#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct figure_extent no_values = {HUGE_VAL, -HUGE_VAL};

static void extend(struct figure_extent *extent, double value)
{
    extent->low = fmin(extent->low, value);
    extent->high = fmax(extent->high, value);
}

static bool find_format(enum figure_format *format, const char *path)
{
    static const char *const extensions[] = {[FIGURE_TEXT] = ".txt",
                                             [FIGURE_PNG] = ".png",
                                             [FIGURE_SVG] = ".svg",
                                             [FIGURE_PDF] = ".pdf"};
    for (size_t f = 0; f < sizeof extensions / sizeof extensions[0]; f++) {
        if (text_ends_in(path, extensions[f])) {
            *format = (enum figure_format)f;
            return true;
        }
    }
    return false;
}

bool figure_is_picture(const char *path)
{
    enum figure_format format;
    return path != NULL && find_format(&format, path) && format != FIGURE_TEXT;
}

enum exit_status figure_format_of(enum figure_format *format, const char *path)
{
    if (find_format(format, path)) {
        return DONE;
    }
    return cli_usage("--out: expected a file name ending in .png, .svg, .pdf or .txt, found \"%s\"",
                     path);
}

enum exit_status figure_begin(struct figure *figure, const char *path)
{
    *figure = (struct figure){.path = path};
    if (path == NULL) {
        struct terminal terminal = terminal_of(stdout);
        figure->plain = !terminal.braille || terminal.colours == TERMINAL_PLAIN;
        return DONE;
    }
    CLI_TRY(figure_format_of(&figure->format, path));
    figure->plain = figure->format == FIGURE_TEXT;
    return DONE;
}

static void free_panel(struct figure_panel *panel)
{
    for (size_t c = 0; c < panel->count; c++) {
        for (size_t p = 0; p < panel->curves[c].count; p++) {
            free(panel->curves[c].points[p].label);
        }
        free(panel->curves[c].points);
    }
    free(panel->curves);
    free(panel->contours.heights);
    free(panel->contours.levels);
    for (size_t r = 0; r < panel->region_count; r++) {
        free(panel->regions[r].name);
    }
    free(panel->regions);
    *panel = (struct figure_panel){0};
}

static void free_names(struct figure_axis *axis)
{
    for (size_t i = 0; axis->names != NULL && i < axis->name_count; i++) {
        free((char *)axis->names[i]);
    }
    free((char **)axis->names);
}

/* The labels and names of panels that have ended are their own. */
void figure_free(struct figure *figure)
{
    free_panel(&figure->panel);
    for (size_t p = 0; p < figure->panels; p++) {
        free((char *)figure->ended[p].x.label);
        free((char *)figure->ended[p].y.label);
        free_names(&figure->ended[p].x);
        free_panel(&figure->ended[p]);
    }
    free(figure->ended);
    *figure = (struct figure){0};
}

/* Room for one more element of `size` bytes in an array of `count`; NULL where memory is out. */
static void *grow(struct figure *figure, void *array, size_t count, size_t size)
{
    void *grown = realloc(array, (count + 1) * size);
    figure->out_of_memory |= grown == NULL;
    return grown;
}

void figure_panel(struct figure *figure, const char *title, struct figure_axis x,
                  struct figure_axis y)
{
    figure_end_panel(figure);
    figure->panel = (struct figure_panel){.x = x, .y = y, .all_x = no_values, .all_y = no_values};
    snprintf(figure->panel.title, sizeof figure->panel.title, "%s", title);
}

void figure_curve(struct figure *figure, enum figure_style style, size_t colour, const char *title,
                  ...)
{
    struct figure_panel *panel = &figure->panel;
    struct figure_curve *curves = grow(figure, panel->curves, panel->count, sizeof *curves);
    if (curves == NULL) {
        return;
    }
    panel->curves = curves;
    struct figure_curve *curve = &curves[panel->count++];
    *curve = (struct figure_curve){.style = style, .colour = colour};
    if (title != NULL) {
        va_list arguments;
        va_start(arguments, title);
        vsnprintf(curve->title, sizeof curve->title, title, arguments);
        va_end(arguments);
    }
}

static bool has_place(const struct figure_axis *axis, double value)
{
    return isfinite(value) && (value > 0.0 || !(axis->logarithmic || axis->doubling));
}

/* The curve that is open, or NULL where there was no memory for it. */
static struct figure_curve *open_curve(const struct figure *figure)
{
    const struct figure_panel *panel = &figure->panel;
    return panel->count > 0 ? &panel->curves[panel->count - 1] : NULL;
}

/* Room for a point; NULL where memory is out. Curves may have a point for each of many steps, so
 * that the room doubles. */
static struct figure_point *add_point(struct figure *figure)
{
    struct figure_curve *curve = open_curve(figure);
    if (curve == NULL) {
        return NULL;
    }
    if (curve->count == curve->capacity) {
        size_t capacity = curve->capacity > 0 ? 2 * curve->capacity : 64;
        struct figure_point *points = grow(figure, curve->points, capacity - 1, sizeof *points);
        if (points == NULL) {
            return NULL;
        }
        curve->points = points;
        curve->capacity = capacity;
    }
    return &curve->points[curve->count++];
}

/* What shows of a value with its interval, for the panel's range. */
static void extend_heights(struct figure *figure, const struct figure_point *point)
{
    struct figure_panel *panel = &figure->panel;
    const double values[] = {point->y, point->low, point->high};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (has_place(&panel->y, values[i])) {
            extend(&panel->all_y, values[i]);
        }
    }
}

void figure_range(struct figure *figure, double x, double y, double low, double high)
{
    const struct figure_panel *panel = &figure->panel;
    struct figure_point *point = add_point(figure);
    if (point == NULL) {
        return;
    }
    *point = (struct figure_point){.x = x, .y = y, .low = low, .high = high};
    bool across = has_place(&panel->x, x);
    if (across) {
        extend(&figure->panel.all_x, x);
    }
    if (open_curve(figure)->style == FIGURE_VERTICAL) {
        open_curve(figure)->shown += across;
    } else if (across && has_place(&panel->y, y)) {
        open_curve(figure)->shown++;
        extend_heights(figure, point);
    } else {
        point->y = NAN;
    }
}

void figure_point(struct figure *figure, double x, double y)
{
    figure_range(figure, x, y, y, y);
}

void figure_label(struct figure *figure, const char *format, ...)
{
    char text[FIGURE_TITLE_BYTES];
    struct figure_curve *curve = open_curve(figure);
    if (curve == NULL || curve->count == 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct figure_point *point = &curve->points[curve->count - 1];
    free(point->label);
    point->label = strdup(text);
    figure->out_of_memory |= point->label == NULL;
}

static double *copy(struct figure *figure, const double *values, size_t count)
{
    double *copied = malloc((count > 0 ? count : 1) * sizeof *copied);
    if (copied == NULL) {
        figure->out_of_memory = true;
        return NULL;
    }
    memcpy(copied, values, count * sizeof *copied);
    return copied;
}

void figure_contours(struct figure *figure, const double *heights, size_t side,
                     const double *levels, size_t level_count)
{
    struct figure_contours *contours = &figure->panel.contours;
    contours->heights = copy(figure, heights, side * side);
    contours->levels = copy(figure, levels, level_count);
    contours->side = side;
    contours->level_count = level_count;
}

static void split_lines(struct figure_region *region)
{
    char *rest = NULL;
    for (char *line = strtok_r(region->name, "\n", &rest);
         line != NULL && region->line_count < FIGURE_REGION_LINES;
         line = strtok_r(NULL, "\n", &rest)) {
        region->lines[region->line_count++] = line;
    }
}

void figure_region(struct figure *figure, double low, double high, const char *name)
{
    struct figure_panel *panel = &figure->panel;
    struct figure_region *regions =
        grow(figure, panel->regions, panel->region_count, sizeof *regions);
    char *copied = strdup(name);
    figure->out_of_memory |= copied == NULL;
    panel->regions = regions != NULL ? regions : panel->regions;
    if (regions == NULL || copied == NULL) {
        free(copied);
        return;
    }
    regions[panel->region_count] = (struct figure_region){.low = low, .high = high, .name = copied};
    split_lines(&regions[panel->region_count++]);
}

/* Left alone, the range would begin at a tic before the first value. */
static void close_horizontal_range(struct figure_panel *panel)
{
    struct figure_axis *x = &panel->x;
    if (x->name_count > 0) {
        x->low = -0.5;
        x->high = (double)x->name_count - 0.5;
        return;
    }
    if (panel->all_x.low > panel->all_x.high) {
        return;
    }
    x->low = isnan(x->low) ? panel->all_x.low : x->low;
    x->high = isnan(x->high) ? panel->all_x.high : x->high;
    if (!(x->high > x->low)) {
        x->high = x->logarithmic || x->doubling ? 2.0 * x->low : x->low + 1.0;
    }
}

static bool has_points(const struct figure_panel *panel)
{
    size_t shown = 0;
    for (size_t c = 0; c < panel->count; c++) {
        shown += panel->curves[c].style == FIGURE_VERTICAL ? 0 : panel->curves[c].shown;
    }
    return shown > 0;
}

/* Copies the texts of an axis, which then are its own; false where memory is out. */
static bool keep_texts(struct figure_axis *axis)
{
    const char *const *names = axis->names;
    bool kept = (axis->label = strdup(axis->label)) != NULL;
    if (names != NULL) {
        char **copies = calloc(axis->name_count + 1, sizeof *copies);
        axis->names = (const char *const *)copies;
        kept = kept && copies != NULL;
        for (size_t i = 0; kept && i < axis->name_count; i++) {
            kept = (copies[i] = strdup(names[i])) != NULL;
        }
    }
    return kept;
}

void figure_end_panel(struct figure *figure)
{
    struct figure_panel *panel = &figure->panel;
    if (!has_points(panel)) {
        free_panel(panel);
        return;
    }
    close_horizontal_range(panel);
    struct figure_panel *ended = grow(figure, figure->ended, figure->panels, sizeof *ended);
    if (ended == NULL) {
        free_panel(panel);
        return;
    }
    figure->ended = ended;
    bool x = keep_texts(&panel->x), y = keep_texts(&panel->y);
    figure->out_of_memory |= !x || !y;
    ended[figure->panels++] = *panel;
    *panel = (struct figure_panel){0};
}

int figure_layer(enum figure_style style)
{
    switch (style) {
    case FIGURE_GROUND:
        return 0;
    case FIGURE_BAND:
        return 1;
    case FIGURE_DOTS:
    case FIGURE_RANGES:
    case FIGURE_VERTICAL:
        return 3;
    case FIGURE_CIRCLES:
    case FIGURE_CROSSES:
        return 4;
    default:
        return 2;
    }
}
