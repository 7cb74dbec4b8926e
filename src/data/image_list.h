/*
 * Which image files make up a part of a folder of images by class.
 */
#ifndef DESCENT_IMAGE_LIST_H
#define DESCENT_IMAGE_LIST_H

#include "base/names.h"
#include "data/aside.h"

#include <descent/dataset.h>

/* Files sorted by class and then by the bytes of their names. */
struct descent_image_list {
    size_t count;
    size_t whole; /* files that a split was made of, or 0 */
    size_t room;
    char **paths;    /* [count] */
    int32_t *labels; /* [count] */
    struct descent_names names;
    bool validation;             /* whether the test part is one for validation */
    struct descent_aside *aside; /* owned, or NULL */
};

/* Lists the files of a part; the caller frees the list in any case. Errors: NOT_FOUND (no such
 * part), FORMAT (an empty class, a class that is not among the source's), IO, MEMORY. */
descent_status descent_image_list_create(struct descent_image_list *list, const char *folder,
                                         const descent_source *source);

/* Frees what a list holds; a zeroed one is allowed. */
void descent_image_list_free(struct descent_image_list *list);

#endif
