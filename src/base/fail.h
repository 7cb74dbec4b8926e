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

/* Leaves a function with the status of a call that has failed. */
#define DESCENT_TRY(call)                                                                          \
    do {                                                                                           \
        descent_status try_status = (call);                                                        \
        if (try_status != DESCENT_OK) {                                                            \
            return try_status;                                                                     \
        }                                                                                          \
    } while (0)

/* Leaves a public function with INVALID where its caller did not do what the header says; the line
 * names the function and what it needs. Such mistakes are no reason to end somebody's program. */
#define DESCENT_RETURN_UNLESS(condition)                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return descent_fail(DESCENT_ERROR_INVALID, "%s: expected %s", __func__, #condition);   \
        }                                                                                          \
    } while (0)

#endif
