/*
 * Makes the folder of a data set.
 */
#ifdef __linux__
#define _GNU_SOURCE /* renameat2() */
#endif
#include "cli/inspect/new_folder.h"

#include "cli/base/interrupt.h"
#include "cli/base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool begins(const char *name, const char *word)
{
    return strncmp(name, word, strlen(word)) == 0;
}

/* Whether the command may have made a file of that name. */
static bool is_ours(const char *name)
{
    return strcmp(name, "classes.txt") == 0 || strcmp(name, "train.csv") == 0 ||
           strcmp(name, "test.csv") == 0 || begins(name, ".descent-") ||
           ((begins(name, "train-") || begins(name, "t10k-")) && strstr(name, "-idx") != NULL);
}

/* Looks at the files of a folder, and removes ours if it is told to, by setting `error`, which gets
 * why that failed; returns the name of the first other one, to be freed, or NULL. */
static char *visit(const char *path, int *error)
{
    DIR *folder = path_open_folder(path);
    char *other = NULL;
    const char *name;
    while (folder != NULL && (name = path_next_name(folder, path)) != NULL) {
        char file[NEW_FOLDER_BESIDE + 256];
        snprintf(file, sizeof file, "%s/%s", path, name);
        if (is_ours(name)) {
            if (error != NULL && unlink(file) != 0) {
                *error = errno;
            }
        } else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && other == NULL) {
            other = strdup(name);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return other;
}

/* Removes a folder with our files; with any others it stays. False where it stays, and errno says
 * why. */
static bool remove_folder(const char *path)
{
    int error = 0;
    free(visit(path, &error));
    bool removed = rmdir(path) == 0 || errno == ENOENT;
    errno = error != 0 ? error : errno;
    return removed;
}

/* The new data set is there, and so is what it replaced. */
static enum exit_status remove_old(const struct new_folder *folder, const char *old)
{
    return remove_folder(old)
               ? DONE
               : cli_failed("%s: is in place, but what it replaced cannot be removed: %s: %s",
                            folder->path, old, strerror(errno));
}

static enum exit_status check_there(const char *path, bool force)
{
    struct stat about;
    if (lstat(path, &about) != 0) {
        return errno == ENOENT ? DONE
                               : cli_failed("%s: cannot be examined: %s", path, strerror(errno));
    }
    if (!S_ISDIR(about.st_mode)) {
        return cli_failed("%s: expected a new folder, found a file", path);
    }
    if (!force) {
        return cli_failed("%s: the folder exists already; --force replaces a data set", path);
    }
    char *other = visit(path, NULL);
    enum exit_status status = DONE;
    if (other != NULL) {
        status =
            cli_failed("%s: --force replaces a data set and nothing else, found %s", path, other);
    }
    free(other);
    return status == DONE ? path_check() : status;
}

/* A hidden name beside the folder. */
static void name_beside(char name[NEW_FOLDER_BESIDE], const char *path, const char *ending)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    snprintf(name, NEW_FOLDER_BESIDE, "%.*s.descent-%.255s.%s", (int)(base - path), path, base,
             ending);
}

enum exit_status new_folder_check(struct new_folder *folder, const char *path, bool force)
{
    size_t length = strlen(path);
    folder->lock = -1;
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (length == 0 || length > PATH_MAX - 64) {
        return cli_failed("folder: expected a path of 1 to %d bytes, found %zu", PATH_MAX - 64,
                          length);
    }
    snprintf(folder->path, PATH_MAX, "%.*s", (int)length, path);
    name_beside(folder->temporary, folder->path, "new");
    name_beside(folder->before, folder->path, "old");
    return check_there(folder->path, force);
}

static enum exit_status cannot_create(const struct new_folder *folder)
{
    return cli_failed("%s: cannot be created: %s", folder->path, strerror(errno));
}

/* A killed process leaves a folder without a lock, and where two folders cannot be exchanged maybe
 * the old one aside. */
static void remove_left(const struct new_folder *folder)
{
    int left = path_open(folder->temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (left >= 0 && flock(left, LOCK_EX | LOCK_NB) == 0) {
        remove_folder(folder->temporary);
        if (path_is_there(folder->path)) {
            remove_folder(folder->before);
        }
    }
    if (left >= 0) {
        close(left);
    }
}

enum exit_status new_folder_begin(struct new_folder *folder)
{
    remove_left(folder);
    if (mkdir(folder->temporary, 0777) != 0) {
        return errno == EEXIST ? cli_failed("%s: another process is making this folder, or has "
                                            "left %s, which can be removed",
                                            folder->path, folder->temporary)
                               : cannot_create(folder);
    }
    folder->lock = path_open(folder->temporary, O_RDONLY | O_DIRECTORY);
    bool ours =
        folder->lock >= 0 && (flock(folder->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
    if (!ours) {
        return cannot_create(folder);
    }
    interrupt_remove(folder->lock, folder->temporary);
    return DONE;
}

/* The old one and the new one change their names at once, where the file system can do that. */
static bool exchange(const struct new_folder *folder)
{
#ifdef RENAME_EXCHANGE
    return renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0;
#else
    (void)folder;
    return false;
#endif
}

/* The old folder steps aside, the new one takes its name, the old one goes. */
static enum exit_status put_in_place(const struct new_folder *folder)
{
    if (exchange(folder)) {
        return remove_old(folder, folder->temporary);
    }
    bool replaced = rename(folder->path, folder->before) == 0;
    if (rename(folder->temporary, folder->path) != 0) {
        int reason = errno;
        if (replaced) {
            rename(folder->before, folder->path);
        }
        return cli_failed("%s: cannot be moved into place: %s", folder->path, strerror(reason));
    }
    return remove_old(folder, folder->before);
}

enum exit_status new_folder_end(struct new_folder *folder, enum exit_status status)
{
    if (folder->lock < 0) {
        return status;
    }
    interrupt_hold();
    interrupt_remove(-1, NULL);
    status = status == DONE ? put_in_place(folder) : status;
    if (status != DONE) {
        remove_folder(folder->temporary);
    }
    interrupt_release();
    close(folder->lock);
    folder->lock = -1;
    return status;
}
