/*
 * The members of NumPy's .npz files, which are zip archives of .npy files.
 */
#ifndef DESCENT_NPZ_H
#define DESCENT_NPZ_H

#include "base/reader.h"

enum { DESCENT_NPZ_MEMBERS_MAX = 64, DESCENT_NPZ_NAME_SIZE = 128 };

struct descent_npz {
    size_t count;
    struct descent_npz_member {
        char name[DESCENT_NPZ_NAME_SIZE]; /* without .npy, in UTF-8 or as it is */
        struct descent_reader_part part;
    } members[DESCENT_NPZ_MEMBERS_MAX]; /* in the order of the archive's directory */
};

/* Reads the directory of an archive, without looking at what its members hold; those that are not
 * called *.npy are passed over. Each lies inside the file. Errors: NOT_FOUND, IO, FORMAT (no zip
 * archive, a damaged one, encrypted, packed by another method than deflate, or too large: with
 * zip's 64-bit directory), MEMORY. */
descent_status descent_npz_load(struct descent_npz *npz, const char *path);

#endif
