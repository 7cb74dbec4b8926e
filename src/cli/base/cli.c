/*
 * How every command fails.
 */
#include "cli/base/cli.h"

#include <descent/status.h>

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of the command that runs, or NULL before one is known. */
static const char *running;

void cli_start(const struct command *command)
{
    running = command->name;
}

void cli_remove_controls(char *text)
{
    for (; *text != '\0'; text++) {
        if (iscntrl((unsigned char)*text)) {
            *text = '?';
        }
    }
}

/* Where a usage error sends its reader. */
static void print_help_hint(const char *line)
{
    size_t length = strlen(line);
    bool asks = length > 0 && line[length - 1] == '?';
    fprintf(stderr, "%s descent %s%s--help", asks ? " See" : "; see",
            running != NULL ? running : "", running != NULL ? " " : "");
}

enum exit_status cli_fail(enum exit_status status, const char *format, ...)
{
    char line[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    cli_remove_controls(line);
    fprintf(stderr, "descent: %s", line);
    if (status == USAGE) {
        print_help_hint(line);
    }
    fputc('\n', stderr);
    return status;
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
