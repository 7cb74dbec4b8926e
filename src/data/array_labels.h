/*
 * From an array of labels to classes.
 */
#ifndef DESCENT_ARRAY_LABELS_H
#define DESCENT_ARRAY_LABELS_H

#include "base/names.h"
#include "data/array.h"

#include <descent/dataset.h>

/* Which classes there are, and their names; none where these are the source's, or "0", "1", … */
struct descent_array_classes {
    size_t count;
    struct descent_names names;
};

/*
 * Makes labels from 0 of an array's, in place: afterwards it has integers, and one dimension. It
 * holds a whole number for each sample, or a row of zeros with a one at the place of the class.
 *
 * With `names` (NULL: none) labels are numbers of names. Else they are the names themselves, sorted
 * by value: those that occur, or the source's. Where the source gives a number of classes, or names
 * that are no numbers, labels are numbers of these. path stands in error lines; the caller frees
 * the names. Errors: FORMAT, MEMORY.
 */
descent_status descent_array_labels_read(struct descent_array_classes *classes,
                                         struct descent_array *array,
                                         const struct descent_names *names, const char *path,
                                         const descent_source *source);

/* Makes targets of an array that says of each sample and label whether it holds, by 0 or 1:
 * afterwards it has floats. Errors: FORMAT (another number), MEMORY. */
descent_status descent_array_flags_read(struct descent_array *array, const char *path);

#endif
