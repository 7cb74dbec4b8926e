/*
 * Reads a file from front to back, plain or gzip, whichever it is by its first bytes, or a member
 * of a zip archive. What comes out is checked: a gzip stream that is cut short, damaged, or
 * followed by anything but another gzip member is an error, and so is a member with another size or
 * checksum than its archive says.
 */
#ifndef DESCENT_READER_H
#define DESCENT_READER_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

enum { DESCENT_READER_BUFFER = 1 << 14 };

/* Where a member of a zip archive lies in its file, and what it unpacks to. */
struct descent_reader_part {
    uint64_t offset, packed; /* bytes on disk */
    uint64_t size;           /* bytes that are read */
    uint32_t crc;            /* CRC-32 of these */
    bool deflated;           /* else packed is size */
};

struct descent_reader {
    const char *path; /* borrowed */
    int file;
    uint64_t size;     /* bytes of the file on disk; of a member all that are read */
    uint64_t position; /* bytes given out so far */
    bool gzip;
    bool part;                         /* a member of an archive */
    struct descent_reader_part member; /* of it: offset and packed are what is still unread */
    uint32_t crc;                      /* of what was given out of it */
    uint64_t taken, packed;            /* bytes on disk, of those that there are */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
    bool ended;      /* packed: the last stream was complete and nothing follows it */
    z_stream stream; /* packed: takes from buffer */
    unsigned char buffer[DESCENT_READER_BUFFER];
};

/* Opens a file; path must stay valid until the reader is closed. Errors: NOT_FOUND, IO, MEMORY.
 * The caller closes the reader after success only. */
descent_status descent_reader_open(struct descent_reader *reader, const char *path);

/* The same for a member of an archive; name stands for the path in error lines. Errors: also FORMAT
 * (it is not in the file, or no smaller than deflate could make it). */
descent_status descent_reader_open_part(struct descent_reader *reader, const char *path,
                                        const struct descent_reader_part *part, const char *name);

/* Reads plain bytes from a descriptor, such as a pipe's, which the reader closes; name stands for
 * the path. */
void descent_reader_take(struct descent_reader *reader, int file, const char *name);

/* From here on, tells how many of the bytes on disk have been read; NULL: no more. */
void descent_reader_watch(struct descent_reader *reader,
                          void (*progress)(void *context, uint64_t done, uint64_t total),
                          void *context);

/* Frees what the reader holds. */
void descent_reader_close(struct descent_reader *reader);

/* Refuses a file that cannot hold exactly `total` bytes, before anything is allocated for them: a
 * plain file or a member has that size, and a gzip file is no smaller than deflate could make it.
 * Error: FORMAT. */
descent_status descent_reader_expect(const struct descent_reader *reader, uint64_t total);

/* How many of the file's bytes on disk were read. */
uint64_t descent_reader_consumed(const struct descent_reader *reader);

/* Reads until `size` bytes are there or the data end; got says how many they are. Errors: FORMAT
 * (gzip data are damaged), IO. */
descent_status descent_reader_read_some(struct descent_reader *reader, unsigned char *bytes,
                                        size_t size, size_t *got);

/* Reads exactly `size` bytes. Errors: FORMAT (fewer are left, or gzip data are damaged), IO. */
descent_status descent_reader_read(struct descent_reader *reader, void *bytes, size_t size);

/* Checks that nothing is left and, for gzip and members, that the checksum is right. Errors:
 * FORMAT, IO. */
descent_status descent_reader_finish(struct descent_reader *reader);

#endif
