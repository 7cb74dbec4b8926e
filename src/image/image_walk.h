/*
 * The image files in a folder and the folders below it.
 */
#ifndef DESCENT_IMAGE_WALK_H
#define DESCENT_IMAGE_WALK_H

#include "base/folder.h"

/* What a file is, by its ending: an image that can be read, one of another format, or none. */
enum descent_image_file {
    DESCENT_IMAGE_FILE_READ,
    DESCENT_IMAGE_FILE_OTHER,
    DESCENT_IMAGE_FILE_NONE
};

enum descent_image_file descent_image_file_of(const char *name);

/* Called for each file; it may take over the entry's path, and then sets it to NULL. */
typedef descent_status descent_image_visit(void *context, struct descent_folder_entry *entry,
                                           enum descent_image_file kind);

/* Visits all files in a folder and below, in the order of the bytes of their names, folder by
 * folder. Errors: those of the visits, and FORMAT (folders too deep, or a link back to a folder
 * above), NOT_FOUND, IO, MEMORY. */
descent_status descent_image_walk(const char *path, descent_image_visit *visit, void *context);

#endif
