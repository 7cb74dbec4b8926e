/*
 * What the readers of files share.
 */
#ifndef DESCENT_FILE_PRIVATE_H
#define DESCENT_FILE_PRIVATE_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

/* Opens a regular file for reading and tells its size; the caller closes it. Errors: NOT_FOUND, IO
 * (also for what is not a regular file). On failure file is -1. */
descent_status descent_file_open(int *file, uint64_t *size, const char *path);

/* Reads until `size` bytes are there or the file ends; got says how many they are. Error: IO. */
descent_status descent_file_read(int file, const char *path, void *bytes, size_t size, size_t *got);

#endif
