/*
 * Phones store what the sensor saw and note how they were held. Knows of JPEG's segments and of
 * Exif's first directory only what leads to that note.
 *
 *     FF D8 | FF E1, length, "Exif" 0 0, TIFF | …            (JPEG: ITU-T T.81, annex B)
 *     TIFF:   "II" or "MM", 42, where the directory is       (TIFF 6.0, section 2)
 *     directory: count | count × (tag, type, count, value)   (Exif 2.3, section 4.6.4)
 */
#include "image/exif.h"

#include <stdbool.h>
#include <string.h>

enum { APP0 = 0xE0, APP1 = 0xE1, COM = 0xFE };
enum { ENTRY = 12, ORIENTATION = 0x0112, SHORT = 3, LAST = 8 };

/* A TIFF structure within a file. */
struct tiff {
    const unsigned char *bytes;
    size_t size;
    bool high_first;
};

/* A number of 2 or 4 bytes; 0 behind the end. */
static size_t number_at(const struct tiff *tiff, size_t at, size_t bytes)
{
    size_t number = 0;
    if (at > tiff->size || tiff->size - at < bytes) {
        return 0;
    }
    for (size_t i = 0; i < bytes; i++) {
        number = number << 8 | tiff->bytes[at + (tiff->high_first ? i : bytes - 1 - i)];
    }
    return number;
}

static unsigned find_orientation(const struct tiff *tiff)
{
    size_t directory = number_at(tiff, 4, 4);
    size_t count = number_at(tiff, directory, 2);
    for (size_t i = 0; i < count; i++) {
        size_t entry = directory + 2 + i * ENTRY;
        if (number_at(tiff, entry, 2) == ORIENTATION && number_at(tiff, entry + 2, 2) == SHORT) {
            size_t value = number_at(tiff, entry + 8, 2);
            return value >= 1 && value <= LAST ? (unsigned)value : 1;
        }
    }
    return 1;
}

/* A segment's content. */
static unsigned read_segment(const unsigned char *bytes, size_t size)
{
    static const char mark[] = "Exif\0";
    if (size < sizeof mark + 8 || memcmp(bytes, mark, sizeof mark) != 0) {
        return 1;
    }
    struct tiff tiff = {bytes + sizeof mark, size - sizeof mark, bytes[sizeof mark] == 'M'};
    return number_at(&tiff, 2, 2) == 42 ? find_orientation(&tiff) : 1;
}

unsigned descent_exif_orientation(const unsigned char *bytes, size_t size)
{
    if (size < 2 || bytes[0] != 0xFF || bytes[1] != 0xD8) {
        return 1;
    }
    unsigned orientation = 1;
    for (size_t at = 2; size - at >= 4 && bytes[at] == 0xFF;) {
        size_t length = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        bool passed = (bytes[at + 1] >= APP0 && bytes[at + 1] < APP0 + 16) || bytes[at + 1] == COM;
        if (!passed || length < 2 || length > size - at - 2) {
            break; /* the picture begins */
        }
        if (bytes[at + 1] == APP1 && orientation == 1) {
            orientation = read_segment(bytes + at + 4, length - 2);
        }
        at += 2 + length;
    }
    return orientation;
}
