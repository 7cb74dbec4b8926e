/*
 * A trainer: a chain that runs both ways, and an optimizer behind it.
 */
#include <descent/trainer.h>

#include "chain.h"
#include "fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for the most layers of the greatest width and the names of two activations. */
enum { ARCHITECTURE_SIZE = DESCENT_LAYERS_MAX * 8 + 64 };

/* One block: this struct, the chain's arrays, the optimizer's state. The state of each range of
 * parameters that is updated in one go (a layer's weights, a layer's bias) stands together:
 * [slots × parameters of the range]. */
struct descent_trainer {
    descent_trainer_config config;
    char architecture[ARCHITECTURE_SIZE]; /* as descent_model_describe() tells it */
    size_t slots;
    uint64_t steps;
    size_t summed; /* samples in the gradient that is being summed up */
    bool fresh;    /* the next gradient overwrites the one that is there */
    double norm;   /* of the last step's gradient */
    float *state;
    struct descent_chain chain;
};

static descent_status check_config(const descent_trainer_config *config)
{
    const struct {
        bool valid;
        const char *expected;
        double found;
    } checks[] = {
        {(unsigned)config->loss.kind < DESCENT_LOSS_COUNT, "a known loss",
         (double)config->loss.kind},
        {config->loss.label_smoothing >= 0.0 && config->loss.label_smoothing < 1.0,
         "label smoothing in [0, 1)", config->loss.label_smoothing},
        {config->dropout >= 0.0 && config->dropout < 1.0, "dropout in [0, 1)", config->dropout},
        {config->clip_norm >= 0.0 && isfinite(config->clip_norm), "clip_norm ≥ 0",
         config->clip_norm},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].valid) {
            return descent_fail(DESCENT_ERROR_INVALID, "trainer: expected %s, found %g",
                                checks[i].expected, checks[i].found);
        }
    }
    return descent_optimizer_check(&config->optimizer);
}

/* Called twice, as descent_chain_lay_out(). */
static void lay_out(descent_trainer *trainer, struct descent_arena_plan *arena, char *block,
                    const descent_model *model, const struct descent_chain_use *use, size_t slots)
{
    descent_arena_reserve(arena, 1, sizeof *trainer);
    descent_chain_lay_out(&trainer->chain, arena, block, model, use);
    size_t offset =
        descent_arena_reserve(arena, slots * sizeof(float), trainer->chain.parameter_count);
    trainer->state = block != NULL ? (float *)(block + offset) : NULL;
}

descent_status descent_trainer_create(descent_trainer **trainer, const descent_model *model,
                                      const descent_trainer_config *config)
{
    *trainer = NULL;
    const struct descent_chain_use use = {
        .batch = config->batch, .backward = true, .dropout = config->dropout > 0.0};
    descent_status status = check_config(config);
    if (status == DESCENT_OK) {
        status = descent_chain_check(&use, config->threads);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    size_t slots = descent_optimizer_slots(&config->optimizer);
    descent_trainer measured;
    struct descent_arena_plan size = {0};
    lay_out(&measured, &size, NULL, model, &use, slots);
    char *block = descent_arena_allocate(&size);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "trainer: no memory for %zu bytes", size.size);
    }
    *trainer = (descent_trainer *)block;
    (*trainer)->config = *config;
    (*trainer)->slots = slots;
    (*trainer)->fresh = true;
    struct descent_arena_plan plan = {0};
    lay_out(*trainer, &plan, block, model, &use, slots);
    descent_model_describe(model, (*trainer)->architecture, ARCHITECTURE_SIZE);
    return DESCENT_OK;
}

void descent_trainer_destroy(descent_trainer *trainer)
{
    free(trainer);
}

static descent_status check_batch(const descent_trainer *trainer, const descent_batch *batch)
{
    return descent_chain_check_batch(&trainer->chain, trainer->config.batch, &trainer->config.loss,
                                     batch);
}

descent_status descent_trainer_backward(descent_trainer *trainer, const descent_batch *batch,
                                        size_t total, descent_metrics *metrics)
{
    descent_status status = check_batch(trainer, batch);
    if (status == DESCENT_OK && (total < batch->n || total - batch->n < trainer->summed)) {
        status = descent_fail(DESCENT_ERROR_INVALID,
                              "batch: expected at most %zu samples in all, found %zu", total,
                              trainer->summed + batch->n);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    const struct descent_chain_dropout dropout = {trainer->config.dropout, trainer->config.seed,
                                                  trainer->steps, trainer->summed};
    descent_metrics own;
    descent_chain_gradient(&trainer->chain, &trainer->config.loss, batch, 1.0f / (float)total,
                           &dropout, !trainer->fresh, &own);
    if (!isfinite(own.loss_sum)) {
        trainer->fresh = true;
        trainer->summed = 0;
        return descent_fail(DESCENT_ERROR_NONFINITE, "loss: expected a finite number, found %g",
                            own.loss_sum);
    }
    trainer->fresh = false;
    trainer->summed += batch->n;
    if (metrics != NULL) {
        metrics->loss_sum += own.loss_sum;
        metrics->correct += own.correct;
        metrics->samples += own.samples;
    }
    return DESCENT_OK;
}

static double sum_of_squares(const float *values, size_t n)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        sum += (double)values[i] * (double)values[i];
    }
    return sum;
}

/* Global-norm clipping (Pascanu et al. 2013), with torch's 1e-6 against a division by zero. */
static void clip(descent_trainer *trainer)
{
    float factor = (float)(trainer->config.clip_norm / (trainer->norm + 1e-6));
    if (trainer->config.clip_norm > 0.0 && factor < 1.0f) {
        for (size_t i = 0; i < trainer->chain.parameter_count; i++) {
            trainer->chain.gradient[i] *= factor;
        }
    }
}

/* A range of parameters that is updated in one go, by its place in the flat array. */
struct range {
    size_t offset;
    size_t count;
    bool is_bias;
};

/* Ranges 2l and 2l + 1 are layer l's weights and bias. */
static struct range range_of(const struct descent_chain *chain, size_t number)
{
    const struct descent_dense *layer = &chain->layer[number / 2];
    if (number % 2 == 0) {
        return (struct range){(size_t)(layer->weights - chain->parameters),
                              layer->shape.inputs * layer->shape.outputs, false};
    }
    return (struct range){(size_t)(layer->bias - chain->parameters), layer->shape.outputs, true};
}

static void update(descent_trainer *trainer, double learning_rate)
{
    const struct descent_chain *chain = &trainer->chain;
    descent_optimizer of_bias = trainer->config.optimizer;
    if (!trainer->config.decay_biases) {
        of_bias.weight_decay = 0.0;
    }
    for (size_t i = 0; i < 2 * chain->layers; i++) {
        struct range range = range_of(chain, i);
        descent_optimizer_step(range.is_bias ? &of_bias : &trainer->config.optimizer, range.count,
                               chain->parameters + range.offset, chain->gradient + range.offset,
                               trainer->state + trainer->slots * range.offset, learning_rate,
                               trainer->steps + 1);
    }
}

/* The update with the gradient that is summed up. */
static descent_status step_with_sum(descent_trainer *trainer, double learning_rate)
{
    if (trainer->summed == 0) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "step: expected a batch or a summed-up gradient, found neither");
    }
    trainer->fresh = true;
    trainer->summed = 0;
    double norm = sqrt(sum_of_squares(trainer->chain.gradient, trainer->chain.parameter_count));
    if (!isfinite(norm)) {
        return descent_fail(DESCENT_ERROR_NONFINITE, "gradient: expected a finite norm, found %g",
                            norm);
    }
    trainer->norm = norm;
    clip(trainer);
    update(trainer, learning_rate);
    trainer->steps++;
    return DESCENT_OK;
}

descent_status descent_trainer_step(descent_trainer *trainer, const descent_batch *batch,
                                    double learning_rate, descent_metrics *metrics)
{
    if (!(learning_rate >= 0.0) || !isfinite(learning_rate)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "learning rate: expected a finite number ≥ 0, found %g", learning_rate);
    }
    if (batch == NULL) {
        return step_with_sum(trainer, learning_rate);
    }
    descent_metrics own = {0};
    trainer->fresh = true;
    trainer->summed = 0;
    descent_status status = descent_trainer_backward(trainer, batch, batch->n, &own);
    if (status == DESCENT_OK) {
        status = step_with_sum(trainer, learning_rate);
    }
    if (status == DESCENT_OK && metrics != NULL) {
        metrics->loss_sum += own.loss_sum;
        metrics->correct += own.correct;
        metrics->samples += own.samples;
    }
    return status;
}

descent_status descent_trainer_evaluate(descent_trainer *trainer, const descent_batch *batch,
                                        descent_metrics *metrics)
{
    descent_status status = check_batch(trainer, batch);
    if (status != DESCENT_OK) {
        return status;
    }
    return descent_chain_evaluate(&trainer->chain, &trainer->config.loss, batch, metrics, NULL);
}

double descent_trainer_gradient_norm(const descent_trainer *trainer)
{
    return trainer->norm;
}

void descent_trainer_gradient(const descent_trainer *trainer, float *gradient)
{
    memcpy(gradient, trainer->chain.gradient, trainer->chain.parameter_count * sizeof *gradient);
}

static descent_status check_architecture(const descent_trainer *trainer, const descent_model *model)
{
    char found[ARCHITECTURE_SIZE];
    descent_model_describe(model, found, sizeof found);
    if (strcmp(found, trainer->architecture) != 0) {
        return descent_fail(DESCENT_ERROR_MISMATCH, "architecture: expected %s, found %s",
                            trainer->architecture, found);
    }
    return DESCENT_OK;
}

descent_status descent_trainer_save(const descent_trainer *trainer, descent_model *model)
{
    descent_status status = check_architecture(trainer, model);
    if (status == DESCENT_OK) {
        memcpy(descent_model_parameters(model), trainer->chain.parameters,
               trainer->chain.parameter_count * sizeof(float));
    }
    return status;
}

descent_status descent_trainer_load(descent_trainer *trainer, const descent_model *model)
{
    descent_status status = check_architecture(trainer, model);
    if (status == DESCENT_OK) {
        memcpy(trainer->chain.parameters, descent_model_parameters(model),
               trainer->chain.parameter_count * sizeof(float));
    }
    return status;
}

const descent_optimizer *descent_trainer_optimizer(const descent_trainer *trainer)
{
    return &trainer->config.optimizer;
}

uint64_t descent_trainer_steps(const descent_trainer *trainer)
{
    return trainer->steps;
}

size_t descent_trainer_slots(const descent_trainer *trainer)
{
    return trainer->slots;
}

/* Where a slot of a range's state stands. */
static float *state_of(const descent_trainer *trainer, struct range range, size_t slot)
{
    return trainer->state + trainer->slots * range.offset + slot * range.count;
}

void descent_trainer_save_state(const descent_trainer *trainer, size_t slot, float *state)
{
    for (size_t i = 0; i < 2 * trainer->chain.layers; i++) {
        struct range range = range_of(&trainer->chain, i);
        memcpy(state + range.offset, state_of(trainer, range, slot), range.count * sizeof *state);
    }
}

void descent_trainer_load_state(descent_trainer *trainer, size_t slot, const float *state)
{
    for (size_t i = 0; i < 2 * trainer->chain.layers; i++) {
        struct range range = range_of(&trainer->chain, i);
        memcpy(state_of(trainer, range, slot), state + range.offset, range.count * sizeof *state);
    }
}

void descent_trainer_resume(descent_trainer *trainer, uint64_t steps)
{
    trainer->steps = steps;
}
