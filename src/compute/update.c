/*
 * From the gradient to the weights: its norm, clipping, and the optimizer, shared by the threads.
 *
 * A step gives finite numbers only, or it changes nothing. Looking at all numbers in every step
 * would cost as much as the step. So a trainer knows bounds of its parameters and state, which each
 * step moves on (optimizer.c). Only where these allow an overflow, as they do at first and after
 * some millions of steps, the threads look at what is really there; and only where that does not
 * suffice either, they rehearse the step on copies. What comes out does not depend on which of the
 * three it was: a resumed training, which has other bounds, ends in the same bytes.
 */
#include "base/fixed_sum.h"
#include "compute/max_norm.h"
#include "compute/trainer_private.h"

#include <math.h>
#include <string.h>

/* Floats in a block of the norm's sum: fixed, so that the sum is the same for any number of
 * threads. */
enum { BLOCK = 4096 };

const struct descent_bounds descent_bounds_unknown = {INFINITY, {INFINITY, INFINITY}};

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
    update->plain = config->optimizer.kind == DESCENT_OPTIMIZER_SGD && trainer->slots == 0;
    update->measure = config->norm_period > 0 && trainer->steps % config->norm_period == 0;
    update->noise = descent_noise_is_due(trainer);
    bool rounds_alike = !update->plain || config->engine == DESCENT_ENGINE_PACKED;
    update->stores = config->clip_norm > 0.0 || update->measure || (update->noise && rounds_alike);
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
        squares[i] = descent_sum_of_squares(chain->gradient + span.first + i * BLOCK,
                                            left < BLOCK ? left : BLOCK);
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

/* Some parameters that follow each other, with what belongs to them. */
struct numbers {
    size_t count;
    float *parameters;
    float *gradient;
    float *slot[2]; /* NULL where there is none */
};

static struct numbers numbers_from(const struct descent_trainer *trainer, const float *first,
                                   size_t count)
{
    const struct descent_chain *chain = &trainer->chain;
    size_t at = (size_t)(first - chain->parameters);
    struct numbers numbers = {count, chain->parameters + at, chain->gradient + at, {NULL, NULL}};
    for (size_t s = 0; s < trainer->slots; s++) {
        numbers.slot[s] = trainer->state + s * chain->parameter_room + at;
    }
    return numbers;
}

/* One thread's share of an array of parameters. */
static struct numbers share_of(const struct descent_trainer *trainer, const float *array,
                               size_t count, int thread)
{
    struct descent_span mine =
        descent_cut(count, (size_t)trainer->chain.team.threads, (size_t)thread);
    return numbers_from(trainer, array + mine.first, mine.count);
}

static bool update_numbers(const struct descent_rates *rates, float factor, struct numbers numbers)
{
    for (size_t i = 0; factor < 1.0f && i < numbers.count; i++) {
        numbers.gradient[i] *= factor;
    }
    descent_optimizer_update(rates, numbers.count, numbers.parameters, numbers.gradient,
                             numbers.slot[0], numbers.slot[1]);
    return true;
}

void descent_update_apply(const struct descent_update *update, const struct descent_rates *rates,
                          const float *first, size_t count)
{
    update_numbers(rates, 1.0f, numbers_from(update->trainer, first, count));
}

static descent_magnitude greatest(const float *values, size_t count)
{
    return descent_magnitude_of_array(0, values, count);
}

/* A copy of up to BLOCK numbers that are not there, too. */
static float *copy(float to[BLOCK], const float *values, size_t first, size_t count)
{
    return values == NULL ? NULL : memcpy(to, values + first, count * sizeof *to);
}

/* The update on copies: whether all that it gives is finite. */
static bool rehearse_numbers(const struct descent_rates *rates, float factor,
                             struct numbers numbers)
{
    float room[4][BLOCK];
    for (size_t first = 0; first < numbers.count; first += BLOCK) {
        size_t count = numbers.count - first < BLOCK ? numbers.count - first : BLOCK;
        struct numbers block = {.count = count,
                                .parameters = copy(room[0], numbers.parameters, first, count),
                                .gradient = copy(room[1], numbers.gradient, first, count),
                                .slot = {copy(room[2], numbers.slot[0], first, count),
                                         copy(room[3], numbers.slot[1], first, count)}};
        update_numbers(rates, factor, block);
        const float *results[] = {block.parameters, block.slot[0], block.slot[1]};
        for (size_t i = 0; i < 3; i++) {
            if (results[i] != NULL && !descent_magnitude_is_finite(greatest(results[i], count))) {
                return false;
            }
        }
    }
    return true;
}

/* Visits this thread's share of all arrays, until a visit returns false. */
static bool visit_numbers(const struct descent_update *update, float factor, int thread,
                          bool (*visit)(const struct descent_rates *rates, float factor,
                                        struct numbers numbers))
{
    const struct descent_trainer *trainer = update->trainer;
    for (size_t l = 0; l < trainer->chain.layers; l++) {
        const struct descent_dense *layer = &trainer->chain.layer[l];
        size_t weights = descent_product_room(&layer->shape);
        size_t biases = layer->shape.outputs;
        if (!visit(&update->rates, factor, share_of(trainer, layer->weights, weights, thread)) ||
            !visit(&update->bias_rates, factor, share_of(trainer, layer->bias, biases, thread))) {
            return false;
        }
    }
    return true;
}

/* What parameters and state reach at present: every thread looks at its share. */
static struct descent_bounds look(struct descent_trainer *trainer, int thread)
{
    struct descent_chain *chain = &trainer->chain;
    size_t room = chain->parameter_room;
    struct descent_span mine = descent_cut(room, (size_t)chain->team.threads, (size_t)thread);
    descent_magnitude *own = trainer->reach[thread].most;
    own[0] = greatest(chain->parameters + mine.first, mine.count);
    for (size_t s = 0; s < trainer->slots; s++) {
        own[1 + s] = greatest(trainer->state + s * room + mine.first, mine.count);
    }
    descent_team_wait(&chain->team);
    descent_magnitude most[3] = {0};
    for (size_t i = 0; i < 1 + trainer->slots; i++) {
        for (int t = 0; t < chain->team.threads; t++) {
            descent_magnitude other = trainer->reach[t].most[i];
            most[i] = other > most[i] ? other : most[i];
        }
    }
    return (struct descent_bounds){
        descent_magnitude_value(most[0]),
        {descent_magnitude_value(most[1]), descent_magnitude_value(most[2])}};
}

bool descent_update_is_safe(const struct descent_update *update, int thread, double gradient,
                            struct descent_bounds *after)
{
    if (!isfinite(gradient)) {
        return false;
    }
    *after = update->trainer->bounds;
    if (descent_optimizer_bound(&update->rates, gradient, after)) {
        return true;
    }
    *after = look(update->trainer, thread);
    return descent_optimizer_bound(&update->rates, gradient, after);
}

/* Whether the step overflows nothing, by trying: every thread rehearses its share. */
static bool rehearse(const struct descent_update *update, float factor, int thread)
{
    struct descent_trainer *trainer = update->trainer;
    bool finite = true;
    trainer->reach[thread].finite = visit_numbers(update, factor, thread, rehearse_numbers);
    descent_team_wait(&trainer->chain.team);
    for (int t = 0; t < trainer->chain.team.threads; t++) {
        finite = finite && trainer->reach[t].finite;
    }
    return finite;
}

/* What is longer only shrinks: it stays finite and within the bounds. */
void descent_update_limit_norms(descent_trainer *trainer, int thread)
{
    struct descent_chain *chain = &trainer->chain;
    double most = trainer->config.max_norm;
    if (most <= 0.0) {
        return;
    }
    descent_team_wait(&chain->team);
    for (size_t l = 0; l + 1 < chain->layers; l++) {
        const struct descent_dense *layer = &chain->layer[l];
        struct descent_span mine =
            descent_cut(layer->shape.outputs, (size_t)chain->team.threads, (size_t)thread);
        descent_max_norm_apply(&layer->shape, mine, most, layer->weights);
    }
}

bool descent_update_run(const struct descent_update *update, int thread,
                        struct descent_bounds *after)
{
    descent_trainer *trainer = update->trainer;
    struct descent_norms norms = descent_update_norms(trainer, thread);
    float factor = clip_factor(trainer->config.clip_norm, norms.whole);
    if (!isfinite(norms.whole)) {
        return false;
    }
    if (!descent_update_is_safe(update, thread, (double)factor * norms.whole, after)) {
        *after = descent_bounds_unknown;
        if (!rehearse(update, factor, thread)) {
            return false;
        }
    }
    visit_numbers(update, factor, thread, update_numbers);
    descent_update_limit_norms(trainer, thread);
    if (thread == 0) {
        trainer->norms = norms;
    }
    return true;
}
