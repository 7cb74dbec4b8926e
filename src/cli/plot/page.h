/*
 * A page of coloured pixels with texts over them, as PNG, SVG or PDF: contact sheets and confusion
 * matrices. The pixels are ours, one by one; where none is filled in, the theme's background shows.
 * gnuplot sets the texts, which stay texts in SVG and PDF, and writes the file.
 *
 * Places are in pixels from the left upper corner; colours are 0xRRGGBB.
 */
#ifndef DESCENT_CLI_PAGE_H
#define DESCENT_CLI_PAGE_H

#include "cli/base/cli.h"
#include "cli/plot/figure.h"

#include <stdint.h>

/* Pixels along the edges that nothing should be drawn on: gnuplot is exact within them alone. */
enum { PAGE_MARGIN = 12 };

/* What a text is written in: the theme's colours, or what stands out from a filled cell. Blue and
 * red are told apart with any common colour blindness: Okabe and Ito (2008), "Color universal
 * design". */
enum page_ink { PAGE_INK, PAGE_FAINT, PAGE_BLUE, PAGE_RED, PAGE_BLACK, PAGE_WHITE };

enum page_align { PAGE_LEFT, PAGE_CENTER, PAGE_RIGHT };

/* How a text looks: its height in pixels before the page's unit, which part of it is at its place,
 * its colour, and whether it runs upwards. */
struct page_style {
    double size;
    enum page_align align;
    enum page_ink ink;
    bool upwards;
};

/* A file to be written, and how it looks; both borrowed. */
struct page_target {
    const char *path;
    const struct figure_look *look;
};

struct page {
    size_t width, height;
    uint8_t *pixels; /* red, green, blue and how opaque, [height x width x 4] */
    double unit;     /* a pixel of texts: page_unit() */
    enum figure_theme theme;
    FILE *texts; /* the script that sets them, in memory */
    char *script;
    size_t length;
};

/* Whether a file's name ends in .png, .svg or .pdf, or with csv in .csv; else USAGE after naming
 * the option. */
enum exit_status page_check(const char *option, const char *path, bool csv);

/* By how much texts, and what is laid out by them, are larger than usual. */
double page_unit(const struct figure_look *look);

/* The look's title, or where it has none the usual one. */
const char *page_title(const struct figure_look *look, const char *usual);

/* An empty page. Starts as {0}; on failure, also where it would be too large, it says why; the
 * caller frees in any case. */
enum exit_status page_create(struct page *page, const struct figure_look *look, size_t width,
                             size_t height);
void page_free(struct page *page);

/* Colours a pixel, or fills a rectangle, which lie within the page. */
void page_put(struct page *page, size_t x, size_t y, uint32_t colour);
void page_fill(struct page *page, size_t left, size_t top, size_t width, size_t height,
               uint32_t colour);

/* A colour of pixels: between white, or black in the dark theme, at 0, and blue or red, at 1. */
uint32_t page_tint(const struct page *page, enum page_ink ink, double strength);

/* Black or white, whichever is read more easily on a colour. */
enum page_ink page_ink_on(uint32_t colour);

/* Sets a text, centred on the place's height. It is shown as it is, but for control characters, and
 * cut where it would be wider than `room` pixels; page_text_fit() writes it smaller before. */
void page_text(struct page *page, double x, double y, double room, const struct page_style *style,
               const char *text);
void page_text_fit(struct page *page, double x, double y, double room,
                   const struct page_style *style, const char *text);

/* Sets a text in lines of at most `room` pixels, each `apart` below the other, or only counts them
 * where page is NULL. It is broken at blanks; unit is the page's. */
size_t page_paragraph(struct page *page, double x, double y, double room, double apart, double unit,
                      const struct page_style *style, const char *text);

/* Writes the file, whole or not at all. On failure it says why and returns FAILED. */
enum exit_status page_save(struct page *page, const char *path);

/* The width of a text, about, and of the widest of several, in pixels before the page's unit. */
double page_text_width(const char *text, double size);
double page_widest(const char *const *texts, size_t count, double size);

#endif
