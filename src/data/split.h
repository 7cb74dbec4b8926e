/*
 * Which samples a stratified split holds out, decided from labels alone.
 */
#ifndef DESCENT_SPLIT_H
#define DESCENT_SPLIT_H

#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct descent_split {
    const char *what;      /* such as "validation", for failures */
    const int32_t *labels; /* [count], each below classes; NULL: all of one class */
    size_t count;
    size_t classes;
    double fraction; /* of the samples that is held out */
    uint64_t seed;
    uint64_t stream; /* of the generator */
};

/* Says for each sample whether it is held out (see descent_dataset_split() for how many); the
 * caller frees `held` [count]. On failure it is NULL. Errors: INVALID (as there), MEMORY. */
descent_status descent_split_choose(bool **held, size_t *held_count,
                                    const struct descent_split *split);

/* One of so many folds, counted from 1. */
struct descent_fold {
    size_t number, folds;
};

/* The same for a fold: see descent_dataset_split_fold(); fraction is not looked at. */
descent_status descent_split_fold(bool **held, size_t *held_count,
                                  const struct descent_split *split,
                                  const struct descent_fold *fold);

/* The class of a sample, and how many there are: one where there are no labels. */
static inline size_t descent_split_label(const struct descent_split *split, size_t i)
{
    return split->labels != NULL ? (size_t)split->labels[i] : 0;
}

static inline size_t descent_split_classes(const struct descent_split *split)
{
    return split->labels != NULL ? split->classes : 1;
}

/* Whether there are so many classes that they look like numbers to predict. */
static inline bool descent_split_like_numbers(const struct descent_split *split)
{
    return split->labels != NULL && split->classes >= 10 && split->classes > split->count / 2;
}

#endif
