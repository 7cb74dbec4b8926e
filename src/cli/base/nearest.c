/*
 * How a name is asked about.
 */
#include "cli/base/nearest.h"

#include "cli/base/paths.h"
#include "cli/base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

void nearest_ask(char *text, size_t size, const descent_nearest *nearest, const char *before)
{
    if (nearest->name != NULL) {
        text_append(text, size, ", did you mean %s%s?", before, nearest->name);
    }
}

void nearest_search_begin(struct nearest_search *search, const char *path)
{
    const char *slash = strrchr(path, '/'), *last = slash != NULL ? slash + 1 : path;
    search->nearest = descent_nearest_to(last);
    snprintf(search->folder, sizeof search->folder, "%.*s", (int)(last - path), path);
}

void nearest_search_offer(struct nearest_search *search, const char *name)
{
    descent_nearest_offer(&search->nearest, name);
    if (search->nearest.name == name) {
        text_cut(search->name, sizeof search->name, name);
        search->nearest.name = search->name;
    }
}

void nearest_search_folder(struct nearest_search *search, bool (*fits)(const char *path))
{
    const char *folder = search->folder[0] != '\0' ? search->folder : ".";
    DIR *entries = path_open_folder(folder);
    if (entries == NULL) {
        return;
    }
    for (const char *name; (name = path_next_name(entries, folder)) != NULL;) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof path, "%s/%s", folder, name);
        if (name[0] != '.' && length > 0 && length < (int)sizeof path && fits(path)) {
            nearest_search_offer(search, name);
        }
    }
    closedir(entries);
}

void nearest_search_ask(char *text, size_t size, const struct nearest_search *search)
{
    nearest_ask(text, size, &search->nearest, search->folder);
}
