/*
 * The products, handed on to the engine of the layer.
 */
#include "compute/product_engine.h"

static const struct descent_product_engine *const engines[DESCENT_ENGINE_COUNT] = {
    [DESCENT_ENGINE_BLAS] = &descent_product_openblas,
    [DESCENT_ENGINE_PACKED] = &descent_product_packed,
};

descent_status descent_product_init(descent_engine engine)
{
    return engines[engine]->init();
}

int descent_product_threads(descent_engine engine, int wanted)
{
    return engines[engine]->threads(wanted);
}

size_t descent_product_pieces_most(descent_engine engine, int threads)
{
    return engines[engine]->pieces_most(threads);
}

struct descent_product_layer descent_product_plan(descent_engine engine, size_t inputs,
                                                  size_t outputs, size_t batch)
{
    struct descent_product_layer layer = {.inputs = inputs, .outputs = outputs, .engine = engine};
    engines[engine]->plan(&layer, batch);
    return layer;
}

struct descent_layout descent_product_layout(descent_engine engine, size_t rows, size_t width)
{
    return engines[engine]->layout(rows, width);
}

size_t descent_product_room(const struct descent_product_layer *layer)
{
    return engines[layer->engine]->room(layer);
}

void descent_product_import(const struct descent_product_layer *layer, const float *values,
                            float *kept)
{
    engines[layer->engine]->import(layer, values, kept);
}

void descent_product_export(const struct descent_product_layer *layer, const float *kept,
                            float *values)
{
    engines[layer->engine]->export(layer, kept, values);
}

struct descent_product_place descent_product_place_of(const struct descent_product_layer *layer,
                                                      size_t output, size_t most)
{
    return engines[layer->engine]->place_of(layer, output, most);
}

size_t descent_product_pieces(const struct descent_product_layer *layer,
                              enum descent_product product, size_t n, size_t most)
{
    return engines[layer->engine]->pieces(layer, product, n, most);
}

struct descent_region descent_product_piece(const struct descent_product_layer *layer,
                                            enum descent_product product, size_t n, size_t pieces,
                                            size_t i)
{
    return engines[layer->engine]->piece(layer, product, n, pieces, i);
}

struct descent_region descent_product_strip(const struct descent_product_layer *layer,
                                            struct descent_region piece, size_t i)
{
    return engines[layer->engine]->strip(layer, piece, i);
}

struct descent_span descent_product_span(const struct descent_product_layer *layer,
                                         struct descent_region strip, size_t i)
{
    return engines[layer->engine]->span(layer, strip, i);
}

void descent_product_forward(const struct descent_product_layer *layer, struct descent_region part,
                             const float *x, const float *weights, float *z)
{
    engines[layer->engine]->forward(layer, part, x, weights, z);
}

void descent_product_input_gradient(const struct descent_product_layer *layer,
                                    struct descent_region part, const float *delta,
                                    const float *weights, float *dx)
{
    engines[layer->engine]->input_gradient(layer, part, delta, weights, dx);
}

void descent_product_weight_gradient(const struct descent_product_layer *layer, size_t n,
                                     struct descent_region part, const float *delta, const float *x,
                                     bool add, float *gradient)
{
    engines[layer->engine]->weight_gradient(layer, n, part, delta, x, add, gradient);
}

void descent_product_descend(const struct descent_product_layer *layer, size_t n,
                             struct descent_region part, const float *delta, const float *x,
                             float rate, float decay, float *scratch, float *weights)
{
    engines[layer->engine]->descend(layer, n, part, delta, x, rate, decay, scratch, weights);
}
