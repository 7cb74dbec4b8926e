/*
 * Lays out panels, axes and the legend on one canvas.
 */
#include "cli/plot/figure_text.h"

#include "cli/base/text.h"
#include "cli/plot/figure_canvas.h"
#include "cli/plot/figure_layout.h"
#include "cli/plot/figure_plotter.h"

#include <stdlib.h>
#include <string.h>

/* Panels are put side by side where each gets this many columns. */
enum { PANEL_WIDTH_MIN = 48 };

/* Lines of a panel: those of the axis, tics and label below the curves, which have at least so
 * many, besides the heading. */
enum { PANEL_LINES = 18, LINES_MIN = 3, BELOW = 3 };

/* A legend that does not fit a line has up to this many entries one below the other. */
enum { LEGEND_LINES = 8, SAMPLE = 5, INDENT = 2 };

struct text {
    const struct figure *figure;
    enum terminal_colours colours;
    struct canvas canvas;
    struct figure_legend legend;
    const struct figure_curve **looks; /* one curve of each look that gets a character */
    size_t look_count;
    size_t columns, rows; /* of panels */
    size_t panel_width, panel_lines;
    size_t heading;    /* lines above the curves of each */
    bool legend_flows; /* all in one line, each as wide as it is; else in columns: */
    size_t legend_columns, legend_lines;
};

/* Characters of axes: where both have a value, its tic; with braille, lines are drawn. */
struct axis_characters {
    uint32_t vertical, vertical_tic, horizontal, horizontal_tic, corner;
};

static const struct axis_characters drawn_axes = {0x2502, 0x2524, 0x2500, 0x252C, 0x2514};
static const struct axis_characters plain_axes = {'|', '+', '-', '+', '+'};

static bool needs_character(const struct figure_curve *curve)
{
    return curve->style <= FIGURE_BARS || curve->style == FIGURE_DOTS ||
           curve->style == FIGURE_RANGES;
}

/* The place of a curve's look among those of the figure, or how many there are. */
static size_t look_of(const struct text *text, const struct figure_curve *curve)
{
    size_t i = 0;
    while (i < text->look_count &&
           (text->looks[i]->style != curve->style || text->looks[i]->colour != curve->colour)) {
        i++;
    }
    return i;
}

static bool collect_looks(struct text *text)
{
    size_t most = 1;
    for (size_t p = 0; p < text->figure->panels; p++) {
        most += text->figure->ended[p].count;
    }
    text->looks = calloc(most, sizeof(const struct figure_curve *));
    for (size_t p = 0; p < text->figure->panels && text->looks != NULL; p++) {
        const struct figure_panel *panel = &text->figure->ended[p];
        for (size_t c = 0; c < panel->count; c++) {
            const struct figure_curve *curve = &panel->curves[c];
            if (curve->shown > 0 && needs_character(curve) &&
                look_of(text, curve) == text->look_count) {
                text->looks[text->look_count++] = curve;
            }
        }
    }
    return text->looks != NULL;
}

static struct canvas_pen pen_of(const struct text *text, const struct figure_curve *curve)
{
    return plotter_pen(text->colours, curve, look_of(text, curve));
}

static size_t longest_entry(const struct figure_legend *legend)
{
    size_t longest = 0;
    for (size_t i = 0; i < legend->count; i++) {
        size_t length = canvas_length(legend->entries[i]->title);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static size_t entry_width(const struct figure_curve *curve)
{
    return INDENT + SAMPLE + 1 + canvas_length(curve->title);
}

static void lay_legend(struct text *text, size_t width)
{
    const struct figure_legend *legend = &text->legend;
    size_t sum = 0, entry = INDENT + SAMPLE + 1 + longest_entry(legend) + 1;
    for (size_t i = 0; i < legend->count; i++) {
        sum += entry_width(legend->entries[i]);
    }
    size_t most = width / entry > 0 ? width / entry : 1;
    text->legend_flows = sum <= width;
    text->legend_columns = legend->count <= LEGEND_LINES ? 1 : most;
    text->legend_lines = (legend->count + text->legend_columns - 1) / text->legend_columns;
    if (text->legend_flows && legend->count > 0) {
        text->legend_lines = 1;
    }
}

/* One line for the vertical axis's label and the panel's title, unless a panel needs one for each.
 */
static size_t count_heading(const struct text *text)
{
    for (size_t p = 0; p < text->figure->panels; p++) {
        const struct figure_panel *panel = &text->figure->ended[p];
        size_t both = canvas_length(panel->y.label) + canvas_length(panel->title);
        if (panel->title[0] != '\0' && both + 4 > text->panel_width) {
            return 2;
        }
    }
    return 1;
}

/* The lines of the whole figure, for a width in columns. */
static size_t lay_out(struct text *text, size_t width)
{
    const struct figure *figure = text->figure;
    text->columns = figure->panels > 1 && width >= 2 * PANEL_WIDTH_MIN ? 2 : 1;
    text->rows = (figure->panels + text->columns - 1) / text->columns;
    text->panel_width = width / text->columns;
    lay_legend(text, width);
    size_t others = (figure_title(figure) != NULL) + text->legend_lines + text->rows - 1;
    text->panel_lines = PANEL_LINES;
    if (figure->height > 0) {
        size_t room = figure->height > others ? (figure->height - others) / text->rows : 0;
        text->panel_lines = room;
    }
    text->heading = count_heading(text);
    size_t least = text->heading + LINES_MIN + BELOW;
    text->panel_lines = text->panel_lines < least ? least : text->panel_lines;
    return others + text->rows * text->panel_lines;
}

static size_t longest_tic(const struct figure_tics *tics)
{
    size_t longest = 1;
    for (size_t i = 0; i < tics->count; i++) {
        size_t length = strlen(tics->text[i]);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static void draw_axes(struct text *text, const struct plotter *plotter, const struct figure_tics *x,
                      const struct figure_tics *y)
{
    struct canvas *canvas = &text->canvas;
    const struct axis_characters *axes = canvas->braille ? &drawn_axes : &plain_axes;
    size_t left = plotter->left - 1, bottom = plotter->top + plotter->height;
    for (size_t row = plotter->top; row < bottom; row++) {
        canvas_put(canvas, left, row, axes->vertical, "");
    }
    for (size_t i = 0; i < y->count; i++) {
        size_t row = plotter_row(plotter, y->at[i]), length = strlen(y->text[i]);
        canvas_put(canvas, left, row, axes->vertical_tic, "");
        canvas_write(canvas, left - length - 1, row, y->text[i], length, "");
    }
    canvas_put(canvas, left, bottom, axes->corner, "");
    for (size_t i = 0; i < plotter->width; i++) {
        canvas_put(canvas, plotter->left + i, bottom, axes->horizontal, "");
    }
    size_t end = plotter->left + plotter->width + 1, free_from = left > 8 ? left - 8 : 0;
    for (size_t i = 0; i < x->count; i++) {
        size_t column = plotter_column(plotter, x->at[i]), length = canvas_length(x->text[i]);
        size_t first = column >= length / 2 ? column - length / 2 : 0;
        first = first + length > end && end > length ? end - length : first;
        canvas_put(canvas, column, bottom, axes->horizontal_tic, "");
        if (first >= free_from) {
            canvas_write(canvas, first, bottom + 1, x->text[i], length, "");
            free_from = first + length + 1;
        }
    }
}

/* The vertical axis's label above it, and the panel's title beside that, or above it. */
static void write_heading(struct text *text, const struct plotter *plotter, size_t left)
{
    const struct figure_panel *panel = plotter->panel;
    size_t row = plotter->top - 1, width = text->panel_width - 1;
    size_t label = canvas_length(panel->y.label), title = canvas_length(panel->title);
    size_t middle = plotter->left + (plotter->width > title ? (plotter->width - title) / 2 : 0);
    size_t end = left + width > title ? left + width - title : 0;
    size_t free_from = left + 1 + (text->heading == 1 ? label + 2 : 0);
    middle = middle > end ? end : middle;
    middle = middle < free_from ? free_from : middle;
    canvas_write(&text->canvas, left + 1, row, panel->y.label, width - 1, "");
    canvas_write(&text->canvas, middle, row + 1 - text->heading, panel->title,
                 left + width > middle ? left + width - middle : 0,
                 text->colours == TERMINAL_PLAIN ? "" : "\033[1m");
    size_t length = canvas_length(panel->x.label);
    size_t column = plotter->left + (plotter->width > length ? (plotter->width - length) / 2 : 0);
    canvas_write(&text->canvas, column, plotter->top + plotter->height + 2, panel->x.label,
                 left + width - column, "");
}

/* A square of the data is one on the screen, where a character is twice as high as wide. */
static void narrow(struct plotter *plotter)
{
    double width = (double)plotter->width, height = 2.0 * (double)plotter->height;
    figure_layout_equal(plotter->panel, &width, &height);
    plotter->width = width >= 2.0 ? (size_t)lround(width) : 2;
    size_t lines = height >= 4.0 ? (size_t)lround(height / 2.0) : 2;
    plotter->top += plotter->height - lines;
    plotter->height = lines;
}

static bool draw_curves(const struct text *text, const struct plotter *plotter)
{
    const struct figure_panel *panel = plotter->panel;
    if (panel->contours.heights != NULL && !plotter_contours(plotter)) {
        return false;
    }
    plotter_regions(plotter);
    for (int layer = 0; layer < FIGURE_LAYERS; layer++) {
        for (size_t c = 0; c < panel->count; c++) {
            if (figure_layer(panel->curves[c].style) == layer) {
                struct canvas_pen pen = pen_of(text, &panel->curves[c]);
                plotter_curve(plotter, &panel->curves[c], &pen);
            }
        }
    }
    return plotter_labels(plotter);
}

static bool draw_panel(struct text *text, size_t number, size_t top)
{
    struct figure_tics x, y;
    size_t left = text->panel_width * (number % text->columns);
    struct plotter plotter = {
        .canvas = &text->canvas,
        .panel = &text->figure->ended[number],
        .colours = text->colours,
        .top = top + (text->panel_lines + 1) * (number / text->columns) + text->heading,
        .height = text->panel_lines - text->heading - BELOW,
    };
    size_t height = plotter.height;
    figure_axis_tics(&y, &plotter.panel->y, height / 3 > 2 ? height / 3 : 2);
    plotter.left = left + longest_tic(&y) + 3;
    size_t used = plotter.left - left + 2;
    plotter.width = text->panel_width > used + 4 ? text->panel_width - used : 4;
    if (plotter.panel->equal) {
        narrow(&plotter);
    }
    figure_axis_tics(&x, &plotter.panel->x, plotter.width / 9 > 2 ? plotter.width / 9 : 2);
    /* Less than a character each goes with rounding. */
    size_t names = plotter.panel->x.name_count;
    figure_axis_fit_names(&x, &plotter.panel->x, plotter.width > names ? plotter.width - names : 0);
    draw_axes(text, &plotter, &x, &y);
    write_heading(text, &plotter, left);
    return draw_curves(text, &plotter);
}

static void draw_sample(struct text *text, const struct figure_curve *curve, size_t column,
                        size_t row)
{
    struct canvas *canvas = &text->canvas;
    struct canvas_pen pen = pen_of(text, curve);
    uint32_t mark = plotter_mark(curve->style);
    if (mark != 0 && (canvas->braille || !needs_character(curve))) {
        canvas_put(canvas, column + SAMPLE / 2, row, canvas->braille ? mark : pen.symbol,
                   pen.escape);
        return;
    }
    for (size_t i = 0; i < SAMPLE; i++) {
        if (!canvas->braille) {
            canvas_put(canvas, column + i, row, pen.symbol, pen.escape);
            continue;
        }
        for (size_t x = 2 * i; x < 2 * i + 2; x++) {
            if (plotter_is_set(curve->style, x)) {
                canvas_dot(canvas, 2 * column + x, CANVAS_DOTS_DOWN * row + 2, &pen);
            }
        }
    }
}

static void draw_legend(struct text *text, size_t top)
{
    size_t wide = text->canvas.width / text->legend_columns, flown = 0;
    for (size_t i = 0; i < text->legend.count; i++) {
        const struct figure_curve *curve = text->legend.entries[i];
        size_t room = text->legend_flows ? entry_width(curve) : wide;
        size_t first = text->legend_flows ? flown : wide * (i / text->legend_lines);
        size_t column = first + INDENT, row = top + i % text->legend_lines;
        draw_sample(text, curve, column, row);
        canvas_write(&text->canvas, column + SAMPLE + 1, row, curve->title,
                     room > INDENT + SAMPLE + 1 ? room - INDENT - SAMPLE - 1 : 0, "");
        flown += room;
    }
}

static bool draw(struct text *text, bool braille, size_t width)
{
    const char *title = figure_title(text->figure);
    /* Without colours, dots of different curves look alike. */
    bool told_apart = text->colours != TERMINAL_PLAIN || text->look_count <= 1;
    size_t height = lay_out(text, width);
    if (!canvas_create(&text->canvas, width, height, braille && told_apart)) {
        return false;
    }
    if (title != NULL) {
        size_t length = canvas_length(title);
        canvas_write(&text->canvas, length < width ? (width - length) / 2 : 0, 0, title, width,
                     text->colours == TERMINAL_PLAIN ? "" : "\033[1m");
    }
    for (size_t p = 0; p < text->figure->panels; p++) {
        if (!draw_panel(text, p, title != NULL)) {
            return false;
        }
    }
    draw_legend(text, height - text->legend_lines);
    return true;
}

enum exit_status figure_text(const struct figure *figure, const struct terminal *terminal,
                             size_t columns, char **bytes, size_t *size)
{
    struct text text = {.figure = figure, .colours = terminal->colours};
    *bytes = NULL;
    bool complete = collect_looks(&text) && figure_legend_collect(&text.legend, figure) &&
                    draw(&text, terminal->braille, figure->width > 0 ? figure->width : columns);
    FILE *file = complete ? text_open(bytes, size) : NULL;
    if (file != NULL) {
        canvas_print(&text.canvas, file);
        complete = text_close(file, bytes);
    }
    free(text.canvas.cells);
    free(text.legend.entries);
    free(text.looks);
    return complete && file != NULL ? DONE : cli_failed("out of memory for a figure");
}
