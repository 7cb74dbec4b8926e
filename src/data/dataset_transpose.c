/*
 * Images on their side, turned over their diagonal, in place.
 */
#include "base/fail.h"
#include "data/dataset_private.h"
#include "data/image_shape.h"
#include "data/sources.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* All images in turn; scratch has room for one. */
static void turn(descent_dataset *dataset, size_t pixel, char *scratch)
{
    size_t height = dataset->shape.sizes[0], width = dataset->shape.sizes[1];
    char *image = dataset->owned.arrays[0];
    for (size_t i = 0; i < dataset->count; i++, image += height * width * pixel) {
        memcpy(scratch, image, height * width * pixel);
        for (size_t y = 0; y < width; y++) {
            for (size_t x = 0; x < height; x++) {
                memcpy(image + (y * height + x) * pixel, scratch + (x * width + y) * pixel, pixel);
            }
        }
    }
    dataset->shape.sizes[0] = width;
    dataset->shape.sizes[1] = height;
}

descent_status descent_dataset_transpose(descent_dataset *dataset, const char *path)
{
    size_t size = dataset->features * (dataset->bytes != NULL ? 1 : sizeof(float));
    if (dataset->shape.rank < 2 || dataset->pictures) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "%s: expected images to transpose from IDX, NumPy or CSV files, found "
                            "%s",
                            path, dataset->pictures ? "files of images" : "rows of numbers");
    }
    DESCENT_TRY(descent_image_shape_check(&dataset->shape, path));
    char *scratch = malloc(size);
    if (scratch == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory to transpose an image", path);
    }
    turn(dataset, size / dataset->shape.sizes[0] / dataset->shape.sizes[1], scratch);
    free(scratch);
    return DESCENT_OK;
}
