/*
 * Numbers as text, exactly and without the locale.
 */
#include "base/number.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* JSON has no words for these. */
static const struct {
    const char *text;
    double value;
} words[] = {{"inf", HUGE_VAL}, {"-inf", -HUGE_VAL}, {"nan", (double)NAN}};

static const char *word_of(double value)
{
    if (isnan(value)) {
        return "nan";
    }
    return value > 0.0 ? "inf" : "-inf";
}

bool descent_real_save(char text[DESCENT_NUMBER_TEXT_SIZE], double value)
{
    if (!isfinite(value)) {
        strcpy(text, word_of(value));
        return true;
    }
    json_t *json = json_real(value);
    size_t length = json_dumpb(json, text, DESCENT_NUMBER_TEXT_SIZE - 1,
                               JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    text[length] = '\0';
    json_decref(json);
    return length > 0;
}

void descent_count_save(char text[DESCENT_NUMBER_TEXT_SIZE], uint64_t value)
{
    snprintf(text, DESCENT_NUMBER_TEXT_SIZE, "%" PRIu64, value);
}

bool descent_real_load(double *value, const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].text) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    bool is_number = json_is_number(json);
    if (is_number) {
        *value = json_number_value(json);
    }
    json_decref(json);
    return is_number;
}

bool descent_count_load(uint64_t *value, const char *text)
{
    uint64_t count = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(count, UINT64_C(10), &count) ||
            __builtin_add_overflow(count, (uint64_t)(*at - '0'), &count)) {
            return false;
        }
    }
    if (*text == '\0') {
        return false;
    }
    *value = count;
    return true;
}
