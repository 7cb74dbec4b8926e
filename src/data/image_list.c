/*
 * Lists a folder of images by class: CLASS/FILE, or train/CLASS/FILE and test/CLASS/FILE. Where
 * there is no test part, one is split off.
 */
#include "data/image_list.h"

#include "base/fail.h"
#include "base/folder.h"
#include "data/sources.h"
#include "data/split.h"

#include <descent/random.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Where a part's classes are. */
struct layout {
    char root[PATH_MAX];
    bool split; /* whether the other part is there too, and not told apart by folders */
};

/* By its ending. Other formats are images too, to be refused: what is passed over goes unnoticed.
 */
static bool is_image(const char *name)
{
    static const char *const endings[] = {".png",  ".jpg",  ".jpeg", ".bmp", ".pgm",
                                          ".ppm",  ".pnm",  ".pbm",  ".gif", ".tif",
                                          ".tiff", ".webp", ".heic", ".avif"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcasecmp(dot, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static size_t count_folders(const struct descent_folder *folder)
{
    size_t folders = 0;
    for (size_t i = 0; i < folder->count; i++) {
        folders += folder->entries[i].folder;
    }
    return folders;
}

static bool has_folder(const struct descent_folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++) {
        if (folder->entries[i].folder && strcmp(folder->entries[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A folder that cannot be listed may hold them: loading says why it cannot. */
bool descent_image_folder_holds(const char *path)
{
    struct descent_folder folder;
    bool holds = descent_folder_list(&folder, path) != DESCENT_OK || count_folders(&folder) > 0;
    descent_folder_free(&folder);
    return holds;
}

/* train/ and test/ are parts where both are there, or where there is no other folder beside one of
 * them; else they are classes like any others. */
static descent_status find_root(struct layout *layout, const char *path, descent_part part)
{
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, path);
    bool train = has_folder(&folder, "train");
    bool test = has_folder(&folder, "test");
    bool alone = count_folders(&folder) == 1;
    descent_folder_free(&folder);
    if (status != DESCENT_OK) {
        return status;
    }
    if (alone && test && part != DESCENT_PART_TEST) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: expected a folder train beside the folder test, found none", path);
    }
    bool parts = (train && test) || (alone && (train || test));
    bool has_test = parts && test;
    if (has_test && part == DESCENT_PART_ALL) {
        return descent_source_has_parts(path);
    }
    layout->split = !has_test && part != DESCENT_PART_ALL;
    const char *below = !parts ? "" : has_test && part == DESCENT_PART_TEST ? "/test" : "/train";
    if (snprintf(layout->root, PATH_MAX, "%s%s", path, below) >= PATH_MAX) {
        return descent_fail(DESCENT_ERROR_IO, "%s: the path is too long", path);
    }
    return DESCENT_OK;
}

static bool grow(struct descent_image_list *list)
{
    if (list->count < list->room) {
        return true;
    }
    size_t room = list->room == 0 ? 1024 : 2 * list->room;
    char **paths = realloc(list->paths, room * sizeof *paths);
    if (paths == NULL) {
        return false;
    }
    list->paths = paths;
    int32_t *labels = realloc(list->labels, room * sizeof *labels);
    if (labels == NULL) {
        return false;
    }
    list->labels = labels;
    list->room = room;
    return true;
}

static descent_status add_file(struct descent_image_list *list, struct descent_folder_entry *entry,
                               int32_t label)
{
    if (entry->folder) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected images in the folder of a class, found a folder",
                            entry->path);
    }
    if (!is_image(entry->name)) {
        return DESCENT_OK;
    }
    if (list->count == UINT32_MAX || !grow(list)) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a list of %zu images",
                            entry->path, list->count + 1);
    }
    list->paths[list->count] = entry->path;
    list->labels[list->count++] = label;
    entry->path = NULL;
    return DESCENT_OK;
}

static descent_status add_class(struct descent_image_list *list, const char *path, int32_t label)
{
    struct descent_folder folder;
    size_t before = list->count;
    descent_status status = descent_folder_list(&folder, path);
    for (size_t i = 0; i < folder.count && status == DESCENT_OK; i++) {
        status = add_file(list, &folder.entries[i], label);
    }
    if (status == DESCENT_OK && list->count == before) {
        status =
            descent_fail(DESCENT_ERROR_FORMAT,
                         "%s: expected at least one image (PNG, JPEG, BMP, PGM or PPM) of this "
                         "class, found none",
                         path);
    }
    descent_folder_free(&folder);
    return status;
}

/* The classes: those of the source, or else the folders, sorted. */
static descent_status list_names(struct descent_image_list *list,
                                 const struct descent_folder *folder, const descent_source *source)
{
    if (source->class_names != NULL) {
        return descent_names_add_all(&list->names, source->class_names, source->classes);
    }
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < folder->count && status == DESCENT_OK; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        size_t number = 0;
        if (entry->folder) {
            status = descent_names_add(&list->names, &number, entry->name, entry->path);
        }
    }
    return status == DESCENT_OK ? descent_names_sort(&list->names, NULL) : status;
}

static descent_status check_classes(const struct descent_image_list *list,
                                    const struct descent_folder *folder, const char *root)
{
    for (size_t i = 0; i < folder->count; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        if (entry->folder && descent_names_find(&list->names, entry->name) == SIZE_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected one of the %zu classes of the training data, found "
                                "another one",
                                entry->path, list->names.count);
        }
    }
    return count_folders(folder) > 0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_NOT_FOUND,
                              "%s: expected a folder of images for each class, found none", root);
}

static descent_status list_class(struct descent_image_list *list,
                                 const struct descent_folder *folder, size_t class)
{
    for (size_t i = 0; i < folder->count; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        if (entry->folder && strcmp(entry->name, list->names.texts[class]) == 0) {
            return add_class(list, entry->path, (int32_t) class);
        }
    }
    return DESCENT_OK;
}

static descent_status list_root(struct descent_image_list *list, const char *root,
                                const descent_source *source)
{
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, root);
    if (status == DESCENT_OK) {
        status = list_names(list, &folder, source);
    }
    if (status == DESCENT_OK) {
        status = check_classes(list, &folder, root);
    }
    for (size_t c = 0; c < list->names.count && status == DESCENT_OK; c++) {
        status = list_class(list, &folder, c);
    }
    descent_folder_free(&folder);
    return status;
}

/* Leaves the files of the wanted part in the list. */
static descent_status keep_part(struct descent_image_list *list, const descent_source *source)
{
    const struct descent_split split = {.what = "test",
                                        .labels = list->labels,
                                        .count = list->count,
                                        .classes = list->names.count,
                                        .fraction = source->test,
                                        .seed = source->test_seed,
                                        .stream = DESCENT_STREAM_TEST};
    bool *held = NULL;
    size_t held_count = 0;
    size_t kept = 0;
    list->whole = list->count;
    descent_status status = descent_split_choose(&held, &held_count, &split);
    for (size_t i = 0; i < list->count && status == DESCENT_OK; i++) {
        if (held[i] == (source->part == DESCENT_PART_TEST)) {
            list->paths[kept] = list->paths[i];
            list->labels[kept++] = list->labels[i];
        } else {
            free(list->paths[i]);
        }
    }
    list->count = status == DESCENT_OK ? kept : list->count;
    free(held);
    return status;
}

descent_status descent_image_list_create(struct descent_image_list *list, const char *folder,
                                         const descent_source *source)
{
    *list = (struct descent_image_list){0};
    struct layout layout = {0};
    descent_status status = find_root(&layout, folder, source->part);
    if (status == DESCENT_OK) {
        status = list_root(list, layout.root, source);
    }
    return status == DESCENT_OK && layout.split ? keep_part(list, source) : status;
}

void descent_image_list_free(struct descent_image_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->paths[i]);
    }
    free(list->paths);
    free(list->labels);
    descent_names_free(&list->names);
    *list = (struct descent_image_list){0};
}
