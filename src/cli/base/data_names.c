/*
 * Lists the folders of the places where names are looked up.
 */
#include "cli/base/data_names.h"

#include "cli/base/paths.h"
#include "cli/base/source.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_name(const struct data_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static enum exit_status add_name(struct data_names *names, const char *name, const char *folder)
{
    struct data_name *grown = realloc(names->names, (names->count + 1) * sizeof *grown);
    if (grown != NULL) {
        names->names = grown;
        grown[names->count] = (struct data_name){strdup(name), strdup(folder)};
        names->count++;
    }
    bool complete = grown != NULL && grown[names->count - 1].name != NULL &&
                    grown[names->count - 1].folder != NULL;
    return complete ? DONE : cli_failed("out of memory for the names of data sets");
}

static enum exit_status add_folders(struct data_names *names, const char *place, DIR *entries)
{
    for (const char *name; (name = path_next_name(entries, place)) != NULL;) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof path, "%s/%s", place, name);
        bool folder =
            name[0] != '.' && length > 0 && length < (int)sizeof path && path_is_folder(path);
        if (folder && !has_name(names, name)) {
            CLI_TRY(add_name(names, name, path));
        }
    }
    return DONE;
}

static int compare(const void *left, const void *right)
{
    const struct data_name *a = left, *b = right;
    return strcmp(a->name, b->name);
}

enum exit_status data_names_list(struct data_names *names)
{
    struct data_places places;
    data_places_list(&places);
    for (size_t i = 0; i < places.count; i++) {
        DIR *entries = path_open_folder(places.folders[i]);
        if (entries != NULL) {
            enum exit_status status = add_folders(names, places.folders[i], entries);
            closedir(entries);
            CLI_TRY(status);
        }
    }
    if (names->count > 0) {
        qsort(names->names, names->count, sizeof *names->names, compare);
    }
    return DONE;
}

void data_names_free(struct data_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->names[i].name);
        free(names->names[i].folder);
    }
    free(names->names);
}
