/*
 * Asks isatty(), the window size, and the variables TERM, COLORTERM, NO_COLOR and those of the
 * locale. The locale's name is read as text, since one that this machine lacks still tells what the
 * terminal at the other end shows.
 */
#include "cli/base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

/* The first of the three that is set decides, as setlocale(3) has it. */
static bool is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *locale = variable(names[i]);
        if (locale[0] != '\0') {
            const char *codeset = strchr(locale, '.');
            return codeset != NULL && (strncasecmp(codeset, ".utf-8", 6) == 0 ||
                                       strncasecmp(codeset, ".utf8", 5) == 0);
        }
    }
    return false;
}

static enum terminal_colours colours_of(const char *kind)
{
    static const char *const many[] = {"256", "kitty", "alacritty", "ghostty", "foot", "direct"};
    if (variable("NO_COLOR")[0] != '\0') {
        return TERMINAL_PLAIN;
    }
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        if (strstr(kind, many[i]) != NULL) {
            return TERMINAL_256_COLOURS;
        }
    }
    return variable("COLORTERM")[0] != '\0' ? TERMINAL_256_COLOURS : TERMINAL_16_COLOURS;
}

struct terminal terminal_of(FILE *stream)
{
    struct terminal terminal = {.present = isatty(fileno(stream)) == 1};
    const char *kind = variable("TERM");
    if (terminal.present && kind[0] != '\0' && strcmp(kind, "dumb") != 0) {
        terminal.redraws = true;
        /* The console of Linux has 512 characters at most, and braille is not among them. */
        terminal.braille = is_utf8() && strcmp(kind, "linux") != 0;
        terminal.colours = colours_of(kind);
    }
    return terminal;
}

static struct winsize size_of(FILE *stream)
{
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) {
        return (struct winsize){0};
    }
    return size;
}

size_t terminal_width(FILE *stream, size_t otherwise)
{
    size_t width = size_of(stream).ws_col;
    return width > 0 ? width : otherwise;
}

size_t terminal_height(FILE *stream, size_t otherwise)
{
    size_t height = size_of(stream).ws_row;
    return height > 0 ? height : otherwise;
}
