/*
 * What the linker's --wrap puts in place of the functions that work on files and folders.
 */
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#if defined DESCENT_TEST_WRAPS_SYMBOLS && defined __GLIBC__

static struct {
    size_t left; /* until the one that fails; 0: none does */
    int error;
    bool failed;
} plans[DISK_CALLS];

static bool fails(enum disk_call call)
{
    if (plans[call].left == 0 || --plans[call].left > 0) {
        return false;
    }
    plans[call].failed = true;
    errno = plans[call].error;
    return true;
}

/* What a call returns that fails: -1, or nothing where there is no error. */
static int failure(enum disk_call call)
{
    return plans[call].error != 0 ? -1 : 0;
}

/* Defines the function in the place of one that returns an int, -1 where it fails. */
#define WRAP(name, call, parameters, arguments)                                                    \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return fails(call) ? -1 : __real_##name arguments;                                         \
    }

WRAP(openat64, DISK_OPEN, (int folder, const char *path, int flags, mode_t mode),
     (folder, path, flags, mode))
WRAP(stat64, DISK_STAT, (const char *path, struct stat *about), (path, about))
WRAP(lstat64, DISK_STAT, (const char *path, struct stat *about), (path, about))
WRAP(dup, DISK_COPY, (int file), (file))
WRAP(fsync, DISK_SYNC, (int file), (file))
WRAP(renameat, DISK_RENAME, (int from, const char *old, int to, const char *new),
     (from, old, to, new))
WRAP(fchown, DISK_OWNER, (int file, uid_t owner, gid_t group), (file, owner, group))
WRAP(fchmod, DISK_MODE, (int file, mode_t mode), (file, mode))

int __real_fstat64(int file, struct stat *about);
int __wrap_fstat64(int file, struct stat *about);
int __real_close(int file);
int __wrap_close(int file);
ssize_t __real_read(int file, void *bytes, size_t size);
ssize_t __wrap_read(int file, void *bytes, size_t size);
ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
off_t __real_lseek64(int file, off_t offset, int from);
off_t __wrap_lseek64(int file, off_t offset, int from);
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
struct dirent *__real_readdir64(DIR *stream);
struct dirent *__wrap_readdir64(DIR *stream);

int __wrap_fstat64(int file, struct stat *about)
{
    bool failed = fails(DISK_FSTAT);
    if (failed && failure(DISK_FSTAT) != 0) {
        return -1;
    }
    int result = __real_fstat64(file, about);
    if (failed) {
        about->st_size = -1; /* as the unsigned number that it is taken for */
        about->st_gid++;
    }
    return result;
}

/* A close() that fails has closed nevertheless. */
int __wrap_close(int file)
{
    int result = __real_close(file);
    return fails(DISK_CLOSE) ? -1 : result;
}

ssize_t __wrap_read(int file, void *bytes, size_t size)
{
    return fails(DISK_READ) ? failure(DISK_READ) : __real_read(file, bytes, size);
}

ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    return fails(DISK_WRITE) ? failure(DISK_WRITE) : __real_write(file, bytes, size);
}

off_t __wrap_lseek64(int file, off_t offset, int from)
{
    return fails(DISK_SEEK) ? -1 : __real_lseek64(file, offset, from);
}

DIR *__wrap_opendir(const char *path)
{
    return fails(DISK_OPEN) ? NULL : __real_opendir(path);
}

struct dirent *__wrap_readdir64(DIR *stream)
{
    return fails(DISK_LIST) ? NULL : __real_readdir64(stream);
}

bool disk_can_fail(void)
{
    return true;
}

void disk_fail_at(enum disk_call call, size_t n, int error)
{
    plans[call].left = n;
    plans[call].error = error;
    plans[call].failed = false;
}

bool disk_has_failed(enum disk_call call)
{
    return plans[call].failed;
}

#else

bool disk_can_fail(void)
{
    return false;
}

void disk_fail_at(enum disk_call call, size_t n, int error)
{
    (void)call;
    (void)n;
    (void)error;
}

bool disk_has_failed(enum disk_call call)
{
    (void)call;
    return false;
}

#endif
