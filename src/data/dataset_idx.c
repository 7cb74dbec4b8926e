/*
 * A data set out of a folder of IDX files with the names of MNIST's.
 */
#include <descent/dataset.h>

#include "base/fail.h"
#include "base/memory_limit.h"
#include "base/names.h"
#include "data/idx.h"
#include "data/sources.h"

#include <descent/file.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file's place; an empty path: not found. */
struct place {
    char path[PATH_MAX];
    size_t rank;
};

/* The two files of a part: samples, and labels or targets. */
struct pair {
    struct place images;
    struct place answers;
};

/* What the second file says of the samples. */
struct answers {
    struct descent_idx idx; /* labels, as integers, or targets, as floats */
    struct descent_names names;
    size_t classes;
};

static const char *prefix_of(descent_part part)
{
    return part == DESCENT_PART_TEST ? "t10k" : "train";
}

bool descent_idx_folder_holds(const char *path)
{
    static const char *const beginnings[] = {"train-images-idx",  "train-labels-idx",
                                             "train-targets-idx", "t10k-images-idx",
                                             "t10k-labels-idx",   "t10k-targets-idx"};
    DIR *folder = opendir(path);
    bool found = false;
    for (const struct dirent *entry; folder != NULL && !found && (entry = readdir(folder));) {
        for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
            found = found || strncmp(entry->d_name, beginnings[i], strlen(beginnings[i])) == 0;
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISDIR(about.st_mode);
}

/* Looks for folder/prefix-what-idxRANK-TYPE, plain or with .gz; TYPE is only part of the name:
 * the type in the file counts. */
static bool find_rank(struct place *place, const char *folder, const char *prefix, const char *what)
{
    static const char *const endings[] = {"ubyte", "ubyte.gz", "float",  "float.gz",
                                          "int",   "int.gz",   "double", "double.gz"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        int length = snprintf(place->path, PATH_MAX, "%s/%s-%s-idx%zu-%s", folder, prefix, what,
                              place->rank, endings[i]);
        if (length < PATH_MAX && is_file(place->path)) {
            return true;
        }
    }
    place->path[0] = '\0';
    return false;
}

static bool find_file(struct place *place, const char *folder, const char *prefix, const char *what,
                      size_t rank_low, size_t rank_high)
{
    place->rank = rank_low;
    while (!find_rank(place, folder, prefix, what)) {
        if (place->rank++ == rank_high) {
            return false;
        }
    }
    return true;
}

static descent_status fail_missing(const char *folder, const descent_source *source,
                                   const struct pair *pair)
{
    const char *prefix = prefix_of(source->part);
    char images[64] = "", answers[64] = "";
    if (pair->images.path[0] == '\0') {
        snprintf(images, sizeof images, " %s-images-idxN-ubyte[.gz]", prefix);
    }
    if (pair->answers.path[0] == '\0') {
        snprintf(answers, sizeof answers,
                 source->regression ? " %s-targets-idx2-float[.gz]" : " %s-labels-idx1-ubyte[.gz]",
                 prefix);
    }
    return descent_fail(DESCENT_ERROR_NOT_FOUND,
                        "%s: expected an image and a %s file, missing:%s%s", folder,
                        source->regression ? "target" : "label", images, answers);
}

static bool has_test(const char *folder)
{
    struct place place;
    return find_file(&place, folder, prefix_of(DESCENT_PART_TEST), "images", 2,
                     DESCENT_IDX_RANK_MAX);
}

static descent_status find_pair(struct pair *pair, const char *folder, const descent_source *source)
{
    if (source->part == DESCENT_PART_ALL && has_test(folder)) {
        return descent_source_has_parts(folder);
    }
    const char *prefix = prefix_of(source->part);
    bool images = find_file(&pair->images, folder, prefix, "images", 2, DESCENT_IDX_RANK_MAX);
    bool answers = source->regression ? find_file(&pair->answers, folder, prefix, "targets", 1, 2)
                                      : find_file(&pair->answers, folder, prefix, "labels", 1, 1);
    return images && answers ? DESCENT_OK : fail_missing(folder, source, pair);
}

/* Of classes.txt. */
enum { FILE_MAX = DESCENT_NAMES_MAX * (DESCENT_NAME_SIZE_MAX + 2) };

/* Adds the names on the lines of a text, which is changed. */
static descent_status read_lines(struct descent_names *names, char *text, const char *path)
{
    for (size_t line = 1; *text != '\0'; line++) {
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
    if (snprintf(path, sizeof path, "%s/classes.txt", folder) >= (int)sizeof path) {
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

static descent_status map_labels(int32_t *labels, size_t count, const struct descent_names *names,
                                 const char *path, const struct descent_names *wanted)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = names->texts[labels[i]];
        size_t number = descent_names_find(wanted, name);
        if (number == SIZE_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected one of the %zu classes of the training data, found "
                                "\"%s\" at sample %zu",
                                path, wanted->count, name, i);
        }
        labels[i] = (int32_t)number;
    }
    return DESCENT_OK;
}

/* Turns labels below names->count into the numbers that the source gives to the same names. */
static descent_status renumber_labels(int32_t *labels, size_t count,
                                      const struct descent_names *names, const char *path,
                                      const descent_source *source)
{
    struct descent_names wanted = {0};
    descent_status status = descent_names_add_all(&wanted, source->class_names, source->classes);
    if (status == DESCENT_OK) {
        status = map_labels(labels, count, names, path, &wanted);
    }
    descent_names_free(&wanted);
    return status;
}

/* Labels as integers, whichever the file has. */
static descent_status widen_labels(struct descent_idx *labels, const char *path, uint64_t limit)
{
    size_t count = labels->sizes[0];
    if (labels->integers != NULL) {
        return DESCENT_OK;
    }
    DESCENT_TRY(descent_memory_check(
        path, count, "labels", descent_memory_product(count, sizeof *labels->integers), limit));
    labels->integers = malloc(count * sizeof *labels->integers);
    if (labels->integers == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu labels", path, count);
    }
    for (size_t i = 0; i < count; i++) {
        labels->integers[i] = labels->bytes[i];
    }
    free(labels->bytes);
    labels->bytes = NULL;
    return DESCENT_OK;
}

/* The number of classes that the labels need; refuses labels beyond what is allowed: so many
 * classes, or for 0 no more than have names elsewhere, since a label sizes the table of classes. */
static descent_status count_classes(size_t *classes, const struct descent_idx *labels,
                                    const char *path, size_t allowed)
{
    size_t most = allowed != 0 ? allowed : DESCENT_NAMES_MAX;
    int32_t limit = most <= INT32_MAX ? (int32_t)most : INT32_MAX;
    int32_t highest = 0;
    for (size_t i = 0; i < labels->sizes[0]; i++) {
        int32_t label = labels->integers[i];
        if (label < 0 || label >= limit) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected labels %sbelow %ld, found %ld at sample %zu", path,
                                label < 0 ? "from 0 and " : "", (long)limit, (long)label, i);
        }
        highest = label > highest ? label : highest;
    }
    *classes = allowed != 0 ? allowed : (size_t)highest + 1;
    return DESCENT_OK;
}

/* Labels are numbers of the lines in classes.txt, where there is one, else of the source's classes.
 */
static descent_status name_labels(struct answers *answers, const char *path,
                                  const descent_source *source)
{
    bool named = answers->names.count > 0;
    size_t allowed = named ? answers->names.count : source->classes;
    descent_status status = count_classes(&answers->classes, &answers->idx, path, allowed);
    if (status == DESCENT_OK && named && source->class_names != NULL) {
        answers->classes = source->classes;
        status = renumber_labels(answers->idx.integers, answers->idx.sizes[0], &answers->names,
                                 path, source);
    }
    return status;
}

static descent_status load_labels(struct answers *answers, const char *folder, const char *path,
                                  const descent_source *source)
{
    const struct descent_idx_form form = {
        1, {DESCENT_IDX_UBYTE, DESCENT_IDX_INT}, source->memory_limit};
    DESCENT_TRY(descent_idx_load(&answers->idx, path, &form));
    DESCENT_TRY(widen_labels(&answers->idx, path, source->memory_limit));
    DESCENT_TRY(load_names(&answers->names, folder, source->memory_limit));
    return name_labels(answers, path, source);
}

static descent_status load_answers(struct answers *answers, const char *folder,
                                   const struct place *place, const descent_source *source)
{
    if (!source->regression) {
        return load_labels(answers, folder, place->path, source);
    }
    const struct descent_idx_form form = {
        place->rank, {DESCENT_IDX_FLOAT, DESCENT_IDX_DOUBLE}, source->memory_limit};
    return descent_idx_load(&answers->idx, place->path, &form);
}

static descent_status check_counts(const struct pair *pair, const struct descent_idx *images,
                                   const struct descent_idx *answers, bool regression)
{
    if (images->sizes[0] != answers->sizes[0]) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %zu %s, one for each image of %s, found %zu",
                            pair->answers.path, images->sizes[0], regression ? "targets" : "labels",
                            pair->images.path, answers->sizes[0]);
    }
    return DESCENT_OK;
}

static descent_samples samples_of(const struct descent_idx *images, const struct answers *answers,
                                  const descent_source *source)
{
    const char *const *names = (const char *const *)answers->names.texts;
    descent_samples samples = {
        .shape = {.rank = images->rank - 1},
        .count = images->sizes[0],
        .bytes = images->bytes,
        .floats = images->floats,
        .labels = answers->idx.integers,
        .classes = answers->classes,
        .class_names = source->class_names != NULL ? source->class_names : names,
        .targets = answers->idx.floats,
        .outputs = answers->idx.rank == 2 ? answers->idx.sizes[1] : 1,
    };
    memcpy(samples.shape.sizes, images->sizes + 1, samples.shape.rank * sizeof images->sizes[0]);
    return samples;
}

static descent_status load_pair(struct descent_idx *images, struct answers *answers,
                                const char *folder, const descent_source *source)
{
    struct pair pair;
    DESCENT_TRY(find_pair(&pair, folder, source));
    DESCENT_TRY(load_answers(answers, folder, &pair.answers, source));
    const struct descent_idx_form form = {
        pair.images.rank,
        {DESCENT_IDX_UBYTE, DESCENT_IDX_FLOAT, DESCENT_IDX_DOUBLE},
        source->memory_limit};
    DESCENT_TRY(descent_idx_load(images, pair.images.path, &form));
    return check_counts(&pair, images, &answers->idx, source->regression);
}

descent_status descent_idx_folder_load(descent_dataset **dataset, const char *folder,
                                       const descent_source *source)
{
    struct descent_idx images = {0};
    struct answers answers = {0};
    descent_status status = load_pair(&images, &answers, folder, source);
    if (status == DESCENT_OK) {
        const descent_samples samples = samples_of(&images, &answers, source);
        status = descent_source_finish(dataset, &samples, folder, source);
    } else {
        descent_idx_free(&images);
        descent_idx_free(&answers.idx);
    }
    descent_names_free(&answers.names);
    return status;
}
