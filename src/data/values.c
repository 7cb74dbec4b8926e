/*
 * Fields of tables, as spreadsheets, pandas, R and C write them.
 */
#include "data/values.h"

#include "base/decimal.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Most fields are numbers: what starts with a digit is none of the texts that are looked for. */
static bool is_among(const char *field, const char *const *texts, size_t count)
{
    const char *digit = field + (*field == '-');
    if (*digit >= '0' && *digit <= '9') {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(field, texts[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool descent_value_is_missing(const char *field)
{
    static const char *const texts[] = {"",     "?",    "na",   "n/a",  "nan", "null",
                                        "none", "<na>", "#n/a", "-nan", "+nan"};
    return is_among(field, texts, sizeof texts / sizeof texts[0]);
}

bool descent_value_is_infinite(const char *field)
{
    static const char *const texts[] = {"inf",      "+inf",      "-inf",
                                        "infinity", "+infinity", "-infinity"};
    return is_among(field, texts, sizeof texts / sizeof texts[0]);
}

bool descent_value_is_truth(const char *field)
{
    static const char *const texts[] = {"true", "false"};
    return is_among(field, texts, sizeof texts / sizeof texts[0]);
}

bool descent_value_number(double *number, const char *field)
{
    if (descent_value_is_truth(field)) {
        *number = strcasecmp(field, "true") == 0 ? 1.0 : 0.0;
        return true;
    }
    return descent_decimal_load(number, field);
}

/* Bytes of what stands beside digits at the front of a text, or 0. */
static size_t sign_size(const char *text)
{
    /* Euro, pound, yen; a minus that is no hyphen; blanks that are no space. */
    static const char *const signs[] = {"$",      "%",      "(",      ")",      "\u20AC", "\u00A3",
                                        "\u00A5", "\u2212", "\u00A0", "\u202F", "\u2009"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strncmp(text, signs[i], strlen(signs[i])) == 0) {
            return strlen(signs[i]);
        }
    }
    return 0;
}

static bool is_hexadecimal(const char *field)
{
    size_t size =
        strncasecmp(field, "0x", 2) == 0 ? strspn(field + 2, "0123456789abcdefABCDEF") : 0;
    return size > 0 && field[2 + size] == '\0';
}

bool descent_value_is_time(const char *field)
{
    size_t joints[128] = {0}; /* characters between digits; of colons those before two digits */
    char joint = '\0';
    while (*field >= '0' && *field <= '9') {
        size_t size = strspn(field, "0123456789");
        joints[(unsigned)joint] += joint != ':' || size == 2;
        field += size;
        if (field[strspn(field, " aApPmMZ")] == '\0') {
            return joints['-'] > 1 || joints['/'] > 1 || joints[':'] > 0 ||
                   (joints['.'] == 2 && size == 4);
        }
        joint = strchr("-/:. T+", *field) != NULL ? *field++ : '\0';
    }
    return false;
}

bool descent_value_is_decorated(const char *field)
{
    size_t digits = 0;
    if (descent_value_is_time(field) || is_hexadecimal(field)) {
        return true;
    }
    field += *field == '-' || *field == '+';
    while (*field != '\0') {
        size_t size = strspn(field, "0123456789");
        digits += size;
        size += strspn(field + size, ",.' :");
        size = size == 0 ? sign_size(field) : size;
        if (size == 0) {
            return false;
        }
        field += size;
    }
    return digits > 0;
}

bool descent_value_is_word(const char *field)
{
    double number;
    return !descent_value_is_missing(field) && !descent_value_is_infinite(field) &&
           !descent_value_number(&number, field);
}
