/*
 * A network by its definition: what engines hurry, and what exported C repeats to the bit.
 */
#include <descent/network.h>

#include "compute/activation_private.h"

static size_t widest(const descent_model *model)
{
    size_t most = 0;
    for (size_t l = 0; l < descent_model_layers(model); l++) {
        size_t outputs = descent_model_layer(model, l).outputs;
        most = outputs > most ? outputs : most;
    }
    return most;
}

size_t descent_model_scratch(const descent_model *model)
{
    return 2 * widest(model);
}

void descent_layer_forward(const descent_layer *layer, const float *x, float *y)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        const float *weights = layer->weights + o * layer->inputs;
        float sum = 0.0f;
        for (size_t i = 0; i < layer->inputs; i++) {
            sum = sum + weights[i] * x[i];
        }
        y[o] = sum;
    }
    descent_elementwise_of(layer->activation)
        ->forward(1, layer->outputs, layer->outputs, layer->bias, y, y);
}

static void forward_sample(const descent_model *model, const float *features, float *outputs,
                           float *scratch)
{
    size_t layers = descent_model_layers(model), width = widest(model);
    const float *x = features;
    for (size_t l = 0; l < layers; l++) {
        descent_layer layer = descent_model_layer(model, l);
        float *y = l + 1 == layers ? outputs : scratch + (l % 2) * width;
        descent_layer_forward(&layer, x, y);
        x = y;
    }
}

void descent_model_forward(const descent_model *model, const float *features, size_t n,
                           float *outputs, float *scratch)
{
    for (size_t i = 0; i < n; i++) {
        forward_sample(model, features + i * descent_model_inputs(model),
                       outputs + i * descent_model_outputs(model), scratch);
    }
}
