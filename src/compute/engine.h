/*
 * The three products of a dense layer on BLAS. Each computes a part of its result, so that threads
 * can share it: some of the samples (rows) and some of the columns.
 *
 * x [n × in], delta [n × out] and z [n × out] are row-major. Weights, and whatever has their shape,
 * are kept either [out × in], as in files, or in panels of some outputs each:
 *
 *     | [in × panel] | [in × panel] | … | [in × rest] |
 */
#ifndef DESCENT_ENGINE_H
#define DESCENT_ENGINE_H

#include "base/cut.h"

struct descent_engine_layer {
    size_t inputs;
    size_t outputs;
    size_t panel; /* outputs in a panel; 0: [out × in], without panels */
    size_t chunk; /* samples that a product over panels takes at a time; 0: all */
};

/* Plans a layer for batches of that many samples, by its shape alone. */
struct descent_engine_layer descent_engine_plan(size_t inputs, size_t outputs, size_t batch);

/* Copies [out × in] values into the layer's order, and back. */
void descent_engine_import(const struct descent_engine_layer *layer, const float *values,
                           float *kept);
void descent_engine_export(const struct descent_engine_layer *layer, const float *kept,
                           float *values);

/* Into how many pieces the products over n samples are cut by the layer's outputs, and piece i of
 * them: the panels where there are several, else at most `parts`. */
size_t descent_engine_output_pieces(const struct descent_engine_layer *layer, size_t n,
                                    size_t parts);
struct descent_span descent_engine_outputs(const struct descent_engine_layer *layer, size_t pieces,
                                           size_t i);

/* The same for the input gradient, which is cut by the layer's inputs. */
size_t descent_engine_input_pieces(const struct descent_engine_layer *layer, size_t n,
                                   size_t parts);
struct descent_span descent_engine_inputs(const struct descent_engine_layer *layer, size_t pieces,
                                          size_t i);

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
