/*
 * Learning a preparation, and applying it.
 */
#include "data/preparation_private.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/vector_loops.h"
#include "data/dataset_private.h"
#include "data/moments.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[DESCENT_STANDARDIZE_COUNT] = {
    [DESCENT_STANDARDIZE_NONE] = "none",
    [DESCENT_STANDARDIZE_FEATURE] = "feature",
    [DESCENT_STANDARDIZE_SET] = "set",
};

const char *descent_standardize_name(descent_standardize standardize)
{
    return (unsigned)standardize < DESCENT_STANDARDIZE_COUNT ? names[standardize] : NULL;
}

descent_standardize descent_standardize_for(const descent_dataset *train)
{
    bool table = descent_dataset_shape(train)->rank == 1 &&
                 descent_dataset_values(train) == DESCENT_VALUES_FLOATS;
    return table ? DESCENT_STANDARDIZE_FEATURE : DESCENT_STANDARDIZE_NONE;
}

descent_status descent_preparation_allocate(descent_preparation **preparation,
                                            descent_standardize standardize, size_t features,
                                            size_t outputs)
{
    size_t inputs = standardize == DESCENT_STANDARDIZE_NONE ? 0 : features;
    struct descent_arena_plan plan = {0};
    size_t self = descent_arena_reserve(&plan, 1, sizeof(descent_preparation));
    size_t mean = descent_arena_reserve(&plan, inputs, sizeof(float));
    size_t deviation = descent_arena_reserve(&plan, inputs, sizeof(float));
    size_t target_mean = descent_arena_reserve(&plan, outputs, sizeof(float));
    size_t target_deviation = descent_arena_reserve(&plan, outputs, sizeof(float));
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "preparation: no memory for %zu features",
                            features);
    }
    *preparation = (descent_preparation *)(block + self);
    **preparation = (descent_preparation){
        .standardize = standardize,
        .features = features,
        .outputs = outputs,
        .mean = inputs > 0 ? (float *)(block + mean) : NULL,
        .deviation = inputs > 0 ? (float *)(block + deviation) : NULL,
        .target_mean = outputs > 0 ? (float *)(block + target_mean) : NULL,
        .target_deviation = outputs > 0 ? (float *)(block + target_deviation) : NULL,
    };
    return DESCENT_OK;
}

static void read_target(const descent_dataset *dataset, size_t i, float *to)
{
    memcpy(to, descent_dataset_target(dataset, i), descent_dataset_outputs(dataset) * sizeof *to);
}

/* A deviation that is nothing, as it stands or once it is a float, would only make infinities. */
static float divisor(double deviation)
{
    return (float)deviation > 0.0f ? (float)deviation : 1.0f;
}

/* The mean and deviation of each column, or of all columns together, [width] in any case. */
static descent_status learn(float *mean, float *deviation, const descent_dataset *train,
                            size_t width, descent_read_row *read, bool together)
{
    double *means = calloc(width, 2 * sizeof *means);
    if (means == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "preparation: no memory for %zu columns", width);
    }
    double *deviations = means + width;
    descent_status status = descent_moments_measure(train, width, read, means, deviations);
    double pooled[2] = {0.0, 0.0};
    if (status == DESCENT_OK && together) {
        descent_moments_pool(width, means, deviations, &pooled[0], &pooled[1]);
    }
    for (size_t c = 0; c < width; c++) {
        mean[c] = (float)(together ? pooled[0] : means[c]);
        deviation[c] = divisor(together ? pooled[1] : deviations[c]);
    }
    free(means);
    return status;
}

descent_status descent_preparation_create(descent_preparation **preparation,
                                          const descent_dataset *train,
                                          const descent_preparation_config *config)
{
    DESCENT_RETURN_UNLESS(preparation != NULL);
    *preparation = NULL;
    DESCENT_RETURN_UNLESS(train != NULL && config != NULL);
    if ((unsigned)config->features >= DESCENT_STANDARDIZE_COUNT) {
        return descent_fail(DESCENT_ERROR_INVALID, "preparation: unknown kind %d",
                            (int)config->features);
    }
    size_t features = descent_dataset_features(train);
    size_t outputs = config->targets ? descent_dataset_outputs(train) : 0;
    descent_preparation *made;
    descent_status status =
        descent_preparation_allocate(&made, config->features, features, outputs);
    if (status != DESCENT_OK) {
        return status;
    }
    if (made->mean != NULL) {
        status = learn(made->mean, made->deviation, train, features, descent_dataset_widen,
                       config->features == DESCENT_STANDARDIZE_SET);
    }
    if (status == DESCENT_OK && outputs > 0) {
        status =
            learn(made->target_mean, made->target_deviation, train, outputs, read_target, false);
    }
    if (status != DESCENT_OK) {
        descent_preparation_destroy(made);
        return status;
    }
    *preparation = made;
    return DESCENT_OK;
}

void descent_preparation_destroy(descent_preparation *preparation)
{
    free(preparation);
}

descent_standardize descent_preparation_standardize(const descent_preparation *preparation)
{
    return preparation->standardize;
}

size_t descent_preparation_features(const descent_preparation *preparation)
{
    return preparation->features;
}

size_t descent_preparation_outputs(const descent_preparation *preparation)
{
    return preparation->outputs;
}

const float *descent_preparation_mean(const descent_preparation *preparation)
{
    return preparation->mean;
}

const float *descent_preparation_deviation(const descent_preparation *preparation)
{
    return preparation->deviation;
}

const float *descent_preparation_target_mean(const descent_preparation *preparation)
{
    return preparation->target_mean;
}

const float *descent_preparation_target_deviation(const descent_preparation *preparation)
{
    return preparation->target_deviation;
}

/* Divides rather than multiplies by the reciprocal: so PyTorch and numpy get the same bits. */
DESCENT_VECTOR_LOOP static void standardize(size_t n, float *restrict values,
                                            const float *restrict mean,
                                            const float *restrict deviation)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (values[i] - mean[i]) / deviation[i];
    }
}

void descent_preparation_apply(const descent_preparation *preparation, size_t n, float *features)
{
    for (size_t i = 0; i < n && preparation->mean != NULL; i++) {
        standardize(preparation->features, features + i * preparation->features, preparation->mean,
                    preparation->deviation);
    }
}

void descent_preparation_apply_targets(const descent_preparation *preparation, size_t n,
                                       float *targets)
{
    for (size_t i = 0; i < n && preparation->target_mean != NULL; i++) {
        standardize(preparation->outputs, targets + i * preparation->outputs,
                    preparation->target_mean, preparation->target_deviation);
    }
}

void descent_preparation_undo_targets(const descent_preparation *preparation, size_t n,
                                      float *outputs)
{
    size_t width = preparation->outputs;
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < width; c++) {
            float *value = outputs + i * width + c;
            *value = *value * preparation->target_deviation[c] + preparation->target_mean[c];
        }
    }
}
