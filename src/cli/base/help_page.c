/*
 * A page knows the columns of the lines that it fills.
 */
#include "cli/base/help_page.h"

#include "cli/base/lines.h"

#include <stdbool.h>
#include <string.h>

enum { NARROWEST = 40, TEXT_MOST = 2048 };

struct help_page help_page_of(FILE *out, size_t names)
{
    size_t width = lines_width(out) - 1; /* some terminals break a line that fills all columns */
    return (struct help_page){out, width < NARROWEST ? NARROWEST : width, names + 2};
}

static void print_filled(const struct help_page *page, const char *text, size_t column)
{
    lines_wrap(page->out, text, column, column, page->width + 1);
    fputc('\n', page->out);
}

void help_page_text(const struct help_page *page, const char *text)
{
    print_filled(page, text, 0);
}

void help_page_paragraphs(const struct help_page *page, const char *text)
{
    while (text != NULL) {
        char paragraph[TEXT_MOST];
        const char *end = strstr(text, "\n\n");
        size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, text);
        fputc('\n', page->out);
        print_filled(page, paragraph, 0);
        text = end != NULL ? end + 2 : NULL;
    }
}

void help_page_row(const struct help_page *page, const char *name, const char *text)
{
    size_t start = strlen(name), column = page->column;
    bool apart = start + 2 > column;
    fprintf(page->out, "%s%s%*s", name, apart ? "\n" : "", (int)(apart ? column : column - start),
            "");
    print_filled(page, text, column);
}
