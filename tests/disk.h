/*
 * Makes the library's calls on files and folders fail. Works where the linker can wrap symbols
 * (--wrap) and the C library is glibc, whose names these are; elsewhere nothing fails.
 */
#ifndef DESCENT_TEST_DISK_H
#define DESCENT_TEST_DISK_H

#include <stdbool.h>
#include <stddef.h>

enum disk_call {
    DISK_OPEN, /* openat(), opendir() */
    DISK_READ,
    DISK_SEEK,
    DISK_STAT, /* stat(), lstat() */
    DISK_FSTAT,
    DISK_LIST, /* readdir() */
    DISK_COPY, /* dup() */
    DISK_WRITE,
    DISK_SYNC,
    DISK_CLOSE,
    DISK_RENAME,
    DISK_OWNER, /* fchown() */
    DISK_MODE,  /* fchmod() */
    DISK_CALLS
};

/* Whether calls can fail here; a test that needs it returns early otherwise. */
bool disk_can_fail(void);

/* The n-th call of a kind from now on fails with an error, once; 0: none. Without an error (0), a
 * read finds the end of the file, a write takes nothing, and fstat() tells of a file of SIZE_MAX
 * bytes and of another group.
 */
void disk_fail_at(enum disk_call call, size_t n, int error);

/* Whether the call of that kind that was to fail has failed. */
bool disk_has_failed(enum disk_call call);

#endif
