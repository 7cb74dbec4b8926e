/*
 * Writes a figure as gnuplot script. Numbers go in as data blocks, texts as quoted strings; the
 * rest of the script is constant. All places are given, so that gnuplot lays nothing out itself.
 */
#include "cli/plot/figure_gnuplot.h"

#include "cli/base/text.h"
#include "cli/plot/figure_script.h"
#include "cli/plot/gnuplot.h"

#include <stdlib.h>
#include <string.h>

/* The size of text for which the lines are as wide as they are told. */
static const double usual_font = 14.0;

static enum figure_theme theme_of(const struct figure *figure)
{
    return (enum figure_theme)figure->look.theme;
}

static void write_terminal(const struct figure_script *script, struct gnuplot_picture *picture)
{
    *picture = (struct gnuplot_picture){
        .format = script->figure->format,
        .width = script->layout.width,
        .height = script->layout.height,
        .font = script->layout.font,
        .line_width = 1.2 * script->layout.font / usual_font,
        .theme = theme_of(script->figure),
    };
    gnuplot_begin(script->file, picture);
    fputs("set errorbars small\nset pointintervalbox 0\n", script->file);
}

void figure_script_font(const struct figure_script *script, double pixels)
{
    fprintf(script->file, " font ',%.4g'", gnuplot_font(script->figure->format, pixels));
}

static void write_text(const struct figure_script *script, const char *what, const char *text,
                       double width, double font)
{
    char shown[FIGURE_TITLE_BYTES];
    font = figure_layout_shrink(text, width, font);
    figure_layout_cut(shown, text, width, font);
    fprintf(script->file, "set %s ", what);
    gnuplot_quote(script->file, shown);
    fprintf(script->file, " textcolor rgb '#%06x'", script->colours->text);
    figure_script_font(script, font);
    fputs("\n", script->file);
}

static void write_axis(const struct figure_script *script, char name,
                       const struct figure_axis *axis, const struct figure_tics *tics)
{
    FILE *file = script->file;
    /* A range from 0 is refused as long as the panel before lends its logarithms. */
    fprintf(file, "unset logscale %c\nset %crange [%.12g:%.12g] noextend\n", name, name, axis->low,
            axis->high);
    if (axis->logarithmic || axis->doubling) {
        fprintf(file, "set logscale %c %d\n", name, axis->doubling ? 2 : 10);
    }
    fprintf(file, "set %ctics scale 0.5 nomirror textcolor rgb '#%06x' (", name,
            script->colours->text);
    for (size_t i = 0; i < tics->count; i++) {
        fputs(i > 0 ? "," : "", file);
        gnuplot_quote(file, tics->text[i]);
        fprintf(file, " %.12g", tics->at[i]);
    }
    fputs(")\n", file);
}

static void write_margins(const struct figure_script *script, const struct figure_box *box)
{
    const struct figure_layout *layout = &script->layout;
    fprintf(script->file,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set bmargin at screen %.6f\nset tmargin at screen %.6f\n",
            box->left / layout->width, box->right / layout->width, box->bottom / layout->height,
            box->top / layout->height);
}

/* A panel's title stands in the middle of its axes, and must not reach into the next panel. */
static double title_room(const struct figure_script *script, const struct figure_box *box,
                         size_t number)
{
    size_t column = number % script->layout.columns;
    double each = script->layout.width / (double)script->layout.columns;
    double middle = (box->left + box->right) / 2.0 - each * (double)column;
    return 2.0 * fmin(middle, each - middle) - script->layout.font;
}

static bool write_panel(struct figure_script *script, size_t number)
{
    const struct figure_panel *panel = &script->figure->ended[number];
    const struct figure_colours *colours = script->colours;
    double font = script->layout.font;
    struct figure_tics x, y;
    struct figure_box box = figure_layout_panel(&script->layout, panel, number, &x, &y);
    write_margins(script, &box);
    fprintf(script->file, "set border 3 lc rgb '#%06x'\nset grid lt 1 lc rgb '#%06x' lw 0.7\n",
            colours->text, colours->grid);
    write_axis(script, 'x', &panel->x, &x);
    write_axis(script, 'y', &panel->y, &y);
    write_text(script, "title offset 0,-0.5", panel->title, title_room(script, &box, number),
               1.1 * font);
    write_text(script, "xlabel offset 0,0.2", panel->x.label, box.right - box.left, font);
    write_text(script, "ylabel offset 0.5,0", panel->y.label, box.top - box.bottom, font);
    return figure_script_curves(script, panel, &box);
}

/* A line of the title, so far below the upper edge. */
static void write_title_line(const struct figure_script *script, const char *text, double below)
{
    const struct figure_layout *layout = &script->layout;
    char place[96];
    snprintf(place, sizeof place, "label at screen 0.5,%.6f center",
             (layout->height - below) / layout->height);
    write_text(script, place, text, layout->width, FIGURE_LAYOUT_TITLE * layout->font);
}

static void write_title(const struct figure_script *script)
{
    const struct figure_layout *layout = &script->layout;
    const char *title = figure_title(script->figure);
    if (title == NULL) {
        return;
    }
    char first[FIGURE_TITLE_BYTES];
    snprintf(first, sizeof first, "%.*s", (int)layout->title_first, title);
    write_title_line(script, first, 1.15 * layout->font);
    if (title[layout->title_first] != '\0') {
        write_title_line(script, title + layout->title_first + 1,
                         (1.15 + FIGURE_LAYOUT_LINE * FIGURE_LAYOUT_TITLE) * layout->font);
    }
}

static bool write_figure(struct figure_script *script, struct gnuplot_picture *picture)
{
    struct figure_legend legend;
    if (!figure_legend_collect(&legend, script->figure)) {
        return false;
    }
    script->layout = figure_layout_of(script->figure, &legend);
    write_terminal(script, picture);
    fputs("set multiplot\n", script->file);
    write_title(script);
    figure_script_legend(script, &legend);
    free(legend.entries);
    bool complete = true;
    for (size_t p = 0; p < script->figure->panels; p++) {
        complete = complete && write_panel(script, p);
    }
    fputs("unset multiplot\n", script->file);
    return complete;
}

/* The whole script, which the caller frees; NULL where memory was out. */
static char *write_script(const struct figure *figure, struct gnuplot_picture *picture,
                          size_t *length)
{
    char *text = NULL;
    struct figure_script script = {
        .file = text_open(&text, length),
        .figure = figure,
        .colours = figure_theme_colours(theme_of(figure)),
    };
    if (script.file == NULL) {
        return NULL;
    }
    bool complete = write_figure(&script, picture);
    if (!text_close(script.file, &text) || !complete) {
        free(text);
        return NULL;
    }
    return text;
}

enum exit_status figure_gnuplot(const struct figure *figure, char **bytes, size_t *size)
{
    struct gnuplot_picture picture;
    size_t length;
    *bytes = NULL;
    char *script = write_script(figure, &picture, &length);
    if (script == NULL) {
        return cli_failed("out of memory for a figure");
    }
    enum exit_status status = gnuplot_run(bytes, size, &picture, script, length);
    free(script);
    return status;
}
