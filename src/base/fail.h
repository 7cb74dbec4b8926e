/*
 * How the library's functions fail: one line of detail, kept for the calling thread.
 */
#ifndef DESCENT_FAIL_H
#define DESCENT_FAIL_H

#include <descent/status.h>

/* Keeps the formatted line as descent_last_error() and returns status. Needs no memory, so that
 * running out of it can be reported too; a longer line is cut. */
descent_status descent_fail(descent_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns the status of a failed call from the calling function. */
#define DESCENT_TRY(call)                                                                          \
    do {                                                                                           \
        descent_status try_status = (call);                                                        \
        if (try_status != DESCENT_OK) {                                                            \
            return try_status;                                                                     \
        }                                                                                          \
    } while (0)

/* Returns INVALID from a public function whose caller broke the rules of its header; the line names
 * the function and the rule. The library does not abort a program for such a mistake. */
#define DESCENT_RETURN_UNLESS(condition)                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return descent_fail(DESCENT_ERROR_INVALID, "%s: expected %s", __func__, #condition);   \
        }                                                                                          \
    } while (0)

#endif
