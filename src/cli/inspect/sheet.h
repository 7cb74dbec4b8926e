/*
 * A contact sheet: many small pictures in rows and columns, as one PNG file.
 */
#ifndef DESCENT_CLI_SHEET_H
#define DESCENT_CLI_SHEET_H

#include "cli/base/cli.h"

#include <descent/augment.h>
#include <descent/dataset.h>
#include <descent/images.h>

/* Starts as {0}. */
struct sheet {
    descent_image image;            /* the whole */
    size_t height, width, channels; /* of a picture that is put in */
    size_t tile_height, tile_width; /* of it on the sheet */
};

/* Makes an empty sheet for pictures of a shape, [height, width] or [height, width, 3]. FAILED after
 * naming `path` where the shape is another one, or the sheet would be too large. */
enum exit_status sheet_create(struct sheet *sheet, const descent_shape *shape, size_t rows,
                              size_t columns, const char *path);

/* Puts a picture into a place. */
enum exit_status sheet_put(struct sheet *sheet, size_t row, size_t column, const uint8_t *pixels);

/* The same for numbers, of which low becomes black and high white. */
enum exit_status sheet_put_floats(struct sheet *sheet, size_t row, size_t column,
                                  const float *numbers, double low, double high);

/* Writes the file. */
enum exit_status sheet_save(const struct sheet *sheet, const char *path);

/* Frees what a sheet holds; a zeroed one is allowed. */
void sheet_free(struct sheet *sheet);

/* The first ten samples of each class, a row a class; of at most fifty classes. low and high are
 * those of the data. */
enum exit_status sheet_save_classes(const descent_dataset *dataset, double low, double high,
                                    const char *data, const char *path);

/* The first sample of each class, of at most ten, a row each: as it is, and as it comes augmented
 * in nine epochs. */
enum exit_status sheet_save_augmented(const descent_dataset *dataset, double low, double high,
                                      const descent_augment *augment, const char *data,
                                      const char *path);

#endif
