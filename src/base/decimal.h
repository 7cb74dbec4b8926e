/*
 * Decimal numbers out of text and into it, with a point whatever the locale says.
 */
#ifndef DESCENT_DECIMAL_H
#define DESCENT_DECIMAL_H

#include <stdbool.h>

/* Reads a decimal number, such as -12, +.5, 1e-3, and nothing else: no blanks, hexadecimal digits,
 * inf or nan. The result is the double nearest to it, infinite where it is too large. False, and no
 * number, for any other text. */
bool descent_decimal_load(double *number, const char *text);

/* Writes a finite float with as few digits as give it back, and with a point or an exponent, so
 * that it is told from a whole number. */
enum { DESCENT_DECIMAL_SIZE = 32 };
void descent_decimal_save(char text[DESCENT_DECIMAL_SIZE], float number);

#endif
