/*
 * Lists a folder of images by class: all images below the folder of a class, however deep. Where
 * there is no test part, one is split off.
 */
#include "data/image_list.h"

#include "base/fail.h"
#include "base/folder.h"
#include "data/image_parts.h"
#include "data/sources.h"
#include "data/split.h"
#include "image/image_walk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static size_t count_folders(const struct descent_folder *folder)
{
    size_t folders = 0;
    for (size_t i = 0; i < folder->count; i++) {
        folders += folder->entries[i].folder;
    }
    return folders;
}

descent_status descent_image_folder_holds(bool *found, const char *path)
{
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, path);
    *found = status == DESCENT_OK && count_folders(&folder) > 0;
    descent_folder_free(&folder);
    return status;
}

descent_status descent_image_folder_loose(size_t *loose, const char *path)
{
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, path);
    *loose = 0;
    for (size_t i = 0; i < folder.count; i++) {
        const struct descent_folder_entry *entry = &folder.entries[i];
        *loose += !entry->folder && descent_image_file_of(entry->name) != DESCENT_IMAGE_FILE_NONE;
    }
    descent_folder_free(&folder);
    return status;
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

static descent_status add_image(struct descent_image_list *list, struct descent_folder_entry *entry,
                                int32_t label)
{
    if (list->count == UINT32_MAX || !grow(list)) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a list of %zu images",
                            entry->path, list->count + 1);
    }
    list->paths[list->count] = entry->path;
    list->labels[list->count++] = label;
    entry->path = NULL;
    return DESCENT_OK;
}

/* Counted by its ending in lower case, or where it has none by its name. */
static descent_status add_aside(struct descent_image_list *list,
                                const struct descent_folder_entry *entry)
{
    const char *dot = strrchr(entry->name, '.');
    char ending[16];
    size_t length = dot != NULL ? strlen(dot) : sizeof ending;
    for (size_t i = 0; i <= length && length < sizeof ending; i++) {
        ending[i] = (char)tolower((unsigned char)dot[i]);
    }
    return descent_aside_add(&list->aside, length < sizeof ending ? ending : entry->name,
                             entry->path,
                             descent_image_file_of(entry->name) != DESCENT_IMAGE_FILE_NONE);
}

/* A class whose images are listed. */
struct class
{
    struct descent_image_list *list;
    int32_t label;
};

static descent_status add_file(void *context, struct descent_folder_entry *entry,
                               enum descent_image_file kind)
{
    const struct class *class = context;
    return kind == DESCENT_IMAGE_FILE_READ ? add_image(class->list, entry, class->label)
                                           : add_aside(class->list, entry);
}

/* So many files of other formats were met; ending gets that of the first. */
static size_t count_others(const struct descent_image_list *list, const char **ending)
{
    size_t others = 0;
    for (size_t i = 0; list->aside != NULL && i < list->aside->count; i++) {
        const descent_left_aside *kind = &list->aside->kinds[i];
        *ending = kind->matters && others == 0 ? kind->what : *ending;
        others += kind->matters ? kind->count : 0;
    }
    return others;
}

static descent_status add_class(struct descent_image_list *list, const char *path, int32_t label)
{
    struct class class = {list, label};
    const char *ending = "";
    size_t before = list->count, others_before = count_others(list, &ending);
    DESCENT_TRY(descent_image_walk(path, add_file, &class));
    size_t others = count_others(list, &ending) - others_before;
    if (list->count == before && others > 0) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected at least one image (PNG, JPEG, BMP, PGM or PPM) of this "
                            "class, found %zu of other formats; ImageMagick turns them into PNG: "
                            "mogrify -format png *%s",
                            path, others, ending);
    }
    return list->count > before
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected at least one image (PNG, JPEG, BMP, PGM or PPM) of "
                              "this class, found none",
                              path);
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

/* Files beside the folders of classes. */
static descent_status list_loose(struct descent_image_list *list,
                                 const struct descent_folder *folder)
{
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < folder->count && status == DESCENT_OK; i++) {
        if (!folder->entries[i].folder) {
            status = add_aside(list, &folder->entries[i]);
        }
    }
    return status;
}

/* A table of names and labels beside one folder of images is another layout, common enough to say
 * how it becomes this one. */
static descent_status refuse_table(const struct descent_folder *folder, const char *root)
{
    const char *table = NULL, *images = NULL;
    for (size_t i = 0; i < folder->count; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        images = entry->folder ? entry->name : images;
        table = !entry->folder && descent_csv_is_sure(entry->name) ? entry->name : table;
    }
    if (count_folders(folder) != 1 || table == NULL) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected a folder of images for each class, found one folder next to "
                        "%s; if that lists file names and labels: cd there; tail -n +2 %s | tr -d "
                        "'\\r' | while IFS=, read -r f l; do mkdir -p \"classes/$l\" && cp "
                        "\"%s/$f\" \"classes/$l/\"; done",
                        root, table, table, images);
}

static descent_status list_classes(struct descent_image_list *list,
                                   const struct descent_folder *folder, const char *root,
                                   const descent_source *source)
{
    DESCENT_TRY(refuse_table(folder, root));
    DESCENT_TRY(list_names(list, folder, source));
    DESCENT_TRY(check_classes(list, folder, root));
    for (size_t c = 0; c < list->names.count; c++) {
        DESCENT_TRY(list_class(list, folder, c));
    }
    return list_loose(list, folder);
}

static descent_status list_root(struct descent_image_list *list, const char *root,
                                const descent_source *source)
{
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, root);
    if (status == DESCENT_OK) {
        status = list_classes(list, &folder, root, source);
    }
    descent_folder_free(&folder);
    return status;
}

/* Leaves the files of the wanted part in the list. */
static descent_status keep_part(struct descent_image_list *list, const char *folder,
                                const descent_source *source)
{
    const struct descent_split split = {
        .labels = list->labels, .count = list->count, .classes = list->names.count};
    bool *held = NULL;
    size_t wanted;
    size_t kept = 0;
    DESCENT_TRY(descent_source_hold(&held, &wanted, &split, source, folder));
    if (held == NULL) {
        return DESCENT_OK;
    }
    list->whole = list->count;
    for (size_t i = 0; i < list->count; i++) {
        if (held[i] == (source->part == DESCENT_PART_TEST)) {
            list->paths[kept] = list->paths[i];
            list->labels[kept++] = list->labels[i];
        } else {
            free(list->paths[i]);
        }
    }
    list->count = wanted;
    free(held);
    return DESCENT_OK;
}

descent_status descent_image_list_create(struct descent_image_list *list, const char *folder,
                                         const descent_source *source)
{
    *list = (struct descent_image_list){0};
    struct descent_image_parts parts;
    descent_status status = descent_image_parts_find(&parts, folder, source->part);
    list->aside = parts.aside;
    list->validation = parts.validation;
    if (status == DESCENT_OK) {
        status = list_root(list, parts.root, source);
    }
    return status == DESCENT_OK && parts.split ? keep_part(list, folder, source) : status;
}

void descent_image_list_free(struct descent_image_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->paths[i]);
    }
    free(list->paths);
    free(list->labels);
    descent_names_free(&list->names);
    descent_aside_free(list->aside);
    *list = (struct descent_image_list){0};
}
