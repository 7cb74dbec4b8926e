/*
 * A text that grows.
 */
#include "export/text.h"

#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for so many more bytes and a NUL. */
static bool make_room(struct descent_text *text, size_t more)
{
    if (text->failed || text->room - text->size > more) {
        return !text->failed;
    }
    size_t room = 2 * text->room + more + 256;
    char *bytes = realloc(text->bytes, room);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->room = room;
    return true;
}

void descent_text_put(struct descent_text *text, const void *bytes, size_t size)
{
    if (make_room(text, size)) {
        memcpy(text->bytes + text->size, bytes, size);
        text->size += size;
        text->bytes[text->size] = '\0';
    }
}

void descent_text_add(struct descent_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    if (size >= 0 && make_room(text, (size_t)size)) {
        vsnprintf(text->bytes + text->size, (size_t)size + 1, format, again);
        text->size += (size_t)size;
    }
    va_end(again);
    va_end(arguments);
}

descent_status descent_text_end(struct descent_text *text, char **bytes)
{
    if (text->failed) {
        free(text->bytes);
        *bytes = NULL;
        return descent_fail(DESCENT_ERROR_MEMORY, "export: no memory for %zu bytes and more",
                            text->size);
    }
    *bytes = text->bytes;
    return DESCENT_OK;
}
