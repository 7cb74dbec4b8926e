/*
 * A forward reader of plain or gzip files and of members of zip archives, over zlib's inflate. Not
 * over gzread(): that ignores what follows a gzip stream. Formats: RFC 1951 and 1952.
 */
#include "base/reader.h"

#include "base/fail.h"
#include "base/file_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Deflate's best ratio: a match of 258 bytes takes at least two bits. */
enum { DEFLATE_RATIO_MAX = 1032 };

/* 15 bits of window, and 16 more to demand gzip's header and checksum. */
enum { GZIP_WINDOW_BITS = 15 + 16 };

/* Bytes that are read at once: between two reports on the work. */
enum { PORTION = 1 << 24 };

/* The same window without any header, as zip archives have it. */
enum { RAW_WINDOW_BITS = -15 };

static descent_status fail_seek(const char *path)
{
    return descent_fail(DESCENT_ERROR_IO, "%s: cannot be read: %s", path, strerror(errno));
}

/* A file that cannot be read is not taken for a plain one. */
static descent_status look_for_gzip(bool *gzip, int file, const char *path)
{
    unsigned char magic[2] = {0, 0};
    size_t got = 0;
    DESCENT_TRY(descent_file_read(file, path, magic, sizeof magic, &got));
    *gzip = got == sizeof magic && magic[0] == 0x1f && magic[1] == 0x8b;
    return lseek(file, 0, SEEK_SET) == 0 ? DESCENT_OK : fail_seek(path);
}

static void reset(struct descent_reader *reader, const char *path)
{
    reader->path = path;
    reader->position = 0;
    reader->ended = false;
    reader->gzip = false;
    reader->part = false;
    reader->crc = 0;
    reader->taken = 0;
    reader->packed = 0;
    reader->progress = NULL;
    memset(&reader->stream, 0, sizeof reader->stream);
}

descent_status descent_reader_open(struct descent_reader *reader, const char *path)
{
    reset(reader, path);
    descent_status status = descent_file_open(&reader->file, &reader->size, path);
    if (status != DESCENT_OK) {
        return status;
    }
    reader->packed = reader->size;
    status = look_for_gzip(&reader->gzip, reader->file, path);
    if (reader->gzip && status == DESCENT_OK &&
        inflateInit2(&reader->stream, GZIP_WINDOW_BITS) != Z_OK) {
        status = descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for unpacking", path);
    }
    if (status != DESCENT_OK) {
        close(reader->file);
    }
    return status;
}

descent_status descent_reader_open_part(struct descent_reader *reader, const char *path,
                                        const struct descent_reader_part *part, const char *name)
{
    reset(reader, name);
    uint64_t size = 0;
    DESCENT_TRY(descent_file_open(&reader->file, &size, path));
    descent_status status = DESCENT_OK;
    if (part->offset <= size && lseek(reader->file, (off_t)part->offset, SEEK_SET) < 0) {
        status = fail_seek(name);
    } else if (part->offset > size || part->packed > size - part->offset) {
        status =
            descent_fail(DESCENT_ERROR_FORMAT,
                         "%s: expected %llu bytes at offset %llu, found the end of the file", name,
                         (unsigned long long)part->packed, (unsigned long long)part->offset);
    } else if (part->deflated && part->size / DEFLATE_RATIO_MAX > part->packed) {
        status =
            descent_fail(DESCENT_ERROR_FORMAT,
                         "%s: expected %llu bytes by its directory, found %llu packed ones, "
                         "which cannot hold so many",
                         name, (unsigned long long)part->size, (unsigned long long)part->packed);
    } else if (part->deflated && inflateInit2(&reader->stream, RAW_WINDOW_BITS) != Z_OK) {
        status = descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for unpacking", name);
    }
    if (status != DESCENT_OK) {
        close(reader->file);
        return status;
    }
    reader->part = true;
    reader->member = *part;
    reader->size = part->size;
    reader->packed = part->packed;
    return DESCENT_OK;
}

static bool is_packed(const struct descent_reader *reader)
{
    return reader->gzip || (reader->part && reader->member.deflated);
}

void descent_reader_take(struct descent_reader *reader, int file, const char *name)
{
    *reader = (struct descent_reader){.path = name, .file = file};
}

void descent_reader_watch(struct descent_reader *reader,
                          void (*progress)(void *context, uint64_t done, uint64_t total),
                          void *context)
{
    reader->progress = progress;
    reader->progress_context = context;
}

void descent_reader_close(struct descent_reader *reader)
{
    if (is_packed(reader)) {
        inflateEnd(&reader->stream);
    }
    close(reader->file);
}

descent_status descent_reader_expect(const struct descent_reader *reader, uint64_t total)
{
    if (!reader->gzip && reader->size != total) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %llu bytes by its header, found %llu", reader->path,
                            (unsigned long long)total, (unsigned long long)reader->size);
    }
    if (reader->gzip && total / DEFLATE_RATIO_MAX > reader->size) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %llu bytes by its header, found %llu gzip bytes, which "
                            "cannot hold so many",
                            reader->path, (unsigned long long)total,
                            (unsigned long long)reader->size);
    }
    return DESCENT_OK;
}

uint64_t descent_reader_consumed(const struct descent_reader *reader)
{
    off_t position = lseek(reader->file, 0, SEEK_CUR);
    return position > 0 ? (uint64_t)position : 0;
}

/* Reads on from the disk: of a member no further than to its end. */
static descent_status read_file(struct descent_reader *reader, void *bytes, size_t size,
                                size_t *got)
{
    size_t n = 0;
    *got = 0;
    if (reader->part && size > reader->member.packed) {
        size = (size_t)reader->member.packed;
    }
    do {
        size_t portion = size - *got < PORTION ? size - *got : PORTION;
        DESCENT_TRY(
            descent_file_read(reader->file, reader->path, (char *)bytes + *got, portion, &n));
        *got += n;
        reader->taken += n;
        reader->member.packed -= reader->part ? n : 0;
        if (reader->progress != NULL) {
            reader->progress(reader->progress_context, reader->taken, reader->packed);
        }
    } while (n > 0 && *got < size);
    return DESCENT_OK;
}

static descent_status refill(struct descent_reader *reader)
{
    size_t got = 0;
    descent_status status = read_file(reader, reader->buffer, sizeof reader->buffer, &got);
    reader->stream.next_in = reader->buffer;
    reader->stream.avail_in = (uInt)got;
    return status;
}

static descent_status fail_inflate(const struct descent_reader *reader, int code)
{
    if (code == Z_MEM_ERROR) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for unpacking", reader->path);
    }
    const char *reason = reader->stream.msg != NULL ? reader->stream.msg : "not deflate data";
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected a %s stream, found damage after %llu unpacked bytes: %s",
                        reader->path, reader->gzip ? "gzip" : "deflate",
                        (unsigned long long)reader->position, reason);
}

/* The stream of a member of an archive fills it. */
static descent_status end_part(struct descent_reader *reader)
{
    reader->ended = true;
    return reader->stream.avail_in == 0 && reader->member.packed == 0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected the end of the packed data, found trailing bytes",
                              reader->path);
}

/* Behind a member comes the end of the file or another member, nothing else. */
static descent_status end_stream(struct descent_reader *reader)
{
    if (reader->part) {
        return end_part(reader);
    }
    if (reader->stream.avail_in == 0) {
        descent_status status = refill(reader);
        if (status != DESCENT_OK) {
            return status;
        }
    }
    reader->ended = reader->stream.avail_in == 0;
    if (!reader->ended && reader->stream.next_in[0] != 0x1f) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected the end of the file after its gzip stream, found "
                            "trailing bytes",
                            reader->path);
    }
    inflateReset(&reader->stream);
    return DESCENT_OK;
}

/* One turn of inflate: unpacks some bytes, at most `size`, or moves on in the input. */
static descent_status unpack_some(struct descent_reader *reader, unsigned char *bytes, size_t size,
                                  size_t *got)
{
    if (reader->stream.avail_in == 0) {
        descent_status status = refill(reader);
        if (status != DESCENT_OK) {
            return status;
        }
        if (reader->stream.avail_in == 0) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected more %s data, found the end of the file after "
                                "%llu unpacked bytes",
                                reader->path, reader->gzip ? "gzip" : "packed",
                                (unsigned long long)reader->position);
        }
    }
    uInt room = size < 1u << 30 ? (uInt)size : 1u << 30;
    reader->stream.next_out = bytes;
    reader->stream.avail_out = room;
    int code = inflate(&reader->stream, Z_NO_FLUSH);
    *got = room - reader->stream.avail_out;
    reader->position += *got;
    if (code == Z_STREAM_END) {
        return end_stream(reader);
    }
    return code == Z_OK ? DESCENT_OK : fail_inflate(reader, code);
}

static descent_status unpack(struct descent_reader *reader, unsigned char *bytes, size_t size,
                             size_t *got)
{
    *got = 0;
    while (*got < size && !reader->ended) {
        size_t n = 0;
        DESCENT_TRY(unpack_some(reader, bytes + *got, size - *got, &n));
        *got += n;
    }
    return DESCENT_OK;
}

descent_status descent_reader_read_some(struct descent_reader *reader, unsigned char *bytes,
                                        size_t size, size_t *got)
{
    descent_status status = DESCENT_OK;
    if (is_packed(reader)) {
        status = unpack(reader, bytes, size, got);
    } else {
        status = read_file(reader, bytes, size, got);
        reader->position += *got;
    }
    if (reader->part && status == DESCENT_OK) {
        reader->crc = (uint32_t)crc32_z(reader->crc, bytes, *got);
    }
    return status;
}

descent_status descent_reader_read(struct descent_reader *reader, void *bytes, size_t size)
{
    unsigned long long start = reader->position;
    size_t got = 0;
    descent_status status = descent_reader_read_some(reader, bytes, size, &got);
    if (status == DESCENT_OK && got < size) {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: truncated: expected %zu bytes at offset %llu, found %zu",
                              reader->path, size, start, got);
    }
    return status;
}

descent_status descent_reader_finish(struct descent_reader *reader)
{
    unsigned long long end = reader->position;
    unsigned char extra = 0;
    size_t got = 0;
    descent_status status = descent_reader_read_some(reader, &extra, 1, &got);
    if (status == DESCENT_OK && got > 0) {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected its end at offset %llu, found trailing bytes",
                              reader->path, end);
    }
    if (status == DESCENT_OK && reader->part && reader->crc != reader->member.crc) {
        status = descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected the checksum %08x, found %08x: the file is damaged",
                              reader->path, (unsigned)reader->member.crc, (unsigned)reader->crc);
    }
    return status;
}
