/*
 * Where samples come from: which of all it is, and for images the file.
 */
#include <descent/dataset.h>

#include "base/fail.h"
#include "data/dataset_private.h"

#include <stdlib.h>

descent_status descent_dataset_own_places(descent_dataset *dataset, const bool *held, size_t count,
                                          bool which)
{
    uint32_t *places = calloc(count, sizeof *places);
    if (places == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "data set: no memory for %zu places", count);
    }
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        if (held[i] == which) {
            places[filled++] = (uint32_t)i;
        }
    }
    dataset->places = dataset->owned.places = places;
    return DESCENT_OK;
}

void descent_dataset_own_files(descent_dataset *dataset, char **files, size_t count)
{
    dataset->files = dataset->owned.files = files;
    dataset->owned.file_count = count;
}

void descent_dataset_free_places(descent_dataset *dataset)
{
    free(dataset->owned.places);
    for (size_t i = 0; i < dataset->owned.file_count; i++) {
        free(dataset->owned.files[i]);
    }
    free(dataset->owned.files);
}

size_t descent_dataset_place(const descent_dataset *dataset, size_t i)
{
    size_t row = descent_dataset_row(dataset, i);
    return dataset->places != NULL ? dataset->places[row] : row;
}

const char *descent_dataset_file(const descent_dataset *dataset, size_t i)
{
    return dataset->files != NULL ? dataset->files[descent_dataset_row(dataset, i)] : NULL;
}
