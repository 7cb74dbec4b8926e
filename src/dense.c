/*
 * One dense layer: forward, and the backward right under it.
 *
 *     forward    z = x Wᵀ + b        a = act(z)           dropped = a ⊙ mask
 *     backward   dW = deltaᵀ x       delta ⊙= act'(z)     delta ⊙= mask
 *                db = Σ delta        dx = delta W
 */
#include "dense.h"

const float *descent_dense_forward(const struct descent_dense *layer, size_t n, const float *x,
                                   const struct descent_dropout *dropout, size_t first)
{
    descent_engine_forward(&layer->shape, n, x, layer->weights, layer->bias, layer->z, layer->a);
    if (dropout == NULL) {
        return layer->a;
    }
    size_t width = layer->shape.outputs;
    descent_dropout_apply(dropout, first * width, n * width, layer->a, layer->dropped);
    return layer->dropped;
}

void descent_dense_backward_activation(const struct descent_dense *layer, size_t n,
                                       const struct descent_dropout *dropout, size_t first)
{
    size_t count = n * layer->shape.outputs;
    if (dropout != NULL) {
        descent_dropout_apply(dropout, first * layer->shape.outputs, count, layer->delta,
                              layer->delta);
    }
    const float *saved = layer->shape.activation->from_input ? layer->z : layer->a;
    layer->shape.activation->backward(count, saved, layer->delta);
}

void descent_dense_backward_input(const struct descent_dense *layer, size_t n, float *dx)
{
    descent_engine_input_gradient(&layer->shape, n, layer->delta, layer->weights, dx);
}

void descent_dense_backward_parameters(const struct descent_dense *layer, size_t n, const float *x,
                                       bool add)
{
    descent_engine_weight_gradient(&layer->shape, n, layer->delta, x, layer->weights_gradient,
                                   layer->bias_gradient, add);
}
