/*
 * The products on packed weights: from parts of a layer to the kernels.
 */
#include "compute/packed.h"

#include <string.h>

/* Outputs whose transposed weights for two panels of inputs stay in a level-1 cache. */
enum { OUTPUTS = 13 * DESCENT_PANEL };

enum { BLOCK = DESCENT_PANEL * DESCENT_PANEL };

size_t descent_packed_room(const struct descent_product_layer *layer)
{
    return descent_layout_panels(layer->outputs) * DESCENT_PANEL * layer->inputs;
}

size_t descent_packed_place(const struct descent_product_layer *layer, size_t output, size_t input)
{
    return (output / DESCENT_PANEL * layer->inputs + input) * DESCENT_PANEL +
           output % DESCENT_PANEL;
}

struct descent_layout descent_packed_layout(size_t samples, size_t width)
{
    return (struct descent_layout){width, DESCENT_PANEL, (samples | 1) * DESCENT_PANEL};
}

void descent_packed_import(const struct descent_product_layer *layer, const float *values,
                           float *kept)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        float *to = kept + descent_packed_place(layer, o, 0);
        for (size_t i = 0; i < layer->inputs; i++) {
            to[i * DESCENT_PANEL] = *values++;
        }
    }
}

void descent_packed_export(const struct descent_product_layer *layer, const float *kept,
                           float *values)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        const float *from = kept + descent_packed_place(layer, o, 0);
        for (size_t i = 0; i < layer->inputs; i++) {
            *values++ = from[i * DESCENT_PANEL];
        }
    }
}

/* Where a row of a panel of columns begins. */
static size_t row_at(const struct descent_layout *layout, size_t row, size_t column)
{
    return row * layout->step + column / DESCENT_PANEL * layout->panel_step;
}

void descent_packed_forward(const struct descent_product_layer *layer, struct descent_region part,
                            const float *x, const float *weights, float *z)
{
    struct descent_span rows = part.rows, outputs = part.columns;
    const struct descent_packed_product product = {
        .rows = rows.count,
        .panels = descent_layout_panels(outputs.count),
        .depth = layer->inputs,
        .a = x + row_at(&layer->x, rows.first, 0),
        .a_step = layer->x.step,
        .a_panel_step = layer->x.panel_step,
        .b = weights + descent_packed_place(layer, outputs.first, 0),
        .b_step = DESCENT_PANEL * layer->inputs,
        .c = z + row_at(&layer->z, rows.first, outputs.first),
        .c_step = layer->z.panel_step,
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
static void transpose_weights(const struct descent_product_layer *layer,
                              struct descent_span outputs, size_t input, const float *weights,
                              float *to)
{
    size_t left = layer->inputs - input;
    for (size_t o = 0; o < outputs.count; o += DESCENT_PANEL) {
        const float *from = weights + descent_packed_place(layer, outputs.first + o, input);
        float padded[BLOCK] = {0};
        if (left < DESCENT_PANEL) {
            from = memcpy(padded, from, left * DESCENT_PANEL * sizeof *from);
        }
        transpose_block(from, to + o * DESCENT_PANEL);
    }
}

/* Adds what some outputs contribute to one or two panels of dx; the first outputs begin it. */
static void add_outputs(const struct descent_product_layer *layer, struct descent_span outputs,
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

void descent_packed_input_gradient(const struct descent_product_layer *layer,
                                   struct descent_region part, const float *delta,
                                   const float *weights, float *dx)
{
    struct descent_span rows = part.rows, inputs = part.columns;
    for (size_t i = 0; i < inputs.count; i += 2 * DESCENT_PANEL) {
        size_t input = inputs.first + i;
        struct descent_packed_product product = {
            .rows = rows.count,
            .panels = inputs.count - i > DESCENT_PANEL ? 2 : 1,
            .a_step = layer->z.step,
            .a_panel_step = layer->z.panel_step,
            .c = dx + row_at(&layer->x, rows.first, input),
            .c_step = layer->x.panel_step,
        };
        for (size_t o = 0; o < layer->outputs; o += OUTPUTS) {
            size_t left = layer->outputs - o;
            struct descent_span outputs = {o, left < OUTPUTS ? left : OUTPUTS};
            product.a = delta + row_at(&layer->z, rows.first, o);
            add_outputs(layer, outputs, &product, input, weights);
        }
    }
}

/* dW for some outputs and inputs, but where it goes: a row of C for each input. */
static struct descent_packed_product weight_product(const struct descent_product_layer *layer,
                                                    size_t n, struct descent_region part,
                                                    const float *delta, const float *x)
{
    return (struct descent_packed_product){
        .rows = part.columns.count,
        .panels = descent_layout_panels(part.rows.count),
        .depth = n,
        .a = x + row_at(&layer->x, 0, part.columns.first),
        .a_step = layer->x.step,
        .a_panel_step = layer->x.panel_step,
        .b = delta + row_at(&layer->z, 0, part.rows.first),
        .b_step = layer->z.panel_step,
        .c_step = DESCENT_PANEL * layer->inputs,
    };
}

void descent_packed_weight_gradient(const struct descent_product_layer *layer, size_t n,
                                    struct descent_region part, const float *delta, const float *x,
                                    bool add, float *gradient)
{
    struct descent_packed_product product = weight_product(layer, n, part, delta, x);
    product.c = gradient + descent_packed_place(layer, part.rows.first, part.columns.first);
    product.add = add;
    layer->kernels->multiply_transposed(&product);
}

void descent_packed_descend(const struct descent_product_layer *layer, size_t n,
                            struct descent_region part, const float *delta, const float *x,
                            float rate, float decay, float *scratch, float *weights)
{
    size_t first = descent_packed_place(layer, part.rows.first, part.columns.first);
    struct descent_packed_product product = weight_product(layer, n, part, delta, x);
    product.c = scratch + first;
    product.target = weights + first;
    product.rate = rate;
    product.decay = decay;
    layer->kernels->multiply_transposed(&product);
}
