/*
 * Lists folders. Links are followed; broken ones are reported instead of skipped.
 */
#include "base/folder.h"

#include "base/fail.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static descent_status fail_memory(const char *path)
{
    return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the list of its files", path);
}

static char *join(const char *path, const char *name)
{
    size_t size = strlen(path) + strlen(name) + sizeof "/";
    char *joined = malloc(size);
    if (joined != NULL) {
        snprintf(joined, size, "%s/%s", path, name);
    }
    return joined;
}

static descent_status add(struct descent_folder *folder, const char *path, const char *name)
{
    if (folder->count == folder->room) {
        size_t room = folder->room == 0 ? 64 : 2 * folder->room;
        void *entries = realloc(folder->entries, room * sizeof *folder->entries);
        if (entries == NULL) {
            return fail_memory(path);
        }
        folder->entries = entries;
        folder->room = room;
    }
    struct descent_folder_entry entry = {.path = join(path, name)};
    if (entry.path == NULL) {
        return fail_memory(path);
    }
    struct stat about;
    descent_status status = DESCENT_OK;
    if (stat(entry.path, &about) != 0) {
        status = descent_fail(DESCENT_ERROR_IO, "%s: cannot be examined: %s", entry.path,
                              strerror(errno));
        free(entry.path);
        return status;
    }
    entry.name = entry.path + strlen(path) + 1;
    entry.folder = S_ISDIR(about.st_mode);
    folder->entries[folder->count++] = entry;
    return DESCENT_OK;
}

static int compare_entries(const void *left, const void *right)
{
    const struct descent_folder_entry *a = left;
    const struct descent_folder_entry *b = right;
    return strcmp(a->name, b->name);
}

static bool is_clutter(const char *name)
{
    static const char *const left[] = {"Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX"};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        if (strcasecmp(name, left[i]) == 0) {
            return true;
        }
    }
    return name[0] == '.';
}

/* What errno says of a path that cannot be opened or examined. */
static descent_status reason(void)
{
    return errno == ENOENT || errno == ENOTDIR ? DESCENT_ERROR_NOT_FOUND
           : errno == ENOMEM                   ? DESCENT_ERROR_MEMORY
                                               : DESCENT_ERROR_IO;
}

descent_status descent_folder_examine(bool *folder, const char *path, const char *what)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return descent_fail(reason(), "%s: expected %s: %s", path, what, strerror(errno));
    }
    *folder = S_ISDIR(about.st_mode);
    return DESCENT_OK;
}

static descent_status open_stream(DIR **stream, const char *path)
{
    do {
        *stream = opendir(path);
    } while (*stream == NULL && errno == EINTR);
    return *stream != NULL
               ? DESCENT_OK
               : descent_fail(reason(), "%s: cannot be opened: %s", path, strerror(errno));
}

/* The next name, NULL behind the last one. */
static descent_status read_name(const char **name, DIR *stream, const char *path)
{
    errno = 0;
    const struct dirent *entry = readdir(stream);
    *name = entry != NULL ? entry->d_name : NULL;
    return entry != NULL || errno == 0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_IO, "%s: cannot be listed: %s", path, strerror(errno));
}

descent_status descent_folder_list(struct descent_folder *folder, const char *path)
{
    DIR *stream;
    const char *name;
    *folder = (struct descent_folder){0};
    DESCENT_TRY(open_stream(&stream, path));
    descent_status status = DESCENT_OK;
    while (status == DESCENT_OK && (status = read_name(&name, stream, path)) == DESCENT_OK &&
           name != NULL) {
        status = is_clutter(name) ? DESCENT_OK : add(folder, path, name);
    }
    closedir(stream);
    if (folder->count > 0) {
        qsort(folder->entries, folder->count, sizeof *folder->entries, compare_entries);
    }
    return status;
}

descent_status descent_folder_holds(bool *found, const char *path, bool (*fits)(const char *name))
{
    DIR *stream;
    const char *name;
    *found = false;
    DESCENT_TRY(open_stream(&stream, path));
    descent_status status = DESCENT_OK;
    while (!*found && (status = read_name(&name, stream, path)) == DESCENT_OK && name != NULL) {
        *found = fits(name);
    }
    closedir(stream);
    return status;
}

void descent_folder_free(struct descent_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        free(folder->entries[i].path);
    }
    free(folder->entries);
    *folder = (struct descent_folder){0};
}
