/*
 * The products of a dense layer on BLAS.
 */
#include "engine.h"

#include "blas.h"

#include <string.h>

void descent_engine_forward(const struct descent_engine_layer *layer, size_t n, const float *x,
                            const float *weights, const float *bias, float *z, float *a)
{
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    descent_blas_multiply(false, true, n, out, in, 1.0f, x, in, weights, in, 0.0f, z, out);
    for (size_t i = 0; i < n; i++) {
        layer->activation->forward(out, bias, z + i * out, a + i * out);
    }
}

void descent_engine_input_gradient(const struct descent_engine_layer *layer, size_t n,
                                   const float *delta, const float *weights, float *dx)
{
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    descent_blas_multiply(false, false, n, in, out, 1.0f, delta, out, weights, in, 0.0f, dx, in);
}

void descent_engine_weight_gradient(const struct descent_engine_layer *layer, size_t n,
                                    const float *delta, const float *x, float *weights_gradient,
                                    float *bias_gradient, bool add)
{
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    descent_blas_multiply(true, false, out, in, n, 1.0f, delta, out, x, in, add ? 1.0f : 0.0f,
                          weights_gradient, in);
    if (!add) {
        memset(bias_gradient, 0, out * sizeof *bias_gradient);
    }
    for (size_t i = 0; i < n; i++) {
#pragma omp simd
        for (size_t j = 0; j < out; j++) {
            bias_gradient[j] += delta[i * out + j];
        }
    }
}
