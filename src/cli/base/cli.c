/*
 * How every command fails.
 */
#include "cli/base/cli.h"

#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/paths.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <descent/file.h>

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Messages are kept in memory, or then in a file. */
static FILE *kept;
static const char *kept_in;
static bool lost; /* one of them, so that the command has failed */

void cli_keep_messages(FILE *memory)
{
    kept = memory;
    kept_in = NULL;
}

/* Not by stdio, which forgets what an interrupted call has not written. NULL, or why not. */
static const char *add(const char *text, size_t size)
{
    return descent_file_add(kept_in, text, size) == DESCENT_OK ? NULL : descent_last_error();
}

static const char *keep(const char *text, size_t width)
{
    char *lines = NULL;
    size_t size = 0;
    FILE *memory = kept_in != NULL ? text_open(&lines, &size) : kept;
    if (memory != NULL) {
        lines_put(memory, text, width);
    }
    if (kept_in == NULL) {
        return NULL;
    }
    bool complete = memory != NULL && text_close(memory, &lines);
    const char *why = complete ? add(lines, size) : "out of memory for a message";
    free(lines);
    return why;
}

static void tell_lost(const char *why)
{
    if (why != NULL) {
        cli_keep_messages(NULL);
        lost = true;
        cli_failed("%s; no messages are kept from here on", why);
    }
}

void cli_keep_messages_in(const char *path, const char *text)
{
    kept = NULL;
    kept_in = path;
    tell_lost(add(text, strlen(text)));
}

void cli_keep_message(const char *text)
{
    tell_lost(keep(text, LINES_WIDTH));
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
    if (keep(line, sizeof line) != NULL) {
        cli_keep_messages(NULL); /* which an error that has been told need not add */
    }
}

/* Whether it was told what the disk did not answer; and whether it failed at a file, or memory was
 * out. */
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

static bool no_memory;

descent_status cli_no_memory(void)
{
    no_memory = true;
    return DESCENT_ERROR_MEMORY;
}

enum exit_status cli_library_failed(void)
{
    return cli_failed("%s", no_memory ? "out of memory" : descent_last_error());
}

static descent_status last_failure = DESCENT_OK;

descent_status cli_library_failure(void)
{
    return last_failure;
}

enum exit_status cli_library(descent_status status)
{
    last_failure = status != DESCENT_OK ? status : last_failure;
    unread = unread || status == DESCENT_ERROR_IO || status == DESCENT_ERROR_MEMORY;
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

/* Whether stdout is a pipe whose reader has gone: it has read what it wanted. Only commands that
 * ignore SIGPIPE live to ask. */
static bool is_abandoned(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

enum exit_status cli_check_whole(void)
{
    CLI_TRY(path_check());
    return unread || lost ? FAILED : DONE;
}

enum exit_status cli_finish(enum exit_status status)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    status = status == DONE ? cli_check_whole() : status;
    return status != DONE || written || is_abandoned()
               ? status
               : cli_failed("cannot write to the standard output");
}
