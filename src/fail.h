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

#endif
