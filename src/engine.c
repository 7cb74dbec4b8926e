/*
 * The products of a dense layer, in either layout of the weights.
 */
#include "engine.h"

#include "blas.h"

#include <string.h>

/* Below this many multiplications in the forward product OpenBLAS's small-matrix kernel runs, which
 * likes [out × in]; above, [in × out] saves the packing a transposition. */
static const double small_product = 1e6;

struct descent_engine_layer descent_engine_plan(size_t inputs, size_t outputs, size_t batch)
{
    bool small = (double)inputs * (double)outputs * (double)batch <= small_product;
    return (struct descent_engine_layer){inputs, outputs,
                                         small ? DESCENT_LAYOUT_OUT_IN : DESCENT_LAYOUT_IN_OUT};
}

/* to [columns × rows] = fromᵀ, in tiles that stay in cache. */
static void transpose(size_t rows, size_t columns, const float *from, float *to)
{
    enum { TILE = 16 };
    for (size_t row = 0; row < rows; row += TILE) {
        size_t row_end = row + TILE < rows ? row + TILE : rows;
        for (size_t column = 0; column < columns; column++) {
            for (size_t r = row; r < row_end; r++) {
                to[column * rows + r] = from[r * columns + column];
            }
        }
    }
}

void descent_engine_import(const struct descent_engine_layer *layer, const float *values,
                           float *kept)
{
    if (layer->layout == DESCENT_LAYOUT_OUT_IN) {
        memcpy(kept, values, layer->inputs * layer->outputs * sizeof *kept);
    } else {
        transpose(layer->outputs, layer->inputs, values, kept);
    }
}

void descent_engine_export(const struct descent_engine_layer *layer, const float *kept,
                           float *values)
{
    if (layer->layout == DESCENT_LAYOUT_OUT_IN) {
        memcpy(values, kept, layer->inputs * layer->outputs * sizeof *values);
    } else {
        transpose(layer->inputs, layer->outputs, kept, values);
    }
}

void descent_engine_forward(const struct descent_engine_layer *layer, struct descent_span rows,
                            struct descent_span outputs, const float *x, const float *weights,
                            float *z)
{
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    bool transposed = layer->layout == DESCENT_LAYOUT_OUT_IN;
    descent_blas_multiply(false, transposed, rows.count, outputs.count, in, 1.0f,
                          x + rows.first * in, in, weights + outputs.first * (transposed ? in : 1),
                          transposed ? in : out, 0.0f, z + rows.first * out + outputs.first, out);
}

void descent_engine_input_gradient(const struct descent_engine_layer *layer,
                                   struct descent_span rows, struct descent_span inputs,
                                   const float *delta, const float *weights, float *dx)
{
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    bool transposed = layer->layout == DESCENT_LAYOUT_IN_OUT;
    descent_blas_multiply(false, transposed, rows.count, inputs.count, out, 1.0f,
                          delta + rows.first * out, out,
                          weights + inputs.first * (transposed ? out : 1), transposed ? out : in,
                          0.0f, dx + rows.first * in + inputs.first, in);
}

void descent_engine_weight_gradient(const struct descent_engine_layer *layer, size_t n,
                                    struct descent_span outputs, const float *delta, const float *x,
                                    float factor, float keep, float *target)
{
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    if (layer->layout == DESCENT_LAYOUT_OUT_IN) {
        descent_blas_multiply(true, false, outputs.count, in, n, factor, delta + outputs.first, out,
                              x, in, keep, target + outputs.first * in, in);
    } else {
        descent_blas_multiply(true, false, in, outputs.count, n, factor, x, in,
                              delta + outputs.first, out, keep, target + outputs.first, out);
    }
}
