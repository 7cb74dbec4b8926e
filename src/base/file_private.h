/*
 * What the readers and the writers of files share.
 */
#ifndef DESCENT_FILE_PRIVATE_H
#define DESCENT_FILE_PRIVATE_H

#include "base/temporary.h"

#include <descent/status.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* As openat(), once more where a signal came in between. */
int descent_file_openat(int folder, const char *path, int flags, mode_t mode);

/* Opens a regular file for reading and tells its size; the caller closes it. Errors: NOT_FOUND, IO
 * (also for what is not a regular file). On failure file is -1. */
descent_status descent_file_open(int *file, uint64_t *size, const char *path);

/* Reads until `size` bytes are there or the file ends; got says how many they are. Error: IO. */
descent_status descent_file_read(int file, const char *path, void *bytes, size_t size, size_t *got);

/*
 * A file that is written piece by piece and replaces another one at once: begin, append as often as
 * it takes, commit or abandon. After a failed begin or commit there is nothing left to do.
 */
struct descent_file_writer {
    const char *path;      /* borrowed */
    char target[PATH_MAX]; /* the same, or what it links to */
    int folder;
    int file;
    char temporary[DESCENT_TEMPORARY_SIZE]; /* name in the folder */
};

/* Error: IO. */
descent_status descent_file_begin(struct descent_file_writer *writer, const char *path);
descent_status descent_file_append(struct descent_file_writer *writer, const void *bytes,
                                   size_t size);
descent_status descent_file_commit(struct descent_file_writer *writer);

/* Removes what was written; the old file stays. */
void descent_file_abandon(struct descent_file_writer *writer);

#endif
