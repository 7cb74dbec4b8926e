/*
 * The optimizers in double, one parameter after another: for objectives that are so small that
 * their steps are checked by hand. Networks go through the float loops of optimizer.c.
 */
#include <descent/optimizer.h>

#include "base/elementary.h"

#include <math.h>

static double sgd(const descent_optimizer *o, double g, double *buffer)
{
    if (o->momentum <= 0.0) {
        return g;
    }
    *buffer = o->momentum * *buffer + g;
    return o->nesterov ? g + o->momentum * *buffer : *buffer;
}

static double adam(const descent_optimizer *o, double g, double *mean, double *square,
                   uint64_t step)
{
    *mean = o->beta1 * *mean + (1.0 - o->beta1) * g;
    *square = o->beta2 * *square + (1.0 - o->beta2) * (g * g);
    double corrected = *square / (1.0 - descent_pow_double(o->beta2, (double)step));
    return *mean / (1.0 - descent_pow_double(o->beta1, (double)step)) /
           (sqrt(corrected) + o->epsilon);
}

static double rmsprop(const descent_optimizer *o, double g, double *square, double *buffer)
{
    *square = o->alpha * *square + (1.0 - o->alpha) * (g * g);
    double direction = g / (sqrt(*square) + o->epsilon);
    if (o->momentum <= 0.0) {
        return direction;
    }
    *buffer = o->momentum * *buffer + direction;
    return *buffer;
}

void descent_optimizer_step_double(const descent_optimizer *optimizer, size_t n, double *parameters,
                                   const double *gradients, double *state, double learning_rate,
                                   uint64_t step)
{
    bool decoupled = optimizer->kind == DESCENT_OPTIMIZER_ADAMW;
    for (size_t i = 0; i < n; i++) {
        double decay = optimizer->weight_decay * parameters[i];
        double g = gradients[i] + (decoupled ? 0.0 : decay);
        double *first = state + i, *second = state + n + i;
        double direction = optimizer->kind == DESCENT_OPTIMIZER_SGD ? sgd(optimizer, g, first)
                           : optimizer->kind == DESCENT_OPTIMIZER_RMSPROP
                               ? rmsprop(optimizer, g, first, second)
                               : adam(optimizer, g, first, second, step);
        parameters[i] -= learning_rate * (decoupled ? decay : 0.0) + learning_rate * direction;
    }
}
