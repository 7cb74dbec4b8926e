/*
 * Samples alone, out of a file with one array: a data set of a single class.
 */
#include <descent/dataset.h>

#include "base/fail.h"
#include "base/memory_limit.h"
#include "data/array_list.h"
#include "data/idx.h"
#include "data/npz.h"
#include "data/sources.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool descent_dataset_is_array(const char *path)
{
    struct stat about;
    size_t rank = 0;
    bool file = stat(path, &about) == 0 && S_ISREG(about.st_mode);
    return file && (descent_dataset_is_numpy(path) ||
                    (descent_idx_examine(&rank, path) == DESCENT_OK && rank > 0));
}

/* The only member, or else the only one whose name says that it holds samples. */
static const struct descent_npz_member *choose_member(const struct descent_npz *npz)
{
    const struct descent_npz_member *chosen = npz->count == 1 ? &npz->members[0] : NULL;
    for (size_t i = 0; npz->count > 1 && i < npz->count; i++) {
        if (descent_array_name_read(npz->members[i].name).role == DESCENT_ARRAY_SAMPLES) {
            if (chosen != NULL) {
                return NULL;
            }
            chosen = &npz->members[i];
        }
    }
    return chosen;
}

static descent_status load_archive(struct descent_array *array, struct descent_array_file *file,
                                   enum descent_npy_use use, const descent_source *source)
{
    struct descent_npz *npz = malloc(sizeof *npz);
    if (npz == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its directory", file->path);
    }
    descent_status status = descent_npz_load(npz, file->path);
    const struct descent_npz_member *member = status == DESCENT_OK ? choose_member(npz) : NULL;
    if (member != NULL) {
        file->member = true;
        file->part = member->part;
        status = descent_array_file_load(array, file, use, source);
    } else if (status == DESCENT_OK) {
        status = descent_fail(DESCENT_ERROR_NOT_FOUND,
                              "%s: expected one array of samples, such as x or images, found %zu "
                              "arrays",
                              file->path, npz->count);
    }
    free(npz);
    return status;
}

static descent_status load_array(struct descent_array *array, const char *path,
                                 const descent_source *source)
{
    size_t rank = 0;
    bool numpy = descent_dataset_is_numpy(path);
    DESCENT_TRY(numpy ? DESCENT_OK : descent_idx_examine(&rank, path));
    char *copy = strdup(path);
    if (copy == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its path", path);
    }
    struct descent_array_file file = {
        .path = copy, .label = copy, .numpy = numpy, .name = {.idx_rank = rank}};
    enum descent_npy_use use =
        source->values == DESCENT_VALUES_BYTES ? DESCENT_NPY_BYTES : DESCENT_NPY_SAMPLES;
    descent_status status = descent_array_is_archive(path)
                                ? load_archive(array, &file, use, source)
                                : descent_array_file_load(array, &file, use, source);
    free(copy);
    return status;
}

/* An array of as many numbers as a sample has is a single one. */
static descent_samples samples_of(const struct descent_array *array, size_t features)
{
    size_t width = descent_array_width(array);
    bool single = width != features && width * array->sizes[0] == features;
    bool flat = array->rank == 1 && !single;
    descent_samples samples = {
        .shape = {.rank = flat ? 1 : array->rank - !single, .sizes = {1}},
        .count = single ? 1 : array->sizes[0],
        .bytes = array->bytes,
        .floats = array->floats,
        .classes = 1,
    };
    if (!flat) {
        memcpy(samples.shape.sizes, array->sizes + !single,
               samples.shape.rank * sizeof array->sizes[0]);
    }
    return samples;
}

descent_status descent_dataset_load_samples(descent_dataset **dataset, const char *path,
                                            size_t features, const descent_source *source)
{
    DESCENT_RETURN_UNLESS(dataset != NULL);
    *dataset = NULL;
    DESCENT_RETURN_UNLESS(path != NULL);
    descent_source filled = source != NULL ? *source : (descent_source)DESCENT_SOURCE_DEFAULT;
    filled.memory_limit = descent_memory_limit(filled.memory_limit);
    DESCENT_RETURN_UNLESS((unsigned)filled.values < DESCENT_VALUES_COUNT);
    struct descent_array array = {0};
    DESCENT_TRY(load_array(&array, path, &filled));
    descent_samples samples = samples_of(&array, features);
    samples.labels = calloc(samples.count, sizeof *samples.labels);
    if (samples.labels == NULL) {
        descent_array_free(&array);
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu samples", path,
                            samples.count);
    }
    DESCENT_TRY(descent_source_finish(dataset, &samples, path, &filled));
    DESCENT_TRY(descent_source_check_values(dataset, path, filled.values));
    return descent_source_turn(dataset, path, &filled);
}
