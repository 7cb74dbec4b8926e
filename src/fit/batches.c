/*
 * Batch sizes that change with the epoch (Smith et al. 2018). What is planned for a batch size is
 * planned anew where another one begins, with the same weights and state, as if the training had
 * been interrupted there and resumed with that size: the results are the same to the bit.
 */
#include "fit/fit_private.h"

#include "base/fail.h"

#include <stdlib.h>

descent_status descent_batches_check(const descent_fit_config *config)
{
    uint64_t before = 0;
    if (config->batch_stages > DESCENT_BATCH_STAGES_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "fit: expected at most %d batch_stages, found "
                            "%zu",
                            DESCENT_BATCH_STAGES_MAX, config->batch_stages);
    }
    for (size_t s = 0; s < config->batch_stages; s++) {
        uint64_t epoch = config->batch_stage[s].epoch;
        if (epoch <= before) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "fit: batch_stage %zu: expected an epoch above %ju, found %ju", s,
                                (uintmax_t)before, (uintmax_t)epoch);
        }
        before = epoch;
    }
    return DESCENT_OK;
}

/* When so many epochs are done. */
static size_t batch_after(const descent_fit_config *config, size_t samples, uint64_t epoch)
{
    size_t batch = config->trainer.batch;
    for (size_t s = 0; s < config->batch_stages && config->batch_stage[s].epoch <= epoch; s++) {
        batch = config->batch_stage[s].batch;
    }
    return batch == 0 || batch > samples ? samples : batch;
}

static uint64_t steps_of(size_t samples, size_t batch)
{
    return samples / batch + (samples % batch != 0);
}

uint64_t descent_fit_steps(const descent_fit_config *config, size_t samples, uint64_t epochs)
{
    uint64_t steps = 0, done = 0;
    for (size_t s = 0; samples > 0 && done < epochs; s++) {
        uint64_t next = s < config->batch_stages ? config->batch_stage[s].epoch : epochs;
        uint64_t end = next < epochs ? next : epochs, more;
        if (__builtin_mul_overflow(end - done,
                                   steps_of(samples, batch_after(config, samples, done)), &more) ||
            __builtin_add_overflow(steps, more, &steps)) {
            return UINT64_MAX;
        }
        done = end;
    }
    return steps;
}

uint64_t descent_batches_steps(const descent_fit *fit)
{
    return steps_of(descent_dataset_count(fit->train), fit->batch);
}

void descent_batches_begin(descent_fit *fit)
{
    fit->batch = batch_after(&fit->config, descent_dataset_count(fit->train), fit->progress.epoch);
}

/* Gives a trainer the state of another one. */
static descent_status move_state(descent_trainer *to, const descent_trainer *from, size_t count)
{
    float *state = calloc(count, sizeof *state);
    if (state == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "fit: no memory for another batch size");
    }
    for (size_t s = 0; s < descent_trainer_slots(from); s++) {
        descent_trainer_save_state(from, s, state);
        descent_trainer_load_state(to, s, state);
    }
    descent_trainer_resume(to, descent_trainer_steps(from));
    free(state);
    return DESCENT_OK;
}

/* A trainer and a loader for the fit's batch in place of those that it has. */
static descent_status plan_anew(descent_fit *fit, descent_model *present)
{
    descent_trainer *trainer = fit->trainer;
    descent_loader *batches = fit->batches;
    DESCENT_TRY(descent_trainer_save(trainer, present));
    fit->trainer = NULL;
    fit->batches = NULL;
    descent_status status = descent_fit_plan_batch(fit, present);
    if (status == DESCENT_OK) {
        status = move_state(fit->trainer, trainer, descent_model_parameter_count(present));
    }
    if (status != DESCENT_OK) {
        descent_trainer_destroy(fit->trainer);
        descent_loader_destroy(fit->batches);
        fit->trainer = trainer;
        fit->batches = batches;
        return status;
    }
    descent_trainer_destroy(trainer);
    descent_loader_destroy(batches);
    return DESCENT_OK;
}

descent_status descent_batches_follow(descent_fit *fit)
{
    size_t before = fit->batch;
    descent_model *present;
    descent_batches_begin(fit);
    if (fit->batch == before) {
        return DESCENT_OK;
    }
    descent_status status = descent_fit_copy_shape(&present, fit->model);
    if (status == DESCENT_OK) {
        status = plan_anew(fit, present);
        descent_model_destroy(present);
    }
    fit->batch = status == DESCENT_OK ? fit->batch : before;
    return status;
}
