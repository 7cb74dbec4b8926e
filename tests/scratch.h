/*
 * A folder for a test's files, removed at its end. main() begins and ends it; the tests in between
 * (each a process of its own) use the files in it.
 */
#ifndef DESCENT_TEST_SCRATCH_H
#define DESCENT_TEST_SCRATCH_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_folder[256];

static inline void scratch_begin(void)
{
    const char *parent = getenv("TMPDIR");
    snprintf(scratch_folder, sizeof scratch_folder, "%s/descent-test-XXXXXX",
             parent != NULL ? parent : "/tmp");
    if (mkdtemp(scratch_folder) == NULL) {
        perror(scratch_folder);
        exit(EXIT_FAILURE);
    }
}

/* The path of a file in the folder; valid until the fourth call after this one. */
static inline const char *scratch_path(const char *name)
{
    static char paths[4][1024];
    static unsigned next;
    char *path = paths[next++ % 4];
    if (scratch_folder[0] == '\0') { /* the file would stand in the root */
        fprintf(stderr, "%s: expected scratch_begin() before it\n", name);
        abort();
    }
    snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
    return path;
}

static inline void scratch_end(void)
{
    DIR *folder = opendir(scratch_folder);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            unlink(scratch_path(entry->d_name));
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    rmdir(scratch_folder);
}

/* Writes a file of the folder and returns its path. */
static inline const char *scratch_write(const char *name, const void *bytes, size_t size)
{
    const char *path = scratch_path(name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        abort();
    }
    return path;
}

/* Reads a file of at most capacity bytes and returns how many there were. */
static inline size_t scratch_read(const char *path, void *bytes, size_t capacity)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        abort();
    }
    size_t size = fread(bytes, 1, capacity, file);
    fclose(file);
    return size;
}

/* Where a text begins among bytes that have it. */
static inline size_t scratch_find(const char *bytes, size_t size, const char *text)
{
    size_t at = 0, length = strlen(text);
    while (at + length <= size && memcmp(bytes + at, text, length) != 0) {
        at++;
    }
    if (at + length > size) {
        fprintf(stderr, "%s: not found\n", text);
        abort();
    }
    return at;
}

/* Whether two files, of less than a megabyte, have the same bytes. */
static inline bool scratch_same(const char *left, const char *right)
{
    static char bytes[2][1 << 20];
    size_t size = scratch_read(left, bytes[0], sizeof bytes[0]);
    return size < sizeof bytes[0] && scratch_read(right, bytes[1], sizeof bytes[1]) == size &&
           memcmp(bytes[0], bytes[1], size) == 0;
}

#endif
