/*
 * The three products of a dense layer, each with what follows it element by element.
 *
 * n is the number of samples, in the inputs and out the outputs of the layer:
 *
 *     forward          z [n × out]  = x [n × in] · Wᵀ + b,  a = act(z)
 *     input gradient   dx [n × in]  = delta [n × out] · W
 *     weight gradient  dW [out × in] (+)= deltaᵀ · x,  db [out] (+)= Σ delta over the samples
 */
#ifndef DESCENT_ENGINE_H
#define DESCENT_ENGINE_H

#include "elementwise.h"

#include <stdbool.h>
#include <stddef.h>

struct descent_engine_layer {
    size_t inputs;
    size_t outputs;
    const struct descent_elementwise *activation;
};

/* z and a may be the same array where the activation's slope is taken from its output. */
void descent_engine_forward(const struct descent_engine_layer *layer, size_t n, const float *x,
                            const float *weights, const float *bias, float *z, float *a);

/* The gradient with respect to the layer's input x; the slope of the activation that made x is not
 * yet in it. */
void descent_engine_input_gradient(const struct descent_engine_layer *layer, size_t n,
                                   const float *delta, const float *weights, float *dx);

/* add: to what weights_gradient and bias_gradient hold; else they are overwritten. */
void descent_engine_weight_gradient(const struct descent_engine_layer *layer, size_t n,
                                    const float *delta, const float *x, float *weights_gradient,
                                    float *bias_gradient, bool add);

#endif
