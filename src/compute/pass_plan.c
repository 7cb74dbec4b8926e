/*
 * The plan of a chain of layers: what is where, and how the work is cut.
 */
#include "compute/pass.h"

#include "base/fail.h"
#include "compute/loss_private.h"

#include <limits.h>
#include <string.h>

/* Multiplications of a step below which a second thread costs more than it brings. */
static const double worth_a_thread = 2e6;

descent_status descent_chain_check(const struct descent_chain_use *use)
{
    if (use->batch < 1 || use->batch > INT_MAX || use->most > INT_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected 1 to %d samples, found %zu",
                            INT_MAX, use->most > INT_MAX ? use->most : use->batch);
    }
    if ((unsigned)use->engine >= DESCENT_ENGINE_COUNT) {
        return descent_fail(DESCENT_ERROR_INVALID, "engine: expected 0 to %d, found %u",
                            DESCENT_ENGINE_COUNT - 1, (unsigned)use->engine);
    }
    descent_status status = descent_team_check(use->threads);
    return status == DESCENT_OK ? descent_product_init(use->engine) : status;
}

int descent_chain_threads(const struct descent_chain *chain, size_t samples, bool backward)
{
    if (chain->asked > 0) {
        return descent_product_threads(chain->engine, chain->asked);
    }
    double work = (double)chain->parameter_count * (double)samples * (backward ? 3.0 : 1.0);
    double worth = work / worth_a_thread;
    int threads = worth >= chain->most ? chain->most : (worth > 1.0 ? (int)worth : 1);
    return descent_product_threads(chain->engine, threads);
}

void descent_chain_gather(struct descent_chain *chain, size_t samples, bool backward)
{
    int threads = descent_chain_threads(chain, samples, backward);
    if (chain->asked > 0) {
        chain->team.threads = threads;
    } else {
        struct descent_pace *pace = backward ? &chain->both : &chain->forward;
        descent_team_follow(&chain->team, threads, pace, (double)samples);
    }
    chain->pieces = descent_product_pieces_most(chain->engine, chain->team.threads);
}

/* An array of floats, on a cache line of its own. */
static float *take(struct descent_arena_plan *arena, char *block, size_t count)
{
    size_t offset = descent_arena_reserve(arena, count, sizeof(float));
    return block != NULL ? (float *)(block + offset) : NULL;
}

/* Floats up to the next cache line. */
static size_t padded(size_t count)
{
    size_t line = DESCENT_ARENA_ALIGNMENT / sizeof(float);
    return (count + line - 1) / line * line;
}

static void lay_out_activations(struct descent_dense *layer, struct descent_arena_plan *arena,
                                char *block, size_t batch, const struct descent_chain_use *use,
                                bool last)
{
    size_t room = descent_layout_room(&layer->shape.z, batch);
    layer->a = take(arena, block, room);
    layer->z = layer->a;
    if (use->backward && layer->activation->from_input) {
        layer->z = take(arena, block, room);
    }
    layer->dropped = layer->a;
    if (use->dropout && !last) {
        layer->dropped = take(arena, block, room);
    }
    if (use->backward) {
        layer->delta = take(arena, block, room);
    }
}

/* Shapes, and where in the chain's parameters each layer's begin. */
static void plan_layers(struct descent_chain *chain, const descent_model *model, size_t batch,
                        size_t offsets[DESCENT_LAYERS_MAX][2])
{
    for (size_t l = 0; l < chain->layers; l++) {
        descent_layer source = descent_model_layer(model, l);
        struct descent_dense *layer = &chain->layer[l];
        layer->shape = descent_product_plan(chain->engine, source.inputs, source.outputs, batch);
        layer->shape.x = l == 0 ? descent_layout_rows(source.inputs) : chain->layer[l - 1].shape.z;
        layer->shape.z = descent_product_layout(chain->engine, chain->batch, source.outputs);
        layer->activation = descent_elementwise_of(source.activation);
        offsets[l][0] = chain->parameter_room;
        offsets[l][1] = offsets[l][0] + padded(descent_product_room(&layer->shape));
        chain->parameter_room = offsets[l][1] + padded(source.outputs);
    }
}

static void point_layers(struct descent_chain *chain, size_t offsets[DESCENT_LAYERS_MAX][2])
{
    for (size_t l = 0; l < chain->layers; l++) {
        struct descent_dense *layer = &chain->layer[l];
        layer->weights = chain->parameters + offsets[l][0];
        layer->bias = chain->parameters + offsets[l][1];
        if (chain->gradient != NULL) {
            layer->weights_gradient = chain->gradient + offsets[l][0];
            layer->bias_gradient = chain->gradient + offsets[l][1];
        }
    }
}

void descent_chain_lay_out(struct descent_chain *chain, struct descent_arena_plan *arena,
                           char *block, const descent_model *model,
                           const struct descent_chain_use *use)
{
    size_t offsets[DESCENT_LAYERS_MAX][2];
    memset(chain, 0, sizeof *chain);
    chain->engine = use->engine;
    chain->layers = descent_model_layers(model);
    chain->batch = use->most > use->batch ? use->most : use->batch;
    chain->asked = use->threads;
    chain->most = descent_team_most(use->threads);
    chain->parameter_count = descent_model_parameter_count(model);
    plan_layers(chain, model, use->batch, offsets);
    chain->row_head = descent_pass_row_head(&descent_chain_last(chain)->shape);
    chain->parameters = take(arena, block, chain->parameter_room);
    if (use->backward) {
        chain->gradient = take(arena, block, chain->parameter_room);
    }
    if (use->input_dropout) {
        chain->inputs =
            take(arena, block, descent_layout_room(&chain->layer[0].shape.x, chain->batch));
    }
    if (!descent_layout_rows_follow(&descent_chain_last(chain)->shape.z)) {
        chain->answers = take(arena, block, chain->batch * descent_model_outputs(model));
    }
    size_t row_metrics = descent_arena_reserve(arena, descent_pass_row_pieces(chain->batch),
                                               sizeof *chain->row_metrics);
    size_t seen = descent_arena_reserve(arena, (size_t)chain->most, sizeof *chain->seen);
    for (size_t l = 0; l < chain->layers; l++) {
        lay_out_activations(&chain->layer[l], arena, block, chain->batch, use,
                            l + 1 == chain->layers);
    }
    if (block != NULL) {
        chain->row_metrics = (descent_metrics *)(block + row_metrics);
        chain->seen = (struct descent_seen *)(block + seen);
        point_layers(chain, offsets);
        descent_chain_import(chain, descent_model_parameters(model), chain->parameters);
    }
}

void descent_chain_import(const struct descent_chain *chain, const float *values, float *kept)
{
    for (size_t l = 0; l < chain->layers; l++) {
        const struct descent_dense *layer = &chain->layer[l];
        descent_product_import(&layer->shape, values, kept + (layer->weights - chain->parameters));
        values += layer->shape.inputs * layer->shape.outputs;
        memcpy(kept + (layer->bias - chain->parameters), values,
               layer->shape.outputs * sizeof *kept);
        values += layer->shape.outputs;
    }
}

void descent_chain_export(const struct descent_chain *chain, const float *kept, float *values)
{
    for (size_t l = 0; l < chain->layers; l++) {
        const struct descent_dense *layer = &chain->layer[l];
        descent_product_export(&layer->shape, kept + (layer->weights - chain->parameters), values);
        values += layer->shape.inputs * layer->shape.outputs;
        memcpy(values, kept + (layer->bias - chain->parameters),
               layer->shape.outputs * sizeof *values);
        values += layer->shape.outputs;
    }
}

const struct descent_dense *descent_chain_last(const struct descent_chain *chain)
{
    return &chain->layer[chain->layers - 1];
}

descent_status descent_chain_check_batch(const struct descent_chain *chain,
                                         const descent_loss *loss, const descent_batch *batch,
                                         size_t most)
{
    if (batch->n < 1 || batch->n > most) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected 1 to %zu samples, found %zu",
                            most, batch->n);
    }
    DESCENT_RETURN_UNLESS(batch->features != NULL);
    return descent_loss_check(loss, batch, descent_chain_last(chain)->shape.outputs);
}
