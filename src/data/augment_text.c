/*
 * The numbers of an augmentation: their names, their ranges, and how they are read from text.
 */
#include <descent/augment.h>

#include "base/fail.h"
#include "base/number.h"
#include "data/elastic.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* One number. A kind that has two has two rows under the same name. */
struct number {
    const char *name;
    const char *what;
    size_t offset;
    double low, high;
};

#define NUMBER(member) offsetof(descent_augment, member)

static const struct number numbers[] = {
    {"shift", "pixels", NUMBER(shift), 0.0, 1000.0},
    {"rotate", "degrees", NUMBER(rotate), 0.0, 180.0},
    {"scale", "a fraction", NUMBER(scale), 0.0, 0.9},
    {"shear", "a fraction", NUMBER(shear), 0.0, 1.0},
    {"elastic", "alpha in pixels", NUMBER(elastic_alpha), 0.0, 1000.0},
    {"elastic", "sigma in pixels", NUMBER(elastic_sigma), 0.5, DESCENT_ELASTIC_SIGMA_MAX},
    {"noise", "a deviation", NUMBER(noise), 0.0, 1.0},
};

enum { NUMBERS = sizeof numbers / sizeof numbers[0], WORD_SIZE = 32, TEXT_SIZE = 256 };

static double *value_of(descent_augment *augment, size_t i)
{
    return (double *)(void *)((char *)augment + numbers[i].offset);
}

static descent_status out_of_range(const struct number *number, const char *found)
{
    return descent_fail(DESCENT_ERROR_INVALID, "%s: expected %s in [%g, %g], found \"%.40s\"",
                        number->name, number->what, number->low, number->high, found);
}

static bool fits(const struct number *number, double value)
{
    return value >= number->low && value <= number->high;
}

descent_status descent_augment_check(const descent_augment *augment)
{
    DESCENT_RETURN_UNLESS(augment != NULL);
    descent_augment copy = *augment;
    for (size_t i = 0; i < NUMBERS; i++) {
        double value = *value_of(&copy, i);
        bool unused = numbers[i].offset == NUMBER(elastic_sigma) && copy.elastic_alpha == 0.0;
        if (!unused && !fits(&numbers[i], value)) {
            char found[DESCENT_NUMBER_TEXT_SIZE] = "";
            descent_real_save(found, value);
            return out_of_range(&numbers[i], found);
        }
    }
    return DESCENT_OK;
}

bool descent_augment_active(const descent_augment *augment)
{
    return augment->shift > 0.0 || augment->rotate > 0.0 || augment->scale > 0.0 ||
           augment->shear > 0.0 || augment->elastic_alpha > 0.0 || augment->noise > 0.0;
}

/* Cuts a text at the first of these characters and returns what is behind it, or NULL. */
static char *cut_at(char *text, char separator)
{
    char *found = strchr(text, separator);
    if (found != NULL) {
        *found = '\0';
    }
    return found != NULL ? found + 1 : NULL;
}

static bool read_number(double *value, const char *text)
{
    char padded[WORD_SIZE];
    /* ".5" is a number for people, though not for JSON. */
    int length = snprintf(padded, sizeof padded, "%s%s", text[0] == '.' ? "0" : "", text);
    return length < (int)sizeof padded && descent_real_load(value, padded);
}

/* The numbers of one kind, which begin in row i, with colons between. */
static descent_status read_values(descent_augment *augment, size_t i, char *values)
{
    const char *name = numbers[i].name;
    for (; i < NUMBERS && strcmp(numbers[i].name, name) == 0; i++) {
        char *rest = values != NULL ? cut_at(values, ':') : NULL;
        double value;
        if (values == NULL || !read_number(&value, values) || !fits(&numbers[i], value)) {
            return out_of_range(&numbers[i], values == NULL ? "" : values);
        }
        *value_of(augment, i) = value;
        values = rest;
    }
    if (values != NULL) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "%s: expected no further number, found \"%.40s\"", name, values);
    }
    return DESCENT_OK;
}

/* One part, such as "elastic=34:4". */
static descent_status read_part(descent_augment *augment, char *part)
{
    char *values = cut_at(part, '=');
    for (size_t i = 0; i < NUMBERS; i++) {
        if (strcmp(numbers[i].name, part) == 0) {
            return read_values(augment, i, values);
        }
    }
    return descent_fail(DESCENT_ERROR_INVALID,
                        "expected shift=, rotate=, scale=, shear=, elastic= or "
                        "noise=, found \"%.40s\"",
                        part);
}

static descent_status read_parts(descent_augment *augment, char *parts)
{
    descent_status status = DESCENT_OK;
    while (status == DESCENT_OK && parts != NULL) {
        char *rest = cut_at(parts, ',');
        status = read_part(augment, parts);
        parts = rest;
    }
    return status;
}

descent_status descent_augment_init(descent_augment *augment, const char *text)
{
    DESCENT_RETURN_UNLESS(augment != NULL);
    *augment = (descent_augment){0};
    DESCENT_RETURN_UNLESS(text != NULL);
    char parts[TEXT_SIZE];
    if (strcmp(text, "none") == 0) {
        return DESCENT_OK;
    }
    if (strlen(text) >= sizeof parts) {
        return descent_fail(DESCENT_ERROR_INVALID, "expected less than %d characters, found %zu",
                            TEXT_SIZE, strlen(text));
    }
    strcpy(parts, text);
    descent_augment read = {0};
    descent_status status = read_parts(&read, parts);
    if (status == DESCENT_OK) {
        *augment = read;
    }
    return status;
}
