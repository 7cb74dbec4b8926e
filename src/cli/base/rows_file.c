/*
 * Rows at the end of a file, and off it.
 */
#include "cli/base/rows_file.h"

#include <descent/file.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status rows_start(const char *path, const char *header)
{
    bool saved = descent_file_save(path, header, strlen(header)) == DESCENT_OK;
    return saved ? DONE : cli_library_failed();
}

enum exit_status rows_append(const char *path, const char *lines)
{
    FILE *file = fopen(path, "a");
    if (file == NULL) {
        return cli_failed("%s: cannot add a row: %s", path, strerror(errno));
    }
    bool written = fputs(lines, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int error = errno;
    if (fclose(file) != 0 || !written) {
        return cli_failed("%s: cannot add a row: %s", path, strerror(error));
    }
    return DONE;
}

/* Where the complete rows up to an epoch end, behind the header; *row gets the last of them, or
 * NULL. */
static size_t end_of_epoch(const char *text, size_t header, uint64_t epoch, const char **row)
{
    size_t length = header;
    *row = NULL;
    for (const char *end; (end = strchr(text + length, '\n')) != NULL;) {
        if (strtoull(text + length, NULL, 10) > epoch) {
            break;
        }
        *row = text + length;
        length = (size_t)(end - text) + 1;
    }
    return length;
}

enum exit_status rows_cut(const char *path, const char *header, const char *kind, uint64_t epoch,
                          char *last, size_t size)
{
    char *text;
    size_t found;
    descent_status status = descent_file_load(&text, &found, path, (size_t)1 << 30);
    if (last != NULL) {
        last[0] = '\0';
    }
    if (status == DESCENT_ERROR_NOT_FOUND) {
        return rows_start(path, header);
    }
    if (status != DESCENT_OK) {
        return cli_library_failed();
    }
    enum exit_status result = DONE;
    if (strncmp(text, header, strlen(header)) != 0) {
        result =
            cli_failed("%s:1: expected the header of a %s file, found \"%.40s\"", path, kind, text);
    } else {
        const char *row;
        size_t length = end_of_epoch(text, strlen(header), epoch, &row);
        if (last != NULL && row != NULL) {
            snprintf(last, size, "%.*s", (int)strcspn(row, "\n"), row);
        }
        if (length != found && descent_file_save(path, text, length) != DESCENT_OK) {
            result = cli_library_failed();
        }
    }
    free(text);
    return result;
}
