/*
 * The colours of figures: for pictures by theme, and for terminals.
 */
#ifndef DESCENT_CLI_FIGURE_THEME_H
#define DESCENT_CLI_FIGURE_THEME_H

#include "cli/base/terminal.h"
#include "cli/plot/figure.h"

#include <stdint.h>

enum { FIGURE_PALETTE = 8 };

/* Red, green and blue, a byte each: 0xRRGGBB. */
struct figure_colours {
    uint32_t background;
    uint32_t text;  /* of axes as well */
    uint32_t faint; /* text that steps back */
    uint32_t mark;
    uint32_t ground;
    uint32_t grid;
    uint32_t palette[FIGURE_PALETTE];
};

/* Those of a theme; auto is light. */
const struct figure_colours *figure_theme_colours(enum figure_theme theme);

/* Writes a style sheet for an SVG that was drawn light, with colours as gnuplot writes them: it
 * becomes dark where the reader prefers that. */
void figure_theme_write_style(FILE *file);

/* The colour of a curve. */
uint32_t figure_theme_colour(const struct figure_colours *colours,
                             const struct figure_curve *curve);

/* What makes a terminal write in the colour of a curve; "" for a terminal without colours, and the
 * terminal's own colour for near black. */
const char *figure_theme_escape(enum terminal_colours colours, const struct figure_curve *curve);

#endif
