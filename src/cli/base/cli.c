/*
 * How every command fails.
 */
#include "cli/base/cli.h"

#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/paths.h"
#include "cli/base/terminal.h"

#include <descent/status.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of an error, paths included. */
enum { ERROR_SIZE = 8000 };

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

static FILE *kept;
static const char *kept_path;
static bool lost; /* messages, so that the command has failed */

void cli_keep_messages(FILE *file, const char *path)
{
    kept = file;
    kept_path = path;
}

void cli_not_kept(const char *path)
{
    const char *reason = strerror(errno);
    kept = NULL;
    lost = true;
    cli_failed("%s: cannot be written: %s; the messages from here on are not in it", path, reason);
}

void cli_keep_message(const char *text)
{
    if (kept != NULL) {
        lines_put(kept, text, LINES_WIDTH);
        if (fflush(kept) != 0 || ferror(kept)) {
            cli_not_kept(kept_path);
        }
    }
}

/* What "." is in messages, or NULL. */
static const char *entered;

void cli_enter(const char *folder)
{
    entered = folder;
}

/* Where a usage error sends its reader. */
static void add_help_hint(char *line, size_t size)
{
    size_t length = strlen(line);
    bool asks = length > 0 && line[length - 1] == '?';
    snprintf(line + length, size - length, "%s descent %s%s--help", asks ? " See" : "; see",
             running != NULL ? running->name : "", running != NULL ? " " : "");
}

/* One line for programs and logs, where its words are looked for; on a screen as many as it takes.
 */
static void print_error(const char *error)
{
    char line[ERROR_SIZE + sizeof "descent: "];
    snprintf(line, sizeof line, "descent: %s", error);
    lines_put(stderr, line, terminal_of(stderr).present ? lines_width(stderr) : sizeof line);
    if (kept != NULL) {
        fprintf(kept, "%s\n", line);
    }
}

/* Whether it was told what the disk did not answer; and whether it failed at a file. */
static bool unanswered, unread;

enum exit_status cli_fail(enum exit_status status, const char *format, ...)
{
    char text[ERROR_SIZE], line[ERROR_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (path_failure() != NULL) { /* what follows from it is no cause, and not told */
        if (unanswered) {
            return FAILED;
        }
        unanswered = true;
        status = FAILED;
        snprintf(text, sizeof text, "%s", path_failure());
    }
    bool inside = entered != NULL && strncmp(text, "./", 2) == 0;
    snprintf(line, sizeof line, "%s%s", inside ? entered : "", text + inside);
    controls_remove(line);
    if (status == USAGE) {
        add_help_hint(line, sizeof line);
    }
    print_error(line);
    return status;
}

enum exit_status cli_library_failed(void)
{
    return cli_failed("%s", descent_last_error());
}

static descent_status last_failure = DESCENT_OK;

descent_status cli_library_failure(void)
{
    return last_failure;
}

enum exit_status cli_library(descent_status status)
{
    last_failure = status != DESCENT_OK ? status : last_failure;
    unread = unread || status == DESCENT_ERROR_IO;
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

/* Whether stdout is a pipe whose reader has gone: it has read what it wanted. Only commands that
 * ignore SIGPIPE live to ask. */
static bool is_abandoned(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* What a command leaves out since it is broken is no failure; what could not be read is one. */
enum exit_status cli_finish(enum exit_status status)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    status = status == DONE ? path_check() : status;
    status = status == DONE && (unread || lost) ? FAILED : status;
    return status != DONE || written || is_abandoned()
               ? status
               : cli_failed("cannot write to the standard output");
}
