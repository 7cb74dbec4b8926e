/*
 * A chart: panels with axes and curves, as a picture or as text. It knows neither runs nor metrics;
 * gnuplot draws.
 */
#ifndef DESCENT_CLI_CHART_H
#define DESCENT_CLI_CHART_H

#include "cli/base/cli.h"

#include <stddef.h>

enum chart_format { CHART_TEXT, CHART_PNG, CHART_SVG };

/* How a curve looks. The ground lies under the others; marks are points without a line. */
enum chart_style {
    CHART_SOLID,
    CHART_DASHED,
    CHART_DOTTED,
    CHART_DASH_DOTTED,
    CHART_GROUND,
    CHART_MARKS
};

/* One curve. Points with a coordinate that is not finite leave a gap. */
struct chart_series {
    const char *title; /* its entry in the legend; empty: none */
    const double *x;
    const double *y;
    size_t n;
    size_t colour; /* a number in the palette, which starts again after its end */
    enum chart_style style;
    char mark; /* of marks: 'o' or 'x', as they are in text */
};

/* One axis. A bound that is NaN is chosen by the values. */
struct chart_axis {
    const char *label;
    double low;
    double high;
    bool logarithmic;
    bool integers;
    bool doubling; /* logarithmic, with a tic wherever the value has doubled */
};

struct chart_panel {
    const char *title;
    struct chart_axis x;
    struct chart_axis y;
    const struct chart_series *series;
    size_t series_count;
};

struct chart {
    const char *title; /* may be NULL */
    const struct chart_panel *panels;
    size_t panel_count;
    size_t width; /* of the whole chart, in pixels or characters; 0: by the panels */
    size_t height;
    bool colours; /* text: escape sequences for colours are allowed */
};

/* Draws; bytes gets the picture or the text, which the caller frees. On failure it says why and
 * returns FAILED. */
enum exit_status chart_render(char **bytes, size_t *size, const struct chart *chart,
                              enum chart_format format);

#endif
