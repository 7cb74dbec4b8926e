/*
 * Contact sheets: pictures in rows of ten below a title, with names beside the rows, or with
 * captions below the pictures, which then are in rows of fewer where the page is narrow. Small ones
 * are enlarged by a whole number, so that each pixel stays a square; large ones are made smaller.
 */
#ifndef DESCENT_CLI_SHEET_H
#define DESCENT_CLI_SHEET_H

#include "cli/plot/page.h"

#include <descent/dataset.h>
#include <descent/images.h>

enum { SHEET_COLUMNS = 10 };

/* What is on it besides pictures. */
struct sheet_plan {
    const char *title;
    const char *note;    /* a second line, or NULL */
    size_t count;        /* of pictures: fewer than fill a row make a narrower sheet */
    double names;        /* the width of what stands beside the rows, in pixels of page_unit() 1 */
    double caption;      /* the same that captions should have; 0: there are none */
    size_t lines;        /* of a caption */
    bool signed_colours; /* for numbers of either sign: blue below 0, red above; a
                            picture with three channels becomes three, side by side */
};

/* Starts as {0} but for low and high, the numbers that become black and white, or blue and red. */
struct sheet {
    struct page page;
    struct sheet_plan plan;
    double unit;                    /* page_unit() */
    size_t columns;                 /* SHEET_COLUMNS, or where captions need more room, fewer */
    size_t height, width, channels; /* of a picture that is put in */
    descent_image picture;          /* of the same as it is shown, before it is resized */
    size_t tile_height, tile_width; /* of it on the sheet */
    size_t cell_height, cell_width; /* the same with captions and space */
    size_t left, top;               /* of the first cell */
    double low, high;
};

/* Makes an empty sheet for pictures of a shape; the plan's texts are borrowed until then.
 * FAILED after naming `data` where these are no images. The caller frees the sheet in any case. */
enum exit_status sheet_create(struct sheet *sheet, const descent_shape *shape,
                              const struct sheet_plan *plan, const struct figure_look *look,
                              const char *data);

/* Puts a picture into a place. */
enum exit_status sheet_put(struct sheet *sheet, size_t row, size_t column, const float *numbers);

/* Writes two lines beside a row, the second fainter. */
void sheet_name_row(struct sheet *sheet, size_t row, const char *name, const char *detail);

/* Writes a line below a picture, from 0 on. */
void sheet_caption(struct sheet *sheet, size_t row, size_t column, size_t line, enum page_ink ink,
                   const char *text);

void sheet_free(struct sheet *sheet);

/* The heights of names and of captions, in pixels, by which their widths are measured. */
#define SHEET_NAME 14.0
#define SHEET_CAPTION 11.0

#endif
