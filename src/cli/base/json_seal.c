/*
 * The checksum comes first, on a line of its own, so that one line can be taken out by hand.
 */
#include "cli/base/json_seal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define KEY "checksum"
#define BEFORE "{\n  \"" KEY "\": \""

enum { DIGITS = 8, LINE = sizeof BEFORE - 1 + DIGITS + sizeof "\",\n" - 1 };

static void write_checksum(char digits[DIGITS + 1], const char *text, size_t size)
{
    snprintf(digits, DIGITS + 1, "%08x",
             (unsigned)crc32_z(0, (const Bytef *)text + LINE, size - LINE));
}

char *json_seal(const json_t *object, size_t digits)
{
    char checksum[DIGITS + 1];
    json_t *sealed = json_pack("{s:s}", KEY, "00000000");
    /* Copies references only; the object is not changed, which jansson's type does not say. */
    bool whole = sealed != NULL && json_object_update(sealed, (json_t *)(uintptr_t)object) == 0;
    char *text = whole ? json_dumps(sealed, JSON_INDENT(2) | JSON_REAL_PRECISION(digits)) : NULL;
    json_decref(sealed);
    if (text != NULL) {
        write_checksum(checksum, text, strlen(text));
        memcpy(text + sizeof BEFORE - 1, checksum, DIGITS);
    }
    return text;
}

bool json_unseal(json_t *object, const char *text, size_t size)
{
    char checksum[DIGITS + 1] = "";
    const json_t *stored = json_object_get(object, KEY);
    if (stored == NULL) {
        return true;
    }
    if (size > LINE && strncmp(text, BEFORE, sizeof BEFORE - 1) == 0) {
        write_checksum(checksum, text, size);
    }
    bool same = json_is_string(stored) && strcmp(json_string_value(stored), checksum) == 0;
    json_object_del(object, KEY);
    return same;
}
