/*
 * Contact sheets. Small pictures are enlarged by a whole number, so that each pixel stays a square;
 * large ones are made smaller.
 */
#include "cli/inspect/sheet.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The longer side of a picture on the sheet, the space between two, and its grey. */
enum { SIDE_LOW = 48, SIDE_HIGH = 128, SPACE = 2, BACKGROUND = 96 };

enum { SAMPLES_A_CLASS = 10, CLASSES_MAX = 50 };

static bool is_picture(const descent_shape *shape)
{
    return shape->rank == 2 || (shape->rank == 3 && (shape->sizes[2] == 1 || shape->sizes[2] == 3));
}

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
                              size_t columns, const char *path)
{
    if (!is_picture(shape)) {
        char found[128];
        text_shape(found, sizeof found, shape);
        return cli_failed("%s: a sheet takes images, H x W or H x W x 3, found samples of %s; "
                          "--size gives CSV rows a shape",
                          path, found);
    }
    *sheet = (struct sheet){.height = shape->sizes[0],
                            .width = shape->sizes[1],
                            .channels = shape->rank == 3 ? shape->sizes[2] : 1};
    choose_tile(sheet);
    size_t height = rows * (sheet->tile_height + SPACE) + SPACE;
    size_t width = columns * (sheet->tile_width + SPACE) + SPACE;
    sheet->image =
        (descent_image){height, width, sheet->channels, malloc(height * width * sheet->channels)};
    if (sheet->image.pixels == NULL) {
        return cli_failed("out of memory for a sheet of %zu x %zu pixels", height, width);
    }
    memset(sheet->image.pixels, BACKGROUND, height * width * sheet->channels);
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

enum exit_status sheet_put(struct sheet *sheet, size_t row, size_t column, const uint8_t *pixels)
{
    descent_image picture = {sheet->height, sheet->width, sheet->channels,
                             (uint8_t *)(uintptr_t)pixels};
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

enum exit_status sheet_put_floats(struct sheet *sheet, size_t row, size_t column,
                                  const float *numbers, double low, double high)
{
    size_t count = sheet->height * sheet->width * sheet->channels;
    uint8_t *pixels = malloc(count);
    if (pixels == NULL) {
        return cli_failed("out of memory for an image of %zu numbers", count);
    }
    for (size_t i = 0; i < count; i++) {
        double shade = high > low ? ((double)numbers[i] - low) / (high - low) : 0.0;
        pixels[i] = (uint8_t)lrint(255.0 * fmin(fmax(shade, 0.0), 1.0));
    }
    enum exit_status status = sheet_put(sheet, row, column, pixels);
    free(pixels);
    return status;
}

enum exit_status sheet_save(const struct sheet *sheet, const char *path)
{
    return descent_image_save(path, &sheet->image) == DESCENT_OK ? DONE : cli_library_failed();
}

void sheet_free(struct sheet *sheet)
{
    descent_image_free(&sheet->image);
}

/* The row of a sample: its class, or for numbers to predict the next one with room. */
static size_t row_of(const descent_dataset *dataset, size_t i)
{
    int32_t label = descent_dataset_label(dataset, i);
    return label < 0 ? i / SAMPLES_A_CLASS : (size_t)label;
}

static enum exit_status fill(struct sheet *sheet, const descent_dataset *dataset, size_t rows,
                             double low, double high)
{
    size_t columns[CLASSES_MAX] = {0};
    enum exit_status status = DONE;
    for (size_t i = 0; i < descent_dataset_count(dataset) && status == DONE; i++) {
        size_t row = row_of(dataset, i);
        if (row >= rows || columns[row] == SAMPLES_A_CLASS) {
            continue;
        }
        const uint8_t *bytes = descent_dataset_sample(dataset, i);
        size_t column = columns[row]++;
        status = bytes != NULL
                     ? sheet_put(sheet, row, column, bytes)
                     : sheet_put_floats(sheet, row, column,
                                        descent_dataset_sample_floats(dataset, i), low, high);
    }
    return status;
}

enum exit_status sheet_save_classes(const descent_dataset *dataset, double low, double high,
                                    const char *data, const char *path)
{
    size_t classes = descent_dataset_classes(dataset);
    size_t rows = classes == 0 ? SAMPLES_A_CLASS : classes < CLASSES_MAX ? classes : CLASSES_MAX;
    struct sheet sheet = {0};
    enum exit_status status =
        sheet_create(&sheet, descent_dataset_shape(dataset), rows, SAMPLES_A_CLASS, data);
    if (status == DONE) {
        status = fill(&sheet, dataset, rows, low, high);
    }
    if (status == DONE) {
        status = sheet_save(&sheet, path);
    }
    sheet_free(&sheet);
    return status;
}
