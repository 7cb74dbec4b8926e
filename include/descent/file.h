/*
 * Whole files, read with a bound and written so that no reader ever sees half of one.
 */
#ifndef DESCENT_FILE_H
#define DESCENT_FILE_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

/* Reads a whole regular file, as it is, into a new buffer with a NUL byte behind its end; the
 * caller frees it with free(). A file of more than `limit` bytes is refused. Errors: NOT_FOUND, IO,
 * FORMAT (too large), MEMORY. */
DESCENT_API descent_status descent_file_load(char **bytes, size_t *size, const char *path,
                                             size_t limit);

/* Replaces path by the given bytes, atomically: writes a temporary file in the same folder, syncs
 * it, renames it over path and syncs the folder. Where path is a link, what it links to is
 * replaced; what is no file, such as a device, is not. On failure path is as it was and no
 * temporary file is left; only if the last step fails (the line says so), path is replaced already.
 * Error: IO. */
DESCENT_API descent_status descent_file_save(const char *path, const void *bytes, size_t size);

/* Whether descent_file_save() could begin: makes its temporary file and removes it again. Worth
 * asking before long work. Error: IO. */
DESCENT_API descent_status descent_file_check(const char *path);

DESCENT_END

#endif
