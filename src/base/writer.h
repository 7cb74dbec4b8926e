/*
 * Writes a file from front to back, plain or gzip, which takes its place when it is complete.
 */
#ifndef DESCENT_WRITER_H
#define DESCENT_WRITER_H

#include "base/file_private.h"

#include <stdbool.h>
#include <zlib.h>

/* Failures are kept: it is enough to look at what descent_writer_close() returns. */
struct descent_writer {
    struct descent_file_writer file;
    descent_status status;
    bool gzip;
    z_stream stream;
    size_t filled;
    unsigned char buffer[1 << 15]; /* plain: collects; gzip: what was packed */
};

/* Opens a file; path must stay valid until it is closed. Errors: IO, MEMORY. The caller closes it
 * after success only. */
descent_status descent_writer_open(struct descent_writer *writer, const char *path, bool gzip);

/* Writes some bytes. */
void descent_writer_write(struct descent_writer *writer, const void *bytes, size_t size);

/* Puts the file in its place, or removes it after a failure. */
descent_status descent_writer_close(struct descent_writer *writer);

#endif
