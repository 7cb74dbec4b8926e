/*
 * Looks for runs below folders. Runs hold no others, so that it goes no deeper than a run.
 */
#include "cli/base/run_folders.h"

#include "cli/base/run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deeper than this nobody sorts runs, and more would not be drawn or read. */
enum { DEPTH_MAX = 8, RUNS_MAX = 10000 };

static bool is_run(const char *path)
{
    char file[PATH_MAX];
    int length = snprintf(file, sizeof file, "%s/" RUN_METRICS, path);
    return length < (int)sizeof file && access(file, F_OK) == 0;
}

static bool is_same_folder(const char *path, const char *other)
{
    struct stat one, two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

static enum exit_status add(struct run_folders *folders, const char *path)
{
    for (size_t i = 0; i < folders->count; i++) {
        if (is_same_folder(folders->paths[i], path)) {
            return DONE;
        }
    }
    if (folders->count == RUNS_MAX) {
        return cli_failed("%s: more than %d runs, expected fewer at once", path, RUNS_MAX);
    }
    char **paths = realloc(folders->paths, (folders->count + 2) * sizeof *paths);
    char *copy = strdup(path);
    if (paths != NULL) {
        folders->paths = paths;
        paths[folders->count] = copy;
        paths[folders->count + 1] = NULL;
    }
    if (paths == NULL || copy == NULL) {
        free(paths == NULL ? copy : NULL);
        return cli_failed("out of memory for the names of runs");
    }
    folders->count++;
    return DONE;
}

static int compare(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A link may lead to a run, but not to a search that never ends. */
static bool may_search(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* The runs below a folder; what cannot be read is passed over. */
static enum exit_status search(struct run_folders *folders, const char *path, int depth)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_shown, compare);
    enum exit_status status = DONE;
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        int length = snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        free(entries[i]);
        if (length >= (int)sizeof below || status != DONE) {
            continue;
        }
        if (is_run(below)) {
            status = add(folders, below);
        } else if (depth < DEPTH_MAX && may_search(below)) {
            status = search(folders, below, depth + 1);
        }
    }
    free(entries);
    return status;
}

static enum exit_status add_given(struct run_folders *folders, const char *given)
{
    char path[PATH_MAX];
    size_t length = strlen(given), before = folders->count;
    if (length == 0 || length >= sizeof path) {
        return cli_failed("run folder: expected a path of 1 to %d bytes, found %zu", PATH_MAX - 1,
                          length);
    }
    while (length > 1 && given[length - 1] == '/') {
        length--;
    }
    snprintf(path, sizeof path, "%.*s", (int)length, given);
    struct stat found;
    if (stat(path, &found) != 0) {
        return cli_failed("%s: cannot open the run folder: %s", given, strerror(errno));
    }
    if (!S_ISDIR(found.st_mode)) {
        return cli_failed("%s: expected a folder of a run, or of several, found a file", given);
    }
    if (is_run(path)) {
        return add(folders, path);
    }
    CLI_TRY(search(folders, path, 1));
    return folders->count > before
               ? DONE
               : cli_failed("%s: not a run folder, nor one with runs in it: expected " RUN_METRICS
                            ", found none",
                            given);
}

enum exit_status run_folders_find(struct run_folders *folders, const char *const *given)
{
    for (size_t i = 0; given[i] != NULL; i++) {
        CLI_TRY(add_given(folders, given[i]));
    }
    return DONE;
}

void run_folders_free(struct run_folders *folders)
{
    for (size_t i = 0; i < folders->count; i++) {
        free(folders->paths[i]);
    }
    free(folders->paths);
    *folders = (struct run_folders){0};
}
