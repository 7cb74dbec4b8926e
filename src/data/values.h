/*
 * What a field of a table says: a number, nothing, or a word.
 */
#ifndef DESCENT_VALUES_H
#define DESCENT_VALUES_H

#include <stdbool.h>

/* Whether a field says that there is no value: empty, NA, N/A, nan, ?, null, None, or one of their
 * variants (<NA>, #N/A, -nan), in any case. */
bool descent_value_is_missing(const char *field);

/* Whether it is an infinity, which is neither a number for a network nor a word. */
bool descent_value_is_infinite(const char *field);

/* Whether it is True or False, in any case. */
bool descent_value_is_truth(const char *field);

/* Reads a decimal number, or True and False as 1 and 0. False, and no number, for other fields. */
bool descent_value_number(double *number, const char *field);

/* Whether it is a date of digits with hyphens, slashes or points, a time of day, or both. */
bool descent_value_is_time(const char *field);

/* Whether it is a number as people write it, with what a number must not have here: a comma,
 * blanks, apostrophes or colons between digits, a sign of currency or of percent, parentheses; or a
 * hexadecimal number, a date or a time. */
bool descent_value_is_decorated(const char *field);

/* Whether it is no number, nor missing, nor an infinity. */
bool descent_value_is_word(const char *field);

#endif
