/*
 * The sheet itself: a grey ground into which pictures are copied.
 */
#include "cli/inspect/sheet.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The longer side of a picture on the sheet, the space between two, and its grey. */
enum { SIDE_LOW = 48, SIDE_HIGH = 128, SPACE = 2, BACKGROUND = 96 };

/* Each side by the same factor. */
static void choose_tile(struct sheet *sheet)
{
    size_t side = sheet->height > sheet->width ? sheet->height : sheet->width;
    size_t factor = side < SIDE_LOW ? (SIDE_LOW + side - 1) / side : 1;
    sheet->tile_height = sheet->height * factor;
    sheet->tile_width = sheet->width * factor;
    if (side > SIDE_HIGH) {
        sheet->tile_height = (sheet->height * SIDE_HIGH + side - 1) / side;
        sheet->tile_width = (sheet->width * SIDE_HIGH + side - 1) / side;
    }
}

enum exit_status sheet_create(struct sheet *sheet, const descent_shape *shape, size_t rows,
                              const char *data)
{
    sheet->channels = shape->rank == 3 ? shape->sizes[2] : 1;
    if (!(shape->rank == 2 || shape->rank == 3) ||
        !(sheet->channels == 1 || sheet->channels == 3)) {
        char found[128];
        text_shape(found, sizeof found, shape);
        return cli_failed("%s: a sheet takes images, H x W or H x W x 3, found samples of %s; "
                          "--size gives CSV rows a shape",
                          data, found);
    }
    sheet->height = shape->sizes[0];
    sheet->width = shape->sizes[1];
    choose_tile(sheet);
    size_t height = rows * (sheet->tile_height + SPACE) + SPACE;
    size_t width = SHEET_COLUMNS * (sheet->tile_width + SPACE) + SPACE;
    size_t size = height * width * sheet->channels;
    sheet->image = (descent_image){height, width, sheet->channels, malloc(size)};
    sheet->pixels = malloc(sheet->height * sheet->width * sheet->channels);
    if (sheet->image.pixels == NULL || sheet->pixels == NULL) {
        return cli_failed("out of memory for a sheet of %zu x %zu pixels", height, width);
    }
    memset(sheet->image.pixels, BACKGROUND, size);
    return DONE;
}

/* Copies a picture of any size into a tile, each pixel of which takes the nearest one. */
static void copy_nearest(struct sheet *sheet, size_t top, size_t left, const descent_image *picture)
{
    size_t channels = sheet->channels;
    for (size_t y = 0; y < sheet->tile_height; y++) {
        for (size_t x = 0; x < sheet->tile_width; x++) {
            size_t from_y = y * picture->height / sheet->tile_height;
            size_t from_x = x * picture->width / sheet->tile_width;
            memcpy(sheet->image.pixels + ((top + y) * sheet->image.width + left + x) * channels,
                   picture->pixels + (from_y * picture->width + from_x) * channels, channels);
        }
    }
}

enum exit_status sheet_put(struct sheet *sheet, size_t row, size_t column, const float *numbers)
{
    double range = sheet->high > sheet->low ? sheet->high - sheet->low : HUGE_VAL;
    for (size_t i = 0; i < sheet->height * sheet->width * sheet->channels; i++) {
        double shade = ((double)numbers[i] - sheet->low) / range;
        sheet->pixels[i] = (uint8_t)lrint(255.0 * fmin(fmax(shade, 0.0), 1.0));
    }
    const descent_image picture = {sheet->height, sheet->width, sheet->channels, sheet->pixels};
    descent_image smaller = {0};
    bool shrink = sheet->tile_height < sheet->height || sheet->tile_width < sheet->width;
    if (shrink && descent_image_resize(&smaller, &picture, sheet->tile_height, sheet->tile_width) !=
                      DESCENT_OK) {
        return cli_library_failed();
    }
    copy_nearest(sheet, row * (sheet->tile_height + SPACE) + SPACE,
                 column * (sheet->tile_width + SPACE) + SPACE, shrink ? &smaller : &picture);
    descent_image_free(&smaller);
    return DONE;
}

void sheet_free(struct sheet *sheet)
{
    descent_image_free(&sheet->image);
    free(sheet->pixels);
}
