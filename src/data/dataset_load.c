/*
 * Finds out what kind of source there is at a path, and hands over to the module that reads it.
 */
#include <descent/dataset.h>

#include "base/fail.h"
#include "base/folder.h"
#include "base/memory_limit.h"
#include "data/dataset_private.h"
#include "data/sources.h"
#include "data/split.h"

#include <ctype.h>
#include <descent/images.h>
#include <descent/random.h>
#include <stdlib.h>
#include <string.h>

enum { TEST_DIVISOR = 5 };

/* What is part of a number cannot separate numbers. */
static bool is_separator(char separator)
{
    return separator == 0 || separator == '\t' ||
           (separator >= ' ' && separator <= '~' && !isalnum((unsigned char)separator) &&
            strchr("\"'.+-#_", separator) == NULL);
}

/* The source with its defaults filled in. */
static descent_status fill_source(descent_source *filled, const descent_source *source)
{
    *filled = source != NULL ? *source : (descent_source)DESCENT_SOURCE_DEFAULT;
    filled->class_names = filled->classes > 0 ? filled->class_names : NULL;
    filled->target_names = filled->outputs > 0 ? filled->target_names : NULL;
    filled->memory_limit = descent_memory_limit(filled->memory_limit);
    if (!(filled->test >= 0 && filled->test < 1) && filled->test != DESCENT_TEST_NONE) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "test fraction: expected 0 or more and below 1, found %g",
                            filled->test);
    }
    DESCENT_RETURN_UNLESS((unsigned)filled->values < DESCENT_VALUES_COUNT);
    DESCENT_RETURN_UNLESS((unsigned)filled->header < DESCENT_HEADER_COUNT);
    DESCENT_RETURN_UNLESS(is_separator(filled->separator));
    DESCENT_RETURN_UNLESS(!filled->regression || !filled->multi_label);
    DESCENT_RETURN_UNLESS((unsigned)filled->missing < DESCENT_MISSING_COUNT);
    DESCENT_RETURN_UNLESS((unsigned)filled->part < DESCENT_PART_COUNT);
    size_t height = filled->height == 0 ? 1 : filled->height;
    size_t width = filled->width == 0 ? 1 : filled->width;
    if (height > (size_t)DESCENT_IMAGE_PIXELS_MAX / width) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "image size: expected at most %d pixels, found %zu x %zu",
                            DESCENT_IMAGE_PIXELS_MAX, height, width);
    }
    for (size_t c = 0; filled->class_names != NULL && c < filled->classes; c++) {
        DESCENT_RETURN_UNLESS(filled->class_names[c] != NULL);
    }
    return DESCENT_OK;
}

descent_status descent_source_hold(bool **held, size_t *wanted, const struct descent_split *split,
                                   const descent_source *source, const char *path)
{
    struct descent_split chosen = *split;
    bool all = source->test == DESCENT_TEST_NONE ||
               (source->test == 0 && split->count < DESCENT_SPLIT_LEAST &&
                !descent_split_like_numbers(split)); /* these are refused by the split */
    bool test = source->part == DESCENT_PART_TEST;
    chosen.what = "test";
    chosen.fraction = source->test > 0 ? source->test : 1.0 / TEST_DIVISOR;
    chosen.seed = source->test_seed;
    chosen.stream = DESCENT_STREAM_TEST;
    *held = NULL;
    *wanted = split->count;
    if (all && test) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: no test part: of %zu samples none are held back%s", path,
                            split->count, source->test == 0 ? ", unless a share is asked for" : "");
    }
    if (all) {
        return DESCENT_OK;
    }
    size_t count;
    DESCENT_TRY(descent_split_choose(held, &count, &chosen));
    *wanted = test ? count : split->count - count;
    return DESCENT_OK;
}

typedef descent_status load_function(descent_dataset **dataset, const char *path,
                                     const descent_source *source);

/* The kinds of folders, in the order in which they are tried. */
static const struct {
    descent_source_holds *holds;
    load_function *load;
} folders[] = {
    {descent_array_folder_holds, descent_arrays_load},
    {descent_csv_folder_holds, descent_csv_folder_load},
    {descent_image_folder_holds, descent_image_folder_load},
};

/* The numbers of IDX files and images are taken as they are. */
descent_status descent_source_check_values(descent_dataset **dataset, const char *path,
                                           descent_values expected)
{
    descent_values found = descent_dataset_values(*dataset);
    if (expected == DESCENT_VALUES_AUTO || expected == found) {
        return DESCENT_OK;
    }
    descent_dataset_destroy(*dataset);
    *dataset = NULL;
    return descent_fail(DESCENT_ERROR_MISMATCH,
                        "%s: expected %s, found %s; only numbers of CSV files can be either", path,
                        descent_values_name(expected), descent_values_name(found));
}

/* Of tables, either kind of numbers is made. */
static descent_status load_as(descent_dataset **dataset, const char *path,
                              const descent_source *source, load_function *load)
{
    DESCENT_TRY(load(dataset, path, source));
    return load == descent_csv_folder_load
               ? DESCENT_OK
               : descent_source_check_values(dataset, path, source->values);
}

static descent_status load_folder(descent_dataset **dataset, const char *folder,
                                  const descent_source *source)
{
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        bool found;
        DESCENT_TRY(folders[i].holds(&found, folder));
        if (found) {
            return load_as(dataset, folder, source, folders[i].load);
        }
    }
    size_t loose;
    DESCENT_TRY(descent_image_folder_loose(&loose, folder));
    if (loose > 0) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: expected a folder of images for each class, such as %s/CLASS, "
                            "found none of them, but %zu image%s of no class",
                            folder, folder, loose, loose == 1 ? "" : "s");
    }
    return descent_fail(DESCENT_ERROR_NOT_FOUND,
                        "%s: expected IDX files (train-images-idx3-ubyte and so on), NumPy files "
                        "(x_train.npy and y_train.npy and so on), train.csv, or a folder of images "
                        "for each class, found none of them",
                        folder);
}

descent_status descent_source_has_parts(const char *path)
{
    return descent_fail(DESCENT_ERROR_INVALID,
                        "%s: has a test part of its own: expected its training or its test part to "
                        "be asked for, found all",
                        path);
}

/* Each array was checked before it was read; the table of classes is still to come. */
static descent_status check_memory(const descent_samples *samples, const char *path,
                                   const descent_source *source)
{
    size_t sample = samples->bytes != NULL ? 1 : sizeof(float);
    for (size_t i = 0; i < samples->shape.rank; i++) {
        sample *= samples->shape.sizes[i];
    }
    sample += samples->labels != NULL ? sizeof *samples->labels
                                      : samples->outputs * sizeof *samples->targets;
    uint64_t bytes =
        descent_memory_product(samples->count, sample) + descent_dataset_table_size(samples);
    const char *what = samples->labels != NULL ? "samples with their classes" : "samples";
    return descent_memory_check(path, samples->count, what, bytes, source->memory_limit);
}

descent_status descent_source_finish(descent_dataset **dataset, const descent_samples *samples,
                                     const char *path, const descent_source *source)
{
    descent_status status = check_memory(samples, path, source);
    if (status == DESCENT_OK) {
        status = descent_dataset_create(dataset, samples);
    }
    if (status == DESCENT_OK) {
        descent_dataset_own(*dataset, samples);
        return DESCENT_OK;
    }
    free((void *)(uintptr_t)samples->bytes);
    free((void *)(uintptr_t)samples->floats);
    free((void *)(uintptr_t)samples->labels);
    free((void *)(uintptr_t)samples->targets);
    return status;
}

static descent_status keep_first(descent_dataset **dataset, const char *path,
                                 const descent_source *source)
{
    size_t count = descent_dataset_count(*dataset);
    if (source->limit == 0 || source->part != DESCENT_PART_TRAIN) {
        return DESCENT_OK;
    }
    if (source->limit <= count) {
        descent_dataset_cut(*dataset, source->limit);
        return DESCENT_OK;
    }
    descent_dataset_destroy(*dataset);
    *dataset = NULL;
    return descent_fail(
        DESCENT_ERROR_INVALID,
        "%s: limit (--limit): expected at most %zu, the training samples, found %zu", path, count,
        source->limit);
}

descent_status descent_source_turn(descent_dataset **dataset, const char *path,
                                   const descent_source *source)
{
    descent_status status =
        source->transpose ? descent_dataset_transpose(*dataset, path) : DESCENT_OK;
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*dataset);
        *dataset = NULL;
    }
    return status;
}

static descent_status load_file(descent_dataset **dataset, const char *path,
                                const descent_source *source)
{
    if (descent_dataset_is_numpy(path)) {
        return load_as(dataset, path, source, descent_arrays_load);
    }
    if (!descent_dataset_is_csv(path)) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: expected a folder, a table (.csv, .tsv, .txt or .data) or a NumPy "
                            "file (.npz), found another file",
                            path);
    }
    return descent_csv_load(dataset, path, source, source->part != DESCENT_PART_ALL);
}

descent_status descent_dataset_load(descent_dataset **dataset, const char *path,
                                    const descent_source *source)
{
    DESCENT_RETURN_UNLESS(dataset != NULL);
    *dataset = NULL;
    DESCENT_RETURN_UNLESS(path != NULL);
    descent_source filled;
    descent_status status = fill_source(&filled, source);
    bool folder = false;
    if (status == DESCENT_OK) {
        status = descent_folder_examine(&folder, path, "a folder or a file of data");
    }
    if (status != DESCENT_OK) {
        return status;
    }
    DESCENT_TRY(folder ? load_folder(dataset, path, &filled) : load_file(dataset, path, &filled));
    DESCENT_TRY(descent_source_turn(dataset, path, &filled));
    return keep_first(dataset, path, &filled);
}
