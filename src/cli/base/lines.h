/*
 * Texts in lines that fit a screen.
 */
#ifndef DESCENT_CLI_LINES_H
#define DESCENT_CLI_LINES_H

#include <stddef.h>
#include <stdio.h>

/* Columns of a line where there is no terminal, and of what is read as prose in a wider one; and
 * those below which nothing is fitted any more. */
enum { LINES_WIDTH = 80, LINES_WIDTH_LEAST = 20 };

/* Columns of a line of prose now: those of the terminal behind stdout or stderr, LINES_WIDTH at
 * most. */
size_t lines_width(FILE *stream);

/* Prints a text that begins in a column, without the end of its last line: before `width` is
 * reached it goes on in a new line, below the column `indent`. Lines are broken at blanks, a word
 * that is longer than a line behind its commas, or colons of JSON; one without stays whole, as a
 * path does. */
void lines_wrap(FILE *out, const char *text, size_t column, size_t indent, size_t width);

/* Prints each line of a text, the last one's end included: one of at most so many columns as it is,
 * a longer one in several. Behind a heading, such as "network   64-128-10", these go on below its
 * text. Rows of tables and commands to be copied, which begin with blanks, stay whole. Control
 * characters become '?' (controls.h). */
void lines_put(FILE *out, const char *text, size_t width);

/* The same on stdout or stderr, for lines_width(). */
void lines_print(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of one line, whatever names it mentions: ends of lines in them become '?' as well. */
void lines_print_one(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, and it is not broken: a path and little more. */
void lines_print_whole(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
