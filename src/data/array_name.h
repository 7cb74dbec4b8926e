/*
 * What the name of an array says: in "emnist-letters-train-images-idx3-ubyte.gz", "x_train.npy" or
 * "labels".
 */
#ifndef DESCENT_ARRAY_NAME_H
#define DESCENT_ARRAY_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum descent_array_part {
    DESCENT_ARRAY_WHOLE, /* no part is named */
    DESCENT_ARRAY_TRAIN,
    DESCENT_ARRAY_TEST,
    DESCENT_ARRAY_PARTS
};

enum descent_array_role {
    DESCENT_ARRAY_UNKNOWN,
    DESCENT_ARRAY_SAMPLES, /* images, data, x, … */
    DESCENT_ARRAY_LABELS,
    DESCENT_ARRAY_TARGETS,
    DESCENT_ARRAY_EITHER /* y, target: labels or targets */
};

struct descent_array_name {
    enum descent_array_part part;
    enum descent_array_role role;
    size_t idx_rank; /* the N of idxN, or 0 */
    char set[128]; /* its other words, in lower case, with dashes between: of one data set the same
                      for all its arrays; cut where it is longer */
};

/* Takes a name apart into words, in upper or lower case, between which anything but letters and
 * digits stands. Words for the format, such as npy, ubyte or gz, count for nothing. */
struct descent_array_name descent_array_name_read(const char *text);

#endif
