/*
 * The stratified split of a data set into two that borrow its samples.
 *
 * How many of each class: the largest-remainder rule of Hamilton, with bounds. Which of them:
 * selection sampling, one pass in order, so that every choice of the right size is equally likely
 * (Fan, Muller and Rezucha 1962; algorithm S in Knuth, TAOCP volume 2, section 3.4.2).
 */
#include <descent/dataset.h>

#include "arena.h"
#include "dataset_private.h"
#include "fail.h"

#include <descent/random.h>
#include <math.h>
#include <stdlib.h>

/* Class c's bounds: both halves keep a sample where there are two. */
static size_t lowest(size_t samples)
{
    return samples >= 2 ? 1 : 0;
}

static size_t highest(size_t samples)
{
    return samples >= 2 ? samples - 1 : samples;
}

static size_t clamp(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

/*
 * Moves the quota by one (up or down) of the class that is furthest from its exact share in that
 * direction, the first such class on ties; false if every class is at its bound.
 */
static bool move_one(size_t *quotas, const size_t *counts, size_t classes, double fraction, bool up)
{
    size_t chosen = classes;
    double largest = -INFINITY;
    for (size_t c = 0; c < classes; c++) {
        bool movable = up ? quotas[c] < highest(counts[c]) : quotas[c] > lowest(counts[c]);
        double missing = fraction * (double)counts[c] - (double)quotas[c];
        double distance = up ? missing : -missing;
        if (movable && distance > largest) {
            largest = distance;
            chosen = c;
        }
    }
    if (chosen == classes) {
        return false;
    }
    quotas[chosen] += up ? 1 : (size_t)-1;
    return true;
}

/* How many samples of each class go into the validation half; returns their sum. */
static size_t apportion(size_t *quotas, const descent_dataset *source, double fraction)
{
    const size_t *counts = source->class_counts;
    size_t target = (size_t)floor(fraction * (double)source->count + 0.5);
    size_t sum = 0;
    for (size_t c = 0; c < source->classes; c++) {
        size_t share = (size_t)floor(fraction * (double)counts[c]);
        quotas[c] = clamp(share, lowest(counts[c]), highest(counts[c]));
        sum += quotas[c];
    }
    while (sum < target && move_one(quotas, counts, source->classes, fraction, true)) {
        sum++;
    }
    while (sum > target && move_one(quotas, counts, source->classes, fraction, false)) {
        sum--;
    }
    return sum;
}

static descent_status allocate_half(descent_dataset **half, const descent_dataset *source,
                                    size_t count)
{
    descent_status status =
        descent_dataset_allocate(half, &source->shape, count, source->classes, true);
    if (status == DESCENT_OK) {
        (*half)->pixels = source->pixels;
        (*half)->labels = source->labels;
    }
    return status;
}

static void append(descent_dataset *half, size_t *filled, size_t row, size_t label)
{
    half->rows[(*filled)++] = (uint32_t)row;
    half->class_counts[label]++;
}

/* Deals the source's samples out. A sample goes to validation with the probability that its class's
 * open places there have among its samples still to come. */
static void deal(descent_dataset *train, descent_dataset *validation, const descent_dataset *source,
                 const size_t *quotas, uint64_t seed)
{
    descent_random random = descent_random_init(seed, DESCENT_STREAM_SPLIT, 0);
    size_t in_train = 0;
    size_t in_validation = 0;
    for (size_t i = 0; i < source->count; i++) {
        size_t row = descent_dataset_row(source, i);
        size_t label = source->labels[row];
        size_t dealt = train->class_counts[label] + validation->class_counts[label];
        size_t left = source->class_counts[label] - dealt;
        size_t open = quotas[label] - validation->class_counts[label];
        if (descent_random_below(&random, left) < open) {
            append(validation, &in_validation, row, label);
        } else {
            append(train, &in_train, row, label);
        }
    }
}

/* The whole source as the training half. */
static descent_status keep_all(descent_dataset **train, const descent_dataset *source)
{
    descent_status status = allocate_half(train, source, source->count);
    if (status == DESCENT_OK) {
        size_t filled = 0;
        for (size_t i = 0; i < source->count; i++) {
            size_t row = descent_dataset_row(source, i);
            append(*train, &filled, row, source->labels[row]);
        }
    }
    return status;
}

static descent_status split(descent_dataset **train, descent_dataset **validation,
                            const descent_dataset *source, double fraction, uint64_t seed,
                            size_t *quotas)
{
    size_t held_out = apportion(quotas, source, fraction);
    if (held_out == 0 || held_out == source->count) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "validation fraction %g: expected samples in both halves, found %zu of "
                            "%zu for validation",
                            fraction, held_out, source->count);
    }
    descent_status status = allocate_half(validation, source, held_out);
    if (status == DESCENT_OK) {
        status = allocate_half(train, source, source->count - held_out);
    }
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*validation);
        *validation = NULL;
        return status;
    }
    deal(*train, *validation, source, quotas, seed);
    return DESCENT_OK;
}

descent_status descent_dataset_split(descent_dataset **train, descent_dataset **validation,
                                     const descent_dataset *source, double fraction, uint64_t seed)
{
    *train = NULL;
    *validation = NULL;
    if (!(fraction >= 0 && fraction < 1)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "validation fraction: expected 0 or more and below 1, found %g",
                            fraction);
    }
    if (fraction == 0) {
        return keep_all(train, source);
    }
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, source->classes, sizeof(size_t));
    size_t *quotas = descent_arena_allocate(&plan);
    if (quotas == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "validation split: no memory for %zu classes",
                            source->classes);
    }
    descent_status status = split(train, validation, source, fraction, seed, quotas);
    free(quotas);
    return status;
}
