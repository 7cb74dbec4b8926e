/*
 * Numbers and shapes as people read them.
 */
#ifndef DESCENT_CLI_TEXT_H
#define DESCENT_CLI_TEXT_H

#include <descent/dataset.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TEXT_SIZE = 32 };

/* A count with commas between the thousands, such as "60,000"; returns text. */
const char *text_count(char text[TEXT_SIZE], uint64_t count);

/* The same for a number that need not be whole, or "-" for one that is not a number. */
const char *text_whole(char text[TEXT_SIZE], double number);

/* Three digits and never an exponent, with commas between the thousands, which are all told:
 * "0.063", "8.12", "12,345"; or "-" for one that is not finite. Returns text. */
const char *text_digits(char text[TEXT_SIZE], double number);

/* A time span as "0:07", "12:34" or "1:02:03"; returns text. */
const char *text_clock(char text[TEXT_SIZE], double seconds);

/* A fraction as "97.78 %", or "-" for a fraction that is not a number; returns text. */
const char *text_percent(char text[TEXT_SIZE], double fraction);

/* An R², such as "0.9312", or "-" for one that is not a number; returns text. */
const char *text_r2(char text[TEXT_SIZE], double r2);

/* Writes a shape as "28 x 28", or "scalar", cut to size. */
void text_shape(char *text, size_t size, const descent_shape *shape);

/* Copies a text into as many bytes; one that is too long is cut behind a character (UTF-8) and ends
 * in "...". Both may be the same. */
void text_cut(char *cut, size_t size, const char *text);

/* The same into as many columns as well, and with another ending. */
void text_fit(char *cut, size_t size, const char *text, size_t columns, const char *ending);

/* Cuts out the middle of a text of more than so many bytes, at least 8, in place and between
 * characters (UTF-8): "models/digits...-161500". */
void text_shorten(char *text, size_t length);

/* A stream that makes *text of what is written, with a NUL byte behind its *size bytes, both as of
 * the last fflush(); NULL where memory is out. The caller closes it, and then frees *text. */
FILE *text_open(char **text, size_t *size);

/* Whether all that was written so far is in the text; false where memory was out. */
bool text_is_whole(FILE *stream);

/* Closes the stream; whether all that was written is in *text. The caller frees *text in any
 * case. */
bool text_close(FILE *stream, char *const *text);

/* Adds to the end of a text of so many bytes; cut where it is full. */
void text_append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The columns that so many bytes of UTF-8 take. */
size_t text_columns(const char *text, size_t length);

/* The first character of a text (UTF-8) that is not empty, and moves on behind it; '?' for a byte
 * that begins none. */
uint32_t text_character(const char **text);

/* Whether two texts are the same; NULL is the same as NULL alone. */
bool text_same(const char *one, const char *other);

/* Two shares as "94.20-98.31 %", or "-" for those that are not numbers; cut to size. */
void text_interval(char *text, size_t size, double low, double high);

/* Whether a text ends in another one, and has more before it: a file's name, in ".csv". */
bool text_ends_in(const char *text, const char *ending);

/* Copies the part of a list before its next separator, and moves on behind that: to NULL behind the
 * last. False for a part that does not fit, which no number does. */
bool text_next(const char **list, char separator, char part[TEXT_SIZE]);

/* Ends a part of a list, which may be empty, at its next separator: what is behind that, or NULL.
 */
char *text_split(char *text, char separator);

/* Reads a decimal number and nothing else (strtod() alone takes blanks, hexadecimal, inf and nan):
 * finite, or a whole one in decimal digits. False, and no value, for anything else. */
bool text_read_number(double *number, const char *text);
bool text_read_count(uint64_t *count, const char *text);

#endif
