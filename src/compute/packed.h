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

#include "compute/packed_kernels.h"
#include "compute/product.h"

/* How many floats the weights take with their padding. */
size_t descent_packed_room(const struct descent_product_layer *layer);

/* Where the weight of an output for an input stands. */
size_t descent_packed_place(const struct descent_product_layer *layer, size_t output, size_t input);

/* Where panels of so many samples stand: an odd number of rows apart, since panels a power of two
 * apart would compete for the same lines of a cache. */
struct descent_layout descent_packed_layout(size_t samples, size_t width);

/* The functions of these names in product.h. What is imported to holds zeros before. */
void descent_packed_import(const struct descent_product_layer *layer, const float *values,
                           float *kept);
void descent_packed_export(const struct descent_product_layer *layer, const float *kept,
                           float *values);
void descent_packed_forward(const struct descent_product_layer *layer, struct descent_region part,
                            const float *x, const float *weights, float *z);
void descent_packed_input_gradient(const struct descent_product_layer *layer,
                                   struct descent_region part, const float *delta,
                                   const float *weights, float *dx);
void descent_packed_weight_gradient(const struct descent_product_layer *layer, size_t n,
                                    struct descent_region part, const float *delta, const float *x,
                                    bool add, float *gradient);
void descent_packed_descend(const struct descent_product_layer *layer, size_t n,
                            struct descent_region part, const float *delta, const float *x,
                            float rate, float decay, float *scratch, float *weights);

#endif
