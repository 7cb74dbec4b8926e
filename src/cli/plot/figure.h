/*
 * A figure: panels with axes, curves, marks and contour lines, as a picture or as text. It knows
 * neither runs nor walks. Whoever describes one begins a panel, then a curve of it, and adds points
 * to that; gnuplot draws.
 */
#ifndef DESCENT_CLI_FIGURE_H
#define DESCENT_CLI_FIGURE_H

#include "cli/base/cli.h"
#include "cli/base/option.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

enum { FIGURE_TITLE_BYTES = 320 };

enum figure_format { FIGURE_TEXT, FIGURE_PNG, FIGURE_SVG };

/* How a curve looks. The ground is grey and lies under the others; marks are points without a line.
 */
enum figure_style {
    FIGURE_SOLID,
    FIGURE_DASHED,
    FIGURE_DOTTED,
    FIGURE_DASH_DOTTED,
    FIGURE_GROUND,
    FIGURE_CIRCLES,
    FIGURE_CROSSES
};

/* One axis. A bound that is NaN is chosen by the values: on the horizontal axis it is the last of
 * them, on the vertical one a round number. */
struct figure_axis {
    const char *label;
    double low;
    double high;
    bool logarithmic;
    bool integers;
    bool doubling; /* logarithmic, with a tic wherever the value has doubled */
};

/* An axis whose bounds are chosen by the values; other members follow the label. */
#define FIGURE_AXIS(text, ...)                                                                     \
    ((struct figure_axis){.label = (text), .low = NAN, .high = NAN, __VA_ARGS__})

/* The lowest and highest of some values; low is above high where there are none. */
struct figure_extent {
    double low;
    double high;
};

struct figure_panel {
    char title[FIGURE_TITLE_BYTES];
    struct figure_axis x;
    struct figure_axis y;
    /* Of the points so far; later_y without the first point of each curve. */
    struct figure_extent all_x;
    struct figure_extent all_y;
    struct figure_extent later_y;
};

struct figure_curve {
    char title[FIGURE_TITLE_BYTES];
    enum figure_style style;
    size_t colour;
    size_t points;
    size_t shown; /* of the points; the others leave gaps */
};

struct figure {
    enum figure_format format;
    const char *path; /* NULL: the terminal */
    const char *title;
    size_t width; /* of the whole figure, in pixels or characters; 0: by the panels */
    size_t height;
    struct figure_panel panel; /* the open one: texts and bounds may change until it ends */
    size_t panels;             /* that have ended */

    /* The builder's own: the curve that is open, the script of the panels, and its "plot" command,
     * which comes behind the data of all the panel's curves. */
    struct figure_curve curve;
    bool out_of_memory;
    size_t blocks;  /* of data */
    size_t entries; /* in the legend of the open panel, and of the one with the most */
    size_t most_entries;
    FILE *script, *plot;
    char *script_text, *plot_text;
    size_t script_length, plot_length;
};

/* The format by the end of a file's name: .png, .svg or .txt. USAGE after naming them for any
 * other. */
enum exit_status figure_format_of(enum figure_format *format, const char *path);

/* Begins a figure for a file, or for the terminal where path, which is borrowed, is NULL. On
 * failure it says why; the caller frees in any case. */
enum exit_status figure_begin(struct figure *figure, const char *path);
void figure_free(struct figure *figure);

/* Begins a panel and ends the one before. A panel without a point is left out. Labels are borrowed
 * until the panel ends; whether an axis is logarithmic stays as it is. */
void figure_panel(struct figure *figure, const char *title, struct figure_axis x,
                  struct figure_axis y);
void figure_end_panel(struct figure *figure);

/* Begins a curve with a number in the palette, which starts again after its end, and a name for the
 * legend, NULL for none. */
void figure_curve(struct figure *figure, enum figure_style style, size_t colour, const char *title,
                  ...) __attribute__((format(printf, 4, 5)));

/* A point of that curve. One that has no place, a coordinate being not finite or not above 0 on a
 * logarithmic axis, leaves a gap. */
void figure_point(struct figure *figure, double x, double y);

/* Contour lines at some levels, as the ground of a panel whose ranges are known. heights has
 * side × side values of a grid over the panel, row by row from the bottom. */
void figure_contours(struct figure *figure, const double *heights, size_t side,
                     const double *levels, size_t level_count);

/* Draws on the standard output or into the file, which is written whole or not at all; unless
 * quiet, that is reported on the standard error. On failure it says why and returns FAILED. */
enum exit_status figure_draw(struct figure *figure, bool quiet);

/* The rows of a table for the struct `holder` that has csv, out and no_plot, in a group. */
#define FIGURE_OPTIONS(holder, number, out_help, no_plot_help)                                     \
    {"csv", OPTION_AT(TEXT, holder, csv), .group = (number), .value = "FILE",                      \
     .help = "Write all steps as comma-separated values"},                                         \
        {"out",                                                                                    \
         'o',                                                                                      \
         .common = true,                                                                           \
         OPTION_AT(TEXT, holder, out),                                                             \
         .group = (number),                                                                        \
         .value = "FILE",                                                                          \
         .help = (out_help)},                                                                      \
    {                                                                                              \
        "no-plot", OPTION_AT(FLAG, holder, no_plot), .group = (number), .help = (no_plot_help)     \
    }

#endif
