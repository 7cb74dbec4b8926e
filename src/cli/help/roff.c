/*
 * Escapes as groff_char(7) has them; mandoc knows the same.
 */
#include "cli/help/roff.h"

#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

/* What a character of ASCII must be written as, or NULL. Hyphens are minus signs, which can be
 * copied into a command line. */
static const char *escape_of(char c)
{
    static const struct {
        char c;
        const char *escape;
    } escapes[] = {{'\\', "\\e"},  {'-', "\\-"},    {'^', "\\(ha"}, {'~', "\\(ti"},
                   {'`', "\\(ga"}, {'\'', "\\(aq"}, {'"', "\\(dq"}};
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (escapes[i].c == c) {
            return escapes[i].escape;
        }
    }
    return NULL;
}

static void add_text(const char *text)
{
    while (*text != '\0') {
        uint32_t code = text_character(&text);
        const char *escape = code < 0x80 ? escape_of((char)code) : NULL;
        if (escape != NULL) {
            fputs(escape, stdout);
        } else if (code < 0x80) {
            putchar((int)code);
        } else {
            printf("\\[u%04X]", (unsigned)code);
        }
    }
}

void roff_add(enum roff_font font, const char *text)
{
    static const char letters[] = {[ROFF_ROMAN] = 'R', [ROFF_BOLD] = 'B', [ROFF_ITALIC] = 'I'};
    if (text[0] != '\0') {
        printf("\\f%c", letters[font]);
        add_text(text);
        fputs("\\fR", stdout);
    }
}

void roff_section(const char *title)
{
    printf(".SH %s\n", title);
}

void roff_part(const char *title)
{
    fputs(".SS ", stdout);
    add_text(title);
    putchar('\n');
}

/* A line of text: one that begins with a dot is no request. */
static void add_line(const char *text, size_t length)
{
    char line[2048];
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    fputs(line[0] == '.' ? "\\&" : "", stdout);
    add_text(line);
    putchar('\n');
}

void roff_paragraphs(const char *text)
{
    const char *end;
    for (; (end = strstr(text, "\n\n")) != NULL; text = end + 2) {
        add_line(text, (size_t)(end - text));
        puts(".PP");
    }
    add_line(text, strlen(text));
}

void roff_more_paragraphs(const char *text)
{
    puts(".PP");
    roff_paragraphs(text);
}

void roff_entry(void)
{
    puts(".TP");
}

void roff_entry_text(const char *text)
{
    putchar('\n');
    roff_paragraphs(text);
}
