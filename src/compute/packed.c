/*
 * The products on packed weights: from spans of rows, inputs and outputs to the kernels.
 */
#include "compute/packed.h"

#include <string.h>

/* Outputs whose transposed weights for two panels of inputs stay in a level-1 cache. */
enum { OUTPUTS = 13 * DESCENT_PANEL };

enum { BLOCK = DESCENT_PANEL * DESCENT_PANEL };

static size_t panels_of(size_t columns)
{
    return (columns + DESCENT_PANEL - 1) / DESCENT_PANEL;
}

size_t descent_packed_room(size_t inputs, size_t outputs)
{
    return panels_of(outputs) * DESCENT_PANEL * inputs;
}

struct descent_layout descent_packed_layout(size_t samples, size_t width)
{
    return (struct descent_layout){width, DESCENT_PANEL, (samples | 1) * DESCENT_PANEL};
}

/* Where the weights of an output begin. */
static size_t place_of(const struct descent_packed_layer *layer, size_t output)
{
    return output / DESCENT_PANEL * DESCENT_PANEL * layer->inputs + output % DESCENT_PANEL;
}

void descent_packed_import(const struct descent_packed_layer *layer, const float *values,
                           float *kept)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        float *to = kept + place_of(layer, o);
        for (size_t i = 0; i < layer->inputs; i++) {
            to[i * DESCENT_PANEL] = *values++;
        }
    }
}

void descent_packed_export(const struct descent_packed_layer *layer, const float *kept,
                           float *values)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        const float *from = kept + place_of(layer, o);
        for (size_t i = 0; i < layer->inputs; i++) {
            *values++ = from[i * DESCENT_PANEL];
        }
    }
}

void descent_packed_forward(const struct descent_packed_layer *layer, struct descent_span rows,
                            struct descent_span outputs, const float *x, struct descent_layout of_x,
                            const float *weights, float *z, struct descent_layout of_z)
{
    const struct descent_packed_product product = {
        .rows = rows.count,
        .panels = panels_of(outputs.count),
        .depth = layer->inputs,
        .a = x + rows.first * of_x.step,
        .a_step = of_x.step,
        .a_panel_step = of_x.panel_step,
        .b = weights + place_of(layer, outputs.first),
        .b_step = DESCENT_PANEL * layer->inputs,
        .c = z + rows.first * of_z.step + outputs.first / DESCENT_PANEL * of_z.panel_step,
        .c_step = of_z.panel_step,
    };
    layer->kernels->multiply(&product);
}

typedef float four __attribute__((vector_size(16)));

static four load_four(const float *from)
{
    four v;
    memcpy(&v, from, sizeof v);
    return v;
}

/* to = fromᵀ, 4 × 4 numbers of blocks of 16 × 16. */
static void transpose_four(const float *from, float *to)
{
    four row[4], pair[4];
    for (int i = 0; i < 4; i++) {
        row[i] = load_four(from + i * DESCENT_PANEL);
    }
    pair[0] = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    pair[1] = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    pair[2] = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    pair[3] = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    for (int i = 0; i < 4; i++) {
        four low = pair[i / 2], high = pair[2 + i / 2];
        four column = i % 2 == 0 ? __builtin_shufflevector(low, high, 0, 1, 4, 5)
                                 : __builtin_shufflevector(low, high, 2, 3, 6, 7);
        memcpy(to + i * DESCENT_PANEL, &column, sizeof column);
    }
}

static void transpose_block(const float *from, float *to)
{
    for (size_t i = 0; i < DESCENT_PANEL; i += 4) {
        for (size_t o = 0; o < DESCENT_PANEL; o += 4) {
            transpose_four(from + i * DESCENT_PANEL + o, to + o * DESCENT_PANEL + i);
        }
    }
}

/* to [outputs][16] = the weights of some outputs for the panel of inputs that begins with `input`,
 * with zeros where the layer has no more inputs. */
static void transpose_weights(const struct descent_packed_layer *layer, struct descent_span outputs,
                              size_t input, const float *weights, float *to)
{
    size_t left = layer->inputs - input;
    for (size_t o = 0; o < outputs.count; o += DESCENT_PANEL) {
        const float *from = weights + place_of(layer, outputs.first + o) + input * DESCENT_PANEL;
        float padded[BLOCK] = {0};
        if (left < DESCENT_PANEL) {
            from = memcpy(padded, from, left * DESCENT_PANEL * sizeof *from);
        }
        transpose_block(from, to + o * DESCENT_PANEL);
    }
}

/* Adds what some outputs contribute to one or two panels of dx; the first outputs begin it. */
static void add_outputs(const struct descent_packed_layer *layer, struct descent_span outputs,
                        struct descent_packed_product *product, size_t input, const float *weights)
{
    float transposed[2 * OUTPUTS * DESCENT_PANEL];
    for (size_t p = 0; p < product->panels; p++) {
        transpose_weights(layer, outputs, input + p * DESCENT_PANEL, weights,
                          transposed + p * OUTPUTS * DESCENT_PANEL);
    }
    product->depth = outputs.count;
    product->b = transposed;
    product->b_step = OUTPUTS * DESCENT_PANEL;
    product->add = outputs.first > 0;
    layer->kernels->multiply(product);
}

void descent_packed_input_gradient(const struct descent_packed_layer *layer,
                                   struct descent_span rows, struct descent_span inputs,
                                   const float *delta, struct descent_layout of_delta,
                                   const float *weights, float *dx, struct descent_layout of_dx)
{
    for (size_t i = 0; i < inputs.count; i += 2 * DESCENT_PANEL) {
        size_t input = inputs.first + i;
        struct descent_packed_product product = {
            .rows = rows.count,
            .panels = inputs.count - i > DESCENT_PANEL ? 2 : 1,
            .a_step = of_delta.step,
            .a_panel_step = of_delta.panel_step,
            .c = dx + rows.first * of_dx.step + input / DESCENT_PANEL * of_dx.panel_step,
            .c_step = of_dx.panel_step,
        };
        for (size_t o = 0; o < layer->outputs; o += OUTPUTS) {
            size_t left = layer->outputs - o;
            struct descent_span outputs = {o, left < OUTPUTS ? left : OUTPUTS};
            product.a =
                delta + rows.first * of_delta.step + o / DESCENT_PANEL * of_delta.panel_step;
            add_outputs(layer, outputs, &product, input, weights);
        }
    }
}

void descent_packed_weight_gradient(const struct descent_packed_layer *layer,
                                    const struct descent_packed_gradient *g)
{
    size_t first = place_of(layer, g->outputs.first) + g->inputs.first * DESCENT_PANEL;
    const struct descent_packed_product product = {
        .rows = g->inputs.count,
        .panels = panels_of(g->outputs.count),
        .depth = g->samples,
        .a = g->x + g->inputs.first / DESCENT_PANEL * g->of_x.panel_step,
        .a_step = g->of_x.step,
        .a_panel_step = g->of_x.panel_step,
        .b = g->delta + g->outputs.first / DESCENT_PANEL * g->of_delta.panel_step,
        .b_step = g->of_delta.panel_step,
        .c = g->gradient + first,
        .c_step = DESCENT_PANEL * layer->inputs,
        .add = g->add,
        .target = g->into != NULL ? g->into + first : NULL,
        .rate = g->rate,
        .decay = g->decay,
    };
    layer->kernels->multiply_transposed(&product);
}
