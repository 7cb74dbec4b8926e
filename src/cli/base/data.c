/*
 * Finding a data set: a path is taken as it is; a name is tried in a list of places, in order.
 */
#include "cli/base/source.h"

#include "cli/base/cli.h"
#include "cli/base/data_missing.h"
#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/run_folders.h"
#include "cli/base/text.h"

#include <descent/dataset.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Once, however often it is added. */
static void add_place(struct data_places *places, const char *folder, const char *below)
{
    if (folder == NULL || folder[0] == '\0') {
        return;
    }
    char *place = places->folders[places->count];
    place[0] = '\0';
    text_append(place, PATH_MAX, "%s%s", folder, below);
    for (size_t i = 0; i < places->count; i++) {
        if (strcmp(place, places->folders[i]) == 0) {
            return;
        }
    }
    places->count++;
}

/* The folder above that of the running program; false where the system does not say. */
static bool find_prefix(char prefix[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", prefix, PATH_MAX);
    if (length <= 0 || length >= PATH_MAX) {
        return false;
    }
    prefix[length] = '\0';
    for (int level = 0; level < 2; level++) {
        char *slash = strrchr(prefix, '/');
        if (slash == NULL) {
            return false;
        }
        *slash = '\0';
    }
    return true;
}

void data_places_list(struct data_places *places)
{
    const char *user = getenv("XDG_DATA_HOME"); /* as the XDG Base Directory Specification says */
    char prefix[PATH_MAX];
    places->count = 0;
    add_place(places, getenv("DESCENT_DATA"), "");
    if (user != NULL && user[0] == '/') {
        add_place(places, user, "/descent");
    } else {
        add_place(places, getenv("HOME"), "/.local/share/descent");
    }
    /* The data that come with the program: beside the build folder, or where they were installed.
     */
    if (find_prefix(prefix)) {
        add_place(places, prefix, "/data");
        add_place(places, prefix, "/share/descent/data");
    } else {
        add_place(places, DESCENT_INSTALLED_DATA, "");
    }
    if (path_is_folder(DESCENT_SOURCE_DATA)) { /* built in a folder elsewhere */
        add_place(places, DESCENT_SOURCE_DATA, "");
    }
    add_place(places, "/usr/share/datasets", "");
}

/* Whether a folder's entry looks like part of a data set. */
static bool is_part(const char *name)
{
    static const char *const beginnings[] = {"train", "test", "t10k"};
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (strncasecmp(name, beginnings[i], strlen(beginnings[i])) == 0) {
            return true;
        }
    }
    return strstr(name, "-idx") != NULL || descent_dataset_is_numpy(name);
}

bool data_holds_part(const char *path)
{
    DIR *folder = path_open_folder(path);
    if (folder == NULL) {
        return false;
    }
    bool found = false;
    for (const char *part; !found && (part = path_next_name(folder, path)) != NULL;) {
        found = is_part(part);
    }
    closedir(folder);
    return found;
}

/* Other files may be called train: train.py, train.log. */
static bool is_surely_part(const char *name)
{
    const char *ending = strrchr(name, '.');
    bool table =
        ending != NULL && (strcasecmp(ending, ".csv") == 0 || strcasecmp(ending, ".tsv") == 0);
    return strstr(name, "-idx") != NULL || descent_dataset_is_numpy(name) ||
           (table && is_part(name));
}

char *data_file_in(const char *folder)
{
    DIR *opened = path_open_folder(folder);
    char *found = NULL;
    const char *name;
    while (opened != NULL && found == NULL && (name = path_next_name(opened, folder)) != NULL) {
        bool file = is_surely_part(name) && path_is_file(run_file(folder, name).text);
        found = file ? strdup(name) : NULL;
    }
    if (opened != NULL) {
        closedir(opened);
    }
    return found;
}

const struct data_known DATA_KNOWN[] = {
    {"fashion-mnist", "run apt-get install dataset-fashion-mnist"},
    {"mnist", "run scripts/fetch-mnist.sh to download it"},
    {NULL, NULL},
};

/* The folder of that name in the first place that has one, to be freed; NULL if none does. */
static char *find_in_places(const char *name, const struct data_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof path, "%s/%s", places->folders[i], name);
        if (length > 0 && length < (int)sizeof path && path_is_folder(path)) {
            return path_resolved(path);
        }
    }
    return NULL;
}

/* The path of a data set that is there, to be freed; else NULL. */
static char *find(const char *name, struct data_places *places)
{
    bool path = strchr(name, '/') != NULL;
    bool file = descent_dataset_is_csv(name) || descent_dataset_is_numpy(name);
    if (data_holds_part(name) || (file && path_is_there(name))) {
        return path_resolved(name);
    }
    data_places_list(places);
    char *found = path ? NULL : find_in_places(name, places);
    /* Of another folder the reader will say which files are missing. */
    bool data = path_is_folder(name) && !run_is_model(name) && !run_folders_within(name);
    return found == NULL && data ? path_resolved(name) : found;
}

bool data_is_there(const char *name)
{
    struct data_places places;
    char *found = find(name, &places);
    free(found);
    return found != NULL;
}

char *cli_data_find(const char *name)
{
    struct data_places places;
    char *found = find(name, &places);
    if (found == NULL) {
        data_missing(name, &places);
    }
    return found;
}
