/*
 * From the gradient to the weights: its norm, clipping, and the optimizer, shared by the threads.
 */
#include "base/vector_loops.h"
#include "compute/trainer_private.h"

#include <float.h>
#include <math.h>

/* Floats in a block of the norm's sum: fixed, so that the sum is the same for any number of
 * threads. */
enum { BLOCK = 4096 };

size_t descent_update_blocks(size_t parameter_room, size_t layers)
{
    return parameter_room / BLOCK + layers;
}

void descent_update_prepare(struct descent_update *update, descent_trainer *trainer,
                            double learning_rate)
{
    const descent_trainer_config *config = &trainer->config;
    descent_optimizer of_bias = config->optimizer;
    if (!config->decay_biases) {
        of_bias.weight_decay = 0.0;
    }
    update->trainer = trainer;
    update->rates = descent_rates_of(&config->optimizer, learning_rate, trainer->steps + 1);
    update->bias_rates = descent_rates_of(&of_bias, learning_rate, trainer->steps + 1);
    update->keep = (float)(1.0 - learning_rate * config->optimizer.weight_decay);
    update->keep_bias = (float)(1.0 - learning_rate * of_bias.weight_decay);
    update->plain = config->optimizer.kind == DESCENT_OPTIMIZER_SGD && trainer->slots == 0 &&
                    config->clip_norm <= 0.0;
    update->measure = config->norm_period > 0 && trainer->steps % config->norm_period == 0;
}

/* Whether neither a gradient of at most this magnitude nor its step overflows; false for NaN. */
static bool fits_float(const struct descent_update *update, double magnitude)
{
    return magnitude * fmax(1.0, (double)update->rates.learning_rate) < (double)FLT_MAX / 4.0;
}

bool descent_update_may_descend(const struct descent_update *update, double gradient_bound)
{
    return update->plain && !update->measure && fits_float(update, gradient_bound);
}

DESCENT_VECTOR_LOOP static double sum_of_squares(const float *values, size_t n)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        sum += (double)values[i] * (double)values[i];
    }
    return sum;
}

/* Where the arrays of layer l stand in the chain's, with the gaps, which are zeros. */
static struct descent_span layer_span(const struct descent_chain *chain, size_t l)
{
    size_t first = (size_t)(chain->layer[l].weights - chain->parameters);
    size_t end = l + 1 < chain->layers ? (size_t)(chain->layer[l + 1].weights - chain->parameters)
                                       : chain->parameter_room;
    return (struct descent_span){first, end - first};
}

/* This thread's blocks of one layer's gradient; returns how many blocks the layer has. */
static size_t square_layer(const struct descent_chain *chain, size_t l, int thread, double *squares)
{
    struct descent_span span = layer_span(chain, l);
    size_t blocks = (span.count + BLOCK - 1) / BLOCK;
    struct descent_span mine = descent_cut_share(blocks, chain->team.threads, thread);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        size_t left = span.count - i * BLOCK;
        squares[i] =
            sum_of_squares(chain->gradient + span.first + i * BLOCK, left < BLOCK ? left : BLOCK);
    }
    return blocks;
}

/* Adds up the squares, in a fixed order. */
static struct descent_norms norms_of_squares(const struct descent_trainer *trainer)
{
    struct descent_norms norms = {0};
    const double *square = trainer->squares;
    double whole = 0.0;
    for (size_t l = 0; l < trainer->chain.layers; l++) {
        size_t blocks = (layer_span(&trainer->chain, l).count + BLOCK - 1) / BLOCK;
        double sum = 0.0;
        for (size_t i = 0; i < blocks; i++) {
            sum += *square++;
        }
        norms.layer[l] = sqrt(sum);
        whole += sum;
    }
    norms.whole = sqrt(whole);
    return norms;
}

struct descent_norms descent_update_norms(struct descent_trainer *trainer, int thread)
{
    double *squares = trainer->squares;
    for (size_t l = 0; l < trainer->chain.layers; l++) {
        squares += square_layer(&trainer->chain, l, thread, squares);
    }
    descent_team_wait(&trainer->chain.team);
    return norms_of_squares(trainer);
}

/* Global-norm clipping (Pascanu et al. 2013), with torch's 1e-6 against a division by zero. */
static float clip_factor(double clip_norm, double norm)
{
    double factor = clip_norm > 0.0 ? clip_norm / (norm + 1e-6) : 1.0;
    return factor < 1.0 ? (float)factor : 1.0f;
}

/* This thread's part of one array of parameters. */
static void update_array(const struct descent_trainer *trainer, const struct descent_rates *rates,
                         float factor, const float *array, size_t count, int thread)
{
    const struct descent_chain *chain = &trainer->chain;
    struct descent_span mine = descent_cut(count, (size_t)chain->team.threads, (size_t)thread);
    size_t at = (size_t)(array - chain->parameters) + mine.first;
    float *gradient = chain->gradient + at;
    for (size_t i = 0; factor < 1.0f && i < mine.count; i++) {
        gradient[i] *= factor;
    }
    float *slot0 = trainer->slots > 0 ? trainer->state + at : NULL;
    float *slot1 = trainer->slots > 1 ? trainer->state + chain->parameter_room + at : NULL;
    descent_optimizer_update(rates, mine.count, chain->parameters + at, gradient, slot0, slot1);
}

bool descent_update_run(const struct descent_update *update, int thread)
{
    descent_trainer *trainer = update->trainer;
    struct descent_norms norms = descent_update_norms(trainer, thread);
    if (!fits_float(update, norms.whole)) {
        return false;
    }
    float factor = clip_factor(trainer->config.clip_norm, norms.whole);
    for (size_t l = 0; l < trainer->chain.layers; l++) {
        const struct descent_dense *layer = &trainer->chain.layer[l];
        update_array(trainer, &update->rates, factor, layer->weights,
                     layer->shape.inputs * layer->shape.outputs, thread);
        update_array(trainer, &update->bias_rates, factor, layer->bias, layer->shape.outputs,
                     thread);
    }
    if (thread == 0) {
        trainer->norms = norms;
    }
    return true;
}
