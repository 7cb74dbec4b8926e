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
static const struct command *running;

void cli_start(const struct command *command)
{
    running = command;
}

const struct command *cli_running(void)
{
    return running;
}

void cli_remove_controls(char *text)
{
    for (; *text != '\0'; text++) {
        if (iscntrl((unsigned char)*text)) {
            *text = '?';
        }
    }
}

static FILE *kept;

void cli_keep_messages(FILE *file)
{
    kept = file;
}

void cli_keep_message(const char *format, ...)
{
    if (kept != NULL) {
        va_list arguments;
        va_start(arguments, format);
        vfprintf(kept, format, arguments);
        va_end(arguments);
        fputc('\n', kept);
    }
}

/* Where a usage error sends its reader. */
static void add_help_hint(char *line, size_t size)
{
    size_t length = strlen(line);
    bool asks = length > 0 && line[length - 1] == '?';
    snprintf(line + length, size - length, "%s descent %s%s--help", asks ? " See" : "; see",
             running != NULL ? running->name : "", running != NULL ? " " : "");
}

enum exit_status cli_fail(enum exit_status status, const char *format, ...)
{
    char line[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    cli_remove_controls(line);
    if (status == USAGE) {
        add_help_hint(line, sizeof line);
    }
    fprintf(stderr, "descent: %s\n", line);
    cli_keep_message("descent: %s", line);
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
