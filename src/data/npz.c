/*
 * Reads the directory of a zip archive (PKWARE's APPNOTE.TXT), all numbers little-endian:
 *
 *     member: header, name, extra field, packed bytes | … | directory | end of directory, comment
 *
 * An entry of the directory says where its member's header is, how long it is packed and unpacked,
 * and its checksum. Sizes and places of 2^32 - 1 stand in the entry's extra field as 64 bits.
 */
#include "data/npz.h"

#include "base/fail.h"
#include "base/file_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { END_SIZE = 22, ENTRY_SIZE = 46, HEADER_SIZE = 30, COMMENT_MAX = 65535 };

/* A directory of so many members with long names is no larger. */
enum { DIRECTORY_MAX = 1 << 16 };

enum { STORED = 0, DEFLATED = 8, ENCRYPTED = 1, EXTRA_64 = 1 };

struct archive {
    const char *path;
    int file;
    uint64_t size;
    uint64_t directory; /* where it is; members lie before it */
    size_t directory_size;
};

static uint64_t number(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static descent_status fail_damaged(const struct archive *archive, const char *what)
{
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected a zip archive (.npz), found %s",
                        archive->path, what);
}

static descent_status read_at(const struct archive *archive, void *bytes, size_t size,
                              uint64_t offset)
{
    size_t got = 0;
    if (lseek(archive->file, (off_t)offset, SEEK_SET) < 0) {
        return descent_fail(DESCENT_ERROR_IO, "%s: cannot be read: %s", archive->path,
                            strerror(errno));
    }
    DESCENT_TRY(descent_file_read(archive->file, archive->path, bytes, size, &got));
    return got == size ? DESCENT_OK : fail_damaged(archive, "its end too early");
}

/* Behind the directory, the end's record is the last in the file but for a comment. */
static const unsigned char *find_end(const unsigned char *tail, size_t size)
{
    for (size_t at = size - END_SIZE + 1; at-- > 0;) {
        const unsigned char *end = tail + at;
        if (memcmp(end, "PK\5\6", 4) == 0 && number(end + 20, 2) == size - at - END_SIZE) {
            return end;
        }
    }
    return NULL;
}

static descent_status read_end(struct archive *archive, const unsigned char *end, size_t *count)
{
    *count = (size_t)number(end + 10, 2);
    archive->directory_size = (size_t)number(end + 12, 4);
    archive->directory = number(end + 16, 4);
    if (archive->directory == UINT32_MAX || *count == UINT16_MAX) {
        return fail_damaged(archive, "one of more than 4 GiB; save fewer arrays in a file");
    }
    if (*count == 0 || *count > DESCENT_NPZ_MEMBERS_MAX ||
        archive->directory_size > DIRECTORY_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected 1 to %d arrays, found %zu",
                            archive->path, DESCENT_NPZ_MEMBERS_MAX, *count);
    }
    if (archive->directory > archive->size ||
        archive->directory_size > archive->size - archive->directory) {
        return fail_damaged(archive, "a directory that is not in the file");
    }
    return DESCENT_OK;
}

static descent_status find_directory(struct archive *archive, size_t *count)
{
    uint64_t most = END_SIZE + COMMENT_MAX;
    size_t size = (size_t)(archive->size < most ? archive->size : most);
    if (size < END_SIZE) {
        return fail_damaged(archive, "a file that is too short");
    }
    unsigned char *tail = calloc(1, size);
    if (tail == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its directory", archive->path);
    }
    descent_status status = read_at(archive, tail, size, archive->size - size);
    const unsigned char *end = status == DESCENT_OK ? find_end(tail, size) : NULL;
    if (status == DESCENT_OK) {
        status = end != NULL ? read_end(archive, end, count)
                             : fail_damaged(archive, "no directory at its end");
    }
    free(tail);
    return status;
}

/* The numbers that do not fit 32 bits, in the order of the entry's own. */
static descent_status widen(struct archive *archive, struct descent_reader_part *part,
                            const unsigned char *extra, size_t size)
{
    uint64_t *wide[] = {&part->size, &part->packed, &part->offset};
    while (size >= 4 && number(extra, 2) != EXTRA_64) {
        size_t skip = 4 + (size_t)number(extra + 2, 2);
        skip = skip < size ? skip : size;
        extra += skip;
        size -= skip;
    }
    size_t left = size >= 4 ? (size_t)number(extra + 2, 2) : 0;
    left = size >= 4 && left <= size - 4 ? left : 0;
    extra += 4;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (*wide[i] == UINT32_MAX) {
            if (left < 8) {
                return fail_damaged(archive, "a size that is missing");
            }
            *wide[i] = number(extra, 8);
            extra += 8;
            left -= 8;
        }
    }
    return DESCENT_OK;
}

static descent_status check_method(const struct archive *archive, const unsigned char *entry)
{
    unsigned method = (unsigned)number(entry + 10, 2);
    if (number(entry + 8, 2) & ENCRYPTED) {
        return fail_damaged(archive, "an encrypted one");
    }
    return method == STORED || method == DEFLATED
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected arrays that are stored or packed by deflate "
                              "(np.savez_compressed), found method %u",
                              archive->path, method);
}

/* The header before a member has a name and an extra field of its own length. */
static descent_status find_bytes(struct archive *archive, struct descent_reader_part *part)
{
    unsigned char header[HEADER_SIZE] = {0};
    if (part->offset > archive->directory || archive->directory - part->offset < HEADER_SIZE) {
        return fail_damaged(archive, "a member that is not in the file");
    }
    DESCENT_TRY(read_at(archive, header, sizeof header, part->offset));
    if (memcmp(header, "PK\3\4", 4) != 0) {
        return fail_damaged(archive, "a member without a header");
    }
    part->offset += HEADER_SIZE + number(header + 26, 2) + number(header + 28, 2);
    if (part->offset > archive->directory || part->packed > archive->directory - part->offset ||
        (!part->deflated && part->packed != part->size)) {
        return fail_damaged(archive, "a member that is not in the file");
    }
    return DESCENT_OK;
}

static descent_status read_member(struct archive *archive, struct descent_npz *npz,
                                  const unsigned char *entry, size_t name_size, size_t extra_size)
{
    static const char ending[] = ".npy";
    const size_t cut = sizeof ending - 1;
    const unsigned char *name = entry + ENTRY_SIZE;
    struct descent_npz_member *member = &npz->members[npz->count];
    if (name_size <= cut || name_size - cut >= DESCENT_NPZ_NAME_SIZE ||
        memcmp(name + name_size - cut, ending, cut) != 0 || memchr(name, '\0', name_size) != NULL) {
        return DESCENT_OK;
    }
    DESCENT_TRY(check_method(archive, entry));
    memcpy(member->name, name, name_size - cut);
    member->name[name_size - cut] = '\0';
    member->part = (struct descent_reader_part){
        .deflated = number(entry + 10, 2) == DEFLATED,
        .crc = (uint32_t)number(entry + 16, 4),
        .packed = number(entry + 20, 4),
        .size = number(entry + 24, 4),
        .offset = number(entry + 42, 4),
    };
    DESCENT_TRY(widen(archive, &member->part, name + name_size, extra_size));
    DESCENT_TRY(find_bytes(archive, &member->part));
    npz->count++;
    return DESCENT_OK;
}

/* entry is the first. */
static descent_status read_directory(struct archive *archive, struct descent_npz *npz,
                                     const unsigned char *entry, size_t count)
{
    size_t left = archive->directory_size;
    for (size_t i = 0; i < count; i++) {
        if (left < ENTRY_SIZE || memcmp(entry, "PK\1\2", 4) != 0) {
            return fail_damaged(archive, "a damaged directory");
        }
        size_t name_size = (size_t)number(entry + 28, 2),
               extra_size = (size_t)number(entry + 30, 2);
        size_t size = ENTRY_SIZE + name_size + extra_size + (size_t)number(entry + 32, 2);
        if (size > left) {
            return fail_damaged(archive, "a damaged directory");
        }
        DESCENT_TRY(read_member(archive, npz, entry, name_size, extra_size));
        entry += size;
        left -= size;
    }
    return DESCENT_OK;
}

static descent_status load_directory(struct archive *archive, struct descent_npz *npz)
{
    size_t count = 0;
    DESCENT_TRY(find_directory(archive, &count));
    unsigned char *bytes = calloc(1, archive->directory_size + 1);
    if (bytes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its directory", archive->path);
    }
    descent_status status = read_at(archive, bytes, archive->directory_size, archive->directory);
    if (status == DESCENT_OK) {
        status = read_directory(archive, npz, bytes, count);
    }
    free(bytes);
    return status;
}

descent_status descent_npz_load(struct descent_npz *npz, const char *path)
{
    struct archive archive = {.path = path};
    npz->count = 0;
    DESCENT_TRY(descent_file_open(&archive.file, &archive.size, path));
    descent_status status = load_directory(&archive, npz);
    close(archive.file);
    return status;
}
