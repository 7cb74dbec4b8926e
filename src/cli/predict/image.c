/*
 * From an image file to what a model takes.
 */
#include "cli/predict/predict.h"

#include "cli/base/text.h"

#include <descent/picture.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool predict_shape_of(struct predict_shape *shape, const struct trained_model *trained)
{
    size_t inputs = descent_model_inputs(trained->model);
    size_t side = (size_t)lround(sqrt((double)inputs));
    const size_t *sizes = trained->shape.sizes;
    size_t rank = trained->has_shape ? trained->shape.rank : 0;
    bool told = rank == 2 || (rank == 3 && (sizes[2] == 1 || sizes[2] == 3));
    bool square = rank == 0 && side > 1 && side * side == inputs;
    if (told) {
        *shape = (struct predict_shape){sizes[0], sizes[1], rank == 3 ? sizes[2] : 1};
    } else if (square) {
        *shape = (struct predict_shape){side, side, 1};
    }
    return told || square;
}

/* Reads it to its end. The caller frees the bytes in any case. */
static enum exit_status read_standard_input(char **bytes, size_t *size)
{
    FILE *copy = text_open(bytes, size);
    char part[1 << 14];
    size_t total = 0;
    bool whole = copy != NULL;
    for (size_t n;
         whole && total <= DESCENT_IMAGE_FILE_MAX && (n = fread(part, 1, sizeof part, stdin)) > 0;
         total += n) {
        whole = fwrite(part, 1, n, copy) == n;
    }
    if (copy == NULL || !text_close(copy, bytes) || !whole) {
        return cli_failed("standard input: out of memory after %zu bytes", total);
    }
    if (ferror(stdin)) {
        return cli_failed("standard input: cannot be read");
    }
    if (total > DESCENT_IMAGE_FILE_MAX) {
        return cli_failed("standard input: expected at most %zu bytes, found more",
                          (size_t)DESCENT_IMAGE_FILE_MAX);
    }
    return DONE;
}

static enum exit_status load_standard_input(descent_image *image, bool color)
{
    char *bytes = NULL;
    size_t size;
    enum exit_status status = read_standard_input(&bytes, &size);
    if (status == DONE &&
        descent_image_decode(image, bytes, size, color, "standard input") != DESCENT_OK) {
        status = cli_library_failed();
    }
    free(bytes);
    return status;
}

static enum exit_status load(descent_image *image, const char *path, bool color)
{
    if (strcmp(path, "-") == 0) {
        return load_standard_input(image, color);
    }
    return cli_library(descent_image_load(image, path, color));
}

static descent_status resize(uint8_t *pixels, const struct predict_shape *shape,
                             const descent_image *image)
{
    descent_image resized;
    descent_status status = descent_image_resize(&resized, image, shape->height, shape->width);
    if (status == DESCENT_OK) {
        memcpy(pixels, resized.pixels, shape->height * shape->width * shape->channels);
    }
    descent_image_free(&resized);
    return status;
}

enum exit_status predict_image_read(uint8_t *pixels, const struct predict_shape *shape,
                                    const char *path, bool as_mnist)
{
    descent_image image;
    bool color = shape->channels == 3;
    CLI_TRY(load(&image, path, color));
    descent_status status =
        as_mnist ? descent_picture_fit(pixels, shape->height, shape->width, &image, NULL)
                 : resize(pixels, shape, &image);
    descent_image_free(&image);
    if (status == DESCENT_ERROR_FORMAT) {
        return cli_failed("%s: %s; --as-is takes it all the same", path, descent_last_error());
    }
    return status == DESCENT_OK ? DONE : cli_failed("%s: %s", path, descent_last_error());
}
