/*
 * The slow truth, part two: optimizers, one parameter at a time, from the formulas that
 * descent/optimizer.h cites.
 */
#include "reference.h"

#include <math.h>

double reference_norm(size_t n, const double *numbers)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += numbers[i] * numbers[i];
    }
    return sqrt(sum);
}

void reference_clip(size_t n, double *gradient, double clip)
{
    if (clip == 0) {
        return;
    }
    double scale = fmin(1, clip / (reference_norm(n, gradient) + 1e-6));
    for (size_t i = 0; i < n; i++) {
        gradient[i] *= scale;
    }
}

void reference_limit_norms(const descent_model_config *shape, double *parameters, double most)
{
    for (size_t l = 0; l + 1 < shape->layers; l++) {
        size_t inputs = shape->sizes[l];
        for (size_t j = 0; j < shape->sizes[l + 1]; j++) {
            double *weights = parameters + reference_layer_offset(shape, l) + j * inputs;
            double norm = reference_norm(inputs, weights);
            for (size_t i = 0; norm > most && i < inputs; i++) {
                weights[i] *= most / norm;
            }
        }
    }
}

/* One parameter's two numbers of state, under the names that the formulas have for them. */
struct state {
    double *first;
    double *second;
};

static double sgd(const descent_optimizer *o, double w, double g, struct state state, double rate)
{
    double *buffer = state.first;
    *buffer = o->momentum * *buffer + g;
    return w - rate * (o->nesterov ? g + o->momentum * *buffer : *buffer);
}

/* corrections: 1 − β₁ᵗ and 1 − β₂ᵗ. */
static double adam(const descent_optimizer *o, double w, double g, struct state state, double rate,
                   const double corrections[2])
{
    double *mean = state.first;
    double *square = state.second;
    *mean = o->beta1 * *mean + (1 - o->beta1) * g;
    *square = o->beta2 * *square + (1 - o->beta2) * g * g;
    double corrected_mean = *mean / corrections[0];
    double corrected_square = *square / corrections[1];
    return w - rate * corrected_mean / (sqrt(corrected_square) + o->epsilon);
}

static double rmsprop(const descent_optimizer *o, double w, double g, struct state state,
                      double rate)
{
    double *square = state.first;
    double *buffer = state.second;
    *square = o->alpha * *square + (1 - o->alpha) * g * g;
    *buffer = o->momentum * *buffer + g / (sqrt(*square) + o->epsilon);
    return w - rate * *buffer;
}

void reference_update(const descent_optimizer *optimizer, size_t n, double *parameters,
                      const double *gradient, double *state, double learning_rate, uint64_t step,
                      const bool *decays)
{
    const double corrections[] = {1 - pow(optimizer->beta1, (double)step),
                                  1 - pow(optimizer->beta2, (double)step)};
    for (size_t i = 0; i < n; i++) {
        double w = parameters[i];
        double decay = decays == NULL || decays[i] ? optimizer->weight_decay : 0;
        double g = gradient[i] + decay * w;
        struct state own = {state + i, state + n + i};
        switch (optimizer->kind) {
        case DESCENT_OPTIMIZER_SGD:
            parameters[i] = sgd(optimizer, w, g, own, learning_rate);
            break;
        case DESCENT_OPTIMIZER_ADAM:
            parameters[i] = adam(optimizer, w, g, own, learning_rate, corrections);
            break;
        case DESCENT_OPTIMIZER_ADAMW:
            w -= learning_rate * decay * w;
            parameters[i] = adam(optimizer, w, gradient[i], own, learning_rate, corrections);
            break;
        case DESCENT_OPTIMIZER_RMSPROP:
            parameters[i] = rmsprop(optimizer, w, g, own, learning_rate);
            break;
        case DESCENT_OPTIMIZER_COUNT:
            break;
        }
    }
}
