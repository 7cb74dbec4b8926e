/*
 * CSV files to which a run adds rows, epoch by epoch.
 */
#include "cli/base/record.h"

#include "cli/base/paths.h"
#include "cli/base/text.h"

#include <descent/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status record_start(const struct record *record, const char *path)
{
    return record_save(record, path, NULL, 0);
}

enum exit_status record_append(const struct record *record, const char *path, const void *rows,
                               size_t count)
{
    struct text_file added;
    CLI_TRY(text_file_open(&added, path));
    record_write_rows(added.out, record, rows, count);
    enum exit_status status = text_close(added.out, &added.text)
                                  ? cli_library(descent_file_add(path, added.text, added.size))
                                  : cli_failed("%s: out of memory", path);
    free(added.text);
    return status;
}

enum exit_status record_sync(const char *path)
{
    int file = path_open(path, O_RDONLY);
    bool synced = false;
    do {
        synced = file >= 0 && (fsync(file) == 0 || errno == EINVAL);
    } while (!synced && errno == EINTR);
    int error = errno;
    if (file >= 0) {
        close(file);
    }
    return synced ? DONE : cli_failed("%s: cannot be written: %s", path, strerror(error));
}

/* Where the complete rows up to an epoch end. */
static size_t end_of_epoch(const char *text, size_t header, uint64_t epoch)
{
    size_t length = header;
    for (const char *end; (end = strchr(text + length, '\n')) != NULL;) {
        if (strtoull(text + length, NULL, 10) > epoch) {
            break;
        }
        length = (size_t)(end - text) + 1;
    }
    return length;
}

static enum exit_status cut_text(const char *path, const char *text, size_t size,
                                 const char *header, const char *kind, uint64_t epoch)
{
    if (strncmp(text, header, strlen(header)) != 0) {
        return cli_failed("%s:1: expected the header of a %s file, found \"%.40s\"", path, kind,
                          text);
    }
    size_t length = end_of_epoch(text, strlen(header), epoch);
    return length == size ? DONE : cli_library(descent_file_save(path, text, length));
}

enum exit_status record_cut(const struct record *record, const char *path, const char *kind,
                            uint64_t epoch)
{
    struct text_file header;
    char *text;
    size_t size;
    descent_status loaded = descent_file_load(&text, &size, path, RECORD_FILE_LIMIT);
    if (loaded == DESCENT_ERROR_NOT_FOUND) {
        return record_start(record, path);
    }
    CLI_TRY_LIBRARY(loaded);
    enum exit_status status = text_file_open(&header, path);
    if (status == DONE) {
        record_write_header(header.out, record);
        status = text_close(header.out, &header.text)
                     ? cut_text(path, text, size, header.text, kind, epoch)
                     : cli_failed("%s: out of memory", path);
        free(header.text);
    }
    free(text);
    return status;
}
