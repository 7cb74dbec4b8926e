/*
 * Status codes and the text of the last failure.
 *
 * Every function that can fail returns a descent_status: 0 for success, negative for failure. On
 * failure a one-line detail (what was expected, what was found, and where) is kept for the calling
 * thread; descent_last_error() returns it. The library never prints and never exits.
 */
#ifndef DESCENT_STATUS_H
#define DESCENT_STATUS_H

#include <descent/api.h>

DESCENT_BEGIN

/* The one table of codes and texts: name, value, text. */
#define DESCENT_STATUS_MAP(X)                                                                      \
    X(OK, 0, "success")                                                                            \
    X(ERROR_INVALID, -1, "invalid argument")                                                       \
    X(ERROR_MEMORY, -2, "out of memory")                                                           \
    X(ERROR_IO, -3, "input or output failed")                                                      \
    X(ERROR_NOT_FOUND, -4, "not found")                                                            \
    X(ERROR_FORMAT, -5, "malformed file")                                                          \
    X(ERROR_MISMATCH, -6, "shapes do not agree")                                                   \
    X(ERROR_NONFINITE, -7, "loss or gradient is not finite")                                       \
    X(ERROR_DIVERGED, -8, "the loss has exploded")

typedef enum descent_status {
#define DESCENT_STATUS_ENTRY(name, value, text) DESCENT_##name = value,
    DESCENT_STATUS_MAP(DESCENT_STATUS_ENTRY)
#undef DESCENT_STATUS_ENTRY
} descent_status;

/* The general text of a code, for example "out of memory"; a static string, never NULL. */
DESCENT_API const char *descent_status_text(descent_status status);

/* One line about this thread's last failure; empty when none has happened. The string belongs to
 * the library and stays valid until the thread's next failing call. */
DESCENT_API const char *descent_last_error(void);

DESCENT_END

#endif
