/*
 * Sets of names: a list, and a hash table with open addressing into it. Hash: FNV-1a (Fowler, Noll
 * and Vo).
 */
#include "base/names.h"

#include "base/decimal.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static size_t hash(const char *text)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return (size_t)(value ^ value >> 32);
}

/* The slot where a name stands or would stand. */
static uint32_t *find_slot(const struct descent_names *names, const char *text)
{
    size_t mask = 2 * names->room - 1;
    size_t at = hash(text) & mask;
    while (names->slots[at] != 0 && strcmp(names->texts[names->slots[at] - 1], text) != 0) {
        at = (at + 1) & mask;
    }
    return &names->slots[at];
}

static void fill_slots(struct descent_names *names)
{
    memset(names->slots, 0, 2 * names->room * sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++) {
        *find_slot(names, names->texts[i]) = (uint32_t)i + 1;
    }
}

static bool grow(struct descent_names *names)
{
    size_t room = names->room == 0 ? FIRST_ROOM : 2 * names->room;
    char **texts = realloc(names->texts, room * sizeof *texts);
    if (texts != NULL) {
        names->texts = texts;
    }
    uint32_t *slots = malloc(2 * room * sizeof *slots);
    if (texts == NULL || slots == NULL) {
        free(slots);
        return false;
    }
    free(names->slots);
    names->slots = slots;
    names->room = room;
    fill_slots(names);
    return true;
}

size_t descent_utf8_size(const char *string)
{
    const unsigned char *text = (const unsigned char *)string;
    static const struct {
        unsigned char mask, lead;
        uint32_t lowest;
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (size_t size = 1; size <= sizeof forms / sizeof forms[0]; size++) {
        if ((text[0] & forms[size - 1].mask) != forms[size - 1].lead) {
            continue;
        }
        uint32_t code = text[0] & (unsigned char)~forms[size - 1].mask;
        for (size_t i = 1; i < size; i++) {
            if ((text[i] & 0xC0) != 0x80) {
                return 0;
            }
            code = code << 6 | (text[i] & 0x3F);
        }
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        return code >= forms[size - 1].lowest && code <= 0x10FFFF && !surrogate ? size : 0;
    }
    return 0;
}

static descent_status check_name(const char *text, const char *where)
{
    size_t length = strlen(text);
    if (length < 1 || length > DESCENT_NAME_SIZE_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected a class name of 1 to %d bytes, found %zu", where,
                            DESCENT_NAME_SIZE_MAX, length);
    }
    for (size_t i = 0; i < length;) {
        unsigned char first = (unsigned char)text[i];
        size_t size = descent_utf8_size(text + i);
        if (size == 0 || first < 0x20 || first == 0x7F) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected a class name in UTF-8 without control characters, "
                                "found byte 0x%02x",
                                where, first);
        }
        i += size;
    }
    return DESCENT_OK;
}

static descent_status add_new(struct descent_names *names, const char *text, const char *where)
{
    if (names->count == DESCENT_NAMES_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected at most %d classes, found one more, \"%s\"; to "
                            "predict numbers, choose regression",
                            where, DESCENT_NAMES_MAX, text);
    }
    char *copy = names->count < names->room || grow(names) ? strdup(text) : NULL;
    if (copy == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu class names", where,
                            names->count + 1);
    }
    uint32_t *slot = find_slot(names, text);
    names->texts[names->count++] = copy;
    *slot = (uint32_t)names->count;
    return DESCENT_OK;
}

descent_status descent_names_add(struct descent_names *names, size_t *number, const char *text,
                                 const char *where)
{
    *number = descent_names_find(names, text);
    if (*number != SIZE_MAX) {
        return DESCENT_OK;
    }
    *number = names->count;
    descent_status status = check_name(text, where);
    return status == DESCENT_OK ? add_new(names, text, where) : status;
}

descent_status descent_names_add_all(struct descent_names *names, const char *const *texts,
                                     size_t count)
{
    descent_status status = DESCENT_OK;
    for (size_t i = 0, number; i < count && status == DESCENT_OK; i++) {
        status = descent_names_add(names, &number, texts[i], "class names");
    }
    return status;
}

descent_status descent_names_check(const char *const *texts, size_t count)
{
    struct descent_names names = {0};
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < count && status == DESCENT_OK; i++) {
        char where[48];
        snprintf(where, sizeof where, "class %zu", i);
        size_t number = i;
        status = descent_names_add(&names, &number, texts[i], where);
        if (status == DESCENT_OK && number != i) {
            status = descent_fail(DESCENT_ERROR_INVALID,
                                  "%s: expected another name than class %zu has, found '%s' twice",
                                  where, number, texts[i]);
        }
    }
    descent_names_free(&names);
    return status == DESCENT_ERROR_FORMAT ? DESCENT_ERROR_INVALID : status;
}

size_t descent_names_find(const struct descent_names *names, const char *text)
{
    return names->room == 0 ? SIZE_MAX : (size_t)*find_slot(names, text) - 1;
}

static int compare_bytes(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Digits alone: without leading zeros, the longer one is larger. */
static int compare_numbers(const void *left, const void *right)
{
    const char *a = *(char *const *)left + strspn(*(char *const *)left, "0");
    const char *b = *(char *const *)right + strspn(*(char *const *)right, "0");
    size_t sizes[2] = {strlen(a), strlen(b)};
    if (sizes[0] != sizes[1]) {
        return sizes[0] < sizes[1] ? -1 : 1;
    }
    int order = strcmp(a, b);
    return order != 0 ? order : compare_bytes(left, right);
}

/* Numbers of any kind; where two are equal, by their bytes. */
static int compare_decimals(const void *left, const void *right)
{
    double a = 0.0, b = 0.0;
    (void)descent_decimal_load(&a, *(char *const *)left);
    (void)descent_decimal_load(&b, *(char *const *)right);
    return a != b ? (a > b) - (a < b) : compare_bytes(left, right);
}

static bool are_decimals(const struct descent_names *names)
{
    double number;
    for (size_t i = 0; i < names->count; i++) {
        if (!descent_decimal_load(&number, names->texts[i])) {
            return false;
        }
    }
    return true;
}

static bool are_whole(const struct descent_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->texts[i][strspn(names->texts[i], "0123456789")] != '\0') {
            return false;
        }
    }
    return true;
}

descent_status descent_names_sort(struct descent_names *names, int32_t *numbers)
{
    size_t size = names->count * sizeof *names->texts;
    if (names->count == 0) {
        return DESCENT_OK;
    }
    char **before = malloc(size);
    if (before == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory to sort %zu class names",
                            names->count);
    }
    memcpy(before, names->texts, size);
    qsort(names->texts, names->count, sizeof *names->texts,
          are_whole(names)      ? compare_numbers
          : are_decimals(names) ? compare_decimals
                                : compare_bytes);
    fill_slots(names);
    for (size_t i = 0; numbers != NULL && i < names->count; i++) {
        numbers[i] = (int32_t)descent_names_find(names, before[i]);
    }
    free(before);
    return DESCENT_OK;
}

void descent_names_free(struct descent_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->texts[i]);
    }
    free(names->texts);
    free(names->slots);
    *names = (struct descent_names){0};
}
