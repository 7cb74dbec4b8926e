/*
 * Whole files: checked reads, and writes that replace a file at once or not at all. Knows nothing
 * of contents.
 *
 * Why a save is four steps (temporary, sync, rename, sync of the folder): Pillai et al., "All file
 * systems are not created equal", OSDI 2014.
 */
#define _XOPEN_SOURCE 700 /* realpath() */

#include <descent/file.h>

#include "base/fail.h"
#include "base/file_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static descent_status fail_errno(const char *what, const char *path)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return descent_fail(missing ? DESCENT_ERROR_NOT_FOUND : DESCENT_ERROR_IO, "%s: %s: %s", path,
                        what, strerror(errno));
}

static const char *kind_of(const struct stat *about)
{
    return S_ISDIR(about->st_mode) ? "a folder" : "something else";
}

int descent_file_openat(int folder, const char *path, int flags, mode_t mode)
{
    int file;
    do {
        file = openat(folder, path, flags, mode);
    } while (file < 0 && errno == EINTR);
    return file;
}

descent_status descent_file_open(int *file, uint64_t *size, const char *path)
{
    /* Without O_NONBLOCK, opening a pipe would wait for its writer. */
    *file = descent_file_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (*file < 0) {
        return fail_errno("cannot be opened", path);
    }
    descent_status status = DESCENT_OK;
    struct stat about;
    if (fstat(*file, &about) != 0) {
        status = fail_errno("cannot be examined", path);
    } else if (!S_ISREG(about.st_mode)) {
        status =
            descent_fail(DESCENT_ERROR_IO, "%s: expected a file, found %s", path, kind_of(&about));
    }
    if (status != DESCENT_OK) {
        close(*file);
        *file = -1;
        return status;
    }
    *size = (uint64_t)about.st_size;
    return DESCENT_OK;
}

/* Bytes that are read at once: a signal waits until a call has all that it asks for, which of
 * gigabytes are seconds. */
enum { READ_MOST = 8 << 20 };

descent_status descent_file_read(int file, const char *path, void *bytes, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        size_t left = size - *got;
        ssize_t n = read(file, (char *)bytes + *got, left < READ_MOST ? left : READ_MOST);
        if (n == 0) {
            break;
        }
        if (n > 0) {
            *got += (size_t)n;
        } else if (errno != EINTR) {
            return descent_fail(DESCENT_ERROR_IO, "%s: cannot be read: %s", path, strerror(errno));
        }
    }
    return DESCENT_OK;
}

static descent_status read_whole(char **bytes, int file, const char *path, size_t size)
{
    char *buffer = malloc(size + 1);
    if (buffer == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its %zu bytes", path, size);
    }
    size_t got = 0;
    descent_status status = descent_file_read(file, path, buffer, size, &got);
    if (status == DESCENT_OK && got < size) {
        status = descent_fail(DESCENT_ERROR_IO, "%s: expected %zu bytes, found only %zu", path,
                              size, got);
    }
    if (status != DESCENT_OK) {
        free(buffer);
        return status;
    }
    buffer[size] = '\0';
    *bytes = buffer;
    return DESCENT_OK;
}

descent_status descent_file_load(char **bytes, size_t *size, const char *path, size_t limit)
{
    DESCENT_RETURN_UNLESS(bytes != NULL && size != NULL);
    *bytes = NULL;
    *size = 0;
    DESCENT_RETURN_UNLESS(path != NULL);
    int file = -1;
    uint64_t length = 0;
    descent_status status = descent_file_open(&file, &length, path);
    if (status != DESCENT_OK) {
        return status;
    }
    if (length > limit || length >= SIZE_MAX) {
        status = descent_fail(DESCENT_ERROR_FORMAT, "%s: expected at most %zu bytes, found %llu",
                              path, limit, (unsigned long long)length);
    } else {
        status = read_whole(bytes, file, path, (size_t)length);
    }
    close(file);
    if (status == DESCENT_OK) {
        *size = (size_t)length;
    }
    return status;
}

static descent_status fail_save(const char *what, const char *path)
{
    return descent_fail(DESCENT_ERROR_IO, "%s: %s: %s", path, what, strerror(errno));
}

/* The path that a save replaces: path itself, or what it links to, so that links stay. */
static bool resolve(char target[PATH_MAX], const char *path)
{
    struct stat about;
    bool there = lstat(path, &about) == 0;
    if (there && S_ISLNK(about.st_mode)) {
        return realpath(path, target) != NULL;
    }
    if (!there && errno != ENOENT && errno != ENOTDIR) {
        return false;
    }
    if (strlen(path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    strcpy(target, path);
    return true;
}

/* Whether there is a file to replace, and what it is. Renaming a file over a device would take the
 * device away from everybody. */
static descent_status look_at_old(const char *target, const char *path, struct stat *old,
                                  bool *replaces)
{
    *replaces = stat(target, old) == 0;
    if (!*replaces && errno != ENOENT && errno != ENOTDIR) {
        return fail_save("cannot be examined", path);
    }
    if (!*replaces || S_ISREG(old->st_mode)) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_IO, "%s: expected a file to replace or to make, found %s",
                        path, kind_of(old));
}

static int open_folder_of(const char *path)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL) {
        size_t length = slash == path ? 1 : (size_t)(slash - path);
        if (length >= sizeof folder) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    return descent_file_openat(AT_FDCWD, folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY, 0);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Gives a new file, so far its owner's alone, the old one's group and mode: what was private stays
 * so, without a moment in between. Where the group cannot be kept it gets no more than everybody
 * has. Set-user-id and the like go, as on every write; a file system without modes has nothing to
 * be changed. */
static bool copy_access(int file, const struct stat *old)
{
    struct stat made;
    mode_t mode = old->st_mode & 0777;
    if (fstat(file, &made) != 0) {
        return false;
    }
    if (made.st_gid != old->st_gid && fchown(file, (uid_t)-1, old->st_gid) != 0) {
        mode &= (mode_t)~070 | (mode & 07) << 3;
    }
    return (made.st_mode & 0777) == mode || fchmod(file, mode) == 0;
}

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(file, bytes, size);
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

descent_status descent_file_begin(struct descent_file_writer *writer, const char *path)
{
    struct stat old;
    bool replaces;
    *writer = (struct descent_file_writer){.path = path, .file = -1};
    if (!resolve(writer->target, path)) {
        return fail_save("cannot be written", path);
    }
    DESCENT_TRY(look_at_old(writer->target, path, &old, &replaces));
    writer->folder = open_folder_of(writer->target);
    if (writer->folder < 0) {
        return fail_save("its folder cannot be opened", path);
    }
    writer->file = descent_temporary_create(writer->folder, base_of(writer->target),
                                            writer->temporary, replaces ? 0600 : 0666);
    if (writer->file < 0) {
        descent_status status = fail_save("cannot be written", path);
        close(writer->folder);
        return status;
    }
    if (replaces && !copy_access(writer->file, &old)) {
        descent_status status = fail_save("its mode cannot be kept", path);
        descent_file_abandon(writer);
        return status;
    }
    return DESCENT_OK;
}

descent_status descent_file_append(struct descent_file_writer *writer, const void *bytes,
                                   size_t size)
{
    return write_all(writer->file, bytes, size) ? DESCENT_OK
                                                : fail_save("cannot be written", writer->path);
}

/* The name goes before the lock does, after which it may be another's. */
void descent_file_abandon(struct descent_file_writer *writer)
{
    unlinkat(writer->folder, writer->temporary, 0);
    close(writer->file);
    close(writer->folder);
}

static bool sync_file(int file)
{
    int synced;
    do {
        synced = fsync(file);
    } while (synced != 0 && errno == EINTR);
    return synced == 0;
}

/* The file is in place, and closed only now: with it goes the lock on its temporary name. */
static descent_status finish(struct descent_file_writer *writer)
{
    descent_status status = DESCENT_OK;
    if (close(writer->file) != 0 && errno != EINTR) {
        status = fail_save("was written, but cannot be closed", writer->path);
    } else if (!sync_file(writer->folder) && errno != EINVAL) { /* a file system without it */
        status = fail_save("was written, but its folder cannot be synced", writer->path);
    }
    close(writer->folder);
    return status;
}

descent_status descent_file_commit(struct descent_file_writer *writer)
{
    descent_status status = DESCENT_OK;
    if (!sync_file(writer->file)) {
        status = fail_save("cannot be written", writer->path);
    } else if (renameat(writer->folder, writer->temporary, writer->folder,
                        base_of(writer->target)) != 0) {
        status = fail_save("cannot be replaced", writer->path);
    }
    if (status != DESCENT_OK) {
        descent_file_abandon(writer);
        return status;
    }
    return finish(writer);
}

descent_status descent_file_save(const char *path, const void *bytes, size_t size)
{
    DESCENT_RETURN_UNLESS(path != NULL && (bytes != NULL || size == 0));
    struct descent_file_writer writer;
    descent_status status = descent_file_begin(&writer, path);
    if (status != DESCENT_OK) {
        return status;
    }
    status = descent_file_append(&writer, bytes, size);
    if (status != DESCENT_OK) {
        descent_file_abandon(&writer);
        return status;
    }
    return descent_file_commit(&writer);
}

descent_status descent_file_add(const char *path, const void *bytes, size_t size)
{
    DESCENT_RETURN_UNLESS(path != NULL && (bytes != NULL || size == 0));
    int file = descent_file_openat(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) {
        return fail_save("cannot be opened", path);
    }
    descent_status status =
        write_all(file, bytes, size) ? DESCENT_OK : fail_save("cannot be written", path);
    if (close(file) != 0 && errno != EINTR && status == DESCENT_OK) {
        status = fail_save("cannot be closed", path);
    }
    return status;
}

descent_status descent_file_check(const char *path)
{
    DESCENT_RETURN_UNLESS(path != NULL);
    struct descent_file_writer writer;
    descent_status status = descent_file_begin(&writer, path);
    if (status == DESCENT_OK) {
        descent_file_abandon(&writer);
    }
    return status;
}
