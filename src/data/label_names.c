/*
 * Which spellings are one class. Numbers are compared as doubles, as long as these tell whole
 * numbers apart.
 */
#include "data/label_names.h"

#include "base/decimal.h"
#include "base/fail.h"
#include "data/values.h"

#include <descent/nearest.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* From it on, doubles do not tell whole numbers apart. */
#define EXACT_MAX 0x1p53

/* Classes among which the nearest one is looked for. */
enum { NEAREST_MAX = 1000 };

descent_status descent_label_names_know(struct descent_label_names *labels,
                                        const char *const *names, size_t count)
{
    labels->known = true;
    return descent_names_add_all(&labels->names, names, count);
}

/* None is the name of a class in many a table. */
static bool is_missing(const char *text)
{
    return descent_value_is_missing(text) && strcasecmp(text, "none") != 0;
}

static bool is_number(double *number, const char *text)
{
    return descent_decimal_load(number, text) && fabs(*number) < EXACT_MAX;
}

/* Whether two texts are one label: the same number, or the same truth. */
static bool are_same(const char *a, const char *b)
{
    double x, y;
    if (is_number(&x, a)) {
        return is_number(&y, b) && x == y;
    }
    return descent_value_is_truth(a) && strcasecmp(a, b) == 0;
}

static descent_status fail_unknown(const struct descent_names *names, const char *text,
                                   const char *where)
{
    descent_nearest nearest = descent_nearest_to(text);
    for (size_t i = 0; i < names->count && names->count <= NEAREST_MAX; i++) {
        descent_nearest_offer(&nearest, names->texts[i]);
    }
    const char *name = nearest.name;
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected a class of the training data, found \"%.80s\"%s%s%s", where,
                        text, name != NULL ? ", did you mean \"" : "", name != NULL ? name : "",
                        name != NULL ? "\"?" : "");
}

/* The known class that a text stands for, or SIZE_MAX. */
static size_t find_known(const struct descent_names *names, const char *text)
{
    size_t number = descent_names_find(names, text);
    for (size_t i = 0; number == SIZE_MAX && i < names->count; i++) {
        number = are_same(text, names->texts[i]) ? i : number;
    }
    return number;
}

static descent_status check_label(const struct descent_label_names *labels, const char *text,
                                  const char *where, size_t *class)
{
    *class = labels->known ? find_known(&labels->names, text) : 0;
    if (*class != SIZE_MAX && (labels->known || !is_missing(text))) {
        return DESCENT_OK;
    }
    if (!is_missing(text)) {
        return fail_unknown(&labels->names, text, where);
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected a label, found %s%s%s: a missing value; remove the rows "
                        "without a label, or if it is a class, call it something else",
                        where, *text == '\0' ? "nothing" : "\"", text, *text == '\0' ? "" : "\"");
}

static descent_status grow(struct descent_label_names *labels)
{
    size_t room = labels->room == 0 ? 64 : 2 * labels->room;
    int32_t *classes = realloc(labels->classes, room * sizeof *classes);
    if (classes == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu labels", room);
    }
    labels->classes = classes;
    labels->room = room;
    return DESCENT_OK;
}

descent_status descent_label_names_add(struct descent_label_names *labels, size_t *spelling,
                                       const char *text, const char *where)
{
    size_t class = 0;
    *spelling = descent_names_find(&labels->spellings, text);
    if (*spelling != SIZE_MAX) {
        return DESCENT_OK;
    }
    DESCENT_TRY(check_label(labels, text, where, &class));
    DESCENT_TRY(descent_names_add(&labels->spellings, spelling, text, where));
    if (*spelling == labels->room) {
        DESCENT_TRY(grow(labels));
    }
    labels->classes[*spelling] = (int32_t) class;
    return DESCENT_OK;
}

static bool all_numbers(const struct descent_names *names)
{
    double number;
    for (size_t i = 0; i < names->count; i++) {
        if (!is_number(&number, names->texts[i])) {
            return false;
        }
    }
    return true;
}

static bool all_truths(const struct descent_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!descent_value_is_truth(names->texts[i])) {
            return false;
        }
    }
    return true;
}

/* Texts of one class stand side by side, the shortest first. */
static int compare(const void *left, const void *right)
{
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    double x = 0, y = 0;
    bool numbers = is_number(&x, a) && is_number(&y, b);
    int order = numbers ? (x > y) - (x < y) : strcasecmp(a, b);
    size_t sizes[2] = {strlen(a), strlen(b)};
    order = order != 0 ? order : (sizes[0] > sizes[1]) - (sizes[0] < sizes[1]);
    return order != 0 ? order : strcmp(a, b);
}

/* The name of the class of a text: whole numbers are written without a point. */
static descent_status add_name(struct descent_label_names *labels, const char *text, size_t *class)
{
    char whole[32];
    double number;
    if (is_number(&number, text) && number == floor(number) && strpbrk(text, ".eE") != NULL) {
        snprintf(whole, sizeof whole, "%.0f", number + 0.0);
        text = whole;
    }
    return descent_names_add(&labels->names, class, text, "labels");
}

/* Goes through sorted spellings; where `merged`, those that are the same are one class. */
static descent_status name_classes(struct descent_label_names *labels, const char *const *sorted,
                                   bool merged)
{
    size_t class = 0;
    for (size_t i = 0; i < labels->spellings.count; i++) {
        if (!merged) {
            DESCENT_TRY(descent_names_add(&labels->names, &class, sorted[i], "labels"));
        } else if (i == 0 || !are_same(sorted[i - 1], sorted[i])) {
            DESCENT_TRY(add_name(labels, sorted[i], &class));
        }
        labels->classes[descent_names_find(&labels->spellings, sorted[i])] = (int32_t) class;
    }
    return DESCENT_OK;
}

/* The classes in their final order. */
static descent_status sort_classes(struct descent_label_names *labels)
{
    int32_t *numbers = calloc(labels->names.count, sizeof *numbers);
    if (numbers == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu classes", labels->names.count);
    }
    descent_status status = descent_names_sort(&labels->names, numbers);
    for (size_t i = 0; i < labels->spellings.count && status == DESCENT_OK; i++) {
        labels->classes[i] = numbers[labels->classes[i]];
    }
    free(numbers);
    return status;
}

descent_status descent_label_names_settle(struct descent_label_names *labels)
{
    const struct descent_names *spellings = &labels->spellings;
    size_t size = spellings->count * sizeof *spellings->texts;
    if (labels->known || spellings->count == 0) {
        return DESCENT_OK;
    }
    const char **sorted = malloc(size);
    if (sorted == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "no memory for %zu labels", spellings->count);
    }
    memcpy(sorted, spellings->texts, size);
    bool merged = all_numbers(spellings) || all_truths(spellings);
    if (merged) {
        qsort(sorted, spellings->count, sizeof *sorted, compare);
    }
    descent_status status = name_classes(labels, sorted, merged);
    free(sorted);
    return status == DESCENT_OK ? sort_classes(labels) : status;
}

void descent_label_names_free(struct descent_label_names *labels)
{
    descent_names_free(&labels->names);
    descent_names_free(&labels->spellings);
    free(labels->classes);
    *labels = (struct descent_label_names){0};
}
