/*
 * Numbers and shapes as people read and write them. The command never leaves the C locale, so that
 * strtod() reads a decimal point wherever the user lives.
 */
#include "cli/base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *text_count(char text[TEXT_SIZE], uint64_t count)
{
    char digits[TEXT_SIZE];
    int length = snprintf(digits, sizeof digits, "%ju", (uintmax_t)count);
    char *out = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *out++ = ',';
        }
        *out++ = digits[i];
    }
    *out = '\0';
    return text;
}

const char *text_whole(char text[TEXT_SIZE], double number)
{
    return isnan(number) ? strcpy(text, "-") : text_count(text, (uint64_t)number);
}

const char *text_digits(char text[TEXT_SIZE], double number)
{
    const double whole = 99.95, most = 1e18;
    if (!isfinite(number) || fabs(number) > most) {
        return strcpy(text, "-");
    }
    if (number >= whole) {
        return text_count(text, (uint64_t)llround(number));
    }
    int digits = number > 0.0 ? 2 - (int)floor(log10(number * 1.0005)) : 0;
    snprintf(text, TEXT_SIZE, "%.*f", digits < 0 ? 0 : digits > 9 ? 9 : digits, number);
    return text;
}

const char *text_clock(char text[TEXT_SIZE], double seconds)
{
    const double most = 3600.0 * 1e6; /* longer than anybody waits */
    unsigned long all = (unsigned long)ceil(fmin(fmax(seconds, 0.0), most));
    if (all < 3600) {
        snprintf(text, TEXT_SIZE, "%lu:%02lu", all / 60, all % 60);
    } else {
        snprintf(text, TEXT_SIZE, "%lu:%02lu:%02lu", all / 3600, all / 60 % 60, all % 60);
    }
    return text;
}

const char *text_percent(char text[TEXT_SIZE], double fraction)
{
    if (isnan(fraction)) {
        return strcpy(text, "-");
    }
    snprintf(text, TEXT_SIZE, "%.2f %%", 100.0 * fraction);
    return text;
}

const char *text_r2(char text[TEXT_SIZE], double r2)
{
    if (isnan(r2)) {
        return strcpy(text, "-");
    }
    /* Nothing bounds it below: the untrained network may be far off. */
    snprintf(text, TEXT_SIZE, r2 > -100.0 ? "%.4f" : "%.2e", r2);
    return text;
}

void text_shape(char *text, size_t size, const descent_shape *shape)
{
    snprintf(text, size, "%s", shape->rank == 0 ? "scalar" : "");
    for (size_t i = 0; i < shape->rank; i++) {
        text_append(text, size, "%s%zu", i == 0 ? "" : " x ", shape->sizes[i]);
    }
}

/* Whether a byte goes on with a character of UTF-8. */
static bool goes_on(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The bytes of the first characters of a text: so many of both at most. */
static size_t first_bytes(const char *text, size_t characters, size_t most)
{
    size_t end = 0;
    for (size_t i = 0; i <= most; i++) {
        end = goes_on(text[i]) ? end : i;
        if (text[i] == '\0' || (!goes_on(text[i]) && characters-- == 0)) {
            break;
        }
    }
    return end;
}

void text_fit(char *cut, size_t size, const char *text, size_t columns, const char *ending)
{
    size_t length = strlen(text), end = strlen(ending), room = text_columns(ending, end);
    if (length < size && text_columns(text, length) <= columns) {
        memmove(cut, text, length + 1);
        return;
    }
    size_t kept = first_bytes(text, columns > room ? columns - room : 0, size - end - 1);
    memmove(cut, text, kept);
    memcpy(cut + kept, ending, end + 1);
}

void text_cut(char *cut, size_t size, const char *text)
{
    text_fit(cut, size, text, SIZE_MAX, "...");
}

void text_shorten(char *text, size_t length)
{
    size_t found = strlen(text), head = length / 2 - 2, tail = found - length / 2 + 1;
    if (found <= length) {
        return;
    }
    while (head > 0 && goes_on(text[head])) {
        head--;
    }
    while (goes_on(text[tail])) {
        tail++;
    }
    memcpy(text + head, "...", 3);
    memmove(text + head + 3, text + tail, found - tail + 1);
}

void text_append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

size_t text_columns(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) {
        columns += !goes_on(text[i]);
    }
    return columns;
}

uint32_t text_character(const char **text)
{
    const unsigned char *bytes = (const unsigned char *)*text;
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    uint32_t character = length == 1 ? bytes[0] : bytes[0] & (0x7FU >> length);
    bool valid = length == 1 || (bytes[0] >= 0xC2 && bytes[0] < 0xF5);
    for (size_t i = 1; i < length && valid; i++) {
        valid = goes_on((*text)[i]);
        character = character << 6 | (bytes[i] & 0x3F);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    valid = valid && character >= least[length] && character <= 0x10FFFF && !surrogate;
    *text += valid ? length : 1;
    return valid ? character : '?';
}

bool text_same(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

void text_interval(char *text, size_t size, double low, double high)
{
    snprintf(text, size, isnan(low) ? "-" : "%.2f-%.2f %%", 100.0 * low, 100.0 * high);
}

bool text_ends_in(const char *text, const char *ending)
{
    size_t length = strlen(text), end = strlen(ending);
    return length > end && strcmp(text + length - end, ending) == 0;
}

bool text_next(const char **list, char separator, char part[TEXT_SIZE])
{
    size_t length = strcspn(*list, (const char[]){separator, '\0'});
    if (length >= TEXT_SIZE) {
        return false;
    }
    memcpy(part, *list, length);
    part[length] = '\0';
    *list = (*list)[length] == '\0' ? NULL : *list + length + 1;
    return true;
}

char *text_split(char *text, char separator)
{
    char *end = strchr(text, separator);
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    return end + 1;
}

bool text_read_number(double *number, const char *text)
{
    char *end;
    if (text[0] == '\0' || strspn(text, "+-.0123456789eE") != strlen(text)) {
        return false;
    }
    double value = strtod(text, &end);
    if (*end != '\0' || !isfinite(value)) {
        return false;
    }
    *number = value;
    return true;
}

bool text_read_count(uint64_t *count, const char *text)
{
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text)) {
        return false;
    }
    errno = 0;
    uint64_t value = strtoull(text, NULL, 10);
    if (errno != 0) {
        return false;
    }
    *count = value;
    return true;
}
