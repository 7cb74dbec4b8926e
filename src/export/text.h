/*
 * A text that grows. A failure is kept, and it is enough to look at what the end returns.
 */
#ifndef DESCENT_EXPORT_TEXT_H
#define DESCENT_EXPORT_TEXT_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}. */
struct descent_text {
    char *bytes; /* ends in NUL, which size does not count */
    size_t size, room;
    bool failed;
};

/* Adds to the end. */
void descent_text_add(struct descent_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void descent_text_put(struct descent_text *text, const void *bytes, size_t size);

/* Hands over the bytes, to be freed with free(), or frees them. Error: MEMORY. */
descent_status descent_text_end(struct descent_text *text, char **bytes);

#endif
