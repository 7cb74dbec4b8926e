/*
 * The arrays in a folder of IDX or NumPy files, or in a .npz file.
 */
#ifndef DESCENT_ARRAY_LIST_H
#define DESCENT_ARRAY_LIST_H

#include "base/reader.h"
#include "data/array.h"
#include "data/array_name.h"
#include "data/aside.h"
#include "data/npy.h"

#include <descent/dataset.h>

/* Names the classes of arrays; it is no array itself. */
#define DESCENT_ARRAY_CLASSES "classes.txt"

/* One array, by its file. */
struct descent_array_file {
    char *path;                      /* owned */
    char *label;                     /* how error lines call it, owned: the path and the member */
    bool numpy;                      /* else IDX */
    bool member;                     /* of a .npz file */
    struct descent_reader_part part; /* of a member */
    struct descent_array_name name;
    bool used; /* for the caller: whether it is part of the data set */
};

struct descent_array_list {
    size_t count;
    size_t room;
    struct descent_array_file *files; /* in the order of their names; all have a role */
    struct descent_aside *others;     /* owned: files that are no arrays, or of no role */
};

/* Whether a path ends in .npz, or in .npy. */
bool descent_array_is_archive(const char *path);
bool descent_array_is_numpy(const char *path);

/* Lists the arrays of a folder or a .npz file whose names say what they are for; the caller frees
 * the list in any case. Errors: NOT_FOUND, IO, FORMAT (a .npz file that cannot be read), MEMORY. */
descent_status descent_array_list_create(struct descent_array_list *list, const char *path);
void descent_array_list_free(struct descent_array_list *list);

/* Reads an array for a use, within the source's limit of memory, and tells it of the progress: of
 * an IDX file labels are bytes or integers, numbers are floats or doubles, and samples may be both.
 * Errors: as descent_npy_read(). */
descent_status descent_array_file_load(struct descent_array *array,
                                       const struct descent_array_file *file,
                                       enum descent_npy_use use, const descent_source *source);

/* The same as far as the header, which is checked, and sets no array. */
descent_status descent_array_file_examine(struct descent_array *array,
                                          const struct descent_array_file *file,
                                          enum descent_npy_use use, const descent_source *source);

#endif
