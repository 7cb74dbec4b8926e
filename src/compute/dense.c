/*
 * One dense layer: forward, and the backward right under it.
 *
 *     forward    z = x Wᵀ + b        a = act(z)           dropped = a ⊙ mask
 *     backward   dW = deltaᵀ x       delta ⊙= act'(z)     delta ⊙= mask
 *                db = Σ delta        dx = delta W
 *
 * What follows a product element by element is done on the part just computed, still in cache.
 */
#include "compute/dense.h"

#include <string.h>

void descent_dense_forward(const struct descent_dense *layer, struct descent_region part,
                           const float *x, const struct descent_dropout *dropout)
{
    const struct descent_layout *layout = &layer->shape.z;
    descent_product_forward(&layer->shape, part, x, layer->weights, layer->z);
    struct descent_block block = descent_layout_first(layout, part.rows, part.columns);
    for (; block.columns > 0; block = descent_layout_next(layout, block, part.columns)) {
        layer->activation->forward(block.rows, block.columns, block.step,
                                   layer->bias + block.column, layer->z + block.at,
                                   layer->a + block.at);
    }
    if (dropout != NULL) {
        descent_dropout_apply(dropout, layout, part.rows, part.columns, layer->a, layer->dropped);
    }
}

void descent_dense_backward_activation(const struct descent_dense *layer,
                                       struct descent_region part,
                                       const struct descent_dropout *dropout)
{
    const struct descent_layout *layout = &layer->shape.z;
    const float *saved = layer->activation->from_input ? layer->z : layer->a;
    if (dropout != NULL) {
        descent_dropout_apply(dropout, layout, part.rows, part.columns, layer->delta, layer->delta);
    }
    struct descent_block block = descent_layout_first(layout, part.rows, part.columns);
    for (; block.columns > 0; block = descent_layout_next(layout, block, part.columns)) {
        layer->activation->backward(block.rows, block.columns, block.step, saved + block.at,
                                    layer->delta + block.at);
    }
}

void descent_dense_backward_input(const struct descent_dense *layer, struct descent_region part,
                                  float *dx)
{
    descent_product_input_gradient(&layer->shape, part, layer->delta, layer->weights, dx);
}

static void add_rows(const struct descent_block *block, const float *values, float *sum)
{
    const float *row = values + block->at;
    for (size_t i = 0; i < block->rows; i++, row += block->step) {
#pragma omp simd
        for (size_t j = 0; j < block->columns; j++) {
            sum[j] += row[j];
        }
    }
}

bool descent_dense_bias_gradient(const struct descent_dense *layer, size_t n,
                                 struct descent_region part, bool add)
{
    if (part.columns.first > 0 || part.columns.count == 0) {
        return false;
    }
    struct descent_span outputs = part.rows, samples = {0, n};
    if (!add) {
        memset(layer->bias_gradient + outputs.first, 0, outputs.count * sizeof(float));
    }
    struct descent_block block = descent_layout_first(&layer->shape.z, samples, outputs);
    for (; block.columns > 0; block = descent_layout_next(&layer->shape.z, block, outputs)) {
        add_rows(&block, layer->delta, layer->bias_gradient + block.column);
    }
    return true;
}

void descent_dense_backward_parameters(const struct descent_dense *layer, size_t n,
                                       struct descent_region part, const float *x, bool add)
{
    descent_product_weight_gradient(&layer->shape, n, part, layer->delta, x, add,
                                    layer->weights_gradient);
    descent_dense_bias_gradient(layer, n, part, add);
}
