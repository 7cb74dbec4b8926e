/*
 * One dense layer, both ways, on the engine. Every function does a part of its work, so that
 * threads can share it: some rows (samples), some columns (outputs, or inputs).
 */
#ifndef DESCENT_DENSE_H
#define DESCENT_DENSE_H

#include "compute/activation_private.h"
#include "compute/dropout.h"
#include "compute/product.h"

#include <stdbool.h>

struct descent_dense {
    struct descent_product_layer shape;
    const struct descent_elementwise *activation;
    float *weights;          /* in the engine's layout, as are their gradients */
    float *bias;             /* [out] */
    float *weights_gradient; /* the gradients are NULL where the layer only runs forward */
    float *bias_gradient;
    float *z; /* [batch × out], what the activation reads: a itself unless its slope needs z */
    float *a; /* [batch × out], what it gives */
    float *dropped; /* [batch × out], a behind dropout: a itself where there is none */
    float *delta;   /* [batch × out], the gradient with respect to z */
};

/* a = act(x Wᵀ + b), and dropped from it; dropout NULL: none. */
void descent_dense_forward(const struct descent_dense *layer, struct descent_span rows,
                           struct descent_span outputs, const float *x,
                           const struct descent_dropout *dropout);

/* Turns delta from the gradient with respect to what the next layer reads into the one with respect
 * to z. */
void descent_dense_backward_activation(const struct descent_dense *layer, struct descent_span rows,
                                       struct descent_span outputs,
                                       const struct descent_dropout *dropout);

/* The gradient with respect to x into dx [n × in]. */
void descent_dense_backward_input(const struct descent_dense *layer, struct descent_span rows,
                                  struct descent_span inputs, float *dx);

/* The gradients of weights and biases over n samples; add: to what is there. */
void descent_dense_backward_parameters(const struct descent_dense *layer, size_t n,
                                       struct descent_span outputs, const float *x, bool add);

/* That of the biases alone. */
void descent_dense_bias_gradient(const struct descent_dense *layer, size_t n,
                                 struct descent_span outputs, bool add);

#endif
