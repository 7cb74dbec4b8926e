/*
 * Everything is measured in the size of the text, so that a picture that is twice as wide is the
 * same one, twice as sharp; only a small one has larger letters than its share.
 */
#include "cli/plot/figure_layout.h"

#include "cli/base/text.h"

#include <string.h>

static const double panel_width = 640.0, panel_height = 440.0;

/* A panel that is narrower is put below the one before; and in the size of a text that was asked
 * for.
 */
static const double panel_width_min = 260.0, panel_letters_min = 18.0;

/* The text's size as a part of a panel's width, and the least that can be read. */
static const double font_part = 1.0 / 46.0, font_min = 11.0;

/* The width of a digit, in the size of the text. */
static const double digit = 0.63;

/* Sample and space of an entry of the legend, in the size of the text. */
static const double legend_sample = 4.2;

const char *figure_title(const struct figure *figure)
{
    const char *title = figure->look.title != NULL ? figure->look.title : figure->title;
    return title != NULL && title[0] != '\0' ? title : NULL;
}

/* Of a shorter text nothing could be read. */
enum { CHARACTERS_MIN = 4 };

static size_t columns_of(const char *text)
{
    return text_columns(text, strlen(text));
}

/* How many characters have room in a width. */
static size_t count_characters(double width, double font)
{
    return width > 0.0 ? (size_t)(width / (FIGURE_LAYOUT_CHARACTER * font)) : 0;
}

double figure_layout_shrink(const char *text, double width, double font)
{
    double length = (double)columns_of(text);
    double fitting = width / (FIGURE_LAYOUT_CHARACTER * (length + 0.1));
    return fmax(0.75 * font, fmin(font, fitting));
}

void figure_layout_cut(char cut[FIGURE_TITLE_BYTES], const char *text, double width, double font)
{
    size_t most = count_characters(width, font);
    cut[0] = '\0';
    if (most >= CHARACTERS_MIN) {
        text_fit(cut, FIGURE_TITLE_BYTES, text, most, "...");
    }
}

/* Up to three side by side, but four as two by two. */
static size_t count_columns(size_t panels, double width, double font)
{
    double least = fmax(panel_width_min, panel_letters_min * font);
    size_t columns = panels == 4 ? 2 : panels < 3 ? panels : 3;
    while (columns > 1 && width > 0.0 && width / (double)columns < least) {
        columns--;
    }
    return columns;
}

/* Entries side by side as far as they fit. */
static void lay_legend(struct figure_layout *layout, const struct figure_legend *legend)
{
    size_t longest = 0;
    for (size_t i = 0; i < legend->count; i++) {
        size_t length = columns_of(legend->entries[i]->title);
        longest = length > longest ? length : longest;
    }
    double room = layout->width - 2.0 * layout->font;
    layout->legend_entry = fmin(
        room, layout->font * (legend_sample + FIGURE_LAYOUT_CHARACTER * (double)longest + 1.0));
    size_t columns = (size_t)fmax(1.0, floor(room / layout->legend_entry));
    size_t rows = (legend->count + columns - 1) / columns;
    layout->legend_columns = rows > 0 ? (legend->count + rows - 1) / rows : 0;
    layout->legend_height =
        rows > 0 ? layout->font * (FIGURE_LAYOUT_LINE * (double)rows + 0.8) : 0.3 * layout->font;
}

/* One line, or two that part at a blank. */
static void lay_title(struct figure_layout *layout, const char *title)
{
    if (title == NULL) {
        return;
    }
    size_t most =
        count_characters(layout->width - layout->font, FIGURE_LAYOUT_TITLE * layout->font);
    layout->title_first = strlen(title);
    layout->title = 2.1 * layout->font;
    if (columns_of(title) > most && strchr(title, ' ') != NULL) {
        size_t end = layout->title_first;
        while (end > 0 && (title[end] != ' ' || text_columns(title, end) > most)) {
            end--;
        }
        layout->title_first = end > 0 ? end : (size_t)(strchr(title, ' ') - title);
        layout->title += FIGURE_LAYOUT_LINE * FIGURE_LAYOUT_TITLE * layout->font;
    }
}

struct figure_layout figure_layout_of(const struct figure *figure,
                                      const struct figure_legend *legend)
{
    struct figure_layout layout = {.width = figure->width > 0 ? (double)figure->width
                                                              : (double)figure->look.width};
    layout.columns = count_columns(figure->panels, layout.width, figure->look.font_size);
    layout.rows = (figure->panels + layout.columns - 1) / layout.columns;
    if (layout.width <= 0.0) {
        layout.width = panel_width * (double)layout.columns;
    }
    double each = layout.width / (double)layout.columns;
    layout.font =
        figure->look.font_size > 0.0 ? figure->look.font_size : fmax(font_min, font_part * each);
    lay_title(&layout, figure_title(figure));
    lay_legend(&layout, legend);
    layout.height = (double)figure->height;
    if (figure->height == 0) {
        double least = 15.0 * layout.font;
        layout.height = fmax(each * panel_height / panel_width, least) * (double)layout.rows +
                        layout.title + layout.legend_height;
    }
    return layout;
}

void figure_layout_equal(const struct figure_panel *panel, double *width, double *height)
{
    double aspect = (panel->x.high - panel->x.low) / (panel->y.high - panel->y.low);
    if (*width > *height * aspect) {
        *width = *height * aspect;
    } else {
        *height = *width / aspect;
    }
}

static double widest(const struct figure_tics *tics)
{
    size_t longest = 0;
    for (size_t i = 0; i < tics->count; i++) {
        size_t length = strlen(tics->text[i]);
        longest = length > longest ? length : longest;
    }
    return digit * (double)longest;
}

static void narrow(struct figure_box *box, const struct figure_panel *panel)
{
    double width = box->right - box->left, height = box->top - box->bottom;
    double inner_width = width, inner_height = height;
    figure_layout_equal(panel, &inner_width, &inner_height);
    box->left += (width - inner_width) / 2.0;
    box->right = box->left + inner_width;
    box->bottom += (height - inner_height) / 2.0;
    box->top = box->bottom + inner_height;
}

struct figure_box figure_layout_panel(const struct figure_layout *layout,
                                      const struct figure_panel *panel, size_t number,
                                      struct figure_tics *x, struct figure_tics *y)
{
    double font = layout->font;
    double width = layout->width / (double)layout->columns;
    double height = (layout->height - layout->title - layout->legend_height) / (double)layout->rows;
    double left = width * (double)(number % layout->columns);
    size_t row = number / layout->columns;
    double top = layout->height - layout->title - height * (double)row;
    struct figure_box box = {
        .bottom = top - height + 3.6 * font,
        .top = top - (panel->title[0] != '\0' ? 2.2 : 1.0) * font,
    };
    figure_axis_tics(y, &panel->y, (size_t)fmax(2.0, (box.top - box.bottom) / (2.8 * font)));
    box.left = left + font * (2.6 + widest(y) + 0.8);
    box.right = left + width - 1.4 * font;
    figure_axis_tics(x, &panel->x, (size_t)fmax(2.0, (box.right - box.left) / (5.0 * font)));
    figure_axis_fit_names(x, &panel->x, count_characters(box.right - box.left, 1.1 * font));
    /* Letters that are too large for the picture leave something of the curves. */
    box.right = fmax(box.right, box.left + font);
    box.top = fmax(box.top, box.bottom + font);
    if (panel->equal) {
        narrow(&box, panel);
    }
    return box;
}
