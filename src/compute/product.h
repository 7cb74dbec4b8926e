/*
 * The three products of a dense layer, and how its weights are kept for them: what a second engine
 * would have to offer. It knows no activations, no loss and no threads.
 *
 *     forward          z  [n × out]   = x Wᵀ
 *     input gradient   dx [n × in]    = δ W
 *     weight gradient  dW [out × in]  = δᵀ x
 *
 * x [n × in], δ [n × out] and z [n × out] are row-major. Three words say which part of it is meant:
 *
 *     span   so many elements from a first one on: samples (rows), outputs or inputs (columns)
 *     piece  the span of columns that is computed in one go; the threads share out the pieces
 *     panel  a span of outputs whose weights stand together in memory
 *
 * Weights, and whatever has their shape, are kept [out × in], as in files, or in panels:
 *
 *     | [in × panel] | [in × panel] | … | [in × rest] |
 */
#ifndef DESCENT_PRODUCT_H
#define DESCENT_PRODUCT_H

#include "base/cut.h"

#include <descent/status.h>
#include <stdbool.h>

struct descent_product_layer {
    size_t inputs;
    size_t outputs;
    size_t panel; /* outputs in a panel; 0: [out × in], without panels */
    size_t rows;  /* samples that a product over panels takes at a time; 0: all */
};

/* Comes before the first product. Errors: INVALID (OpenBLAS keeps threads of its own), MEMORY. */
descent_status descent_product_init(void);

/* How many of so many threads can compute products at once, in the memory there is; at least one.
 */
int descent_product_threads(int wanted);

/* Whether a product of m × n × k is computed without preparation, and its sums in another order
 * than those of larger ones. */
bool descent_product_is_small(size_t m, size_t n, size_t k);

/* Into how many pieces a product is cut at most, for so many threads. */
size_t descent_product_pieces_most(int threads);

/* Plans a layer for batches of that many samples, by its shape alone. */
struct descent_product_layer descent_product_plan(size_t inputs, size_t outputs, size_t batch);

/* Copies [out × in] values into the layer's order, and back. */
void descent_product_import(const struct descent_product_layer *layer, const float *values,
                            float *kept);
void descent_product_export(const struct descent_product_layer *layer, const float *kept,
                            float *values);

/* Where the weights of an output are: the first at `at`, those for the next inputs `step` further
 * on each. count outputs from this one on, at most so many, stand side by side. */
struct descent_product_place {
    size_t at, step, count;
};
struct descent_product_place descent_product_place_of(const struct descent_product_layer *layer,
                                                      size_t output, size_t most);

/* Into how many pieces the products over n samples are cut by the layer's outputs, and piece i of
 * them: the panels where there are several, else at most `most`. */
size_t descent_product_output_pieces(const struct descent_product_layer *layer, size_t n,
                                     size_t most);
struct descent_span descent_product_outputs(const struct descent_product_layer *layer,
                                            size_t pieces, size_t i);

/* The same for the input gradient, which is cut by the layer's inputs. */
size_t descent_product_input_pieces(const struct descent_product_layer *layer, size_t n,
                                    size_t most);
struct descent_span descent_product_inputs(const struct descent_product_layer *layer, size_t pieces,
                                           size_t i);

/* z = x · Wᵀ, for the given rows and outputs. */
void descent_product_forward(const struct descent_product_layer *layer, struct descent_span rows,
                             struct descent_span outputs, const float *x, const float *weights,
                             float *z);

/* dx [n × in] = delta · W, for the given rows and inputs. */
void descent_product_input_gradient(const struct descent_product_layer *layer,
                                    struct descent_span rows, struct descent_span inputs,
                                    const float *delta, const float *weights, float *dx);

/* target = keep · target + factor · deltaᵀ · x over n samples, for the given outputs. With target
 * the weights themselves this is the step of gradient descent. */
void descent_product_weight_gradient(const struct descent_product_layer *layer, size_t n,
                                     struct descent_span outputs, const float *delta,
                                     const float *x, float factor, float keep, float *target);

#endif
