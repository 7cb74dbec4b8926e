/*
 * Decimal numbers out of text, with a point whatever the locale says.
 */
#ifndef DESCENT_DECIMAL_H
#define DESCENT_DECIMAL_H

#include <stdbool.h>

/* Reads a decimal number, such as -12, +.5, 1e-3, and nothing else: no blanks, hexadecimal digits,
 * inf or nan. The result is the double nearest to it, infinite where it is too large. False, and no
 * number, for any other text. */
bool descent_decimal_load(double *number, const char *text);

#endif
