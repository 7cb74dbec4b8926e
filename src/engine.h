/*
 * The three products of a dense layer on BLAS. Each computes a part of its result, so that threads
 * can share it: some of the samples (rows) and some of the columns.
 *
 * x [n × in], delta [n × out] and z [n × out] are row-major. Weights, and whatever has their shape,
 * are kept in the layout that the layer was planned for.
 */
#ifndef DESCENT_ENGINE_H
#define DESCENT_ENGINE_H

#include "cut.h"

#include <stdbool.h>

enum descent_layout {
    DESCENT_LAYOUT_OUT_IN, /* [out × in], as in files: faster for small products */
    DESCENT_LAYOUT_IN_OUT  /* [in × out]: faster from about a million multiplications on */
};

struct descent_engine_layer {
    size_t inputs;
    size_t outputs;
    enum descent_layout layout;
};

/* Plans a layer for batches of that many samples, by its shape alone. */
struct descent_engine_layer descent_engine_plan(size_t inputs, size_t outputs, size_t batch);

/* Copies [out × in] values into the layer's layout, and back. */
void descent_engine_import(const struct descent_engine_layer *layer, const float *values,
                           float *kept);
void descent_engine_export(const struct descent_engine_layer *layer, const float *kept,
                           float *values);

/* z = x · Wᵀ, for the given rows and outputs. */
void descent_engine_forward(const struct descent_engine_layer *layer, struct descent_span rows,
                            struct descent_span outputs, const float *x, const float *weights,
                            float *z);

/* dx [n × in] = delta · W, for the given rows and inputs. */
void descent_engine_input_gradient(const struct descent_engine_layer *layer,
                                   struct descent_span rows, struct descent_span inputs,
                                   const float *delta, const float *weights, float *dx);

/* target = keep · target + factor · deltaᵀ · x over n samples, for the given outputs. With target
 * the weights themselves this is the step of gradient descent. */
void descent_engine_weight_gradient(const struct descent_engine_layer *layer, size_t n,
                                    struct descent_span outputs, const float *delta, const float *x,
                                    float factor, float keep, float *target);

#endif
