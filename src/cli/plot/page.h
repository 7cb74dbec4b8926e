/*
 * A white page of coloured pixels with texts over them, as PNG, SVG or PDF: contact sheets and
 * confusion matrices. The pixels are ours, one by one; gnuplot sets the texts, which stay texts in
 * SVG and PDF, and writes the file.
 *
 * Places are in pixels from the left upper corner; colours are 0xRRGGBB.
 */
#ifndef DESCENT_CLI_PAGE_H
#define DESCENT_CLI_PAGE_H

#include "cli/base/cli.h"

#include <descent/images.h>
#include <stdint.h>

/* Pixels along the edges that nothing should be drawn on: gnuplot is exact within them alone. */
enum { PAGE_MARGIN = 12 };

enum {
    PAGE_INK = 0x202020,
    PAGE_FAINT = 0x6A6A6A,
    PAGE_BLUE = 0x0072B2, /* these two are told apart with any common colour blindness: Okabe and
                               Ito (2008), "Color universal design" */
    PAGE_RED = 0xD55E00
};

enum page_align { PAGE_LEFT, PAGE_CENTER, PAGE_RIGHT };

/* How a text looks: its height in pixels, which part of it is at its place, its colour, and whether
 * it runs upwards. */
struct page_style {
    double size;
    enum page_align align;
    uint32_t colour;
    bool upwards;
};

struct page {
    descent_image image; /* three channels */
    FILE *texts;         /* the script that sets them, in memory */
    char *script;
    size_t length;
};

/* Whether a file's name ends in .png, .svg or .pdf, or with csv in .csv; else USAGE after naming
 * the option. */
enum exit_status page_check(const char *option, const char *path, bool csv);

/* An empty page. Starts as {0}; on failure it says why; the caller frees in any case. */
enum exit_status page_create(struct page *page, size_t width, size_t height);
void page_free(struct page *page);

/* Fills a rectangle, which lies within the page. */
void page_fill(struct page *page, size_t left, size_t top, size_t width, size_t height,
               uint32_t colour);

/* A colour between white, at 0, and another one, at 1. */
uint32_t page_tint(uint32_t colour, double strength);

/* Sets a text, centred on the place's height. It is shown as it is, but for control characters, and
 * cut where it would be wider than `room` pixels. */
void page_text(struct page *page, double x, double y, double room, const struct page_style *style,
               const char *text);

/* Writes the file, whole or not at all. On failure it says why and returns FAILED. */
enum exit_status page_save(struct page *page, const char *path);

/* The width of a text, about, and of the widest of several, in pixels. */
double page_text_width(const char *text, double size);
double page_widest(const char *const *texts, size_t count, double size);

#endif
