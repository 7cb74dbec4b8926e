/*
 * Breaks lines. The terminal is asked each time: people resize theirs.
 */
#include "cli/base/lines.h"

#include "cli/base/cli.h"
#include "cli/base/controls.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* The columns in which the text behind a heading may begin; and how deep a line must begin that
 * goes on below such a text, and is no row. */
enum { HEADING_MAX = 20, BELOW_HEADING = 10 };

/* Bytes of what is printed at once, paths included. */
enum { PRINTED = 8192 };

size_t lines_width(FILE *stream)
{
    size_t width = terminal_width(stream, LINES_WIDTH);
    return width > LINES_WIDTH         ? LINES_WIDTH
           : width < LINES_WIDTH_LEAST ? LINES_WIDTH_LEAST
                                       : width;
}

/* The bytes of the next word, or of what fits of one that is longer than a line. */
static size_t next_word(const char *text, size_t room)
{
    size_t length = strcspn(text, " "), comma = 0, colon = 0;
    if (text_columns(text, length) <= room) {
        return length;
    }
    for (size_t i = 0; i + 1 < length && i < room; i++) {
        comma = text[i] == ',' ? i + 1 : comma;
        colon = i > 0 && text[i - 1] == '"' && text[i] == ':' ? i + 1 : colon; /* of JSON */
    }
    return comma > 0 ? comma : colon > 0 ? colon : length;
}

void lines_wrap(FILE *out, const char *text, size_t column, size_t indent, size_t width)
{
    size_t room = width > indent ? width - indent - 1 : 0;
    while (*text != '\0') {
        size_t blanks = strspn(text, " "), length = blanks + next_word(text + blanks, room);
        if (column > indent && column + text_columns(text, length) >= width) {
            fprintf(out, "\n%*s", (int)indent, "");
            text += blanks;
            length -= blanks;
            column = indent;
        }
        fprintf(out, "%.*s", (int)length, text);
        column += text_columns(text, length);
        text += length;
    }
}

/* Where the text behind a heading begins; of a line that goes on below one, where its own does. 0:
 * neither. */
static size_t find_text(const char *line)
{
    const char *blanks = strstr(line, "  ");
    size_t begin = blanks == NULL ? 0 : (size_t)(blanks - line) + strspn(blanks, " ");
    bool below = line[0] == ' ' && begin >= BELOW_HEADING;
    return begin <= HEADING_MAX && (line[0] != ' ' || below) ? begin : 0;
}

static void put_line(FILE *out, const char *line, size_t width)
{
    size_t text = find_text(line);
    if (text_columns(line, strlen(line)) <= width || (line[0] == ' ' && text == 0)) {
        fputs(line, out);
    } else {
        lines_wrap(out, line, 0, text > 0 ? text : 2, width);
    }
    fputc('\n', out);
}

void lines_put(FILE *out, const char *text, size_t width)
{
    char line[PRINTED];
    for (const char *end; text != NULL; text = end) {
        end = strchr(text, '\n');
        snprintf(line, sizeof line, "%.*s", end != NULL ? (int)(end - text) : (int)sizeof line,
                 text);
        controls_remove(line);
        put_line(out, line, width);
        end = end != NULL ? end + 1 : NULL;
    }
}

/* A text that is one line has no line ends of its own. */
__attribute__((format(printf, 4, 0))) static void print(FILE *stream, bool one, size_t width,
                                                        const char *format, va_list arguments)
{
    char text[PRINTED];
    vsnprintf(text, sizeof text, format, arguments);
    if (one) {
        controls_remove(text);
    }
    lines_put(stream, text, width);
}

void lines_print(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(stream, false, lines_width(stream), format, arguments);
    va_end(arguments);
}

void lines_print_one(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(stream, true, lines_width(stream), format, arguments);
    va_end(arguments);
}

void lines_print_whole(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(stream, true, PRINTED, format, arguments);
    va_end(arguments);
}
