/*
 * Status codes, their texts, and the thread-local line about the last failure.
 */
#include <descent/status.h>

#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char last_error[1024];

const char *descent_status_text(descent_status status)
{
    switch (status) {
#define TEXT_OF(name, value, text)                                                                 \
    case DESCENT_##name:                                                                           \
        return text;
        DESCENT_STATUS_MAP(TEXT_OF)
#undef TEXT_OF
    }
    return "unknown status";
}

const char *descent_last_error(void)
{
    return last_error;
}

/* The line may quote a damaged file: it stays one line, and no escape sequence reaches a terminal.
 */
static void replace_controls(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F) {
            *text = '?';
        }
    }
}

descent_status descent_fail(descent_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_error, sizeof last_error, format, arguments);
    va_end(arguments);
    replace_controls(last_error);
    return status;
}
