/*
 * The three products of a dense layer, and how its weights are kept for them, by one of the
 * engines. It knows no activations, no loss and no threads.
 *
 *     forward          z  [n × out]   = x Wᵀ
 *     input gradient   dx [n × in]    = δ W
 *     weight gradient  dW [out × in]  = δᵀ x
 *
 * x and dx [n × in], δ and z [n × out] stand as the layer's layouts say. Five words say which part
 * of it is meant:
 *
 *     span   so many elements from a first one on: samples (rows), outputs or inputs (columns)
 *     region a span of rows by a span of columns of a result
 *     piece  the region that is computed in one go; the threads share out the pieces
 *     strip  a region of a piece of dW, and few spans of what is kept
 *     panel  a span of outputs whose weights stand together in memory
 *
 * Weights, and whatever has their shape, are kept [out × in], as in files, or in panels:
 *
 *     | [in × panel] | [in × panel] | … | [in × rest] |
 *
 * The packed engine pads the rest to a panel. Its padding holds zeros, which stay zeros.
 */
#ifndef DESCENT_PRODUCT_H
#define DESCENT_PRODUCT_H

#include "base/cut.h"
#include "compute/layout.h"

#include <descent/engine.h>
#include <descent/status.h>
#include <stdbool.h>

struct descent_packed_kernels;

struct descent_product_layer {
    size_t inputs;
    size_t outputs;
    descent_engine engine;
    struct descent_layout x, z; /* of x and dx, of z and δ; BLAS takes all row after row */

    /* The plan of blas. */
    size_t panel; /* outputs in a panel; 0: [out × in], without panels */
    size_t rows;  /* samples taken at a time over panels; 0: all */

    /* The plan of packed, whose panels are DESCENT_PANEL outputs wide. */
    const struct descent_packed_kernels *kernels;
};

enum descent_product {
    DESCENT_PRODUCT_FORWARD,
    DESCENT_PRODUCT_INPUT_GRADIENT,
    DESCENT_PRODUCT_WEIGHT_GRADIENT,
};

struct descent_region {
    struct descent_span rows;
    struct descent_span columns;
};

/* Comes before the first product. Errors: INVALID (OpenBLAS keeps threads of its own), MEMORY. */
descent_status descent_product_init(descent_engine engine);

/* How many of so many threads can compute products at once, in the memory there is; at least one.
 */
int descent_product_threads(descent_engine engine, int wanted);

/* Whether a product of m × n × k is so small that BLAS computes it without preparation, its sums in
 * another order than those of larger ones. */
bool descent_product_is_small(size_t m, size_t n, size_t k);

/* Into how many pieces a product is cut at most, for so many threads. */
size_t descent_product_pieces_most(descent_engine engine, int threads);

/* Plans a layer for batches of that many samples, by its shape and the kernels in use. The layouts
 * are the caller's to choose, by descent_product_layout(). */
struct descent_product_layer descent_product_plan(descent_engine engine, size_t inputs,
                                                  size_t outputs, size_t batch);

/* How the engine's layers leave up to so many rows of so many numbers. */
struct descent_layout descent_product_layout(descent_engine engine, size_t rows, size_t width);

/* Numbers in what has the weights' shape, with its padding. */
size_t descent_product_room(const struct descent_product_layer *layer);

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

/* Into how many pieces a product over n samples is cut, at most `most`, and piece i of them: of z,
 * dx, or dW as [out × in]. Some may be empty. */
size_t descent_product_pieces(const struct descent_product_layer *layer,
                              enum descent_product product, size_t n, size_t most);
struct descent_region descent_product_piece(const struct descent_product_layer *layer,
                                            enum descent_product product, size_t n, size_t pieces,
                                            size_t i);

/* Strip i of a piece of dW, which stays in cache from one use to the next; and span i of where a
 * strip's numbers stand in what is kept. Behind the last comes one without rows, or numbers. */
struct descent_region descent_product_strip(const struct descent_product_layer *layer,
                                            struct descent_region piece, size_t i);
struct descent_span descent_product_span(const struct descent_product_layer *layer,
                                         struct descent_region strip, size_t i);

/* A part of z = x · Wᵀ. */
void descent_product_forward(const struct descent_product_layer *layer, struct descent_region part,
                             const float *x, const float *weights, float *z);

/* A part of dx [n × in] = δ · W. */
void descent_product_input_gradient(const struct descent_product_layer *layer,
                                    struct descent_region part, const float *delta,
                                    const float *weights, float *dx);

/* A part of dW = δᵀ · x over n samples; add: to what is there. */
void descent_product_weight_gradient(const struct descent_product_layer *layer, size_t n,
                                     struct descent_region part, const float *delta, const float *x,
                                     bool add, float *gradient);

/* A part of the step of gradient descent, weights −= rate · (δᵀ · x + decay · weights) over n
 * samples. scratch has the weights' shape; what stands in that part of it is lost. */
void descent_product_descend(const struct descent_product_layer *layer, size_t n,
                             struct descent_region part, const float *delta, const float *x,
                             float rate, float decay, float *scratch, float *weights);

#endif
