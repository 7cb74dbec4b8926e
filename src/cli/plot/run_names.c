/*
 * Names runs after their folders: after what tells their paths apart, without the folders that all
 * share at the beginning and at the end.
 */
#include "cli/plot/runs.h"

#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

/* A longer path is cut. */
enum { PATH_MAX_BYTES = 36 };

/* Cuts the first folder off all paths, if it is the same one and not all that is left; false if
 * not. */
static bool cut_first_folder(struct plotted_run *runs, size_t count)
{
    size_t length = strcspn(runs[0].path, "/");
    for (size_t r = 0; r < count; r++) {
        const char *path = runs[r].path;
        if (strncmp(path, runs[0].path, length) != 0 || path[length] != '/') {
            return false;
        }
    }
    for (size_t r = 0; r < count; r++) {
        char *path = runs[r].path;
        memmove(path, path + length + 1, strlen(path + length));
    }
    return true;
}

static bool cut_last_folder(struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        const char *first = strrchr(runs[0].path, '/'), *other = strrchr(runs[r].path, '/');
        if (first == NULL || other == NULL || strcmp(first, other) != 0) {
            return false;
        }
    }
    for (size_t r = 0; r < count; r++) {
        *strrchr(runs[r].path, '/') = '\0';
    }
    return true;
}

void run_groups_name_by_path(struct plotted_runs *runs)
{
    while (cut_first_folder(runs->runs, runs->count)) {
    }
    while (cut_last_folder(runs->runs, runs->count)) {
    }
    for (size_t g = 0; g < runs->group_count; g++) {
        struct run_group *group = &runs->groups[g];
        text_shorten(group->runs->path, PATH_MAX_BYTES);
        snprintf(group->name, sizeof group->name, "%s", group->runs->path);
    }
}
