/*
 * A forward writer of plain or gzip files (RFC 1952), over zlib's deflate. No time stands in the
 * header, so that the same bytes give the same file.
 */
#include "base/writer.h"

#include "base/fail.h"

#include <string.h>

/* 15 bits of window, and 16 more for gzip's header and checksum. */
enum { GZIP_WINDOW_BITS = 15 + 16, GZIP_MEMORY = 8 };

descent_status descent_writer_open(struct descent_writer *writer, const char *path, bool gzip)
{
    memset(writer, 0, offsetof(struct descent_writer, buffer));
    writer->gzip = gzip;
    if (gzip && deflateInit2(&writer->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                             GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for packing", path);
    }
    descent_status status = descent_file_begin(&writer->file, path);
    if (status != DESCENT_OK && gzip) {
        deflateEnd(&writer->stream);
    }
    return status;
}

static void flush(struct descent_writer *writer)
{
    if (writer->status == DESCENT_OK) {
        writer->status = descent_file_append(&writer->file, writer->buffer, writer->filled);
    }
    writer->filled = 0;
}

static void collect(struct descent_writer *writer, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        size_t room = sizeof writer->buffer - writer->filled;
        size_t n = size < room ? size : room;
        memcpy(writer->buffer + writer->filled, bytes, n);
        writer->filled += n;
        bytes += n;
        size -= n;
        if (writer->filled == sizeof writer->buffer) {
            flush(writer);
        }
    }
}

/* Runs deflate until it has taken its input and, at the end, given out everything. */
static void pack(struct descent_writer *writer, int mode)
{
    int code = Z_OK;
    do {
        writer->stream.next_out = writer->buffer;
        writer->stream.avail_out = sizeof writer->buffer;
        code = deflate(&writer->stream, mode);
        writer->filled = sizeof writer->buffer - writer->stream.avail_out;
        flush(writer);
    } while (writer->stream.avail_out == 0 || (mode == Z_FINISH && code == Z_OK));
}

void descent_writer_write(struct descent_writer *writer, const void *bytes, size_t size)
{
    if (!writer->gzip) {
        collect(writer, bytes, size);
        return;
    }
    unsigned char portion[4096]; /* zlib's input is not const everywhere */
    while (size > 0) {
        size_t n = size < sizeof portion ? size : sizeof portion;
        memcpy(portion, bytes, n);
        writer->stream.next_in = portion;
        writer->stream.avail_in = (uInt)n;
        pack(writer, Z_NO_FLUSH);
        bytes = (const unsigned char *)bytes + n;
        size -= n;
    }
}

descent_status descent_writer_close(struct descent_writer *writer)
{
    if (writer->gzip) {
        pack(writer, Z_FINISH);
        deflateEnd(&writer->stream);
    } else {
        flush(writer);
    }
    if (writer->status != DESCENT_OK) {
        descent_file_abandon(&writer->file);
        return writer->status;
    }
    return descent_file_commit(&writer->file);
}
