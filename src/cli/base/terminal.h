/*
 * What the terminal behind a stream can show. The one place that asks the system and the
 * environment for it.
 */
#ifndef DESCENT_CLI_TERMINAL_H
#define DESCENT_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum terminal_colours { TERMINAL_PLAIN, TERMINAL_16_COLOURS, TERMINAL_256_COLOURS };

struct terminal {
    bool present; /* false: the stream goes to a file or a pipe, and all that follows is none */
    bool redraws; /* whether a line can be drawn over: not with TERM=dumb */
    bool braille; /* whether braille characters (UTF-8) show: by the locale, where it redraws */
    enum terminal_colours colours; /* none with TERM=dumb, nor with NO_COLOR (no-color.org) */
};

/* The terminal behind stdout or stderr. */
struct terminal terminal_of(FILE *stream);

/* Its size now, in columns and lines; `otherwise` where the stream is no terminal or does not tell.
 */
size_t terminal_width(FILE *stream, size_t otherwise);
size_t terminal_height(FILE *stream, size_t otherwise);

#endif
