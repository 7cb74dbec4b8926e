/*
 * Stratified splits.
 *
 * How many of each class: the largest-remainder rule of Hamilton, with bounds. Which of them:
 * selection sampling, one pass in order, so that every choice of the right size is equally likely
 * (Fan, Muller and Rezucha 1962; algorithm S in Knuth, TAOCP volume 2, section 3.4.2).
 */
#include "data/split.h"

#include "base/arena.h"
#include "base/fail.h"

#include <descent/random.h>
#include <math.h>
#include <stdlib.h>

/* The samples of each class: how many there are, and how many are to be held out. */
struct tally {
    size_t classes;
    size_t *counts;
    size_t *quotas;
};

/* A class's bounds: both halves keep a sample where there are two; a single one is not held
 * out, because its class could not be learnt then. */
static size_t lowest(size_t samples)
{
    return samples >= 2 ? 1 : 0;
}

static size_t highest(size_t samples)
{
    return samples >= 1 ? samples - 1 : 0;
}

static size_t clamp(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

/*
 * Moves the quota by one (up or down) of the class that is furthest from its exact share in that
 * direction, the first such class on ties; false if every class is at its bound.
 */
static bool move_one(struct tally *tally, double fraction, bool up)
{
    const size_t *counts = tally->counts;
    size_t chosen = tally->classes;
    double largest = -INFINITY;
    for (size_t c = 0; c < tally->classes; c++) {
        size_t quota = tally->quotas[c];
        bool movable = up ? quota < highest(counts[c]) : quota > lowest(counts[c]);
        double missing = fraction * (double)counts[c] - (double)quota;
        double distance = up ? missing : -missing;
        if (movable && distance > largest) {
            largest = distance;
            chosen = c;
        }
    }
    if (chosen == tally->classes) {
        return false;
    }
    tally->quotas[chosen] += up ? 1 : (size_t)-1;
    return true;
}

/* How many samples of each class are held out; returns their sum. */
static size_t apportion(struct tally *tally, size_t count, double fraction)
{
    const size_t *counts = tally->counts;
    size_t target = (size_t)floor(fraction * (double)count + 0.5);
    size_t sum = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        size_t share = (size_t)floor(fraction * (double)counts[c]);
        tally->quotas[c] = clamp(share, lowest(counts[c]), highest(counts[c]));
        sum += tally->quotas[c];
    }
    while (sum < target && move_one(tally, fraction, true)) {
        sum++;
    }
    while (sum > target && move_one(tally, fraction, false)) {
        sum--;
    }
    return sum;
}

/* Deals the samples out. One is held out with the probability that its class's open places have
 * among its samples still to come. */
static void deal(bool *held, struct tally *tally, const struct descent_split *split)
{
    descent_random random = descent_random_init(split->seed, split->stream, 0);
    for (size_t i = 0; i < split->count; i++) {
        size_t label = descent_split_label(split, i);
        held[i] = descent_random_below(&random, tally->counts[label]) < tally->quotas[label];
        tally->quotas[label] -= held[i];
        tally->counts[label]--;
    }
}

/* Half of the share or more is missing only where that much of it are single samples. */
static descent_status fail_single(const struct descent_split *split, const struct tally *tally)
{
    size_t single = 0, classes = 0;
    for (size_t c = 0; c < tally->classes; c++) {
        single += tally->counts[c] == 1;
        classes += tally->counts[c] > 0;
    }
    return descent_fail(
        DESCENT_ERROR_INVALID,
        "%s set (--%s %g): expected at least two samples of each class, found %zu of "
        "%zu classes with one; %s, or hold none back (--%s 0)",
        split->what, split->what, split->fraction, single, classes,
        descent_split_like_numbers(split) ? "to predict numbers, give --regression"
                                          : "give each class two samples or more",
        split->what);
}

static descent_status choose(bool *held, size_t *held_count, struct tally *tally,
                             const struct descent_split *split)
{
    for (size_t i = 0; i < split->count; i++) {
        tally->counts[descent_split_label(split, i)]++;
    }
    *held_count = apportion(tally, split->count, split->fraction);
    if (split->labels != NULL && 2 * (double)*held_count < split->fraction * (double)split->count) {
        return fail_single(split, tally);
    }
    if (*held_count == 0 || *held_count == split->count) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "%s fraction %g: expected samples in both halves, found %zu of %zu for "
                            "%s; choose another fraction, or hold none back (%s 0)",
                            split->what, split->fraction, *held_count, split->count, split->what,
                            split->what);
    }
    deal(held, tally, split);
    return DESCENT_OK;
}

descent_status descent_split_choose(bool **held, size_t *held_count,
                                    const struct descent_split *split)
{
    *held = NULL;
    size_t classes = descent_split_classes(split);
    struct descent_arena_plan plan = {0};
    size_t held_at = descent_arena_reserve(&plan, split->count, sizeof(bool));
    size_t counts_at = descent_arena_reserve(&plan, classes, sizeof(size_t));
    size_t quotas_at = descent_arena_reserve(&plan, classes, sizeof(size_t));
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s split: no memory for %zu samples",
                            split->what, split->count);
    }
    struct tally tally = {classes, (size_t *)(block + counts_at), (size_t *)(block + quotas_at)};
    descent_status status = choose((bool *)(block + held_at), held_count, &tally, split);
    if (status != DESCENT_OK) {
        free(block);
        return status;
    }
    *held = (bool *)block; /* the block's first part */
    return DESCENT_OK;
}
