/*
 * What arrays have in common, whichever file they come from.
 */
#include "data/array.h"

#include <stdlib.h>

size_t descent_array_width(const struct descent_array *array)
{
    size_t width = 1;
    for (size_t i = 1; i < array->rank; i++) {
        width *= array->sizes[i];
    }
    return width;
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
