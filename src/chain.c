/*
 * The chain of layers:
 *
 *     forward     A_l = act(A_{l−1} W_lᵀ + b_l)
 *     loss        δ_L = ∂loss/∂A_L ⊙ act'
 *     backward    δ_{l−1} = (δ_l W_l) ⊙ act',  not computed below the first layer
 *                 dW_l = δ_lᵀ A_{l−1},  db_l = Σ δ_l
 *
 * All deltas come before all gradients of parameters: an update may then follow each gradient at
 * once, since no weight is read any more.
 */
#include "chain.h"

#include "blas.h"
#include "fail.h"
#include "loss_rows.h"

#include <limits.h>
#include <math.h>
#include <string.h>

descent_status descent_chain_check(const struct descent_chain_use *use, int threads)
{
    if (use->batch < 1 || use->batch > INT_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected 1 to %d samples, found %zu",
                            INT_MAX, use->batch);
    }
    if (threads < 0) {
        return descent_fail(DESCENT_ERROR_INVALID, "threads: expected 0 or more, found %d",
                            threads);
    }
    if (!descent_blas_use_one_thread()) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "OpenBLAS: expected to run on 1 thread, but it keeps more");
    }
    return DESCENT_OK;
}

static float *take(struct descent_arena_plan *arena, char *block, size_t rows, size_t width)
{
    size_t row_bytes;
    if (__builtin_mul_overflow(width, sizeof(float), &row_bytes)) {
        arena->overflow = true;
    }
    size_t offset = descent_arena_reserve(arena, rows, row_bytes);
    return block != NULL ? (float *)(block + offset) : NULL;
}

static void lay_out_layer(struct descent_dense *layer, struct descent_arena_plan *arena,
                          char *block, const struct descent_chain_use *use, bool last)
{
    size_t width = layer->shape.outputs;
    layer->a = take(arena, block, use->batch, width);
    layer->z = layer->a;
    if (use->backward && layer->shape.activation->from_input) {
        layer->z = take(arena, block, use->batch, width);
    }
    layer->dropped = layer->a;
    if (use->dropout && !last) {
        layer->dropped = take(arena, block, use->batch, width);
    }
    if (use->backward) {
        layer->delta = take(arena, block, use->batch, width);
    }
}

void descent_chain_lay_out(struct descent_chain *chain, struct descent_arena_plan *arena,
                           char *block, const descent_model *model,
                           const struct descent_chain_use *use)
{
    *chain = (struct descent_chain){0};
    chain->layers = descent_model_layers(model);
    chain->parameter_count = descent_model_parameter_count(model);
    chain->parameters = take(arena, block, 1, chain->parameter_count);
    if (use->backward) {
        chain->gradient = take(arena, block, 1, chain->parameter_count);
    }
    size_t offset = 0;
    for (size_t l = 0; l < chain->layers; l++) {
        descent_layer source = descent_model_layer(model, l);
        struct descent_dense *layer = &chain->layer[l];
        layer->shape = (struct descent_engine_layer){source.inputs, source.outputs,
                                                     descent_elementwise_of(source.activation)};
        lay_out_layer(layer, arena, block, use, l + 1 == chain->layers);
        size_t count = source.inputs * source.outputs;
        if (block != NULL) {
            layer->weights = chain->parameters + offset;
            layer->bias = layer->weights + count;
        }
        if (block != NULL && use->backward) {
            layer->weights_gradient = chain->gradient + offset;
            layer->bias_gradient = layer->weights_gradient + count;
        }
        offset += count + source.outputs;
    }
    if (block != NULL) {
        memcpy(chain->parameters, descent_model_parameters(model),
               chain->parameter_count * sizeof(float));
    }
}

const float *descent_chain_forward(const struct descent_chain *chain, size_t n,
                                   const float *features)
{
    const float *x = features;
    for (size_t l = 0; l < chain->layers; l++) {
        x = descent_dense_forward(&chain->layer[l], n, x, NULL, 0);
    }
    return x;
}

static const struct descent_dense *last_layer(const struct descent_chain *chain)
{
    return &chain->layer[chain->layers - 1];
}

descent_status descent_chain_check_batch(const struct descent_chain *chain, size_t capacity,
                                         const descent_loss *loss, const descent_batch *batch)
{
    if (batch->n < 1 || batch->n > capacity) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected 1 to %zu samples, found %zu",
                            capacity, batch->n);
    }
    return descent_loss_check(loss, batch, last_layer(chain)->shape.outputs);
}

static void add_metrics(descent_metrics *total, const descent_metrics *part)
{
    total->loss_sum += part->loss_sum;
    total->correct += part->correct;
    total->samples += part->samples;
}

descent_status descent_chain_evaluate(const struct descent_chain *chain, const descent_loss *loss,
                                      const descent_batch *batch, descent_metrics *metrics,
                                      int32_t *predictions)
{
    const float *outputs = descent_chain_forward(chain, batch->n, batch->features);
    descent_metrics own = {0};
    descent_loss_rows(loss, batch, 0, batch->n, last_layer(chain)->shape.outputs, outputs, 1.0f,
                      NULL, predictions, &own);
    if (!isfinite(own.loss_sum)) {
        return descent_fail(DESCENT_ERROR_NONFINITE, "loss: expected a finite number, found %g",
                            own.loss_sum);
    }
    add_metrics(metrics, &own);
    return DESCENT_OK;
}

/* The masks of layer l, or NULL where nothing is dropped: never behind the last layer. */
static const struct descent_dropout *masks(const struct descent_chain *chain,
                                           const struct descent_chain_dropout *dropout, size_t l,
                                           struct descent_dropout *place)
{
    if (dropout->share <= 0.0 || l + 1 == chain->layers) {
        return NULL;
    }
    *place = descent_dropout_init(dropout->share, dropout->seed, dropout->step, l);
    return place;
}

static void backward(const struct descent_chain *chain, size_t n, const float *features,
                     const struct descent_chain_dropout *dropout, bool add)
{
    struct descent_dropout place;
    for (size_t l = chain->layers; l-- > 0;) {
        const struct descent_dense *layer = &chain->layer[l];
        descent_dense_backward_activation(layer, n, masks(chain, dropout, l, &place),
                                          dropout->first);
        if (l > 0) {
            descent_dense_backward_input(layer, n, chain->layer[l - 1].delta);
        }
    }
    for (size_t l = 0; l < chain->layers; l++) {
        const float *x = l > 0 ? chain->layer[l - 1].dropped : features;
        descent_dense_backward_parameters(&chain->layer[l], n, x, add);
    }
}

void descent_chain_gradient(const struct descent_chain *chain, const descent_loss *loss,
                            const descent_batch *batch, float scale,
                            const struct descent_chain_dropout *dropout, bool add,
                            descent_metrics *metrics)
{
    struct descent_dropout place;
    const float *x = batch->features;
    for (size_t l = 0; l < chain->layers; l++) {
        x = descent_dense_forward(&chain->layer[l], batch->n, x, masks(chain, dropout, l, &place),
                                  dropout->first);
    }
    const struct descent_dense *last = last_layer(chain);
    *metrics = (descent_metrics){0};
    descent_loss_rows(loss, batch, 0, batch->n, last->shape.outputs, x, scale, last->delta, NULL,
                      metrics);
    backward(chain, batch->n, batch->features, dropout, add);
}
