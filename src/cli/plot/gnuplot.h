/*
 * Runs gnuplot. No shell is involved: the script goes in through its standard input, the picture
 * comes back through its standard output.
 */
#ifndef DESCENT_CLI_GNUPLOT_H
#define DESCENT_CLI_GNUPLOT_H

#include "cli/plot/figure.h"

#include <stdio.h>

/* What a script draws on: a picture of so many pixels, 96 of which are an inch of PDF. */
struct gnuplot_picture {
    enum figure_format format;
    double width, height;
    double font;       /* of texts that name no size of their own, in pixels */
    double line_width; /* of lines that are told to be 1 wide */
    enum figure_theme theme;
};

/* Writes the beginning of a script. */
void gnuplot_begin(FILE *script, const struct gnuplot_picture *picture);

/* A text's size in pixels as a font's size. */
double gnuplot_font(enum figure_format format, double pixels);

/* Writes text as a gnuplot string that is never read as code. It is shown as it is, but for
 * apostrophes, which become typographic ones, and for control characters and bytes that are not
 * UTF-8, which become '?'. */
void gnuplot_quote(FILE *script, const char *text);

/* Runs a script of `length` bytes that draws such a picture; bytes get the file that gnuplot wrote,
 * which the caller frees. An SVG of the automatic theme follows its reader's light or dark. On
 * failure it says why and returns FAILED. */
enum exit_status gnuplot_run(char **bytes, size_t *size, const struct gnuplot_picture *picture,
                             const char *script, size_t length);

#endif
