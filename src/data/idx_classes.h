/*
 * What the labels of IDX files mean: the file classes.txt beside them.
 */
#ifndef DESCENT_IDX_CLASSES_H
#define DESCENT_IDX_CLASSES_H

#include "base/names.h"

#include <descent/dataset.h>

/* Reads folder/classes.txt, a name a line; without such a file there are no names. The caller frees
 * them in any case. Errors: FORMAT (also: more bytes than the limit, if that is not 0), IO,
 * MEMORY. */
descent_status descent_idx_classes_load(struct descent_names *names, const char *folder,
                                        uint64_t limit);

/* Turns labels below names->count into the numbers that the source gives to the same names. `path`
 * is the file of the labels. Errors: FORMAT (a class that the source does not have), MEMORY. */
descent_status descent_idx_classes_map(int32_t *labels, size_t count,
                                       const struct descent_names *names, const char *path,
                                       const descent_source *source);

#endif
