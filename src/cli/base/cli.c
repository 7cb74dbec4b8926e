/*
 * How every command fails.
 */
#include "cli/base/cli.h"

#include <descent/status.h>

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

void cli_remove_controls(char *text)
{
    for (; *text != '\0'; text++) {
        if (iscntrl((unsigned char)*text)) {
            *text = '?';
        }
    }
}

enum exit_status cli_failed(const char *format, ...)
{
    char line[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    cli_remove_controls(line);
    fprintf(stderr, "descent: %s\n", line);
    return FAILED;
}

enum exit_status cli_library_failed(void)
{
    return cli_failed("%s", descent_last_error());
}

enum exit_status cli_library(descent_status status)
{
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

enum exit_status cli_finish(enum exit_status status)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    return status != DONE || written ? status : cli_failed("cannot write to the standard output");
}
