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

void descent_dense_forward(const struct descent_dense *layer, struct descent_span rows,
                           struct descent_span outputs, const float *x,
                           const struct descent_dropout *dropout)
{
    size_t width = layer->shape.outputs;
    descent_product_forward(&layer->shape, rows, outputs, x, layer->weights, layer->z);
    for (size_t i = rows.first; i < rows.first + rows.count; i++) {
        size_t at = i * width + outputs.first;
        layer->activation->forward(outputs.count, layer->bias + outputs.first, layer->z + at,
                                   layer->a + at);
        if (dropout != NULL) {
            descent_dropout_apply(dropout, at, outputs.count, layer->a + at, layer->dropped + at);
        }
    }
}

void descent_dense_backward_activation(const struct descent_dense *layer, struct descent_span rows,
                                       struct descent_span outputs,
                                       const struct descent_dropout *dropout)
{
    size_t width = layer->shape.outputs;
    const float *saved = layer->activation->from_input ? layer->z : layer->a;
    for (size_t i = rows.first; i < rows.first + rows.count; i++) {
        size_t at = i * width + outputs.first;
        if (dropout != NULL) {
            descent_dropout_apply(dropout, at, outputs.count, layer->delta + at, layer->delta + at);
        }
        layer->activation->backward(outputs.count, saved + at, layer->delta + at);
    }
}

void descent_dense_backward_input(const struct descent_dense *layer, struct descent_span rows,
                                  struct descent_span inputs, float *dx)
{
    descent_product_input_gradient(&layer->shape, rows, inputs, layer->delta, layer->weights, dx);
}

void descent_dense_bias_gradient(const struct descent_dense *layer, size_t n,
                                 struct descent_span outputs, bool add)
{
    float *sum = layer->bias_gradient + outputs.first;
    if (!add) {
        memset(sum, 0, outputs.count * sizeof *sum);
    }
    for (size_t i = 0; i < n; i++) {
        const float *delta = layer->delta + i * layer->shape.outputs + outputs.first;
#pragma omp simd
        for (size_t j = 0; j < outputs.count; j++) {
            sum[j] += delta[j];
        }
    }
}

void descent_dense_backward_parameters(const struct descent_dense *layer, size_t n,
                                       struct descent_span outputs, const float *x, bool add)
{
    descent_product_weight_gradient(&layer->shape, n, outputs, layer->delta, x, 1.0f,
                                    add ? 1.0f : 0.0f, layer->weights_gradient);
    descent_dense_bias_gradient(layer, n, outputs, add);
}
