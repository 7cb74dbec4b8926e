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

/* A folder on the way down, and those above it. */
struct level {
    const struct level *above;
    size_t depth;
    dev_t device;
    ino_t number;
};

/* Refuses a link that leads back up, for it has no end, and what is deeper than sense. */
static descent_status enter(struct level *level, const char *path, const struct level *above)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return descent_fail(DESCENT_ERROR_IO, "%s: cannot be examined: %s", path, strerror(errno));
    }
    *level =
        (struct level){above, above != NULL ? above->depth + 1 : 0, about.st_dev, about.st_ino};
    for (; above != NULL; above = above->above) {
        if (above->device == about.st_dev && above->number == about.st_ino) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected images and folders of images, found a link back to a "
                                "folder above",
                                path);
        }
    }
    return level->depth < DEPTH_MAX
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected at most %d folders of images below each other, found a "
                              "deeper folder",
                              path, DEPTH_MAX);
}

static descent_status walk(const char *path, descent_image_visit *visit, void *context,
                           const struct level *above)
{
    struct level level;
    DESCENT_TRY(enter(&level, path, above));
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, path);
    for (size_t i = 0; i < folder.count && status == DESCENT_OK; i++) {
        struct descent_folder_entry *entry = &folder.entries[i];
        status = entry->folder ? walk(entry->path, visit, context, &level)
                               : visit(context, entry, descent_image_file_of(entry->name));
    }
    descent_folder_free(&folder);
    return status;
}

descent_status descent_image_walk(const char *path, descent_image_visit *visit, void *context)
{
    return walk(path, visit, context, NULL);
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
