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
    float *weights;          /* in the engine's order, as are their gradients */
    float *bias;             /* [out] */
    float *weights_gradient; /* the gradients are NULL where the layer only runs forward */
    float *bias_gradient;
    /* What follows is [batch × out], and stands as shape.z says. */
    float *z;       /* what the activation reads: a itself unless its slope needs z */
    float *a;       /* what it gives */
    float *dropped; /* a behind dropout: a itself where there is none */
    float *delta;   /* the gradient with respect to z */
};

/* A part of a = act(x Wᵀ + b), and dropped from it; dropout NULL: none. */
void descent_dense_forward(const struct descent_dense *layer, struct descent_region part,
                           const float *x, const struct descent_dropout *dropout);

/* Turns a part of delta from the gradient with respect to what the next layer reads into the one
 * with respect to z. */
void descent_dense_backward_activation(const struct descent_dense *layer,
                                       struct descent_region part,
                                       const struct descent_dropout *dropout);

/* A part of the gradient with respect to x into dx [n × in]. */
void descent_dense_backward_input(const struct descent_dense *layer, struct descent_region part,
                                  float *dx);

/* The gradients of a part of the weights [out × in], and of the biases of its outputs, over n
 * samples; add: to what is there. */
void descent_dense_backward_parameters(const struct descent_dense *layer, size_t n,
                                       struct descent_region part, const float *x, bool add);

/* That of the biases alone, where the part has the first of the inputs, so that no two compute it;
 * whether it has. */
bool descent_dense_bias_gradient(const struct descent_dense *layer, size_t n,
                                 struct descent_region part, bool add);

#endif
