/*
 * Version 2.27 of stb_image, which Debian 12 has, writes past its tables if a JPEG file claims more
 * than 256 codes, decodes nonsense if there are too many codes for their lengths, pads a truncated
 * file with zeros, copies the first part of a PNG file's pixels to a null pointer if it is empty,
 * and asks for as much memory as a part claims to need, up to 2 GiB. The structure of JPEG files:
 * ITU-T T.81, annex B; of PNG files: RFC 2083, section 3.
 */
#include "image/image_check.h"

#include "base/fail.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Scans: a progressive file has about ten of them, and each goes over the whole picture, however
 * few bytes it takes. */
enum { JPEG_CODES_MAX = 256, JPEG_LENGTHS = 16, JPEG_SCANS_MAX = 100 };

/* Markers: the byte behind 0xFF. */
enum { DHT = 0xC4, RST0 = 0xD0, RST7 = 0xD7, SOI = 0xD8, EOI = 0xD9, SOS = 0xDA };

/* A place in a file; behind its end there are zeros, as stb_image sees it. */
struct cursor {
    const unsigned char *bytes;
    size_t size;
    size_t at;
};

static unsigned take(struct cursor *cursor)
{
    return cursor->at < cursor->size ? cursor->bytes[cursor->at++] : 0;
}

static bool is_at_end(const struct cursor *cursor)
{
    return cursor->at >= cursor->size;
}

/* One table of codes: how many there are of each length must leave each a place in a binary tree.
 */
static bool check_table(struct cursor *cursor, size_t *codes)
{
    uint32_t places = 1;
    *codes = 0;
    take(cursor); /* which table */
    for (int length = 1; length <= JPEG_LENGTHS; length++) {
        unsigned count = take(cursor);
        *codes += count;
        places *= 2;
        if (count > places) {
            return false;
        }
        places -= count;
    }
    cursor->at += *codes;
    return *codes <= JPEG_CODES_MAX;
}

/* A segment of one or several tables, at its first table. */
static bool check_tables(struct cursor *cursor, size_t length)
{
    while (length > 0) {
        size_t codes;
        if (!check_table(cursor, &codes) || length < 1 + JPEG_LENGTHS + codes) {
            return false;
        }
        length -= 1 + JPEG_LENGTHS + codes;
    }
    return true;
}

/* The next marker; false at the end of the file. Behind packed data, those that belong to them are
 * passed over. */
static bool find_marker(struct cursor *cursor, bool packed, unsigned *marker)
{
    while (!is_at_end(cursor)) {
        if (take(cursor) != 0xFF) {
            continue;
        }
        do {
            *marker = take(cursor);
        } while (*marker == 0xFF && !is_at_end(cursor));
        if (!packed || (*marker != 0 && (*marker < RST0 || *marker > RST7))) {
            return true;
        }
    }
    return false;
}

descent_status descent_jpeg_check(const unsigned char *bytes, size_t size, const char *name)
{
    struct cursor cursor = {bytes, size, 0};
    unsigned marker = SOI;
    size_t scans = 0;
    while (find_marker(&cursor, scans > 0, &marker) && marker != EOI) {
        scans += marker == SOS;
        if (marker == SOI) {
            continue;
        }
        size_t length = take(&cursor) << 8;
        length |= take(&cursor);
        size_t end = cursor.at + (length > 2 ? length - 2 : 0);
        if (marker == DHT && !check_tables(&cursor, length > 2 ? length - 2 : 0)) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected an image, cannot decode it: bad table of codes",
                                name);
        }
        cursor.at = end;
    }
    if (scans > JPEG_SCANS_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected an image of at most %d scans, found %zu", name,
                            JPEG_SCANS_MAX, scans);
    }
    return marker == EOI
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected an image, cannot decode it: its end is missing", name);
}

/* A number of so many bytes at a place, the lowest first. */
static uint64_t number_at(const struct cursor *cursor, size_t at, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = bytes; i-- > 0;) {
        number = number << 8 | (at + i < cursor->size ? cursor->bytes[at + i] : 0);
    }
    return number;
}

descent_status descent_bmp_check(const unsigned char *bytes, size_t size, const char *name)
{
    struct cursor cursor = {bytes, size, 0};
    bool core = number_at(&cursor, 14, 4) == 12; /* the oldest header has shorter fields */
    uint64_t start = number_at(&cursor, 10, 4);
    uint64_t width = number_at(&cursor, 18, core ? 2 : 4);
    uint64_t height = number_at(&cursor, core ? 20 : 22, core ? 2 : 4);
    uint64_t bits = number_at(&cursor, core ? 24 : 28, 2);
    if (height > INT32_MAX) {
        height = ((uint64_t)1 << 32) - height; /* from the top: stored as its negative */
    }
    uint64_t row = (width * bits + 31) / 32 * 4;
    uint64_t last = (width * bits + 7) / 8;
    if (height >= 1 && height <= INT32_MAX && row <= INT32_MAX &&
        start + row * (height - 1) + last <= size) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected an image, cannot decode it: a BMP file of %zu bytes is too "
                        "short for its pixels",
                        name, size);
}

static descent_status fail_png(const char *name, const char *why)
{
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: expected an image, cannot decode it: %s", name,
                        why);
}

/* Chunks: length, the highest byte first; name; content; checksum. */
descent_status descent_png_check(const unsigned char *bytes, size_t size, const char *name)
{
    static const size_t signature = 8, frame = 12;
    bool first = true;
    for (size_t at = signature; size - at >= frame;) {
        size_t length = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 |
                        (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        bool pixels = memcmp(bytes + at + 4, "IDAT", 4) == 0;
        if (pixels && first && length == 0) {
            return fail_png(name, "its first IDAT chunk is empty");
        }
        if (length > size - at - frame) {
            /* Of other chunks stb_image tells what is missing. */
            return pixels ? fail_png(name, "its pixels are cut off") : DESCENT_OK;
        }
        first = first && !pixels;
        at += frame + length;
    }
    return DESCENT_OK;
}

const char *descent_image_kind(const unsigned char *bytes, size_t size)
{
    static const struct {
        size_t at;
        const char *mark;
        const char *kind;
    } kinds[] = {
        {0, "GIF8", "a GIF file"},       {0, "II*", "a TIFF file"},
        {8, "WEBP", "a WebP file"},      {4, "ftyphei", "a HEIC file"},
        {4, "ftyphev", "a HEIC file"},   {4, "ftypmif1", "a HEIC file"},
        {4, "ftypavif", "an AVIF file"}, {0, "%PDF", "a PDF file"},
        {0, "P1", "a PBM file"},         {0, "P4", "a PBM file"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(kinds[i].mark);
        if (size >= kinds[i].at + length &&
            memcmp(bytes + kinds[i].at, kinds[i].mark, length) == 0) {
            return kinds[i].kind;
        }
    }
    return "another kind of file";
}
