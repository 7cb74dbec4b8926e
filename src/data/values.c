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

bool descent_value_is_decorated(const char *field)
{
    static const char *const signs[] = {"$", "%", "\xE2\x82\xAC", "\xC2\xA3"}; /* euro, pound */
    size_t digits = 0;
    field += *field == '-' || *field == '+';
    while (*field != '\0') {
        size_t size = strspn(field, "0123456789");
        digits += size;
        size += strspn(field + size, ",.' :");
        for (size_t i = 0; i < sizeof signs / sizeof signs[0] && size == 0; i++) {
            size = strncmp(field, signs[i], strlen(signs[i])) == 0 ? strlen(signs[i]) : 0;
        }
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
