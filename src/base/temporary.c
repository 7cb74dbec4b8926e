/*
 * A temporary file is called after the file that it will replace, so that whoever writes that file
 * next finds what was left without reading the folder, and it is locked while it is in use. A lock
 * ends with its process, and holds between containers and machines, where process numbers say
 * nothing. Files without names (O_TMPFILE) would leave nothing behind, but cannot be renamed over
 * another.
 */
#define _XOPEN_SOURCE 700

#include "base/temporary.h"

#include "base/file_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a file's name that its temporary's is made of, and how many there are at once. */
enum { BASE_MAX = 200, NUMBER_MAX = 1000 };

static void make_name(char name[DESCENT_TEMPORARY_SIZE], const char *base, int number)
{
    size_t length = strnlen(base, BASE_MAX);
    while (length > 0 && ((unsigned char)base[length] & 0xc0) == 0x80) {
        length--; /* not within a character */
    }
    snprintf(name, DESCENT_TEMPORARY_SIZE, ".descent-%.*s-%d.tmp", (int)length, base, number);
}

static bool lock(int file)
{
    int locked;
    do {
        locked = flock(file, LOCK_EX | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    return locked == 0;
}

/* Whether a name still is that of an open file; if not, errno is EEXIST or says why that cannot be
 * known. */
static bool is_named(int file, int folder, const char *name)
{
    struct stat open, named = {0};
    if (fstat(file, &open) != 0 ||
        (fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT)) {
        return false;
    }
    errno = EEXIST;
    return S_ISREG(open.st_mode) && open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

/* For writing, which some file systems ask for where a lock is exclusive. */
static int open_left(int folder, const char *name)
{
    const int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int file = descent_file_openat(folder, name, O_RDWR | flags, 0);
    return file < 0 && errno == EACCES ? descent_file_openat(folder, name, O_RDONLY | flags, 0)
                                       : file;
}

/* Whether a name is free, or was that of a file that nobody writes any longer, now removed. */
static bool remove_left(int folder, const char *name)
{
    int file = open_left(folder, name);
    if (file < 0) {
        return errno == ENOENT;
    }
    bool removed = lock(file) && is_named(file, folder, name) && unlinkat(folder, name, 0) == 0;
    close(file);
    return removed;
}

/* Where a file system has no locks, no temporary file is ever removed. */
static int create(int folder, const char *name, mode_t mode)
{
    int file = descent_file_openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) {
        return -1;
    }
    bool locked = lock(file);
    if (!locked && errno != EWOULDBLOCK) {
        return file;
    }
    /* It may have been taken by one who looks for what was left, before it was locked. */
    int error = locked && is_named(file, folder, name) ? 0 : errno;
    if (error != 0) {
        close(file);
        errno = error == EWOULDBLOCK ? EEXIST : error;
        return -1;
    }
    return file;
}

static void remove_further(int folder, const char *base, int number)
{
    char name[DESCENT_TEMPORARY_SIZE];
    for (number++; number < NUMBER_MAX; number++) {
        make_name(name, base, number);
        if (faccessat(folder, name, F_OK, 0) != 0) {
            break;
        }
        remove_left(folder, name);
    }
}

/* Not mkstemp(): that makes files which nobody else may read, whatever the umask says. */
int descent_temporary_create(int folder, const char *base, char name[DESCENT_TEMPORARY_SIZE],
                             mode_t mode)
{
    int number = 0;
    for (int attempt = 0; attempt < NUMBER_MAX; attempt++) {
        make_name(name, base, number);
        int file = create(folder, name, mode);
        if (file >= 0) {
            remove_further(folder, base, number);
            return file;
        }
        if (errno != EEXIST) {
            return -1;
        }
        number += !remove_left(folder, name);
    }
    errno = EEXIST;
    return -1;
}
