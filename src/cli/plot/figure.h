/*
 * A figure as data: panels with axes, curves, marks, bands and contour lines, and one legend below
 * them all. It knows neither runs nor walks. Whoever describes one begins a panel, then a curve of
 * it, and adds points to that. figure_draw() shows it as text, in the terminal or a file, or has
 * gnuplot draw a picture.
 */
#ifndef DESCENT_CLI_FIGURE_H
#define DESCENT_CLI_FIGURE_H

#include "cli/base/cli.h"
#include "cli/base/option.h"

#include <math.h>
#include <stddef.h>

enum { FIGURE_TITLE_BYTES = 320 };

enum figure_format { FIGURE_TEXT, FIGURE_PNG, FIGURE_SVG, FIGURE_PDF };

/*
 * How a curve looks. Colour and dash are independent: the four kinds of line take any colour.
 * Grounds lie under everything else, bands above them, marks on top, whatever the order in which
 * they are added. The colours of grounds and marks are given.
 */
enum figure_style {
    FIGURE_SOLID,
    FIGURE_DASHED,
    FIGURE_DOTTED,
    FIGURE_DASH_DOTTED,
    FIGURE_BARS,     /* a solid line with an error bar at each point: figure_range() */
    FIGURE_BAND,     /* the area between low and high, half transparent: figure_range() */
    FIGURE_DOTS,     /* points without a line */
    FIGURE_RANGES,   /* points without a line, with an error bar each: figure_range() */
    FIGURE_VERTICAL, /* a thin line across the panel at each point's x, whose y is ignored */
    FIGURE_GROUND,   /* a thin grey line, for what the others stand out from */
    FIGURE_CIRCLES,  /* marks without a line, near black */
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
    /* Of a horizontal axis of categories: name i stands at i. Borrowed until the panel ends. */
    const char *const *names;
    size_t name_count;
};

/* An axis whose bounds are chosen by the values; other members follow the label. */
#define FIGURE_AXIS(text, ...)                                                                     \
    ((struct figure_axis){.label = (text), .low = NAN, .high = NAN, __VA_ARGS__})

/* The lowest and highest of some values; low is above high where there are none. */
struct figure_extent {
    double low;
    double high;
};

/* A point; y is NaN for a gap. Low and high are those of an error bar or a band, else y. */
struct figure_point {
    double x, y, low, high;
    char *label; /* text beside it, or NULL */
};

struct figure_curve {
    char title[FIGURE_TITLE_BYTES]; /* in the legend; "" for none */
    enum figure_style style;
    size_t colour;
    struct figure_point *points;
    size_t count, capacity;
    size_t shown; /* of the points; the others leave gaps */
};

/* Heights over a panel, as side × side values row by row from the bottom, and the levels at which
 * lines are drawn, lowest first. */
struct figure_contours {
    double *heights; /* NULL: none */
    size_t side;
    double *levels;
    size_t level_count;
};

/* A part of the horizontal axis with a name at the top of the panel, in up to so many lines. */
enum { FIGURE_REGION_LINES = 3 };
struct figure_region {
    double low, high;
    char *name;
    const char *lines[FIGURE_REGION_LINES]; /* within the name */
    size_t line_count;
};

struct figure_panel {
    char title[FIGURE_TITLE_BYTES];
    struct figure_axis x;
    struct figure_axis y;
    bool equal; /* a unit is as long on one axis as on the other; the ranges must be known */
    /* Of the points so far. */
    struct figure_extent all_x;
    struct figure_extent all_y;
    struct figure_curve *curves;
    size_t count;
    struct figure_contours contours;
    struct figure_region *regions;
    size_t region_count;
};

enum figure_theme { FIGURE_AUTO, FIGURE_LIGHT, FIGURE_DARK, FIGURE_TRANSPARENT };

/* How a picture looks; {0} is the default. */
struct figure_look {
    uint64_t width;   /* pixels, 96 of which are an inch of PDF; 0: by the panels */
    double font_size; /* pixels; not above 0: by the width */
    char *title;      /* above the panels in place of the figure's own, or NULL */
    int theme;        /* auto: light, and SVG as its reader's (prefers-color-scheme) */
};

struct figure {
    enum figure_format format;
    bool plain;       /* text of characters without dots: crowded, and it has no dashes */
    const char *path; /* NULL: the terminal */
    const char *title;
    struct figure_look look;
    size_t width; /* of the whole figure, in pixels or characters; 0: by the look and the panels */
    size_t height;
    struct figure_panel panel; /* the open one: texts and bounds may change until it ends */
    size_t panels;             /* that have ended */
    struct figure_panel *ended;
    bool out_of_memory;
};

/* The format by the end of a file's name: .png, .svg, .pdf or .txt. USAGE after naming them for any
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
 * legend, NULL for none. Curves of one look and name share an entry of the legend, also those of
 * other panels. */
void figure_curve(struct figure *figure, enum figure_style style, size_t colour, const char *title,
                  ...) __attribute__((format(printf, 4, 5)));

/* A point of that curve. One that has no place, a coordinate being not finite or not above 0 on a
 * logarithmic axis, leaves a gap. */
void figure_point(struct figure *figure, double x, double y);

/* The same with an interval around it, for error bars and bands. */
void figure_range(struct figure *figure, double x, double y, double low, double high);

/* Writes a text beside the last point; at the upper end of a vertical line. */
void figure_label(struct figure *figure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shaded heights under contour lines with their values, as the ground of a panel whose ranges are
 * known. heights has side × side values of a grid over the panel, row by row from the bottom; both
 * arrays are copied. */
void figure_contours(struct figure *figure, const double *heights, size_t side,
                     const double *levels, size_t level_count);

/* A part of the panel from left to right, which other parts of it touch: every second one is
 * shaded, or lines part them. The name, whose lines end in '\n', stands at the top where it is not
 * wider than the part. Bounds outside the panel are its edges. */
void figure_region(struct figure *figure, double low, double high, const char *name);

/* Draws on the standard output or into the file, which is written whole or not at all; unless
 * quiet, that is reported on the standard error. On failure it says why and returns FAILED. */
enum exit_status figure_draw(struct figure *figure, bool quiet);

/* The same into memory, which the caller frees. */
enum exit_status figure_draw_bytes(struct figure *figure, char **bytes, size_t *size);

/* What lies above what: curves are drawn by layers from 0 on. */
enum { FIGURE_LAYERS = 5 };
int figure_layer(enum figure_style style);

/* The name of a theme, NULL behind the last. */
const char *figure_theme_name(int index);

/* Bounds of a look. */
enum { FIGURE_PIXELS_MIN = 200, FIGURE_PIXELS_MAX = 8000 };

/* Whether the name of a file, or NULL, is that of a picture. */
bool figure_is_picture(const char *path);

/* The rows of a table for the struct `holder` that has a struct figure_look `look`, in a group.
 * `draws_picture` tells from the holder whether there is a picture (figure_is_picture()), `titled`
 * whether a title has a place, NULL for always; `where` names the options that they depend on. */
#define FIGURE_LOOK_OPTIONS(holder, number, titled, draws_picture, where)                          \
    {"title",                                                                                      \
     OPTION_AT(TEXT, holder, look.title),                                                          \
     .group = (number),                                                                            \
     .value = "TEXT",                                                                              \
     .applies = (titled),                                                                          \
     .only = (where),                                                                              \
     .help = "Title above the picture"},                                                           \
        {"width",                                                                                  \
         OPTION_AT(COUNT, holder, look.width),                                                     \
         OPTION_FROM_TO(FIGURE_PIXELS_MIN, FIGURE_PIXELS_MAX),                                     \
         .initial = "auto",                                                                        \
         .word = "auto",                                                                           \
         .group = (number),                                                                        \
         .value = "PIXELS",                                                                        \
         .applies = (draws_picture),                                                               \
         .only = (where),                                                                          \
         .help = "Width of a picture; 96 pixels are an inch of PDF"},                              \
        {"font-size",                                                                              \
         OPTION_AT(NUMBER, holder, look.font_size),                                                \
         OPTION_FROM_TO(6.0, 72.0),                                                                \
         .initial = "auto",                                                                        \
         .word = "auto",                                                                           \
         .group = (number),                                                                        \
         .value = "PIXELS",                                                                        \
         .applies = (draws_picture),                                                               \
         .only = (where),                                                                          \
         .help = "Size of a picture's text; auto: by its width"},                                  \
    {                                                                                              \
        "theme", OPTION_AT(CHOICE, holder, look.theme),                                            \
            .choice = figure_theme_name, .initial = "auto", .group = (number), .value = "NAME",    \
            .applies = (draws_picture), .only = (where),                                           \
            .help = "Colours of a picture; auto is light, but in SVG follows the reader's "        \
                    "light or dark"                                                                \
    }

#define FIGURE_ONLY "with --out FILE.png, .svg or .pdf"

/* The rows of a table for the struct `holder` that has csv, out, no_plot and a look, in a group. */
#define FIGURE_OPTIONS(holder, number, draws_picture, out_help, no_plot_help)                      \
    {"csv", OPTION_AT(TEXT, holder, csv), .group = (number), .value = "FILE",                      \
     .help = "Write all steps as comma-separated values"},                                         \
        {"out",                                                                                    \
         'o',                                                                                      \
         .common = true,                                                                           \
         OPTION_AT(TEXT, holder, out),                                                             \
         .group = (number),                                                                        \
         .value = "FILE",                                                                          \
         .help = (out_help)},                                                                      \
        FIGURE_LOOK_OPTIONS(holder, number, NULL, draws_picture, FIGURE_ONLY),                     \
    {                                                                                              \
        "no-plot", OPTION_AT(FLAG, holder, no_plot), .group = (number), .help = (no_plot_help)     \
    }

#endif
