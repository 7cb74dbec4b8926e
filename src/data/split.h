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

/* Whether there are so many classes that they look like numbers to predict. */
static inline bool descent_split_like_numbers(const struct descent_split *split)
{
    return split->labels != NULL && split->classes >= 10 && split->classes > split->count / 2;
}

#endif
