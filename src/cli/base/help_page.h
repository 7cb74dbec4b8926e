/*
 * A page of help: paragraphs, and rows of a name and what it is, in lines that fit the terminal, of
 * 80 columns at most.
 */
#ifndef DESCENT_CLI_HELP_PAGE_H
#define DESCENT_CLI_HELP_PAGE_H

#include <stddef.h>
#include <stdio.h>

struct help_page {
    FILE *out;
    size_t width;  /* of lines */
    size_t column; /* in which the texts of rows begin */
};

/* A page for a stream, with so many columns for the names of rows. */
struct help_page help_page_of(FILE *out, size_t names);

void help_page_text(const struct help_page *page, const char *text);

/* Paragraphs of a text with "\n\n" between them, each behind an empty line; NULL: none. */
void help_page_paragraphs(const struct help_page *page, const char *text);

/* A name that is wider than its column has a line of its own. */
void help_page_row(const struct help_page *page, const char *name, const char *text);

#endif
