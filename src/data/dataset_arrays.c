/*
 * A data set out of arrays: a folder of IDX or NumPy files, or a .npz file.
 */
#include <descent/dataset.h>

#include "base/fail.h"
#include "base/folder.h"
#include "base/memory_limit.h"
#include "base/names.h"
#include "data/array_labels.h"
#include "data/array_pair.h"
#include "data/dataset_private.h"
#include "data/sources.h"
#include "data/split.h"

#include <descent/file.h>
#include <descent/images.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a data set is made of. */
struct arrays {
    const char *path;
    const descent_source *source;
    struct descent_array_list list;
    struct descent_array_pair pair;
    struct descent_array samples;
    struct descent_array answers; /* labels, as integers, or targets, as floats */
    struct descent_array_classes classes;
    size_t whole; /* samples that a part was split off, or 0 */
    bool *held;   /* [whole], which of them make up the test part */
};

bool descent_dataset_is_numpy(const char *path)
{
    return descent_array_is_archive(path) || descent_array_is_numpy(path);
}

/* Samples, or labels or targets of a part, whose names leave no doubt. */
static bool is_array(const char *name)
{
    const struct descent_array_name read = descent_array_name_read(name);
    bool archive = descent_array_is_archive(name), numpy = descent_array_is_numpy(name);
    bool idx = read.idx_rank > 0 &&
               (read.part != DESCENT_ARRAY_WHOLE || read.role == DESCENT_ARRAY_SAMPLES);
    bool bare =
        read.part != DESCENT_ARRAY_WHOLE && (strchr(name, '.') == NULL || read.set[0] == '\0');
    bool role = read.role != DESCENT_ARRAY_UNKNOWN;
    return name[0] != '.' && (archive || (role && (numpy || idx || bare)));
}

descent_status descent_array_folder_holds(bool *found, const char *folder)
{
    return descent_folder_holds(found, folder, is_array);
}

/* Of classes.txt. */
enum { FILE_MAX = DESCENT_NAMES_MAX * (DESCENT_NAME_SIZE_MAX + 2) };

/* Adds the names on the lines of a text, which is changed. Editors may have put a byte order mark
 * before them and blank lines behind. */
static descent_status read_lines(struct descent_names *names, char *text, const char *path)
{
    static const char mark[] = "\xef\xbb\xbf";
    text += strncmp(text, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
    for (size_t line = 1; text[strspn(text, "\r\n")] != '\0'; line++) {
        char *end = text + strcspn(text, "\n");
        char *next = *end == '\n' ? end + 1 : end;
        end -= end > text && end[-1] == '\r';
        *end = '\0';
        char where[PATH_MAX + 32];
        size_t number = 0;
        snprintf(where, sizeof where, "%s: line %zu", path, line);
        descent_status status = descent_names_add(names, &number, text, where);
        if (status != DESCENT_OK) {
            return status;
        }
        if (number != line - 1) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected another class on each line, found \"%s\" again",
                                where, text);
        }
        text = next;
    }
    return names->count > 0 ? DESCENT_OK
                            : descent_fail(DESCENT_ERROR_FORMAT,
                                           "%s: expected names of classes, found none", path);
}

/* Reads folder/classes.txt, a name a line; without such a file there are no names. */
static descent_status load_names(struct descent_names *names, const char *folder, uint64_t limit)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/" DESCENT_ARRAY_CLASSES, folder) >= (int)sizeof path) {
        return DESCENT_OK;
    }
    char *text = NULL;
    size_t size = 0;
    descent_status status = descent_file_load(
        &text, &size, path, limit != 0 && limit < FILE_MAX ? (size_t)limit : FILE_MAX);
    if (status == DESCENT_ERROR_NOT_FOUND) {
        return DESCENT_OK;
    }
    if (status == DESCENT_OK && strlen(text) != size) {
        status = descent_fail(DESCENT_ERROR_FORMAT, "%s: expected text, found a NUL byte", path);
    }
    if (status == DESCENT_OK) {
        status = read_lines(names, text, path);
    }
    free(text);
    return status;
}

/* What the arrays are read for. */
static enum descent_npy_use use_of_samples(const struct arrays *arrays)
{
    return arrays->source->values == DESCENT_VALUES_BYTES ? DESCENT_NPY_BYTES : DESCENT_NPY_SAMPLES;
}

static enum descent_npy_use use_of_answers(const struct arrays *arrays)
{
    bool flags =
        arrays->source->multi_label && arrays->pair.answers->name.role == DESCENT_ARRAY_TARGETS;
    return arrays->source->regression || flags ? DESCENT_NPY_NUMBERS : DESCENT_NPY_LABELS;
}

/* Labels as they stand in the file become classes, or flags of several. */
static descent_status settle_labels(struct arrays *arrays)
{
    const char *path = arrays->pair.answers->label;
    struct descent_names names = {0};
    bool several = arrays->source->multi_label;
    if (several && (use_of_answers(arrays) == DESCENT_NPY_NUMBERS ||
                    descent_array_width(&arrays->answers) > 1)) {
        return descent_array_flags_read(&arrays->answers, path);
    }
    descent_status status = load_names(&names, arrays->path, arrays->source->memory_limit);
    if (status == DESCENT_OK) {
        status = descent_array_labels_read(&arrays->classes, &arrays->answers,
                                           names.count > 0 ? &names : NULL, path, arrays->source);
    }
    descent_names_free(&names);
    return status;
}

static descent_status check_counts(const struct arrays *arrays)
{
    size_t samples = arrays->samples.sizes[0], answers = arrays->answers.sizes[0];
    if (samples == answers) {
        return DESCENT_OK;
    }
    return descent_fail(
        DESCENT_ERROR_FORMAT, "%s: expected %zu %s, one for each image of %s, found %zu",
        arrays->pair.answers->label, samples, arrays->source->regression ? "targets" : "labels",
        arrays->pair.samples->label, answers);
}

/* Images are no larger than files of images may be. */
static descent_status check_images(const struct arrays *arrays)
{
    const struct descent_array *array = &arrays->samples;
    if (array->rank < 3 || array->sizes[1] <= DESCENT_IMAGE_PIXELS_MAX / array->sizes[2]) {
        return DESCENT_OK;
    }
    return descent_fail(
        DESCENT_ERROR_FORMAT, "%s: expected images of at most %d pixels, found %zu x %zu",
        arrays->pair.samples->label, DESCENT_IMAGE_PIXELS_MAX, array->sizes[1], array->sizes[2]);
}

/* Each array was checked against the limit; so are both together, labels as integers. */
static descent_status check_memory(const struct arrays *arrays)
{
    size_t answers = descent_array_width(&arrays->answers) * sizeof(float);
    size_t sample = descent_array_width(&arrays->samples) * arrays->samples.number_size + answers;
    return descent_memory_check(arrays->path, arrays->samples.sizes[0], "samples",
                                descent_memory_product(arrays->samples.sizes[0], sample),
                                arrays->source->memory_limit);
}

/* What the headers claim, before memory is taken for any of it. */
static descent_status look_ahead(struct arrays *arrays)
{
    const descent_source *source = arrays->source;
    DESCENT_TRY(descent_array_file_examine(&arrays->answers, arrays->pair.answers,
                                           use_of_answers(arrays), source));
    DESCENT_TRY(descent_array_file_examine(&arrays->samples, arrays->pair.samples,
                                           use_of_samples(arrays), source));
    DESCENT_TRY(check_counts(arrays));
    DESCENT_TRY(check_images(arrays));
    return check_memory(arrays);
}

static descent_status load_arrays(struct arrays *arrays)
{
    const descent_source *source = arrays->source;
    DESCENT_TRY(descent_array_list_create(&arrays->list, arrays->path));
    DESCENT_TRY(descent_array_pair_find(&arrays->pair, &arrays->list, arrays->path, source));
    DESCENT_TRY(look_ahead(arrays));
    DESCENT_TRY(descent_array_file_load(&arrays->answers, arrays->pair.answers,
                                        use_of_answers(arrays), source));
    DESCENT_TRY(source->regression ? DESCENT_OK : settle_labels(arrays));
    return descent_array_file_load(&arrays->samples, arrays->pair.samples, use_of_samples(arrays),
                                   source);
}

/* Leaves those rows in an array that are held, or are not. */
static void keep_rows(void *array, size_t row, size_t count, const bool *held, bool which)
{
    char *to = array;
    for (size_t i = 0; array != NULL && i < count; i++) {
        if (held[i] == which) {
            memmove(to, (char *)array + i * row, row);
            to += row;
        }
    }
}

static descent_status keep_part(struct arrays *arrays)
{
    size_t count = arrays->samples.sizes[0], width = descent_array_width(&arrays->samples);
    size_t outputs = descent_array_width(&arrays->answers);
    const struct descent_split split = {
        .labels = arrays->answers.integers, .count = count, .classes = arrays->classes.count};
    bool test = arrays->source->part == DESCENT_PART_TEST;
    DESCENT_TRY(descent_source_hold(&arrays->held, &arrays->samples.sizes[0], &split,
                                    arrays->source, arrays->path));
    const bool *held = arrays->held;
    if (held != NULL) {
        keep_rows(arrays->samples.bytes, width, count, held, test);
        keep_rows(arrays->samples.floats, width * sizeof(float), count, held, test);
        keep_rows(arrays->answers.integers, sizeof(int32_t), count, held, test);
        keep_rows(arrays->answers.floats, outputs * sizeof(float), count, held, test);
        arrays->whole = count;
    }
    return DESCENT_OK;
}

static descent_samples samples_of(const struct arrays *arrays)
{
    const struct descent_array *array = &arrays->samples;
    const char *const *names = arrays->source->class_names;
    if (names == NULL && arrays->classes.names.count > 0) {
        names = (const char *const *)arrays->classes.names.texts;
    }
    descent_samples samples = {
        .shape = {.rank = array->rank > 1 ? array->rank - 1 : 1, .sizes = {1}},
        .count = array->sizes[0],
        .bytes = array->bytes,
        .floats = array->floats,
        .labels = arrays->answers.integers,
        .classes = arrays->classes.count,
        .class_names = names,
        .targets = arrays->answers.floats,
        .outputs = descent_array_width(&arrays->answers),
    };
    if (array->rank > 1) {
        memcpy(samples.shape.sizes, array->sizes + 1, samples.shape.rank * sizeof array->sizes[0]);
    }
    return samples;
}

/* Files that are not part of the data set; of arrays it matters, but for those that are there
 * twice.
 */
static descent_status keep_aside(struct descent_aside **aside, struct arrays *arrays)
{
    *aside = arrays->list.others;
    arrays->list.others = NULL;
    for (size_t i = 0; i < arrays->list.count; i++) {
        const struct descent_array_file *file = &arrays->list.files[i];
        if (!file->used) {
            const char *slash = strrchr(file->label, '/');
            DESCENT_TRY(descent_aside_add(aside, slash != NULL ? slash + 1 : file->label,
                                          file->label, true));
        }
    }
    return DESCENT_OK;
}

static descent_status finish(descent_dataset **dataset, struct arrays *arrays)
{
    const descent_samples samples = samples_of(arrays);
    arrays->samples = (struct descent_array){0}; /* handed over */
    arrays->answers = (struct descent_array){0};
    DESCENT_TRY(descent_source_finish(dataset, &samples, arrays->path, arrays->source));
    (*dataset)->whole = arrays->whole;
    DESCENT_TRY(keep_aside(&(*dataset)->owned.aside, arrays));
    return arrays->held == NULL
               ? DESCENT_OK
               : descent_dataset_own_places(*dataset, arrays->held, arrays->whole,
                                            arrays->source->part == DESCENT_PART_TEST);
}

descent_status descent_arrays_load(descent_dataset **dataset, const char *path,
                                   const descent_source *source)
{
    struct arrays arrays = {.path = path, .source = source};
    descent_status status = load_arrays(&arrays);
    if (status == DESCENT_OK && arrays.pair.split) {
        status = keep_part(&arrays);
    }
    if (status == DESCENT_OK) {
        status = finish(dataset, &arrays);
    }
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*dataset);
        *dataset = NULL;
    }
    descent_array_free(&arrays.samples);
    descent_array_free(&arrays.answers);
    descent_names_free(&arrays.classes.names);
    descent_array_list_free(&arrays.list);
    free(arrays.held);
    return status;
}
