/*
 * The products of a dense layer on weights that stay packed: see product.h for what they compute.
 *
 *     weights, gradients  [outputs / 16][inputs][16]    panels of 16 outputs, the last one padded
 *     z, delta            [outputs / 16][samples][16]   the same, by samples
 *     x                   in panels as well, or row after row
 *
 * In pictures, with a layer of 3 inputs and 20 outputs, and w(o, i) the weight of output o for
 * input i:
 *
 *     | w(0,0) … w(15,0) | w(0,1) … w(15,1) | w(0,2) … w(15,2) |     panel 0
 *     | w(16,0) … w(19,0) 0 … 0 | w(16,1) …        0 … 0 | …   |     panel 1
 *
 * The padding of weights and deltas is 0 and stays 0. Spans of outputs and inputs begin at
 * multiples of 16. Every number is one chain of fused multiply-adds (packed_kernels.h), in the
 * order of inputs (forward), outputs (input gradient) or samples (weight gradient): however the
 * work is cut, its bits are the same, and a sample's do not depend on the others of its batch.
 */
#ifndef DESCENT_PACKED_H
#define DESCENT_PACKED_H

#include "base/cut.h"
#include "compute/layout.h"
#include "compute/packed_kernels.h"

/* A layer's shape, and whose kernels multiply. */
struct descent_packed_layer {
    size_t inputs;
    size_t outputs;
    const struct descent_packed_kernels *kernels;
};

/* How many floats the weights take with their padding. */
size_t descent_packed_room(size_t inputs, size_t outputs);

/* Where panels of so many samples stand: an odd number of rows apart, since panels a power of two
 * apart would compete for the same lines of a cache. */
struct descent_layout descent_packed_layout(size_t samples, size_t width);

/* Copies [out × in] values into panels, and back. The padding must be 0 before. */
void descent_packed_import(const struct descent_packed_layer *layer, const float *values,
                           float *kept);
void descent_packed_export(const struct descent_packed_layer *layer, const float *kept,
                           float *values);

/* z = x Wᵀ, for the given rows and outputs. */
void descent_packed_forward(const struct descent_packed_layer *layer, struct descent_span rows,
                            struct descent_span outputs, const float *x, struct descent_layout of_x,
                            const float *weights, float *z, struct descent_layout of_z);

/* dx = delta W, for the given rows and inputs. */
void descent_packed_input_gradient(const struct descent_packed_layer *layer,
                                   struct descent_span rows, struct descent_span inputs,
                                   const float *delta, struct descent_layout of_delta,
                                   const float *weights, float *dx, struct descent_layout of_dx);

/* What a weight gradient is made of, and where its numbers go. */
struct descent_packed_gradient {
    size_t samples;
    struct descent_span outputs, inputs;
    const float *delta;
    struct descent_layout of_delta;
    const float *x;
    struct descent_layout of_x;
    float *gradient; /* shaped as the weights; with `into`, only room for chains on their way */
    bool add;        /* the sums go on from what stands in the gradient */

    /* Plain gradient descent, if not NULL: into −= rate · (gradient + decay · into). */
    float *into;
    float rate, decay;
};

/* gradient = deltaᵀ x, for some outputs and inputs. */
void descent_packed_weight_gradient(const struct descent_packed_layer *layer,
                                    const struct descent_packed_gradient *gradient);

#endif
