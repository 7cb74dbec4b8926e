/*
 * Writes a figure's panels as gnuplot script while they are described. Numbers go in as data
 * blocks, texts as quoted strings; the rest of the script is constant.
 *
 * The palette is that of Okabe and Ito (2008), "Color universal design", which stays legible with
 * any common colour blindness, with a dark red in place of its yellow, which is faint on white.
 */
#include "cli/plot/figure.h"

#include "cli/plot/gnuplot.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

static const char *const palette[] = {
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#882255",
};

enum { PALETTE_SIZE = sizeof palette / sizeof palette[0] };

/* Characters that gnuplot draws lines of in text; it starts again after them. */
enum { TEXT_LINES = 7 };

/* Curves of up to this many points show the points as well. */
enum { POINTS_SHOWN_MAX = 40 };

/* An axis of integers has a tic at each one up to this range; gnuplot would put halves between. */
enum { INTEGER_TICS_MAX = 12 };

static const struct figure_extent no_values = {HUGE_VAL, -HUGE_VAL};

static void extend(struct figure_extent *extent, double value)
{
    extent->low = fmin(extent->low, value);
    extent->high = fmax(extent->high, value);
}

enum exit_status figure_begin(struct figure *figure, const char *path)
{
    *figure = (struct figure){.path = path};
    if (path != NULL) {
        CLI_TRY(figure_format_of(&figure->format, path));
    }
    figure->script = open_memstream(&figure->script_text, &figure->script_length);
    return figure->script != NULL ? DONE : cli_failed("out of memory for a figure");
}

void figure_free(struct figure *figure)
{
    if (figure->plot != NULL) {
        fclose(figure->plot);
    }
    if (figure->script != NULL) {
        fclose(figure->script);
    }
    free(figure->plot_text);
    free(figure->script_text);
    *figure = (struct figure){0};
}

void figure_panel(struct figure *figure, const char *title, struct figure_axis x,
                  struct figure_axis y)
{
    figure_end_panel(figure);
    figure->panel = (struct figure_panel){
        .x = x, .y = y, .all_x = no_values, .all_y = no_values, .later_y = no_values};
    snprintf(figure->panel.title, sizeof figure->panel.title, "%s", title);
}

/* A curve in text: a line type is a character, and behind the last of them letters mark points. */
static void write_text_style(FILE *plot, const struct figure_curve *curve)
{
    if (curve->style == FIGURE_GROUND) {
        fputs("with points pt '.'", plot);
    } else if (curve->style >= FIGURE_CIRCLES) {
        fprintf(plot, "with points pt '%c'", curve->style == FIGURE_CIRCLES ? 'o' : 'x');
    } else if (curve->colour < TEXT_LINES) {
        fprintf(plot, "with lines lt %zu", curve->colour + 1);
    } else {
        fprintf(plot, "with points pt '%c'", (char)('A' + (curve->colour - TEXT_LINES) % 26));
    }
}

static void write_style(FILE *plot, const struct figure_curve *curve)
{
    static const char *const looks[] = {[FIGURE_SOLID] = "lw 2 dt 1",
                                        [FIGURE_DASHED] = "lw 1.2 dt 2",
                                        [FIGURE_DOTTED] = "lw 1.6 dt 3",
                                        [FIGURE_DASH_DOTTED] = "lw 1.2 dt 4"};
    if (curve->style == FIGURE_GROUND) {
        fputs("with lines lc rgb '#98a0a8' lw 1.2 dt 1", plot);
    } else if (curve->style >= FIGURE_CIRCLES) {
        fprintf(plot, "with points pt %d ps 1.4 lw 2 lc rgb '#202020'",
                curve->style == FIGURE_CIRCLES ? 6 : 2);
    } else {
        fprintf(plot, "with %s lc rgb '%s' %s",
                curve->points <= POINTS_SHOWN_MAX ? "linespoints pt 7 ps 0.5" : "lines",
                palette[curve->colour % PALETTE_SIZE], looks[curve->style]);
    }
}

/* Adds the last data block to the "plot" command. An empty title would still take room in the
 * legend; in text, a blank parts a name from its line. */
static void write_curve(struct figure *figure)
{
    const struct figure_curve *curve = &figure->curve;
    bool text = figure->format == FIGURE_TEXT;
    bool first = figure->plot == NULL;
    if (first) {
        figure->plot = open_memstream(&figure->plot_text, &figure->plot_length);
    }
    if (figure->plot == NULL) {
        figure->out_of_memory = true;
        return;
    }
    fprintf(figure->plot, "%s $data%zu using 1:2 ", first ? "plot" : ",", figure->blocks);
    if (curve->title[0] == '\0') {
        fputs("notitle ", figure->plot);
    } else {
        figure->entries++;
        fputs(text ? "title ' '." : "title ", figure->plot);
        gnuplot_quote(figure->plot, curve->title);
        fputs(" ", figure->plot);
    }
    (text ? write_text_style : write_style)(figure->plot, curve);
}

/* Ends the curve to which points were added, if there is one. */
static void end_curve(struct figure *figure)
{
    if (figure->curve.points > 0) {
        fputs("END\n", figure->script);
    }
    if (figure->curve.shown > 0) {
        write_curve(figure);
    }
    figure->curve = (struct figure_curve){0};
}

void figure_curve(struct figure *figure, enum figure_style style, size_t colour, const char *title,
                  ...)
{
    end_curve(figure);
    figure->curve.style = style;
    figure->curve.colour = colour;
    if (title != NULL) {
        va_list arguments;
        va_start(arguments, title);
        vsnprintf(figure->curve.title, sizeof figure->curve.title, title, arguments);
        va_end(arguments);
    }
}

static bool has_place(const struct figure_axis *axis, double value)
{
    return isfinite(value) && (value > 0.0 || !(axis->logarithmic || axis->doubling));
}

void figure_point(struct figure *figure, double x, double y)
{
    struct figure_panel *panel = &figure->panel;
    struct figure_curve *curve = &figure->curve;
    if (curve->points++ == 0) {
        fprintf(figure->script, "$data%zu << END\n", ++figure->blocks);
    }
    if (has_place(&panel->x, x)) {
        extend(&panel->all_x, x);
    }
    if (!has_place(&panel->x, x) || !has_place(&panel->y, y)) {
        fputs("NaN NaN\n", figure->script);
        return;
    }
    curve->shown++;
    extend(&panel->all_y, y);
    if (curve->points > 1) {
        extend(&panel->later_y, y);
    }
    fprintf(figure->script, "%.9g %.9g\n", x, y);
}

/* gnuplot finds the lines, into a data block as if they were a curve's points. */
void figure_contours(struct figure *figure, const double *heights, size_t side,
                     const double *levels, size_t level_count)
{
    FILE *script = figure->script;
    const struct figure_panel *panel = &figure->panel;
    figure_curve(figure, FIGURE_GROUND, 0, NULL);
    size_t block = ++figure->blocks;
    fprintf(script, "$grid%zu << END\n", block);
    for (size_t i = 0; i < side * side; i++) {
        size_t row = i / side, column = i % side;
        double x = (double)column / (double)(side - 1);
        double y = (double)row / (double)(side - 1);
        fprintf(script, "%s%.9g %.9g %.9g\n", row > 0 && column == 0 ? "\n" : "",
                panel->x.low + x * (panel->x.high - panel->x.low),
                panel->y.low + y * (panel->y.high - panel->y.low), heights[i]);
    }
    fputs("END\nunset logscale\nset xrange [*:*]\nset yrange [*:*]\n"
          "set contour base\nunset surface\nset cntrparam levels discrete ",
          script);
    for (size_t i = 0; i < level_count; i++) {
        fprintf(script, "%s%.9g", i == 0 ? "" : ",", levels[i]);
    }
    fprintf(script,
            "\nset table $data%zu\nsplot $grid%zu using 1:2:3\nunset table\n"
            "unset contour\nset surface\n",
            block, block);
    write_curve(figure);
}

static void write_bound(FILE *script, double bound)
{
    if (isnan(bound)) {
        fputs("*", script);
    } else {
        fprintf(script, "%.9g", bound);
    }
}

static void write_axis(FILE *script, char name, const struct figure_axis *axis)
{
    /* A range from 0 is refused as long as the panel before lends its logarithms. */
    fprintf(script, "unset logscale %c\n", name);
    fprintf(script, "set %crange [", name);
    write_bound(script, axis->low);
    fputs(":", script);
    write_bound(script, axis->high);
    fputs("]\n", script);
    if (axis->logarithmic || axis->doubling) {
        fprintf(script, "set logscale %c %d\n", name, axis->doubling ? 2 : 10);
    }
    bool few = axis->integers && axis->high - axis->low <= INTEGER_TICS_MAX;
    fprintf(script, "set %ctics %s\n", name, few ? "1" : "autofreq");
}

/* Beside a text panel there is no room for the vertical axis's label; it stands above instead. */
static void write_texts(FILE *script, const struct figure_panel *panel, bool text)
{
    fputs("set title ", script);
    gnuplot_quote(script, text ? panel->y.label : panel->title);
    fputs("\nset xlabel ", script);
    gnuplot_quote(script, panel->x.label);
    fputs("\nset ylabel ", script);
    gnuplot_quote(script, text ? "" : panel->y.label);
    fputs("\n", script);
}

/* Left alone, gnuplot would begin at a tic before the first value. */
static void close_horizontal_range(struct figure_panel *panel)
{
    struct figure_axis *x = &panel->x;
    if (isnan(x->low) && isnan(x->high) && !x->doubling && panel->all_x.low <= panel->all_x.high) {
        x->low = panel->all_x.low;
        x->high = panel->all_x.high > x->low ? panel->all_x.high : x->low + 1.0;
    }
}

void figure_end_panel(struct figure *figure)
{
    end_curve(figure);
    if (figure->plot == NULL) {
        return;
    }
    close_horizontal_range(&figure->panel);
    write_texts(figure->script, &figure->panel, figure->format == FIGURE_TEXT);
    write_axis(figure->script, 'x', &figure->panel.x);
    write_axis(figure->script, 'y', &figure->panel.y);
    if (fclose(figure->plot) == 0) {
        fprintf(figure->script, "%s\n", figure->plot_text);
    } else {
        figure->out_of_memory = true;
    }
    free(figure->plot_text);
    figure->plot = NULL;
    figure->plot_text = NULL;
    figure->panels++;
    figure->most_entries =
        figure->entries > figure->most_entries ? figure->entries : figure->most_entries;
    figure->entries = 0;
}
