/*
 * Shortens paths of runs. Works on the resolved paths, so that "." and links have names too.
 */
#include "run_name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 40 };

/* Bytes up to and with the last '/' that all texts have in common at their beginning. */
static size_t common_beginning(char *const *texts, size_t count)
{
    size_t folder = 0;
    for (size_t i = 0; texts[0][i] != '\0'; i++) {
        for (size_t t = 1; t < count; t++) {
            if (texts[t][i] != texts[0][i]) {
                return folder;
            }
        }
        if (texts[0][i] == '/') {
            folder = i + 1;
        }
    }
    return folder;
}

/* Bytes from the first '/' of the end that all texts, from `begin` on, have in common. */
static size_t common_end(char *const *texts, size_t count, size_t begin)
{
    size_t folder = 0;
    size_t length = strlen(texts[0]);
    for (size_t i = 1; begin + i < length; i++) {
        for (size_t t = 1; t < count; t++) {
            size_t other = strlen(texts[t]);
            if (begin + i >= other || texts[t][other - i] != texts[0][length - i]) {
                return folder;
            }
        }
        if (texts[0][length - i] == '/') {
            folder = i;
        }
    }
    return folder;
}

/* Cuts out the middle of a long name, at boundaries of UTF-8 characters. */
static void shorten(char *name)
{
    size_t length = strlen(name);
    if (length <= NAME_MAX_BYTES) {
        return;
    }
    size_t head = NAME_MAX_BYTES / 2 - 2;
    size_t tail = length - NAME_MAX_BYTES / 2 + 1;
    while (head > 0 && ((unsigned char)name[head] & 0xC0) == 0x80) {
        head--;
    }
    while (((unsigned char)name[tail] & 0xC0) == 0x80) {
        tail++;
    }
    memcpy(name + head, "...", 3);
    memmove(name + head + 3, name + tail, length - tail + 1);
}

static bool all_equal(char *const *texts, size_t count)
{
    for (size_t t = 1; t < count; t++) {
        if (strcmp(texts[t], texts[0]) != 0) {
            return false;
        }
    }
    return true;
}

void run_names(char **names, const char *const *paths, size_t count)
{
    bool complete = true;
    for (size_t i = 0; i < count; i++) {
        names[i] = realpath(paths[i], NULL);
        complete = complete && names[i] != NULL;
    }
    if (!complete) {
        return;
    }

    /* One run, or the same one several times: all of its path is common, and its folder's name is
     * kept. */
    bool same = all_equal(names, count);
    size_t begin =
        same ? (size_t)(strrchr(names[0], '/') - names[0]) + 1 : common_beginning(names, count);
    size_t end = same ? 0 : common_end(names, count, begin);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]) - begin - end;
        memmove(names[i], names[i] + begin, length);
        names[i][length] = '\0';
        shorten(names[i]);
    }
}
