/*
 * Which arrays of a list are the samples of a part, and what belongs to them.
 */
#ifndef DESCENT_ARRAY_PAIR_H
#define DESCENT_ARRAY_PAIR_H

#include "data/array_list.h"

#include <descent/dataset.h>

struct descent_array_pair {
    const struct descent_array_file *samples, *answers; /* of the list */
    bool split; /* whether the other part is among them: names tell no parts, or NumPy files have
                   none for testing */
};

/* Chooses the arrays of the source's part and marks all that belong to the data set, both parts, as
 * used; path stands in error lines. Errors: NOT_FOUND (names what is missing), FORMAT (several data
 * sets, or several files for one purpose: names them), INVALID (all parts of data that have some).
 */
descent_status descent_array_pair_find(struct descent_array_pair *pair,
                                       struct descent_array_list *list, const char *path,
                                       const descent_source *source);

#endif
