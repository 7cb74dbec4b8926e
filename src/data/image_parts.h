/*
 * Where the parts of a folder of images by class are.
 */
#ifndef DESCENT_IMAGE_PARTS_H
#define DESCENT_IMAGE_PARTS_H

#include "data/aside.h"

#include <limits.h>

struct descent_image_parts {
    char root[PATH_MAX]; /* of the wanted part: the folder with its classes */
    bool split;          /* whether the other part is there too, not told apart by folders */
    bool validation;     /* whether the test part is one for validation */
    struct descent_aside *aside; /* owned: folders of other parts, of none, and files beside them */
};

/*
 * Finds the folder of the source's part: training in train or training, testing in test or testing,
 * or where there is neither in val, valid or validation, in upper or lower case. They are parts
 * where there are training and test, or training and validation and no other folder, or one of them
 * alone; else all are classes.
 * The caller frees the aside in any case. Errors: NOT_FOUND, FORMAT (two folders for a part),
 * INVALID (all parts are asked for, and there are parts), IO, MEMORY.
 */
descent_status descent_image_parts_find(struct descent_image_parts *parts, const char *path,
                                        descent_part part);

#endif
