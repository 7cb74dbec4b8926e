/*
 * Writes the gnuplot script of a chart. Numbers go in as data blocks, texts as quoted strings; the
 * rest of the script is constant. Panels stand side by side in a picture and one above the other in
 * a terminal.
 *
 * The palette is that of Okabe and Ito (2008), "Color universal design", which stays legible with
 * any common colour blindness, with a dark red in place of its yellow, which is faint on white.
 */
#include "cli/plot/chart.h"

#include "cli/plot/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const PALETTE[] = {
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#882255",
};

enum { PALETTE_SIZE = sizeof PALETTE / sizeof PALETTE[0] };

/* Characters that gnuplot draws lines of in text; it starts again after them. */
enum { TEXT_LINES = 7 };

/* Curves of up to this many points show the points as well. */
enum { POINTS_SHOWN_MAX = 40 };

/* A panel's size where the chart's is not given; the lines of the legend come on top. */
enum { PANEL_WIDTH = 640, PANEL_HEIGHT = 480, PANEL_COLUMNS = 80, PANEL_LINES = 18 };

/* Rows and columns of panels: one above the other as text; else up to three side by side, but four
 * as two by two. */
struct grid {
    size_t rows;
    size_t columns;
};

static struct grid arrange(const struct chart *chart, enum chart_format format)
{
    size_t columns = chart->panel_count < 3 ? chart->panel_count : 3;
    if (format == CHART_TEXT) {
        columns = 1;
    } else if (chart->panel_count == 4) {
        columns = 2;
    }
    return (struct grid){(chart->panel_count + columns - 1) / columns, columns};
}

/* Entries of the longest legend. */
static size_t count_entries(const struct chart *chart)
{
    size_t most = 0;
    for (size_t p = 0; p < chart->panel_count; p++) {
        size_t entries = 0;
        for (size_t s = 0; s < chart->panels[p].series_count; s++) {
            entries += chart->panels[p].series[s].title[0] != '\0';
        }
        most = entries > most ? entries : most;
    }
    return most;
}

/* An axis of integers has a tic at each one up to this range; gnuplot would put halves between. */
enum { INTEGER_TICS_MAX = 12 };

static void write_terminal(FILE *script, const struct chart *chart, enum chart_format format,
                           struct grid grid)
{
    bool text = format == CHART_TEXT;
    size_t width = text ? PANEL_COLUMNS : PANEL_WIDTH * grid.columns;
    size_t lines = PANEL_LINES + count_entries(chart);
    size_t height = (text ? lines : PANEL_HEIGHT) * grid.rows;
    width = chart->width > 0 ? chart->width : width;
    height = chart->height > 0 ? chart->height : height;
    switch (format) {
    case CHART_TEXT:
        /* Without colours each curve has a character of its own, which every terminal shows. */
        fprintf(script, "set term dumb noenhanced nofeed mono size %zu,%zu\n", width, height);
        break;
    case CHART_PNG:
        fprintf(script,
                "if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {\n"
                "set term pngcairo noenhanced rounded font 'sans,11' linewidth 1.2 size %zu,%zu\n"
                "} else {\n"
                "set term png truecolor noenhanced medium size %zu,%zu\n"
                "}\n",
                width, height, width, height);
        break;
    case CHART_SVG:
        fprintf(script,
                "set term svg noenhanced rounded font 'sans-serif,14' linewidth 1.2 size %zu,%zu "
                "background 'white'\n",
                width, height);
        break;
    }
}

static void write_data(FILE *script, const struct chart_series *series, size_t block)
{
    fprintf(script, "$data%zu << END\n", block);
    for (size_t i = 0; i < series->n; i++) {
        if (isfinite(series->x[i]) && isfinite(series->y[i])) {
            fprintf(script, "%.9g %.9g\n", series->x[i], series->y[i]);
        } else {
            fputs("NaN NaN\n", script);
        }
    }
    fputs("END\n", script);
}

static void write_bound(FILE *script, double bound)
{
    if (isnan(bound)) {
        fputs("*", script);
    } else {
        fprintf(script, "%.9g", bound);
    }
}

static void write_axis(FILE *script, char name, const struct chart_axis *axis)
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
static void write_texts(FILE *script, const struct chart_panel *panel, enum chart_format format)
{
    bool text = format == CHART_TEXT;
    fputs("set title ", script);
    gnuplot_quote(script, text ? panel->y.label : panel->title);
    fputs("\nset xlabel ", script);
    gnuplot_quote(script, panel->x.label);
    fputs("\nset ylabel ", script);
    gnuplot_quote(script, text ? "" : panel->y.label);
    fputs("\n", script);
}

/* A curve in text: a line type is a character, and behind the last of them letters mark points. */
static void write_text_line(FILE *script, size_t colour)
{
    if (colour < TEXT_LINES) {
        fprintf(script, "with lines lt %zu", colour + 1);
    } else {
        fprintf(script, "with points pt '%c'", (char)('A' + (colour - TEXT_LINES) % 26));
    }
}

static void write_line(FILE *script, const struct chart_series *series)
{
    static const char *const looks[] = {[CHART_SOLID] = "lw 2 dt 1",
                                        [CHART_DASHED] = "lw 1.2 dt 2",
                                        [CHART_DOTTED] = "lw 1.6 dt 3",
                                        [CHART_DASH_DOTTED] = "lw 1.2 dt 4"};
    fprintf(script, "with %s lc rgb '%s' %s",
            series->n <= POINTS_SHOWN_MAX ? "linespoints pt 7 ps 0.5" : "lines",
            PALETTE[series->colour % PALETTE_SIZE], looks[series->style]);
}

static void write_style(FILE *script, const struct chart_series *series, enum chart_format format)
{
    bool text = format == CHART_TEXT;
    switch (series->style) {
    case CHART_SOLID:
    case CHART_DASHED:
    case CHART_DOTTED:
    case CHART_DASH_DOTTED:
        if (text) {
            write_text_line(script, series->colour);
        } else {
            write_line(script, series);
        }
        break;
    case CHART_GROUND:
        fputs(text ? "with points pt '.'" : "with lines lc rgb '#98a0a8' lw 1.2 dt 1", script);
        break;
    case CHART_MARKS:
        if (text) {
            fprintf(script, "with points pt '%c'", series->mark);
        } else {
            fprintf(script, "with points pt %d ps 1.4 lw 2 lc rgb '#202020'",
                    series->mark == 'x' ? 2 : 6);
        }
        break;
    }
}

/* An empty title would still take room in the legend. In text, a blank parts a name from its line.
 */
static void write_legend(FILE *script, const char *title, enum chart_format format)
{
    if (title[0] == '\0') {
        fputs("notitle ", script);
        return;
    }
    fputs(format == CHART_TEXT ? "title ' '." : "title ", script);
    gnuplot_quote(script, title);
    fputs(" ", script);
}

static void write_panel(FILE *script, const struct chart_panel *panel, enum chart_format format)
{
    for (size_t s = 0; s < panel->series_count; s++) {
        write_data(script, &panel->series[s], s);
    }
    write_texts(script, panel, format);
    write_axis(script, 'x', &panel->x);
    write_axis(script, 'y', &panel->y);
    for (size_t s = 0; s < panel->series_count; s++) {
        fprintf(script, "%s$data%zu using 1:2 ", s == 0 ? "plot " : ", ", s);
        write_legend(script, panel->series[s].title, format);
        write_style(script, &panel->series[s], format);
    }
    fputs("\n", script);
}

static void write_look(FILE *script, enum chart_format format)
{
    fputs("set encoding utf8\nset format '%g'\nset tics nomirror\n", script);
    if (format == CHART_TEXT) {
        fputs("set border 3 back\nset key below left Left reverse samplen 2 maxcols 1\n", script);
    } else {
        fputs("set border 3 lc rgb '#404040'\n"
              "set grid lt 1 lc rgb '#d0d0d0' lw 0.7\n"
              "set title font ',14'\n"
              "set xlabel offset 0,0.4\n"
              "set key below center Left reverse height 0.8\n",
              script);
    }
}

static void write_script(FILE *script, const struct chart *chart, enum chart_format format)
{
    struct grid grid = arrange(chart, format);
    write_terminal(script, chart, format, grid);
    write_look(script, format);
    fprintf(script, "set multiplot layout %zu,%zu", grid.rows, grid.columns);
    if (chart->title != NULL) {
        fputs(" title ", script);
        gnuplot_quote(script, chart->title);
    }
    fputs("\n", script);
    for (size_t p = 0; p < chart->panel_count; p++) {
        write_panel(script, &chart->panels[p], format);
    }
    fputs("unset multiplot\n", script);
}

/* The text terminal may begin with a form feed, fills its lines with blanks, and ends without a
 * newline: cuts the blanks at the ends of lines, leaves one empty line where there were several,
 * and none at the beginning. */
static size_t tidy_text(char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n') {
            text[length] = text[i];
            length += text[i] != '\f';
            continue;
        }
        while (length > 0 && text[length - 1] == ' ') {
            length--;
        }
        bool empty = length == 0 || text[length - 1] == '\n';
        bool second = length < 2 || text[length - 2] == '\n';
        if (!empty || !second) {
            text[length++] = '\n';
        }
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\n')) {
        length--;
    }
    text[length++] = '\n';
    return length;
}

enum exit_status chart_render(char **bytes, size_t *size, const struct chart *chart,
                              enum chart_format format)
{
    *bytes = NULL;
    char *text = NULL;
    size_t length = 0;
    FILE *script = open_memstream(&text, &length);
    if (script == NULL) {
        return cli_failed("out of memory for a chart");
    }
    write_script(script, chart, format);
    enum exit_status status = FAILED;
    if (fclose(script) != 0) {
        cli_failed("out of memory for a chart");
    } else {
        status = gnuplot_run(bytes, size, text, length);
        if (status == DONE && format == CHART_TEXT) {
            *size = tidy_text(*bytes, *size);
        }
    }
    free(text);
    return status;
}
