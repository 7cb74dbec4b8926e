#include "cli/base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char failure[PATH_MAX + 128];
static size_t failures;

void path_keep(const char *message)
{
    failures++;
    if (failure[0] == '\0') {
        snprintf(failure, sizeof failure, "%s", message);
    }
}

void path_keep_memory(descent_status status)
{
    if (status == DESCENT_ERROR_MEMORY) {
        path_keep(descent_last_error());
    }
}

/* What errno says of the path itself is an answer. */
void path_keep_failure(const char *what, const char *path)
{
    static const int answers[] = {ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (errno == answers[i]) {
            return;
        }
    }
    char message[sizeof failure];
    snprintf(message, sizeof message, "%s: cannot be %s: %s", path, what, strerror(errno));
    path_keep(message);
}

const char *path_failure(void)
{
    return failure[0] != '\0' ? failure : NULL;
}

size_t path_failures(void)
{
    return failures;
}

enum exit_status path_check(void)
{
    return failure[0] == '\0' ? DONE : cli_failed("%s", failure);
}

/* The kind of what is there, 0 for nothing. */
static mode_t kind_of(const char *path)
{
    struct stat found;
    if (stat(path, &found) == 0) {
        return found.st_mode & S_IFMT;
    }
    path_keep_failure("examined", path);
    return 0;
}

bool path_is_there(const char *path)
{
    return kind_of(path) != 0;
}

bool path_is_there_at(int folder, const char *shown, const char *name)
{
    char path[PATH_MAX];
    bool there = faccessat(folder, name, F_OK, 0) == 0;
    if (!there) {
        int error = errno;
        snprintf(path, sizeof path, "%s/%s", shown, name);
        errno = error;
        path_keep_failure("examined", path);
    }
    return there;
}

bool path_is_folder(const char *path)
{
    return kind_of(path) == S_IFDIR;
}

bool path_is_file(const char *path)
{
    return kind_of(path) == S_IFREG;
}

DIR *path_open_folder(const char *path)
{
    DIR *folder;
    do {
        folder = opendir(path);
    } while (folder == NULL && errno == EINTR);
    if (folder == NULL) {
        path_keep_failure("opened", path);
    }
    return folder;
}

FILE *path_open_file(const char *path, const char *mode)
{
    FILE *file;
    do {
        file = fopen(path, mode);
    } while (file == NULL && errno == EINTR);
    if (file == NULL) {
        path_keep_failure("opened", path);
    }
    return file;
}

int path_open(const char *path, int flags)
{
    int file;
    do {
        file = open(path, flags | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EINTR);
    return file;
}

char *path_resolved(const char *path)
{
    char *resolved = realpath(path, NULL);
    if (resolved == NULL) {
        path_keep_failure("resolved", path);
    }
    return resolved;
}

const char *path_next_name(DIR *folder, const char *path)
{
    errno = 0;
    const struct dirent *entry = readdir(folder);
    if (entry == NULL && errno != 0) {
        path_keep_failure("listed", path);
    }
    return entry != NULL ? entry->d_name : NULL;
}

void path_close(FILE *file, const char *path)
{
    if (ferror(file)) {
        path_keep_failure("read", path);
    }
    fclose(file);
}
