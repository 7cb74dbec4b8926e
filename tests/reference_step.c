/*
 * Each rounding of an update is as good as a change of one of its inputs (Wilkinson 1963, "Rounding
 * Errors in Algebraic Processes"): so the inputs are changed one after the other by as many
 * roundings as there can be, and what each change does is added up.
 */
#include "reference_step.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

/* By 2⁻²⁴ each. No number of an update is rounded more than sixteen times; a parameter itself only
 * where it shrinks, in the difference, and in front of the limit of its norm. */
static const double roundings = 16 * 0x1p-24;
static const double roundings_of_parameters = 4 * 0x1p-24;

/* What enters an update. */
enum input { NOTHING, PARAMETERS, FIRST_SLOT, SECOND_SLOT, GRADIENT, RATE, DECAY, INPUTS };

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static size_t count_of(const descent_model_config *shape)
{
    return reference_layer_offset(shape, shape->layers);
}

static bool *decaying(const struct reference_step *step)
{
    const descent_model_config *shape = step->shape;
    bool *decays = allocate(count_of(shape), sizeof *decays);
    for (size_t l = 0; l < shape->layers; l++) {
        bool *layer = decays + reference_layer_offset(shape, l);
        for (size_t i = 0; i < reference_layer_size(shape, l); i++) {
            layer[i] = step->config->decay_biases || i < shape->sizes[l] * shape->sizes[l + 1];
        }
    }
    return decays;
}

/* after [3 × parameters], with one input off. */
static void update(const struct reference_step *step, enum input off, double *after)
{
    size_t count = count_of(step->shape);
    double factors[INPUTS] = {1, 1, 1, 1, 1, 1, 1};
    factors[off] = 1 + (off == PARAMETERS ? roundings_of_parameters : roundings);
    descent_optimizer optimizer = step->config->optimizer;
    double *gradient = allocate(count, sizeof *gradient);
    bool *decays = decaying(step);
    for (size_t i = 0; i < (1 + REFERENCE_SLOTS) * count; i++) {
        after[i] = (double)step->before[i] * factors[PARAMETERS + i / count];
    }
    for (size_t i = 0; i < count; i++) {
        gradient[i] = (double)step->gradient[i];
    }
    reference_clip(count, gradient, step->config->clip_norm);
    for (size_t i = 0; i < count; i++) {
        gradient[i] *= factors[GRADIENT];
    }
    optimizer.weight_decay *= factors[DECAY];
    reference_update(&optimizer, count, after, gradient, after + count,
                     step->learning_rate * factors[RATE], step->step, decays);
    free(gradient);
    free(decays);
}

/* A hidden unit's weights are scaled by their norm, which is off by as much as they are. */
static void limit_norms(const struct reference_step *step, double *after, double *bound)
{
    const descent_model_config *shape = step->shape;
    for (size_t l = 0; l + 1 < shape->layers; l++) {
        size_t inputs = shape->sizes[l], first = reference_layer_offset(shape, l);
        for (size_t j = 0; j < shape->sizes[l + 1]; j++, first += inputs) {
            double norm = reference_norm(inputs, after + first);
            double off = norm > 0 ? reference_norm(inputs, bound + first) / norm : 0;
            for (size_t i = first; i < first + inputs; i++) {
                bound[i] += (off + roundings_of_parameters) * fabs(after[i]);
            }
        }
    }
    reference_limit_norms(shape, after, step->config->max_norm);
}

/* Moving sums below FLT_MIN become 0, and results below it are rounded to a multiple of their own.
 */
void reference_step(const struct reference_step *step, double *expected, double *bound)
{
    size_t count = count_of(step->shape), all = (1 + REFERENCE_SLOTS) * count;
    double *moved = allocate(all, sizeof *moved);
    update(step, NOTHING, expected);
    for (size_t i = 0; i < all; i++) {
        bound[i] = (double)FLT_MIN + (i < count ? 0 : roundings * fabs(expected[i]));
    }
    for (enum input off = PARAMETERS; off < INPUTS; off++) {
        update(step, off, moved);
        for (size_t i = 0; i < all; i++) {
            bound[i] += fabs(moved[i] - expected[i]);
        }
    }
    if (step->config->max_norm > 0) {
        limit_norms(step, expected, bound);
    }
    free(moved);
}
