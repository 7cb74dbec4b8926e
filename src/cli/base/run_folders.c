/*
 * Looks for runs below folders. Runs hold no others, so that it goes no deeper than a run.
 */
#include "cli/base/run_folders.h"

#include "cli/base/nearest.h"
#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Deeper than this nobody sorts runs, and more would not be drawn or read. */
enum { DEPTH_MAX = 8, FOLDERS_MAX = 10000 };

static bool is_run(const char *path)
{
    return path_is_there(run_file(path, RUN_METRICS).text);
}

bool run_folders_within(const char *path)
{
    DIR *folder = is_run(path) ? NULL : path_open_folder(path);
    bool found = false;
    for (const char *name;
         folder != NULL && !found && (name = path_next_name(folder, path)) != NULL;) {
        found = name[0] != '.' && is_run(run_file(path, name).text);
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

static bool holds_runs(const char *path)
{
    return is_run(path) || run_folders_within(path);
}

enum exit_status run_folders_missing(const char *path)
{
    char asked[2 * PATH_MAX] = "";
    struct nearest_search search;
    if (text_ends_in(path, ".csv")) { /* of a benchmark */
        return cli_failed("%s: no such file", path);
    }
    nearest_search_begin(&search, path);
    nearest_search_folder(&search, holds_runs);
    nearest_search_ask(asked, sizeof asked, &search);
    return cli_failed("%s: no such run folder%s", path, asked);
}

/* Of a folder without what makes it a run to those who draw or list it. */
static enum exit_status fail_folder(const char *given)
{
    if (run_is_training(given)) {
        return cli_failed("%s: training has just begun: " RUN_METRICS " is not there yet", given);
    }
    bool run = path_is_file(run_file(given, RUN_CONFIG).text) || run_is_model(given);
    return cli_failed(run ? "%s: expected " RUN_METRICS " in the run folder, found none"
                          : "%s: not a run folder, nor one with runs in it: expected " RUN_METRICS
                            ", found none",
                      given);
}

enum exit_status run_folders_add(struct run_folders *folders, const char *path)
{
    if (folders->count == FOLDERS_MAX) {
        return cli_failed("%s: more than %d folders, expected fewer at once", path, FOLDERS_MAX);
    }
    char **paths = realloc(folders->paths, (folders->count + 2) * sizeof *paths);
    if (paths == NULL) {
        return cli_failed("out of memory for the names of runs");
    }
    folders->paths = paths;
    paths[folders->count] = strdup(path);
    if (paths[folders->count] == NULL) {
        return cli_failed("out of memory for the names of runs");
    }
    paths[++folders->count] = NULL;
    return DONE;
}

/* A link may lead to a run, but not to a search that never ends. */
static bool may_search(const char *path)
{
    struct stat found;
    bool there = lstat(path, &found) == 0;
    if (!there) {
        path_keep_failure("examined", path);
    }
    return there && S_ISDIR(found.st_mode);
}

/* Adds the runs right in a folder to those found, and its other folders to those below. What may
 * not be read is passed over. */
static enum exit_status look_into(struct run_folders *found, struct run_folders *below,
                                  const char *path)
{
    DIR *folder = path_open_folder(path);
    enum exit_status status = DONE;
    const char *name;
    while (folder != NULL && status == DONE && (name = path_next_name(folder, path)) != NULL) {
        char inside[PATH_MAX];
        int length = snprintf(inside, sizeof inside, "%s/%s", path, name);
        if (name[0] == '.' || length >= (int)sizeof inside) {
            continue;
        }
        if (is_run(inside)) {
            status = run_folders_add(found, inside);
        } else if (may_search(inside)) {
            status = run_folders_add(below, inside);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return status;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Level by level; the runs found are put in order. */
static enum exit_status search(struct run_folders *found, const char *top)
{
    struct run_folders level = {0};
    size_t before = found->count;
    enum exit_status status = run_folders_add(&level, top);
    for (int depth = 0; depth < DEPTH_MAX && status == DONE; depth++) {
        struct run_folders below = {0};
        for (size_t i = 0; i < level.count && status == DONE; i++) {
            status = look_into(found, &below, level.paths[i]);
        }
        run_folders_free(&level);
        level = below;
    }
    run_folders_free(&level);
    if (found->count > before) {
        qsort(found->paths + before, found->count - before, sizeof *found->paths, compare);
    }
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
        return errno == ENOENT
                   ? run_folders_missing(path)
                   : cli_failed("%s: cannot open the run folder: %s", given, strerror(errno));
    }
    if (!S_ISDIR(found.st_mode)) {
        return cli_failed("%s: expected a folder of a run, or of several, found a file", given);
    }
    if (is_run(path)) {
        return run_folders_add(folders, path);
    }
    CLI_TRY(search(folders, path));
    return folders->count > before ? DONE : fail_folder(given);
}

static bool is_among(const struct stat *folder, const struct stat *others, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (others[i].st_dev == folder->st_dev && others[i].st_ino == folder->st_ino) {
            return true;
        }
    }
    return false;
}

/* Leaves each run in once, however it was reached. */
static enum exit_status remove_repeated(struct run_folders *folders)
{
    size_t kept = 0;
    struct stat *seen = calloc(folders->count + 1, sizeof *seen);
    if (seen == NULL) {
        return cli_failed("out of memory for the names of runs");
    }
    for (size_t i = 0; i < folders->count; i++) {
        char *path = folders->paths[i];
        folders->paths[i] = NULL;
        bool there = stat(path, &seen[kept]) == 0;
        if (!there) {
            path_keep_failure("examined", path);
        }
        if (there && !is_among(&seen[kept], seen, kept)) {
            folders->paths[kept++] = path;
        } else {
            free(path);
        }
    }
    free(seen);
    folders->count = kept;
    return DONE;
}

enum exit_status run_folders_find(struct run_folders *folders, const char *const *given)
{
    for (size_t i = 0; given[i] != NULL; i++) {
        CLI_TRY(add_given(folders, given[i]));
    }
    CLI_TRY(remove_repeated(folders));
    return path_check();
}

void run_folders_free(struct run_folders *folders)
{
    for (size_t i = 0; i < folders->count; i++) {
        free(folders->paths[i]);
    }
    free(folders->paths);
    *folders = (struct run_folders){0};
}
