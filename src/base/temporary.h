/*
 * Temporary files: what a file is written to before it takes its place.
 */
#ifndef DESCENT_TEMPORARY_H
#define DESCENT_TEMPORARY_H

#include <sys/types.h>

enum { DESCENT_TEMPORARY_SIZE = 256 };

/* Makes a temporary file for the file called base in a folder, opened for writing, and removes
 * those of base that killed processes left there, never one that is being written. Keep it open
 * until it is renamed or removed: that it is locked says that it is in use. Returns the descriptor
 * and writes the name, or returns −1 with errno. */
int descent_temporary_create(int folder, const char *base, char name[DESCENT_TEMPORARY_SIZE],
                             mode_t mode);

#endif
