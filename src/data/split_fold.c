/*
 * The folds of a cross-validation: the samples, shuffled and then sorted by class, are dealt out in
 * turn, over the ends of classes on to the next. So the folds' sizes differ by one at most, in all
 * as in each class.
 */
#include "data/split.h"

#include "base/arena.h"
#include "base/fail.h"

#include <descent/random.h>
#include <stdlib.h>

static descent_status check(const struct descent_split *split, const struct descent_fold *fold)
{
    if (fold->folds < 2 || fold->folds > split->count) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "folds: expected 2 to %zu, the samples there are, found %zu",
                            split->count, fold->folds);
    }
    if (fold->number < 1 || fold->number > fold->folds) {
        return descent_fail(DESCENT_ERROR_INVALID, "fold: expected 1 to %zu, found %zu",
                            fold->folds, fold->number);
    }
    return DESCENT_OK;
}

static void shuffle(uint32_t *order, const struct descent_split *split)
{
    descent_random random = descent_random_init(split->seed, split->stream, 0);
    for (size_t i = 0; i < split->count; i++) {
        order[i] = (uint32_t)i;
    }
    descent_random_shuffle(&random, order, split->count);
}

/* places[c] is where the next sample of a class stands in the sorted order; returns how many are
 * held out. */
static size_t deal(bool *held, size_t *places, const uint32_t *order,
                   const struct descent_split *split, const struct descent_fold *fold)
{
    size_t count = 0, sum = 0;
    for (size_t i = 0; i < split->count; i++) {
        places[descent_split_label(split, i)]++;
    }
    for (size_t c = 0; c < descent_split_classes(split); c++) {
        size_t samples = places[c];
        places[c] = sum;
        sum += samples;
    }
    for (size_t i = 0; i < split->count; i++) {
        size_t place = places[descent_split_label(split, order[i])]++;
        held[order[i]] = place % fold->folds == fold->number - 1;
        count += held[order[i]];
    }
    return count;
}

descent_status descent_split_fold(bool **held, size_t *held_count,
                                  const struct descent_split *split,
                                  const struct descent_fold *fold)
{
    *held = NULL;
    DESCENT_TRY(check(split, fold));
    struct descent_arena_plan plan = {0};
    size_t held_at = descent_arena_reserve(&plan, split->count, sizeof(bool));
    size_t order_at = descent_arena_reserve(&plan, split->count, sizeof(uint32_t));
    size_t places_at = descent_arena_reserve(&plan, descent_split_classes(split), sizeof(size_t));
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s split: no memory for %zu samples",
                            split->what, split->count);
    }
    uint32_t *order = (uint32_t *)(block + order_at);
    shuffle(order, split);
    *held = (bool *)(block + held_at); /* the block's first part */
    *held_count = deal(*held, (size_t *)(block + places_at), order, split, fold);
    return DESCENT_OK;
}
