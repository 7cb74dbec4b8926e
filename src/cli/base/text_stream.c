/*
 * A stream that writes a text in memory.
 *
 * glibc's open_memstream() drops what it has no memory for, and then neither ferror() nor fclose()
 * tells: the text would be cut in its middle. So the stream is made here of what can tell.
 */
#define _GNU_SOURCE /* fopencookie() */

#include "cli/base/text.h"

#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__

struct memory {
    char **text;
    size_t *size;
    size_t room; /* bytes that are allocated */
};

/* 0 where memory is out: the stream then has an error. */
static ssize_t add(void *cookie, const char *bytes, size_t count)
{
    struct memory *memory = cookie;
    size_t size = *memory->size;
    if (count >= memory->room - size) {
        size_t room = 2 * memory->room + count;
        char *grown = realloc(*memory->text, room);
        if (grown == NULL) {
            return 0;
        }
        *memory->text = grown;
        memory->room = room;
    }
    memcpy(*memory->text + size, bytes, count);
    (*memory->text)[size + count] = '\0';
    *memory->size = size + count;
    return (ssize_t)count;
}

static int end(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *text_open(char **text, size_t *size)
{
    const cookie_io_functions_t functions = {.write = add, .close = end};
    struct memory *memory = malloc(sizeof *memory);
    FILE *stream = NULL;
    *text = calloc(1, 1);
    *size = 0;
    if (memory != NULL && *text != NULL) {
        *memory = (struct memory){text, size, 1};
        stream = fopencookie(memory, "w", functions);
    }
    if (stream == NULL) {
        free(memory);
        free(*text);
        *text = NULL;
    }
    return stream;
}

#else

FILE *text_open(char **text, size_t *size)
{
    *text = NULL;
    return open_memstream(text, size);
}

#endif

bool text_is_whole(FILE *stream)
{
    return fflush(stream) == 0 && !ferror(stream);
}

bool text_close(FILE *stream, char *const *text)
{
    bool whole = text_is_whole(stream);
    return fclose(stream) == 0 && *text != NULL && whole;
}
