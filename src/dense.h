/*
 * One dense layer, both ways, on the engine.
 */
#ifndef DESCENT_DENSE_H
#define DESCENT_DENSE_H

#include "dropout.h"
#include "engine.h"

struct descent_dense {
    struct descent_engine_layer shape;
    float *weights;          /* [out × in] */
    float *bias;             /* [out] */
    float *weights_gradient; /* the gradients are NULL where the layer only runs forward */
    float *bias_gradient;
    float *z; /* [batch × out], what the activation reads: a itself unless its slope needs z */
    float *a; /* [batch × out], what it gives */
    float *dropped; /* [batch × out], a behind dropout: a itself where there is none */
    float *delta;   /* [batch × out], the gradient with respect to z */
};

/* a = act(x Wᵀ + b), and dropped from it for the samples that start at number `first` of the step;
 * dropout NULL: none. Returns what the next layer reads. */
const float *descent_dense_forward(const struct descent_dense *layer, size_t n, const float *x,
                                   const struct descent_dropout *dropout, size_t first);

/* Turns layer->delta from the gradient with respect to what the next layer reads into the one with
 * respect to z. */
void descent_dense_backward_activation(const struct descent_dense *layer, size_t n,
                                       const struct descent_dropout *dropout, size_t first);

/* The gradient with respect to x into dx [n × in]. */
void descent_dense_backward_input(const struct descent_dense *layer, size_t n, float *dx);

/* The gradients of weights and bias; add: to what is there. */
void descent_dense_backward_parameters(const struct descent_dense *layer, size_t n, const float *x,
                                       bool add);

#endif
