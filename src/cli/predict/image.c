/*
 * From an image file to what a model takes.
 */
#include "cli/base/standard_input.h"
#include "cli/predict/predict.h"

#include <descent/picture.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool predict_shape_of(struct predict_shape *shape, const struct classifier *classifier)
{
    size_t inputs = descent_model_inputs(classifier->model);
    size_t side = (size_t)lround(sqrt((double)inputs));
    const size_t *sizes = classifier->shape.sizes;
    size_t rank = classifier->has_shape ? classifier->shape.rank : 0;
    bool told = rank == 2 || (rank == 3 && (sizes[2] == 1 || sizes[2] == 3));
    bool square = rank == 0 && side > 1 && side * side == inputs;
    if (told) {
        *shape = (struct predict_shape){sizes[0], sizes[1], rank == 3 ? sizes[2] : 1};
    } else if (square) {
        *shape = (struct predict_shape){side, side, 1};
    }
    return told || square;
}

static descent_status load(descent_image *image, const char *path, bool color)
{
    if (strcmp(path, "-") != 0) {
        return descent_image_load(image, path, color);
    }
    struct standard_input input;
    *image = (descent_image){0};
    if (standard_input_read(&input, DESCENT_IMAGE_FILE_MAX) != DONE) {
        return DESCENT_ERROR_IO;
    }
    descent_status status =
        descent_image_decode(image, input.bytes, input.size, color, STANDARD_INPUT);
    free(input.bytes);
    return status;
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
                                    const char *path, bool as_is)
{
    descent_image image;
    bool color = shape->channels == 3;
    if (load(&image, path, color) != DESCENT_OK) {
        return cli_library_failed();
    }
    descent_status status =
        as_is || color ? resize(pixels, shape, &image)
                       : descent_picture_fit(pixels, shape->height, shape->width, &image, NULL);
    descent_image_free(&image);
    if (status == DESCENT_ERROR_FORMAT) {
        return cli_failed("%s: %s; --as-is takes it all the same", path, descent_last_error());
    }
    return status == DESCENT_OK ? DONE : cli_failed("%s: %s", path, descent_last_error());
}
