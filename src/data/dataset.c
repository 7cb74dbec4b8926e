/*
 * Data sets: samples as bytes or floats, labels or targets, and what is known about them. Knows
 * neither files nor batches.
 *
 * A data set's one block holds:
 *
 *     struct | class counts [classes] | rows [count] | pointers to names | the names
 *
 * The names are those of the classes, or of the targets where these have any.
 */
#include <descent/dataset.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/vector_loops.h"
#include "data/columns_reading.h"
#include "data/dataset_private.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the decimal digits of any class. */
enum { NUMBER_NAME_SIZE = 12 };

static descent_status check_shape(const descent_shape *shape, size_t count, size_t *features)
{
    if (shape->rank < 1 || shape->rank > DESCENT_RANK_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: expected a shape of 1 to %d dimensions, found %zu",
                            DESCENT_RANK_MAX, shape->rank);
    }
    size_t product = 1;
    for (size_t i = 0; i < shape->rank; i++) {
        if (shape->sizes[i] == 0 || __builtin_mul_overflow(product, shape->sizes[i], &product)) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "data set: expected sizes of at least 1 whose product fits into "
                                "memory, found %zu as size %zu",
                                shape->sizes[i], i + 1);
        }
    }
    *features = product;
    size_t total = 0;
    if (__builtin_mul_overflow(product, count, &total) ||
        __builtin_mul_overflow(total, sizeof(float), &total)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: %zu samples of %zu numbers do not fit into memory", count,
                            product);
    }
    return DESCENT_OK;
}

/* Refuses invalid samples; gives the number of features of a sample. */
static descent_status check_samples(const descent_samples *samples, size_t *features)
{
    if ((samples->bytes == NULL) == (samples->floats == NULL) ||
        (samples->labels == NULL) == (samples->targets == NULL)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: expected bytes or floats, and labels or targets");
    }
    if (samples->count < 1 || samples->count > UINT32_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "data set: expected 1 to 2^32 - 1 samples, found %zu", samples->count);
    }
    size_t outputs = samples->labels != NULL ? samples->classes : samples->outputs;
    if (outputs < 1 || outputs > INT32_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "data set: expected 1 to 2^31 - 1 %s, found %zu",
                            samples->labels != NULL ? "classes" : "numbers in a target", outputs);
    }
    for (size_t c = 0; samples->class_names != NULL && c < samples->classes; c++) {
        DESCENT_RETURN_UNLESS(samples->class_names[c] != NULL);
    }
    for (size_t o = 0; samples->target_names != NULL && o < samples->outputs; o++) {
        DESCENT_RETURN_UNLESS(samples->target_names[o] != NULL);
    }
    return check_shape(&samples->shape, samples->count, features);
}

/* Bytes that the names take; without names they are the classes' numbers. */
static size_t names_size(const char *const *names, size_t classes)
{
    if (names == NULL) {
        return classes * NUMBER_NAME_SIZE;
    }
    size_t size = 0;
    for (size_t c = 0; c < classes; c++) {
        size += strlen(names[c]) + 1;
    }
    return size;
}

static const char *const *names_of(const descent_samples *samples)
{
    return samples->labels != NULL ? samples->class_names : samples->target_names;
}

/* How many names a data set has: classes always have them. */
static size_t name_count(const descent_samples *samples)
{
    bool named = samples->labels != NULL || samples->target_names != NULL;
    return !named ? 0 : samples->labels != NULL ? samples->classes : samples->outputs;
}

size_t descent_dataset_table_size(const descent_samples *samples)
{
    size_t count = name_count(samples);
    size_t classes = samples->labels != NULL ? count : 0;
    return classes * sizeof(size_t) + count * sizeof(char *) + names_size(names_of(samples), count);
}

static void copy_names(const char **copies, char *text, const char *const *names, size_t classes)
{
    for (size_t c = 0; c < classes; c++) {
        char number[NUMBER_NAME_SIZE];
        snprintf(number, sizeof number, "%d", (int)c);
        const char *name = names != NULL ? names[c] : number;
        size_t size = strlen(name) + 1;
        copies[c] = memcpy(text, name, size);
        text += size;
    }
}

/* Allocates a data set with room for its class counts, rows and names, all zero. */
static descent_status allocate(descent_dataset **dataset, size_t classes, size_t rows, size_t names,
                               size_t text_size)
{
    struct descent_arena_plan plan = {0};
    size_t self = descent_arena_reserve(&plan, 1, sizeof(descent_dataset));
    size_t counts_at = descent_arena_reserve(&plan, classes, sizeof(size_t));
    size_t rows_at = descent_arena_reserve(&plan, rows, sizeof(uint32_t));
    size_t names_at = descent_arena_reserve(&plan, names, sizeof(char *));
    descent_arena_reserve(&plan, text_size, 1);
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "data set: no memory for %zu classes", classes);
    }
    *dataset = (descent_dataset *)(block + self);
    (*dataset)->classes = classes;
    (*dataset)->class_counts = (size_t *)(block + counts_at);
    (*dataset)->rows = rows > 0 ? (uint32_t *)(block + rows_at) : NULL;
    (*dataset)->class_names = (const char **)(block + names_at);
    return DESCENT_OK;
}

/* With the names of classes or targets. */
static descent_status allocate_named(descent_dataset **dataset, const descent_samples *samples)
{
    size_t count = name_count(samples);
    const char *const *names = names_of(samples);
    size_t classes = samples->labels != NULL ? count : 0;
    DESCENT_TRY(allocate(dataset, classes, 0, count, names_size(names, count)));
    const char **copies = (const char **)(*dataset)->class_names;
    copy_names(copies, (char *)(copies + count), names, count);
    (*dataset)->target_names = count > classes ? copies : NULL;
    return DESCENT_OK;
}

descent_status descent_dataset_choose(descent_dataset **dataset, const descent_dataset *source,
                                      size_t count)
{
    descent_status status = allocate(dataset, source->classes, count, 0, 0);
    if (status == DESCENT_OK) {
        descent_dataset room = **dataset;
        **dataset = *source;
        (*dataset)->count = count;
        (*dataset)->whole = 0;
        (*dataset)->class_counts = room.class_counts;
        (*dataset)->rows = room.rows;
        memset(&(*dataset)->owned, 0, sizeof room.owned);
    }
    return status;
}

static descent_status check_finite(const float *numbers, size_t count, size_t width,
                                   const char *what)
{
    for (size_t i = 0; numbers != NULL && i < count * width; i++) {
        if (!isfinite(numbers[i])) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "data set: expected finite numbers, found %g as %s %zu of sample "
                                "%zu",
                                fabs((double)numbers[i]), what, i % width, i / width);
        }
    }
    return DESCENT_OK;
}

static descent_status check_numbers(const descent_dataset *dataset)
{
    descent_status status =
        check_finite(dataset->floats, dataset->count, dataset->features, "feature");
    return status == DESCENT_OK
               ? check_finite(dataset->targets, dataset->count, dataset->outputs, "target")
               : status;
}

static descent_status count_labels(descent_dataset *dataset)
{
    for (size_t i = 0; dataset->labels != NULL && i < dataset->count; i++) {
        int32_t label = dataset->labels[i];
        if (label < 0 || (size_t)label >= dataset->classes) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "data set: expected labels from 0 and below %zu, found %ld at "
                                "sample %zu",
                                dataset->classes, (long)label, i);
        }
        dataset->class_counts[label]++;
    }
    return DESCENT_OK;
}

descent_status descent_dataset_create(descent_dataset **dataset, const descent_samples *samples)
{
    DESCENT_RETURN_UNLESS(dataset != NULL);
    *dataset = NULL;
    DESCENT_RETURN_UNLESS(samples != NULL);
    size_t features = 0;
    descent_dataset *made = NULL;
    descent_status status = check_samples(samples, &features);
    if (status == DESCENT_OK) {
        status = allocate_named(&made, samples);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    made->shape = samples->shape;
    made->features = features;
    made->count = samples->count;
    made->outputs = samples->labels != NULL ? 0 : samples->outputs;
    made->bytes = samples->bytes;
    made->floats = samples->floats;
    made->labels = samples->labels;
    made->targets = samples->targets;
    status = count_labels(made);
    if (status == DESCENT_OK) {
        status = check_numbers(made);
    }
    if (status != DESCENT_OK) {
        descent_dataset_destroy(made);
        return status;
    }
    *dataset = made;
    return DESCENT_OK;
}

void descent_dataset_cut(descent_dataset *dataset, size_t count)
{
    for (size_t i = count; dataset->labels != NULL && i < dataset->count; i++) {
        dataset->class_counts[descent_dataset_label(dataset, i)]--;
    }
    dataset->count = count;
}

void descent_dataset_own(descent_dataset *dataset, const descent_samples *samples)
{
    dataset->owned.arrays[0] = samples->bytes != NULL ? (void *)(uintptr_t)samples->bytes
                                                      : (void *)(uintptr_t)samples->floats;
    dataset->owned.arrays[1] = (void *)(uintptr_t)samples->labels;
    dataset->owned.arrays[2] = (void *)(uintptr_t)samples->targets;
}

void descent_dataset_own_table(descent_dataset *dataset, descent_columns *columns,
                               descent_reading *reading)
{
    dataset->columns = dataset->owned.columns = columns;
    dataset->reading = dataset->owned.reading = reading;
}

void descent_dataset_destroy(descent_dataset *dataset)
{
    if (dataset != NULL) {
        for (size_t i = 0; i < DESCENT_DATASET_ARRAYS; i++) {
            free(dataset->owned.arrays[i]);
        }
        descent_columns_destroy(dataset->owned.columns);
        descent_reading_destroy(dataset->owned.reading);
        descent_aside_free(dataset->owned.aside);
        descent_dataset_free_places(dataset);
        free(dataset);
    }
}

const uint8_t *descent_dataset_sample(const descent_dataset *dataset, size_t i)
{
    assert(i < dataset->count);
    return dataset->bytes != NULL
               ? dataset->bytes + descent_dataset_row(dataset, i) * dataset->features
               : NULL;
}

const float *descent_dataset_sample_floats(const descent_dataset *dataset, size_t i)
{
    assert(i < dataset->count);
    return dataset->floats != NULL
               ? dataset->floats + descent_dataset_row(dataset, i) * dataset->features
               : NULL;
}

/* byte / 255, exactly rounded, without a division: 1 / 255 in two parts, the first (257 / 65536)
 * with so few bits that its product with a byte is exact. */
DESCENT_VECTOR_LOOP static void widen(float *restrict to, const uint8_t *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float byte = (float)from[i];
        to[i] = byte * 0x1.01p-8f + byte * 0x1.010102p-24f;
    }
}

void descent_dataset_widen(const descent_dataset *dataset, size_t i, float *to)
{
    size_t row = descent_dataset_row(dataset, i) * dataset->features;
    if (dataset->bytes != NULL) {
        widen(to, dataset->bytes + row, dataset->features);
    } else {
        memcpy(to, dataset->floats + row, dataset->features * sizeof *to);
    }
}

int32_t descent_dataset_label(const descent_dataset *dataset, size_t i)
{
    assert(i < dataset->count);
    return dataset->labels != NULL ? dataset->labels[descent_dataset_row(dataset, i)] : -1;
}

const float *descent_dataset_target(const descent_dataset *dataset, size_t i)
{
    assert(i < dataset->count);
    return dataset->targets != NULL
               ? dataset->targets + descent_dataset_row(dataset, i) * dataset->outputs
               : NULL;
}
