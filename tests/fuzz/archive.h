/*
 * A whole folder as one input: files one after the other, each a byte that chooses its name, two
 * with its size (least first), and its bytes. A size beyond the end is cut to it.
 */
#ifndef DESCENT_TEST_FUZZ_ARCHIVE_H
#define DESCENT_TEST_FUZZ_ARCHIVE_H

#include "fuzz.h"

#include <sys/stat.h>

enum { ARCHIVE_FILES_MAX = 16 };

/* A file of a seed. */
struct archive_file {
    unsigned name; /* its place among the names */
    const void *bytes;
    size_t size;
};

static inline const char *archive_path(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/folder/%s", scratch_folder, name);
    return path;
}

/* Removes the files of these names, and their folders; NULL is behind the last name. Folders come
 * before what is in them, and end in a slash. */
static inline void archive_clear(const char *const *names)
{
    size_t count = 0;
    while (names[count] != NULL) {
        count++;
    }
    while (count > 0) {
        const char *path = archive_path(names[--count]);
        if (path[strlen(path) - 1] == '/') {
            rmdir(path);
        } else {
            unlink(path);
        }
    }
    rmdir(archive_path(""));
}

static inline void archive_put(const char *name, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(archive_path(name), "wb");
    fuzz_check(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* Makes the folder, and in it those of the names that the input has; returns its path. */
static inline const char *archive_unpack(const char *const *names, const uint8_t *data, size_t size)
{
    size_t count = 0, at = 0, files = 0;
    fuzz_begin();
    mkdir(archive_path(""), 0700);
    for (; names[count] != NULL; count++) {
        const char *path = archive_path(names[count]);
        if (path[strlen(path) - 1] == '/') {
            mkdir(path, 0700);
        }
    }
    for (; at + 3 <= size && files < ARCHIVE_FILES_MAX; files++) {
        const char *name = names[data[at] % count];
        size_t length = (size_t)data[at + 1] | (size_t)data[at + 2] << 8;
        at += 3;
        length = length < size - at ? length : size - at;
        if (name[strlen(name) - 1] != '/') {
            archive_put(name, data + at, length);
        }
        at += length;
    }
    return archive_path("");
}

/* Writes a seed of these files. */
static inline bool archive_save(const char *path, const struct archive_file *files, size_t count)
{
    FILE *out = fopen(path, "wb");
    fuzz_check(out != NULL);
    for (size_t i = 0; i < count; i++) {
        const uint8_t head[3] = {(uint8_t)files[i].name, (uint8_t)files[i].size,
                                 (uint8_t)(files[i].size >> 8)};
        fuzz_check(fwrite(head, 1, sizeof head, out) == sizeof head);
        fuzz_check(fwrite(files[i].bytes, 1, files[i].size, out) == files[i].size);
    }
    return fclose(out) == 0;
}

#endif
