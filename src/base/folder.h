/*
 * What is in a folder, in an order that does not depend on the file system.
 */
#ifndef DESCENT_FOLDER_H
#define DESCENT_FOLDER_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>

struct descent_folder {
    size_t count;
    size_t room;
    struct descent_folder_entry {
        char *path; /* the folder's path, a slash, the name */
        const char *name;
        bool folder; /* whether it is a folder itself, perhaps by way of a link */
    } * entries;
};

/* Lists a folder, sorted by the bytes of the names, without those that start with a dot or that
 * file managers leave behind (Thumbs.db, desktop.ini, __MACOSX); the caller frees it in any case.
 * Errors: NOT_FOUND, IO (also: a link that leads nowhere or in a circle), MEMORY. */
descent_status descent_folder_list(struct descent_folder *folder, const char *path);

/* Whether there is a folder at a path, or a file; of either, `what` is expected. Errors: NOT_FOUND
 * (nothing), IO. */
descent_status descent_folder_examine(bool *folder, const char *path, const char *what);

/* Whether a folder holds a name that fits. Errors: NOT_FOUND, IO. */
descent_status descent_folder_holds(bool *found, const char *path, bool (*fits)(const char *name));

/* Frees the entries; a zeroed struct is allowed. */
void descent_folder_free(struct descent_folder *folder);

#endif
