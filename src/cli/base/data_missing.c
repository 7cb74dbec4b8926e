/*
 * A name may be mistyped, or be that of something else: of a picture, of a model, of a run.
 */
#include "cli/base/data_missing.h"

#include "cli/base/cli.h"
#include "cli/base/data_names.h"
#include "cli/base/nearest.h"
#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/run_folders.h"
#include "cli/base/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What to do about a set that is known, but not there; "" for others. */
static const char *how_to_get(const char *name)
{
    const struct data_known *known = DATA_KNOWN;
    while (known->name != NULL && strcmp(name, known->name) != 0) {
        known++;
    }
    return known->name != NULL ? known->how : "";
}

static bool is_picture(const char *name)
{
    static const char *const ends[] = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pgm", ".ppm"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t end = strlen(ends[i]);
        if (length > end && strcasecmp(name + length - end, ends[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *what_is(const char *path)
{
    if (!path_is_there(path)) {
        return "nothing";
    }
    if (descent_dataset_is_array(path)) {
        return "an array alone: give the folder that has its labels as well";
    }
    if (run_folders_within(path)) {
        return "a folder of runs: descent runs lists them";
    }
    return run_is_model(path) ? path_is_folder(path) ? "a run folder" : "a model"
           : is_picture(path) ? "a picture: give the folder that has a folder of pictures for each "
                                "class"
                              : "another file";
}

static bool is_data(const char *path)
{
    return descent_dataset_is_csv(path) || descent_dataset_is_numpy(path) || data_holds_part(path);
}

static void offer_names(struct nearest_search *search)
{
    struct data_names names = {0};
    for (const struct data_known *known = DATA_KNOWN; known->name != NULL; known++) {
        nearest_search_offer(search, known->name);
    }
    if (data_names_list(&names) == DONE) {
        for (size_t i = 0; i < names.count; i++) {
            nearest_search_offer(search, names.names[i].name);
        }
    }
    data_names_free(&names);
}

/* Writes ", did you mean digits?", or nothing. */
static void ask(char *asked, size_t size, const char *name)
{
    struct nearest_search search;
    nearest_search_begin(&search, name);
    nearest_search_folder(&search, is_data);
    if (search.folder[0] == '\0') {
        offer_names(&search);
    }
    nearest_search_ask(asked, size, &search);
}

static void fail_name(const char *name, const struct data_places *places)
{
    char list[4096] = "";
    for (size_t i = 0; i < places->count; i++) {
        text_append(list, sizeof list, "%s%s", i == 0 ? "" : ", ", places->folders[i]);
    }
    const char *unset = getenv("DESCENT_DATA") == NULL ? " (DESCENT_DATA is not set)" : "";
    const char *how = how_to_get(name);
    cli_failed("data set \"%s\" not found: no such folder here, nor in %s%s%s%s", name, list, unset,
               how[0] != '\0' ? "; " : "", how);
}

void data_missing(const char *name, const struct data_places *places)
{
    bool exists = path_is_there(name);
    bool path = strchr(name, '/') != NULL;
    char asked[2 * PATH_MAX] = "";
    if (!exists && how_to_get(name)[0] == '\0') {
        ask(asked, sizeof asked, name);
    }
    if (exists || path) {
        cli_failed("%s: expected a folder with a data set, a table (.csv, .tsv, .txt or .data) or "
                   "a .npz file, found %s%s",
                   name, what_is(name), asked);
    } else if (asked[0] != '\0') {
        cli_failed("data set \"%s\" not found%s See descent data", name, asked);
    } else {
        fail_name(name, places);
    }
}
