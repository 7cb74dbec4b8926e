/*
 * Contact sheets: pictures in rows of ten as one PNG file. Small ones are enlarged by a whole
 * number, so that each pixel stays a square; large ones are made smaller.
 */
#ifndef DESCENT_CLI_SHEET_H
#define DESCENT_CLI_SHEET_H

#include "cli/base/cli.h"

#include <descent/dataset.h>
#include <descent/images.h>

enum { SHEET_COLUMNS = 10 };

/* Starts as {0} but for low and high, the numbers that become black and white. */
struct sheet {
    descent_image image;            /* the whole */
    size_t height, width, channels; /* of a picture that is put in */
    size_t tile_height, tile_width; /* of it on the sheet */
    double low, high;
    uint8_t *pixels; /* of one picture */
};

/* Makes an empty sheet for rows of pictures of a shape; FAILED after naming `data` where these are
 * no images. The caller frees the sheet in any case. */
enum exit_status sheet_create(struct sheet *sheet, const descent_shape *shape, size_t rows,
                              const char *data);

/* Puts a picture into a place. */
enum exit_status sheet_put(struct sheet *sheet, size_t row, size_t column, const float *numbers);

void sheet_free(struct sheet *sheet);

#endif
