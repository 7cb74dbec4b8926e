/*
 * Tells images by their dimensions.
 */
#include "data/image_shape.h"

#include "base/fail.h"

enum { CHANNELS_MAX = 4 };

descent_status descent_image_shape_check(const descent_shape *shape, const char *where)
{
    if (shape->rank == 2 || (shape->rank == 3 && shape->sizes[2] <= CHANNELS_MAX)) {
        return DESCENT_OK;
    }
    const char *expected = "expected samples that are images, height x width or height x width x "
                           "channels";
    return shape->rank == 3
               ? descent_fail(DESCENT_ERROR_INVALID,
                              "%s: %s, found %zu x %zu x %zu; where channels come first, in "
                              "Python, np.save(FILE, np.moveaxis(a, 1, -1)) puts them last",
                              where, expected, shape->sizes[0], shape->sizes[1], shape->sizes[2])
               : descent_fail(DESCENT_ERROR_INVALID, "%s: %s, found %zu dimension%s", where,
                              expected, shape->rank, shape->rank == 1 ? "" : "s");
}
