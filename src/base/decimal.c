/*
 * Decimal numbers. Most are exact by one operation on two doubles that are exact themselves
 * (Clinger, "How to read floating point numbers accurately", PLDI 1990); the rest goes to strtod().
 */
#include "base/decimal.h"

#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

/* Ten to this power is a double, exactly, and no higher power is. */
enum { EXACT_POWER = 22, EXPONENT_MAX = 100000 };

/* These tell any two floats apart. */
enum { FLOAT_DIGITS = 9 };

static const double powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A number as its text says: ± digits · 10^exponent. */
struct decimal {
    bool negative;
    bool exact; /* whether all digits are in `digits` */
    uint64_t digits;
    int exponent;
    unsigned count; /* of digits before the exponent, 0 if there are none */
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Reads digits; each moves the point by `shift`. */
static const char *read_digits(struct decimal *decimal, const char *text, int shift)
{
    for (; is_digit(*text); text++) {
        decimal->count = 1;
        if (decimal->digits > UINT64_MAX / 10 - 1) {
            decimal->exact = false;
        } else {
            decimal->digits = decimal->digits * 10 + (uint64_t)(*text - '0');
            decimal->exponent =
                decimal->exponent > -EXPONENT_MAX ? decimal->exponent + shift : decimal->exponent;
        }
    }
    return text;
}

/* Reads behind an e; NULL if there is no number. */
static const char *read_exponent(struct decimal *decimal, const char *text)
{
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    if (!is_digit(*text)) {
        return NULL;
    }
    int exponent = 0;
    for (; is_digit(*text); text++) {
        exponent = exponent < EXPONENT_MAX ? exponent * 10 + (*text - '0') : exponent;
    }
    decimal->exponent += negative ? -exponent : exponent;
    return text;
}

static bool parse(struct decimal *decimal, const char *text)
{
    *decimal = (struct decimal){.negative = *text == '-', .exact = true};
    text += *text == '-' || *text == '+';
    text = read_digits(decimal, text, 0);
    if (*text == '.') {
        text = read_digits(decimal, text + 1, -1);
    }
    if (decimal->count == 0) {
        return false;
    }
    if (*text == 'e' || *text == 'E') {
        text = read_exponent(decimal, text + 1);
    }
    return text != NULL && *text == '\0';
}

/* The C locale for this thread, whatever the program has set; returns the one before. */
static locale_t enter_plain(locale_t *plain)
{
    *plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return uselocale(*plain);
}

static void leave_plain(locale_t plain, locale_t before)
{
    uselocale(before);
    freelocale(plain);
}

static double convert(const char *text)
{
    locale_t plain;
    locale_t before = enter_plain(&plain);
    double number = strtod(text, NULL);
    leave_plain(plain, before);
    return number;
}

bool descent_decimal_load(double *number, const char *text)
{
    struct decimal decimal;
    if (!parse(&decimal, text)) {
        return false;
    }
    bool fits = decimal.exact && decimal.digits <= UINT64_C(1) << 53;
    if (!fits || decimal.exponent < -EXACT_POWER || decimal.exponent > EXACT_POWER) {
        *number = convert(text);
        return true;
    }
    double digits = decimal.negative ? -(double)decimal.digits : (double)decimal.digits;
    *number = decimal.exponent < 0 ? digits / powers[-decimal.exponent]
                                   : digits * powers[decimal.exponent];
    return true;
}

void descent_decimal_save(char text[DESCENT_DECIMAL_SIZE], float number)
{
    char tried[DESCENT_DECIMAL_SIZE];
    locale_t plain;
    locale_t before = enter_plain(&plain);
    int digits = 5;
    do {
        digits++;
        snprintf(tried, sizeof tried, "%.*g", digits, (double)number);
    } while (digits < FLOAT_DIGITS && strtof(tried, NULL) != number);
    leave_plain(plain, before);
    strcpy(text, tried);
    if (strpbrk(text, ".e") == NULL) {
        strcat(text, ".0");
    }
}
