/*
 * Walks down folders of images.
 */
#include "image/image_walk.h"

#include "base/fail.h"

#include <descent/images.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* So many folders may lie below each other. */
enum { DEPTH_MAX = 16 };

enum descent_image_file descent_image_file_of(const char *name)
{
    static const char *const endings[][12] = {
        [DESCENT_IMAGE_FILE_READ] = {".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".ppm", ".pnm"},
        [DESCENT_IMAGE_FILE_OTHER] = {".gif", ".tif", ".tiff", ".webp", ".heic", ".avif", ".pbm",
                                      ".jp2", ".jfif", ".svg"},
    };
    const char *dot = strrchr(name, '.');
    for (int kind = 0; dot != NULL && kind < DESCENT_IMAGE_FILE_NONE; kind++) {
        for (const char *const *ending = endings[kind]; *ending != NULL; ending++) {
            if (strcasecmp(dot, *ending) == 0) {
                return (enum descent_image_file)kind;
            }
        }
    }
    return DESCENT_IMAGE_FILE_NONE;
}

/* The folders on the way down, each with its entries. */
struct way {
    size_t depth;
    struct level {
        struct descent_folder folder;
        size_t next; /* the entry that comes next */
        dev_t device;
        ino_t number;
    } levels[DEPTH_MAX];
};

/* Refuses a link that leads back up, for it has no end, and what is deeper than sense. */
static descent_status check_level(const struct way *way, const char *path, struct level *level)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return descent_fail(DESCENT_ERROR_IO, "%s: cannot be examined: %s", path, strerror(errno));
    }
    *level = (struct level){.device = about.st_dev, .number = about.st_ino};
    for (size_t i = 0; i < way->depth; i++) {
        if (way->levels[i].device == level->device && way->levels[i].number == level->number) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected images and folders of images, found a link back to a "
                                "folder above",
                                path);
        }
    }
    return way->depth < DEPTH_MAX
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected at most %d folders of images below each other, found a "
                              "deeper folder",
                              path, DEPTH_MAX);
}

static descent_status enter(struct way *way, const char *path)
{
    struct level level;
    DESCENT_TRY(check_level(way, path, &level));
    descent_status status = descent_folder_list(&level.folder, path);
    if (status != DESCENT_OK) {
        descent_folder_free(&level.folder);
        return status;
    }
    way->levels[way->depth++] = level;
    return DESCENT_OK;
}

/* The next entry of the lowest folder: a file is visited, a folder entered, and at the end left. */
static descent_status go_on(struct way *way, descent_image_visit *visit, void *context)
{
    struct level *level = &way->levels[way->depth - 1];
    if (level->next == level->folder.count) {
        descent_folder_free(&level->folder);
        way->depth--;
        return DESCENT_OK;
    }
    struct descent_folder_entry *entry = &level->folder.entries[level->next++];
    return entry->folder ? enter(way, entry->path)
                         : visit(context, entry, descent_image_file_of(entry->name));
}

descent_status descent_image_walk(const char *path, descent_image_visit *visit, void *context)
{
    struct way way = {.depth = 0};
    descent_status status = enter(&way, path);
    while (status == DESCENT_OK && way.depth > 0) {
        status = go_on(&way, visit, context);
    }
    while (way.depth > 0) {
        descent_folder_free(&way.levels[--way.depth].folder);
    }
    return status;
}

/* A growing list of paths. */
struct found {
    char **paths;
    size_t count, room;
};

static descent_status keep(void *context, struct descent_folder_entry *entry,
                           enum descent_image_file kind)
{
    struct found *found = context;
    if (kind != DESCENT_IMAGE_FILE_READ) {
        return DESCENT_OK;
    }
    if (found->count == found->room) {
        size_t room = found->room == 0 ? 64 : 2 * found->room;
        void *paths = realloc(found->paths, room * sizeof *found->paths);
        if (paths == NULL) {
            return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a list of %zu images",
                                entry->path, room);
        }
        found->paths = paths;
        found->room = room;
    }
    found->paths[found->count++] = entry->path;
    entry->path = NULL;
    return DESCENT_OK;
}

descent_status descent_image_find(char ***paths, size_t *count, const char *folder)
{
    DESCENT_RETURN_UNLESS(paths != NULL && count != NULL);
    *paths = NULL;
    *count = 0;
    DESCENT_RETURN_UNLESS(folder != NULL);
    struct found found = {0};
    descent_status status = descent_image_walk(folder, keep, &found);
    if (status != DESCENT_OK) {
        descent_image_paths_free(found.paths, found.count);
        return status;
    }
    *paths = found.paths;
    *count = found.count;
    return DESCENT_OK;
}

void descent_image_paths_free(char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(paths[i]);
    }
    free(paths);
}
