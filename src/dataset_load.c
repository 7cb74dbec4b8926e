/*
 * A data set out of a folder of IDX files with the names of MNIST's.
 */
#include <descent/dataset.h>

#include "dataset_private.h"
#include "fail.h"
#include "idx.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The two files of a part; an empty path is a file that was not found. */
struct idx_pair {
    char images[PATH_MAX];
    char labels[PATH_MAX];
    size_t rank; /* of the image file */
};

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISDIR(about.st_mode);
}

/* Looks for folder/prefix-what-idxRANK-ubyte, plain or with .gz. */
static bool find_file(char path[PATH_MAX], const char *folder, const char *prefix, const char *what,
                      size_t rank)
{
    static const char *const endings[] = {"", ".gz"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        int length = snprintf(path, PATH_MAX, "%s/%s-%s-idx%zu-ubyte%s", folder, prefix, what, rank,
                              endings[i]);
        if (length < PATH_MAX && is_file(path)) {
            return true;
        }
    }
    path[0] = '\0';
    return false;
}

static descent_status fail_missing(const char *folder, const char *prefix,
                                   const struct idx_pair *pair)
{
    struct stat about;
    if (stat(folder, &about) != 0) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND, "%s: expected a folder: %s", folder,
                            strerror(errno));
    }
    if (!S_ISDIR(about.st_mode)) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND, "%s: expected a folder, found a file", folder);
    }
    char images[64] = "";
    char labels[64] = "";
    if (pair->images[0] == '\0') {
        snprintf(images, sizeof images, " %s-images-idxN-ubyte[.gz]", prefix);
    }
    if (pair->labels[0] == '\0') {
        snprintf(labels, sizeof labels, " %s-labels-idx1-ubyte[.gz]", prefix);
    }
    return descent_fail(DESCENT_ERROR_NOT_FOUND,
                        "%s: expected an image and a label file, missing:%s%s", folder, images,
                        labels);
}

static descent_status find_pair(struct idx_pair *pair, const char *folder, descent_part part)
{
    const char *prefix = part == DESCENT_PART_TRAIN ? "train" : "t10k";
    pair->rank = 2;
    while (!find_file(pair->images, folder, prefix, "images", pair->rank) &&
           pair->rank < DESCENT_IDX_RANK_MAX) {
        pair->rank++;
    }
    bool labels = find_file(pair->labels, folder, prefix, "labels", 1);
    if (pair->images[0] == '\0' || !labels) {
        return fail_missing(folder, prefix, pair);
    }
    return DESCENT_OK;
}

/* The number of classes that the labels need; refuses labels beyond what is allowed, if not 0. */
static descent_status count_classes(size_t *classes, const struct descent_idx *labels,
                                    const char *path, size_t allowed)
{
    size_t highest = 0;
    for (size_t i = 0; i < labels->sizes[0]; i++) {
        size_t label = labels->bytes[i];
        if (allowed != 0 && label >= allowed) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected labels below %zu, found %zu at sample %zu", path,
                                allowed, label, i);
        }
        highest = label > highest ? label : highest;
    }
    *classes = allowed != 0 ? allowed : highest + 1;
    return DESCENT_OK;
}

static descent_status assemble(descent_dataset **dataset, const struct idx_pair *pair,
                               struct descent_idx *images, struct descent_idx *labels,
                               size_t allowed)
{
    if (images->sizes[0] != labels->sizes[0]) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %zu labels, one for each image of %s, found %zu",
                            pair->labels, images->sizes[0], pair->images, labels->sizes[0]);
    }
    size_t classes = 0;
    descent_status status = count_classes(&classes, labels, pair->labels, allowed);
    if (status != DESCENT_OK) {
        return status;
    }
    descent_shape shape = {.rank = images->rank - 1};
    for (size_t i = 0; i < shape.rank; i++) {
        shape.sizes[i] = images->sizes[i + 1];
    }
    status = descent_dataset_create(dataset, &shape, images->sizes[0], classes, images->bytes,
                                    labels->bytes);
    if (status == DESCENT_OK) {
        (*dataset)->owned_pixels = images->bytes;
        (*dataset)->owned_labels = labels->bytes;
    }
    return status;
}

descent_status descent_dataset_load(descent_dataset **dataset, const char *folder,
                                    descent_part part, size_t classes)
{
    *dataset = NULL;
    struct idx_pair pair;
    struct descent_idx images = {0};
    struct descent_idx labels = {0};
    descent_status status = find_pair(&pair, folder, part);
    if (status == DESCENT_OK) {
        status = descent_idx_load(&labels, pair.labels, 1);
    }
    if (status == DESCENT_OK) {
        status = descent_idx_load(&images, pair.images, pair.rank);
    }
    if (status == DESCENT_OK) {
        status = assemble(dataset, &pair, &images, &labels, classes);
    }
    if (status != DESCENT_OK) {
        free(images.bytes);
        free(labels.bytes);
    }
    return status;
}
