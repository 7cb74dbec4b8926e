/*
 * Numbers as text that gives back the same bits, whatever locale the embedding program has set:
 * reals go through jansson, which always writes and reads a decimal point.
 */
#ifndef DESCENT_NUMBER_TEXT_H
#define DESCENT_NUMBER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

enum { DESCENT_NUMBER_TEXT_SIZE = 32 }; /* longest: -2.2250738585072014e-308 */

/* Writes a real with 17 significant digits, or "inf", "-inf", "nan"; false if out of memory. */
bool descent_real_save(char text[DESCENT_NUMBER_TEXT_SIZE], double value);

/* Writes a count in decimal. */
void descent_count_save(char text[DESCENT_NUMBER_TEXT_SIZE], uint64_t value);

/* Read them back; false, and no value, if the text is not such a number. */
bool descent_real_load(double *value, const char *text);
bool descent_count_load(uint64_t *value, const char *text);

#endif
