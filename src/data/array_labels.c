/*
 * Labels are widened to integers first, then numbered.
 */
#include "data/array_labels.h"

#include "base/fail.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for any integer. */
enum { NUMBER_SIZE = 16 };

/* From it on, floats do not tell whole numbers apart. */
#define EXACT_MAX 0x1p24

static bool is_one_hot(const struct descent_array *array)
{
    return descent_array_width(array) > 1;
}

static double element(const struct descent_array *array, size_t i)
{
    return array->bytes != NULL      ? array->bytes[i]
           : array->integers != NULL ? array->integers[i]
                                     : (double)array->floats[i];
}

static descent_status read_number(int32_t *label, const struct descent_array *array, size_t i,
                                  const char *path)
{
    double number = element(array, i);
    if (fabs(number) >= EXACT_MAX) { /* a float: bytes are small */
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected labels between -%.0f and %.0f where they are floats, "
                            "found %.9g at sample %zu; in Python, np.save(FILE, np.unique(a, "
                            "return_inverse=True)[1]) numbers them from 0",
                            path, EXACT_MAX, EXACT_MAX, number, i);
    }
    *label = (int32_t)number;
    return number == floor(number)
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected whole numbers as labels, found %.9g at sample %zu; "
                              "for other numbers choose regression (--regression)",
                              path, number, i);
}

/* The place of the one in a row of zeros. */
static descent_status read_row(int32_t *label, const struct descent_array *array, size_t i,
                               const char *path)
{
    size_t width = descent_array_width(array), ones = 0, others = 0;
    for (size_t c = 0; c < width; c++) {
        double number = element(array, i * width + c);
        *label = number == 1.0 ? (int32_t)c : *label;
        ones += number == 1.0;
        others += number != 1.0 && number != 0.0;
    }
    return ones == 1 && others == 0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected a label for each sample, or a row of zeros with a "
                              "single 1, found another row at sample %zu; for several numbers "
                              "choose regression (--regression), for several labels binary "
                              "cross-entropy (--multi-label)",
                              path, i);
}

/* Labels as integers, whichever the file has. */
static descent_status widen(struct descent_array *array, const char *path)
{
    size_t count = array->sizes[0];
    bool rows = is_one_hot(array);
    if (array->integers != NULL && !rows) {
        return DESCENT_OK;
    }
    int32_t *labels = calloc(count, sizeof *labels);
    if (labels == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu labels", path, count);
    }
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < count && status == DESCENT_OK; i++) {
        status = (rows ? read_row : read_number)(&labels[i], array, i, path);
    }
    descent_array_free(array);
    array->integers = labels;
    return status;
}

/* Refuses labels that are not below the number of classes. */
static descent_status check_range(const struct descent_array *array, size_t classes,
                                  const char *path)
{
    int32_t limit = classes <= INT32_MAX ? (int32_t)classes : INT32_MAX;
    for (size_t i = 0; i < array->sizes[0]; i++) {
        int32_t label = array->integers[i];
        if (label < 0 || label >= limit) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected labels %sbelow %ld, found %ld at sample %zu", path,
                                label < 0 ? "from 0 and " : "", (long)limit, (long)label, i);
        }
    }
    return DESCENT_OK;
}

/* Numbers names by those that are wanted. */
static descent_status find_name(int32_t *label, const struct descent_names *wanted,
                                const char *name, size_t i, const char *path)
{
    size_t number = descent_names_find(wanted, name);
    *label = (int32_t)number;
    return number != SIZE_MAX
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_FORMAT,
                              "%s: expected one of the %zu classes of the training data, found "
                              "\"%s\" at sample %zu",
                              path, wanted->count, name, i);
}

/* Labels that are names themselves, or with `names` numbers of names, as numbers of those that are
 * wanted. */
static descent_status find_all(struct descent_array *array, const struct descent_names *names,
                               const struct descent_names *wanted, const char *path)
{
    for (size_t i = 0; i < array->sizes[0]; i++) {
        int32_t *label = &array->integers[i];
        char number[NUMBER_SIZE];
        snprintf(number, sizeof number, "%ld", (long)*label);
        const char *name = names != NULL ? names->texts[*label] : number;
        DESCENT_TRY(find_name(label, wanted, name, i, path));
    }
    return DESCENT_OK;
}

static bool is_whole_number(const char *text)
{
    text += *text == '-';
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool are_numbers(const descent_source *source)
{
    size_t c = 0;
    while (c < source->classes && is_whole_number(source->class_names[c])) {
        c++;
    }
    return c == source->classes;
}

static descent_status follow(struct descent_array_classes *classes, struct descent_array *array,
                             const struct descent_names *names, const char *path,
                             const descent_source *source)
{
    classes->count = source->classes;
    struct descent_names wanted = {0};
    descent_status status = descent_names_add_all(&wanted, source->class_names, source->classes);
    if (status == DESCENT_OK) {
        status = find_all(array, names, &wanted, path);
    }
    descent_names_free(&wanted);
    return status;
}

/* The place of a value among sorted ones, or where it would be. */
static size_t place_of(const int32_t *values, size_t count, int32_t value)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The different labels, sorted; a label sizes nothing, however high it is. */
static descent_status collect(int32_t values[DESCENT_NAMES_MAX], size_t *count,
                              const struct descent_array *array, const char *path)
{
    *count = 0;
    for (size_t i = 0; i < array->sizes[0]; i++) {
        int32_t label = array->integers[i];
        size_t place = place_of(values, *count, label);
        if (place < *count && values[place] == label) {
            continue;
        }
        if (*count == DESCENT_NAMES_MAX) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected at most %d different labels, found one more, %ld, at "
                                "sample %zu",
                                path, DESCENT_NAMES_MAX, (long)label, i);
        }
        memmove(values + place + 1, values + place, (*count - place) * sizeof *values);
        values[place] = label;
        (*count)++;
    }
    return DESCENT_OK;
}

static descent_status number_values(struct descent_array_classes *classes,
                                    struct descent_array *array, const int32_t *values,
                                    size_t count, const char *path)
{
    classes->count = count;
    if (values[0] == 0 && values[count - 1] == (int32_t)count - 1) {
        return DESCENT_OK;
    }
    for (size_t c = 0; c < count; c++) {
        char number[NUMBER_SIZE];
        size_t place = 0;
        snprintf(number, sizeof number, "%ld", (long)values[c]);
        DESCENT_TRY(descent_names_add(&classes->names, &place, number, path));
    }
    for (size_t i = 0; i < array->sizes[0]; i++) {
        array->integers[i] = (int32_t)place_of(values, count, array->integers[i]);
    }
    return DESCENT_OK;
}

/* Classes are the labels that occur. */
static descent_status learn(struct descent_array_classes *classes, struct descent_array *array,
                            const char *path)
{
    size_t count = 0;
    int32_t *values = calloc(DESCENT_NAMES_MAX, sizeof *values);
    if (values == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its classes", path);
    }
    descent_status status = collect(values, &count, array, path);
    if (status == DESCENT_OK) {
        status = number_values(classes, array, values, count, path);
    }
    free(values);
    return status;
}

/* Names from elsewhere, copied so that all names belong to the classes. */
static descent_status take_names(struct descent_array_classes *classes,
                                 const struct descent_names *names)
{
    classes->count = names->count;
    return descent_names_add_all(&classes->names, (const char *const *)names->texts, names->count);
}

descent_status descent_array_labels_read(struct descent_array_classes *classes,
                                         struct descent_array *array,
                                         const struct descent_names *names, const char *path,
                                         const descent_source *source)
{
    *classes = (struct descent_array_classes){0};
    bool rows = is_one_hot(array);
    size_t width = descent_array_width(array);
    DESCENT_TRY(widen(array, path));
    array->rank = 1;
    if (names != NULL) {
        DESCENT_TRY(check_range(array, names->count, path));
        return source->class_names != NULL ? follow(classes, array, names, path, source)
                                           : take_names(classes, names);
    }
    if (source->class_names != NULL && are_numbers(source)) {
        return follow(classes, array, NULL, path, source);
    }
    if (source->classes > 0 || rows) {
        classes->count = source->classes > 0 ? source->classes : width;
        return check_range(array, classes->count, path);
    }
    return learn(classes, array, path);
}

static descent_status read_flags(float *flags, const struct descent_array *array, size_t count,
                                 const char *path)
{
    for (size_t i = 0; i < count; i++) {
        double number = element(array, i);
        flags[i] = (float)number;
        if (number != 0.0 && number != 1.0) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected 0 or 1 for each of several labels, found %.9g at "
                                "sample %zu; for other numbers choose regression (--regression)",
                                path, number, i / descent_array_width(array));
        }
    }
    return DESCENT_OK;
}

descent_status descent_array_flags_read(struct descent_array *array, const char *path)
{
    size_t count = array->sizes[0] * descent_array_width(array);
    float *flags = calloc(count, sizeof *flags);
    if (flags == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu labels", path, count);
    }
    descent_status status = read_flags(flags, array, count, path);
    descent_array_free(array);
    array->floats = flags;
    return status;
}
