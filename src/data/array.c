/*
 * What arrays have in common, whichever file they come from.
 */
#include "data/array.h"

#include "base/fail.h"
#include "base/memory_limit.h"

#include <stdlib.h>

size_t descent_array_width(const struct descent_array *array)
{
    size_t width = 1;
    for (size_t i = 1; i < array->rank; i++) {
        width *= array->sizes[i];
    }
    return width;
}

descent_status descent_array_check(const struct descent_array *array, const char *path,
                                   uint64_t memory_limit)
{
    size_t width = descent_array_width(array);
    if (width > DESCENT_ARRAY_WIDTH_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected samples of at most %d numbers, found %zu", path,
                            DESCENT_ARRAY_WIDTH_MAX, width);
    }
    uint64_t numbers = descent_memory_product(array->sizes[0], width);
    return descent_memory_check(path, array->sizes[0], "samples",
                                descent_memory_product(numbers, array->number_size), memory_limit);
}

void descent_array_free(struct descent_array *array)
{
    free(array->bytes);
    free(array->integers);
    free(array->floats);
    array->bytes = NULL;
    array->integers = NULL;
    array->floats = NULL;
}
