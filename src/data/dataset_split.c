/*
 * The stratified split of a data set into two that borrow its samples.
 */
#include <descent/dataset.h>

#include "base/fail.h"
#include "data/dataset_private.h"
#include "data/split.h"

#include <descent/random.h>
#include <stdlib.h>

/* The labels in the order of the samples; NULL if there is no memory. */
static int32_t *gather_labels(const descent_dataset *source)
{
    int32_t *labels = malloc(source->count * sizeof *labels);
    for (size_t i = 0; labels != NULL && i < source->count; i++) {
        labels[i] = descent_dataset_label(source, i);
    }
    return labels;
}

/* Puts sample i of the source into a half that has so many. */
static void take(descent_dataset *half, size_t filled, const descent_dataset *source, size_t i)
{
    half->rows[filled] = (uint32_t)descent_dataset_row(source, i);
    if (source->labels != NULL) {
        half->class_counts[descent_dataset_label(source, i)]++;
    }
}

/* Those samples of the source that are held, or are not; held NULL: all. */
static void fill(descent_dataset *half, const descent_dataset *source, const bool *held, bool which)
{
    size_t filled = 0;
    for (size_t i = 0; i < source->count; i++) {
        if (held == NULL || held[i] == which) {
            take(half, filled++, source, i);
        }
    }
}

static descent_status make_half(descent_dataset **half, const descent_dataset *source, size_t count,
                                const bool *held, bool which)
{
    descent_status status = descent_dataset_choose(half, source, count);
    if (status == DESCENT_OK) {
        fill(*half, source, held, which);
    }
    return status;
}

/* Both halves of a split, or of a fold where there is one. */
static descent_status make_halves(descent_dataset **train, descent_dataset **validation,
                                  const descent_dataset *source, const struct descent_split *split,
                                  const struct descent_fold *fold)
{
    bool *held = NULL;
    size_t held_count = 0;
    descent_status status = fold != NULL ? descent_split_fold(&held, &held_count, split, fold)
                                         : descent_split_choose(&held, &held_count, split);
    if (status == DESCENT_OK) {
        status = make_half(validation, source, held_count, held, true);
    }
    if (status == DESCENT_OK) {
        status = make_half(train, source, source->count - held_count, held, false);
    }
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*validation);
        *validation = NULL;
    }
    free(held);
    return status;
}

static descent_status split_by_label(descent_dataset **train, descent_dataset **validation,
                                     const descent_dataset *source, double fraction, uint64_t seed,
                                     const struct descent_fold *fold)
{
    int32_t *labels = NULL;
    if (source->labels != NULL && (labels = gather_labels(source)) == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "validation split: no memory for %zu labels",
                            source->count);
    }
    const struct descent_split split = {"validation", labels, source->count,       source->classes,
                                        fraction,     seed,   DESCENT_STREAM_SPLIT};
    descent_status status = make_halves(train, validation, source, &split, fold);
    free(labels);
    return status;
}

descent_status descent_dataset_split(descent_dataset **train, descent_dataset **validation,
                                     const descent_dataset *source, double fraction, uint64_t seed)
{
    DESCENT_RETURN_UNLESS(train != NULL && validation != NULL);
    *train = NULL;
    *validation = NULL;
    DESCENT_RETURN_UNLESS(source != NULL);
    if (!(fraction >= 0 && fraction < 1)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "validation fraction: expected 0 or more and below 1, found %g",
                            fraction);
    }
    if (fraction == 0) {
        return make_half(train, source, source->count, NULL, true);
    }
    return split_by_label(train, validation, source, fraction, seed, NULL);
}

descent_status descent_dataset_split_fold(descent_dataset **train, descent_dataset **validation,
                                          const descent_dataset *source, size_t fold, size_t folds)
{
    DESCENT_RETURN_UNLESS(train != NULL && validation != NULL);
    *train = NULL;
    *validation = NULL;
    DESCENT_RETURN_UNLESS(source != NULL);
    return split_by_label(train, validation, source, 0.0, 0, &(struct descent_fold){fold, folds});
}

static descent_status make_run(descent_dataset **half, const descent_dataset *source, size_t first,
                               size_t count)
{
    DESCENT_TRY(descent_dataset_choose(half, source, count));
    for (size_t i = 0; i < count; i++) {
        take(*half, i, source, first + i);
    }
    return DESCENT_OK;
}

descent_status descent_dataset_split_last(descent_dataset **train, descent_dataset **validation,
                                          const descent_dataset *source, size_t count)
{
    DESCENT_RETURN_UNLESS(train != NULL && validation != NULL);
    *train = NULL;
    *validation = NULL;
    DESCENT_RETURN_UNLESS(source != NULL);
    if (count == 0 || count >= source->count) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "validation: expected at least 1 and less than %zu, the samples there "
                            "are, found the last %zu",
                            source->count, count);
    }
    size_t before = source->count - count;
    DESCENT_TRY(make_run(train, source, 0, before));
    descent_status status = make_run(validation, source, before, count);
    if (status != DESCENT_OK) {
        descent_dataset_destroy(*train);
        *train = NULL;
    }
    return status;
}
