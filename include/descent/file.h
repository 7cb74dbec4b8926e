/*
 * Whole files: read with a limit, and written so that no reader ever sees half a file.
 */
#ifndef DESCENT_FILE_H
#define DESCENT_FILE_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

/* Reads a whole regular file into a new buffer, followed by a NUL byte; the caller frees it with
 * free(). A file of more than `limit` bytes is refused. Errors: NOT_FOUND, IO,
 * FORMAT (too large), MEMORY. */
DESCENT_API descent_status descent_file_load(char **bytes, size_t *size, const char *path,
                                             size_t limit);

/* Replaces path by the given bytes, atomically: writes a temporary file in the same folder, syncs
 * it, renames it over path and syncs the folder. A temporary file of path that a killed process
 * left there is removed, one that another process is writing is not. A link is followed and its
 * target replaced, whose group and mode the new file keeps; a path that is not a regular file, such
 * as a device, is refused. On failure path is as it was and no temporary file is left, except when
 * closing the file or syncing the folder fails (the line says so): then path has been replaced.
 * Error: IO. */
DESCENT_API descent_status descent_file_save(const char *path, const void *bytes, size_t size);

/* Adds bytes to the end of a file, which is made where there is none. On failure some of them may
 * be there. Error: IO. */
DESCENT_API descent_status descent_file_add(const char *path, const void *bytes, size_t size);

/* Whether descent_file_save() could begin: creates its temporary file and removes it. Worth a call
 * before long work. Error: IO. */
DESCENT_API descent_status descent_file_check(const char *path);

DESCENT_END

#endif
