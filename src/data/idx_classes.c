/*
 * Reads classes.txt, and puts classes into the order of another data set.
 */
#include "data/idx_classes.h"

#include "base/fail.h"

#include <descent/file.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = DESCENT_NAMES_MAX * (DESCENT_NAME_SIZE_MAX + 2) };

/* Adds the names on the lines of a text, which is changed. */
static descent_status read_lines(struct descent_names *names, char *text, const char *path)
{
    for (size_t line = 1; *text != '\0'; line++) {
        char *end = text + strcspn(text, "\n");
        char *next = *end == '\n' ? end + 1 : end;
        end -= end > text && end[-1] == '\r';
        *end = '\0';
        char where[PATH_MAX + 32];
        size_t number = 0;
        snprintf(where, sizeof where, "%s: line %zu", path, line);
        descent_status status = descent_names_add(names, &number, text, where);
        if (status != DESCENT_OK) {
            return status;
        }
        if (number != line - 1) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected another class on each line, found \"%s\" again",
                                where, text);
        }
        text = next;
    }
    return names->count > 0 ? DESCENT_OK
                            : descent_fail(DESCENT_ERROR_FORMAT,
                                           "%s: expected names of classes, found none", path);
}

descent_status descent_idx_classes_load(struct descent_names *names, const char *folder,
                                        uint64_t limit)
{
    *names = (struct descent_names){0};
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/classes.txt", folder) >= (int)sizeof path) {
        return DESCENT_OK;
    }
    char *text = NULL;
    size_t size = 0;
    descent_status status = descent_file_load(
        &text, &size, path, limit != 0 && limit < FILE_MAX ? (size_t)limit : FILE_MAX);
    if (status == DESCENT_ERROR_NOT_FOUND) {
        return DESCENT_OK;
    }
    if (status == DESCENT_OK && strlen(text) != size) {
        status = descent_fail(DESCENT_ERROR_FORMAT, "%s: expected text, found a NUL byte", path);
    }
    if (status == DESCENT_OK) {
        status = read_lines(names, text, path);
    }
    free(text);
    return status;
}

static descent_status map_labels(int32_t *labels, size_t count, const struct descent_names *names,
                                 const char *path, const struct descent_names *wanted)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = names->texts[labels[i]];
        size_t number = descent_names_find(wanted, name);
        if (number == SIZE_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected one of the %zu classes of the training data, found "
                                "\"%s\" at sample %zu",
                                path, wanted->count, name, i);
        }
        labels[i] = (int32_t)number;
    }
    return DESCENT_OK;
}

descent_status descent_idx_classes_map(int32_t *labels, size_t count,
                                       const struct descent_names *names, const char *path,
                                       const descent_source *source)
{
    struct descent_names wanted = {0};
    descent_status status = descent_names_add_all(&wanted, source->class_names, source->classes);
    if (status == DESCENT_OK) {
        status = map_labels(labels, count, names, path, &wanted);
    }
    descent_names_free(&wanted);
    return status;
}
