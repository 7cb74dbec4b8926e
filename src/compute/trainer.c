/*
 * A trainer: a chain of layers that runs both ways, and an optimizer behind it.
 */
#include <descent/trainer.h>

#include "base/fail.h"
#include "compute/loss_private.h"
#include "compute/trainer_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static descent_status check_config(const descent_trainer_config *config, size_t outputs)
{
    const struct {
        bool valid;
        const char *expected;
        double found;
    } checks[] = {
        {config->dropout >= 0.0 && config->dropout < 1.0, "dropout in [0, 1)", config->dropout},
        {config->input_dropout >= 0.0 && config->input_dropout < 1.0, "input_dropout in [0, 1)",
         config->input_dropout},
        {config->max_norm >= 0.0 && isfinite(config->max_norm), "max_norm ≥ 0", config->max_norm},
        {config->clip_norm >= 0.0 && isfinite(config->clip_norm), "clip_norm ≥ 0",
         config->clip_norm},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].valid) {
            return descent_fail(DESCENT_ERROR_INVALID, "trainer: expected %s, found %g",
                                checks[i].expected, checks[i].found);
        }
    }
    DESCENT_TRY(descent_loss_check_numbers(&config->loss, outputs));
    return descent_optimizer_check(&config->optimizer);
}

/* Copies borrowed numbers, if there are any, and points to the copy. */
static void keep(const float **numbers, void *copy, size_t count)
{
    if (*numbers != NULL) {
        *numbers = memcpy(copy, *numbers, count * sizeof **numbers);
    }
}

/* Called twice, as descent_chain_lay_out(). */
static void lay_out(descent_trainer *trainer, struct descent_arena_plan *arena, char *block,
                    const descent_model *model, const struct descent_chain_use *use,
                    const descent_trainer_config *config)
{
    descent_arena_reserve(arena, 1, sizeof *trainer);
    descent_chain_lay_out(&trainer->chain, arena, block, model, use);
    size_t room = trainer->chain.parameter_room;
    size_t slots = descent_optimizer_slots(&config->optimizer);
    size_t state = descent_arena_reserve(arena, slots * sizeof(float), room);
    size_t squares = descent_arena_reserve(
        arena, descent_update_blocks(room, trainer->chain.layers), sizeof(double));
    size_t pieces = config->noise_period > 0 ? descent_pass_row_pieces(trainer->chain.batch) : 0;
    size_t noise = descent_arena_reserve(arena, pieces, sizeof(double));
    size_t reach =
        descent_arena_reserve(arena, (size_t)trainer->chain.most, sizeof *trainer->reach);
    size_t outputs = descent_model_outputs(model);
    size_t class_weights = descent_arena_reserve(arena, outputs, sizeof(float));
    size_t target_deviations = descent_arena_reserve(arena, outputs, sizeof(float));
    if (block == NULL) {
        return;
    }
    trainer->config = *config;
    trainer->slots = slots;
    trainer->state = (float *)(block + state);
    trainer->squares = (double *)(block + squares);
    trainer->noise.squares = pieces > 0 ? (double *)(block + noise) : NULL;
    trainer->reach = (struct descent_reach *)(block + reach);
    trainer->bounds = descent_bounds_unknown;
    keep(&trainer->config.loss.class_weights, block + class_weights, outputs);
    keep(&trainer->config.loss.target_deviations, block + target_deviations, outputs);
}

descent_status descent_trainer_create(descent_trainer **trainer, const descent_model *model,
                                      const descent_trainer_config *config)
{
    DESCENT_RETURN_UNLESS(trainer != NULL);
    *trainer = NULL;
    DESCENT_RETURN_UNLESS(model != NULL && config != NULL);
    const struct descent_chain_use use = {.engine = config->engine,
                                          .batch = config->batch,
                                          .most = config->evaluation_batch,
                                          .threads = config->threads,
                                          .backward = true,
                                          .dropout = config->dropout > 0.0,
                                          .input_dropout = config->input_dropout > 0.0};
    DESCENT_TRY(check_config(config, descent_model_outputs(model)));
    DESCENT_TRY(descent_chain_check(&use));
    descent_trainer measured;
    struct descent_arena_plan size = {0};
    lay_out(&measured, &size, NULL, model, &use, config);
    char *block = descent_arena_allocate(&size);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "trainer: no memory for %zu bytes", size.size);
    }
    *trainer = (descent_trainer *)block;
    (*trainer)->bytes = size.size;
    struct descent_arena_plan plan = {0};
    lay_out(*trainer, &plan, block, model, &use, config);
    descent_model_describe(model, (*trainer)->architecture, DESCENT_ARCHITECTURE_SIZE);
    return DESCENT_OK;
}

void descent_trainer_destroy(descent_trainer *trainer)
{
    free(trainer);
}

/* What the threads of a step share. */
struct step {
    descent_trainer *trainer;
    struct descent_pass pass;
    struct descent_update update;
    bool add;                     /* to the gradient that is there */
    bool finite;                  /* whether the loss, the gradient and the update were */
    struct descent_bounds bounds; /* of parameters and state, if so */
};

/* The inputs count as the layer behind the last that there can be. */
static void prepare_masks(struct descent_pass *pass, const descent_trainer *trainer)
{
    const descent_trainer_config *config = &trainer->config;
    const struct descent_chain *chain = &trainer->chain;
    pass->dropout = config->dropout > 0.0;
    for (size_t l = 0; pass->dropout && l + 1 < chain->layers; l++) {
        pass->masks[l] = descent_dropout_init(config->dropout, config->seed, trainer->steps, l,
                                              trainer->summed * chain->layer[l].shape.outputs);
    }
    pass->input_dropout = config->input_dropout > 0.0;
    if (pass->input_dropout) {
        pass->input_mask = descent_dropout_init(config->input_dropout, config->seed, trainer->steps,
                                                DESCENT_LAYERS_MAX - 1,
                                                trainer->summed * chain->layer[0].shape.inputs);
    }
}

/* whole: the weight of all samples of the step's batch. */
static void prepare(struct step *step, descent_trainer *trainer, const descent_batch *batch,
                    double whole, bool dropout)
{
    const descent_trainer_config *config = &trainer->config;
    memset(step, 0, sizeof *step);
    step->trainer = trainer;
    trainer->samples = batch->n;
    step->add = trainer->summed > 0;
    step->pass.chain = &trainer->chain;
    step->pass.loss = &config->loss;
    step->pass.batch = batch;
    step->pass.backward = true;
    step->pass.scale = 1.0f / (float)whole;
    if (dropout) {
        prepare_masks(&step->pass, trainer);
    }
}

static void add_metrics(descent_metrics *metrics, const struct step *step)
{
    if (metrics != NULL) {
        descent_metrics own = descent_pass_metrics(&step->pass);
        descent_metrics_add(metrics, &own);
    }
}

static void add_norm(descent_metrics *metrics, const struct step *step)
{
    if (metrics != NULL && step->update.measure) {
        metrics->norm_sum += step->trainer->norms.whole;
        metrics->norms++;
    }
}

static bool loss_is_finite(const struct step *step)
{
    return isfinite(descent_pass_metrics(&step->pass).loss_sum);
}

/* Drops the sum, and tells where it began, with the largest values. */
static descent_status nonfinite(descent_trainer *trainer, const struct step *step)
{
    bool loss = step->pass.chain != NULL && !loss_is_finite(step);
    char found[64] = "others";
    trainer->summed = 0;
    descent_trainer_diagnose(trainer, step->pass.batch, !loss);
    const descent_failure *failure = &trainer->failure;
    if (loss) {
        /* A NaN may have a sign, which would say nothing. */
        snprintf(found, sizeof found, "%g", fabs(descent_pass_metrics(&step->pass).loss_sum));
    } else if (strcmp(failure->what, "step") == 0) {
        snprintf(found, sizeof found, "too large ones for %s with learning rate %g",
                 descent_optimizer_name(trainer->config.optimizer.kind),
                 (double)step->update.rates.learning_rate);
    }
    return descent_fail(DESCENT_ERROR_NONFINITE,
                        "%s: expected finite numbers, found %s, first in the %s of layer %zu of "
                        "%zu; largest finite ones there: input %.3g, weight %.3g, output %.3g, "
                        "delta %.3g, gradient %.3g",
                        loss ? "loss" : "gradient", found, failure->what, failure->layer + 1,
                        trainer->chain.layers, failure->input, failure->weight, failure->output,
                        failure->delta, failure->gradient);
}

static void sum_thread(void *context, int thread)
{
    const struct step *step = context;
    descent_pass_run(&step->pass, thread);
    descent_pass_gradient(&step->pass, thread, step->add);
    if (step->update.noise) {
        descent_noise_square_samples(step->trainer, &step->pass, thread);
    }
}

/* The last touch to a sum that is complete. */
static void scale_sum(descent_trainer *trainer)
{
    float scale = descent_trainer_sum_scale(trainer);
    for (size_t i = 0; scale != 1.0f && i < trainer->chain.parameter_room; i++) {
        trainer->chain.gradient[i] *= scale;
    }
}

/* Adds the gradient of a part of `total` samples, `most` at once, to the sum. */
static descent_status sum(descent_trainer *trainer, const descent_batch *batch, size_t most,
                          size_t total, bool dropout, descent_metrics *metrics)
{
    DESCENT_TRY(descent_chain_check_batch(&trainer->chain, &trainer->config.loss, batch, most));
    if (total < batch->n || total - batch->n < trainer->summed) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "batch: expected at most %zu samples in all, found %zu", total,
                            trainer->summed + batch->n);
    }
    struct step step;
    prepare(&step, trainer, batch, (double)total, dropout);
    step.update.noise = dropout && descent_noise_is_due(trainer);
    descent_pass_share(&step.pass, sum_thread, &step);
    if (!loss_is_finite(&step)) {
        return nonfinite(trainer, &step);
    }
    double weight = trainer->summed > 0 ? trainer->summed_weight : 0.0;
    trainer->summed_weight = weight + descent_loss_weight(&trainer->config.loss, batch);
    if (step.update.noise) {
        descent_noise_sum(trainer, batch->n);
    }
    trainer->summed += batch->n;
    add_metrics(metrics, &step);
    return DESCENT_OK;
}

descent_status descent_trainer_backward(descent_trainer *trainer, const descent_batch *batch,
                                        size_t total, descent_metrics *metrics)
{
    DESCENT_RETURN_UNLESS(trainer != NULL && batch != NULL);
    return sum(trainer, batch, trainer->config.batch, total, true, metrics);
}

static void measure_thread(void *context, int thread)
{
    struct step *step = context;
    struct descent_norms norms = descent_update_norms(step->trainer, thread);
    if (thread == 0) {
        step->finite = isfinite(norms.whole);
        step->trainer->norms = step->finite ? norms : step->trainer->norms;
    }
}

descent_status descent_trainer_measure(descent_trainer *trainer, const descent_batch *batch,
                                       size_t total, descent_metrics *metrics)
{
    DESCENT_RETURN_UNLESS(trainer != NULL && batch != NULL);
    DESCENT_TRY(sum(trainer, batch, trainer->chain.batch, total, false, metrics));
    if (trainer->summed < total) {
        return DESCENT_OK;
    }
    struct step step;
    memset(&step, 0, sizeof step);
    step.trainer = trainer;
    step.update.measure = true;
    scale_sum(trainer);
    descent_chain_gather(&trainer->chain, 1, true);
    descent_team_run(&trainer->chain.team, measure_thread, &step);
    if (!step.finite) {
        return nonfinite(trainer, &step);
    }
    trainer->summed = 0;
    add_norm(metrics, &step);
    return DESCENT_OK;
}

/* Thread 0 reports. */
static void report(struct step *step, int thread, bool finite, struct descent_bounds bounds)
{
    if (thread == 0) {
        step->finite = finite;
        step->bounds = bounds;
    }
}

/* Updates with the gradient that stands in the chain. */
static void apply_gradient(struct step *step, int thread)
{
    struct descent_bounds bounds;
    bool finite = descent_update_run(&step->update, thread, &bounds);
    report(step, thread, finite, bounds);
}

static void sum_only_thread(void *context, int thread)
{
    apply_gradient(context, thread);
}

static void step_thread(void *context, int thread)
{
    struct step *step = context;
    struct descent_bounds bounds;
    descent_pass_run(&step->pass, thread);
    if (!loss_is_finite(step)) {
        return;
    }
    if (step->update.noise) {
        descent_noise_measure(&step->update, &step->pass, thread);
    }
    if (descent_update_descend(&step->update, &step->pass, thread, &bounds)) {
        report(step, thread, true, bounds);
        return;
    }
    descent_pass_gradient(&step->pass, thread, false);
    descent_team_wait(&step->trainer->chain.team);
    apply_gradient(step, thread);
}

/* The end of a step that has run. */
static descent_status finish(struct step *step, descent_metrics *metrics)
{
    descent_trainer *trainer = step->trainer;
    if (!step->finite) {
        return nonfinite(trainer, step);
    }
    trainer->summed = 0;
    trainer->bounds = step->bounds;
    trainer->steps++;
    add_norm(metrics, step);
    return DESCENT_OK;
}

static descent_status step_with_sum(descent_trainer *trainer, double learning_rate,
                                    descent_metrics *metrics)
{
    if (trainer->summed == 0) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "step: expected a batch or a summed-up gradient, found neither");
    }
    struct step step;
    memset(&step, 0, sizeof step);
    step.trainer = trainer;
    descent_update_prepare(&step.update, trainer, learning_rate);
    double scale = (double)descent_trainer_sum_scale(trainer);
    size_t n = trainer->summed;
    scale_sum(trainer);
    descent_chain_gather(&trainer->chain, 1, true);
    descent_team_run(&trainer->chain.team, sum_only_thread, &step);
    DESCENT_TRY(finish(&step, metrics));
    if (step.update.noise) {
        descent_noise_add(metrics, n, scale * scale * trainer->noise.sum, trainer->norms.whole);
    }
    return DESCENT_OK;
}

descent_status descent_trainer_step(descent_trainer *trainer, const descent_batch *batch,
                                    double learning_rate, descent_metrics *metrics)
{
    DESCENT_RETURN_UNLESS(trainer != NULL);
    const descent_trainer_config *config = &trainer->config;
    /* What is applied is a float, and with weight decay a multiple of it. */
    double decay = fmax(1.0, config->optimizer.weight_decay);
    if (!(learning_rate >= 0.0) || !isfinite((float)(learning_rate * decay))) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "learning rate: expected a number ≥ 0 that a float can hold, found %g",
                            learning_rate);
    }
    if (batch == NULL) {
        return step_with_sum(trainer, learning_rate, metrics);
    }
    DESCENT_TRY(descent_chain_check_batch(&trainer->chain, &config->loss, batch, config->batch));
    struct step step;
    trainer->summed = 0;
    prepare(&step, trainer, batch, descent_loss_weight(&config->loss, batch), true);
    descent_update_prepare(&step.update, trainer, learning_rate);
    descent_pass_share(&step.pass, step_thread, &step);
    DESCENT_TRY(finish(&step, metrics));
    add_metrics(metrics, &step);
    if (step.update.noise) {
        double squares = descent_noise_samples(trainer, batch->n);
        double norm = step.update.stores ? trainer->norms.whole : trainer->noise.norm;
        descent_noise_add(metrics, batch->n, squares, norm);
    }
    return DESCENT_OK;
}

descent_status descent_trainer_evaluate(descent_trainer *trainer, const descent_batch *batch,
                                        descent_metrics *metrics)
{
    DESCENT_RETURN_UNLESS(trainer != NULL && batch != NULL && metrics != NULL);
    DESCENT_TRY(descent_chain_check_batch(&trainer->chain, &trainer->config.loss, batch,
                                          trainer->chain.batch));
    return descent_pass_evaluate(&trainer->chain, &trainer->config.loss, batch, metrics, NULL);
}
