/*
 * What goes into a trainer and comes out of it: parameters, gradient, the optimizer's state.
 */
#include "base/fail.h"
#include "compute/trainer_private.h"

#include <string.h>

static descent_status check_architecture(const descent_trainer *trainer, const descent_model *model)
{
    char found[DESCENT_ARCHITECTURE_SIZE];
    descent_model_describe(model, found, sizeof found);
    if (strcmp(found, trainer->architecture) != 0) {
        return descent_fail(DESCENT_ERROR_MISMATCH, "architecture: expected %s, found %s",
                            trainer->architecture, found);
    }
    return DESCENT_OK;
}

descent_status descent_trainer_save(const descent_trainer *trainer, descent_model *model)
{
    DESCENT_RETURN_UNLESS(trainer != NULL && model != NULL);
    descent_status status = check_architecture(trainer, model);
    if (status == DESCENT_OK) {
        descent_chain_export(&trainer->chain, trainer->chain.parameters,
                             descent_model_parameters(model));
    }
    return status;
}

descent_status descent_trainer_load(descent_trainer *trainer, const descent_model *model)
{
    DESCENT_RETURN_UNLESS(trainer != NULL && model != NULL);
    descent_status status = check_architecture(trainer, model);
    if (status == DESCENT_OK) {
        descent_chain_import(&trainer->chain, descent_model_parameters(model),
                             trainer->chain.parameters);
        trainer->bounds = descent_bounds_unknown;
    }
    return status;
}

float descent_trainer_sum_scale(const descent_trainer *trainer)
{
    return (float)((double)trainer->summed / trainer->summed_weight);
}

double descent_trainer_gradient_norm(const descent_trainer *trainer)
{
    return trainer->norms.whole;
}

double descent_trainer_layer_norm(const descent_trainer *trainer, size_t layer)
{
    return layer < trainer->chain.layers ? trainer->norms.layer[layer] : 0.0;
}

descent_failure descent_trainer_failure(const descent_trainer *trainer)
{
    return trainer->failure;
}

descent_status descent_trainer_gradient(const descent_trainer *trainer, float *gradient)
{
    DESCENT_RETURN_UNLESS(trainer != NULL && gradient != NULL);
    if (trainer->summed == 0) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "gradient: expected one summed up since the last step, found none");
    }
    descent_chain_export(&trainer->chain, trainer->chain.gradient, gradient);
    float scale = descent_trainer_sum_scale(trainer);
    for (size_t i = 0; i < trainer->chain.parameter_count; i++) {
        gradient[i] *= scale;
    }
    return DESCENT_OK;
}

const descent_optimizer *descent_trainer_optimizer(const descent_trainer *trainer)
{
    return &trainer->config.optimizer;
}

int descent_trainer_threads(const descent_trainer *trainer)
{
    return descent_chain_threads(&trainer->chain, trainer->config.batch, true);
}

double descent_trainer_threads_share(const descent_trainer *trainer)
{
    const struct descent_pace *pace = &trainer->chain.both;
    return pace->all > 0 ? (double)pace->most / (double)pace->all : 1.0;
}

size_t descent_trainer_bytes(const descent_trainer *trainer)
{
    return trainer->bytes;
}

uint64_t descent_trainer_steps(const descent_trainer *trainer)
{
    return trainer->steps;
}

size_t descent_trainer_slots(const descent_trainer *trainer)
{
    return trainer->slots;
}

void descent_trainer_save_state(const descent_trainer *trainer, size_t slot, float *state)
{
    descent_chain_export(&trainer->chain, trainer->state + slot * trainer->chain.parameter_room,
                         state);
}

void descent_trainer_load_state(descent_trainer *trainer, size_t slot, const float *state)
{
    descent_chain_import(&trainer->chain, state,
                         trainer->state + slot * trainer->chain.parameter_room);
    trainer->bounds = descent_bounds_unknown;
}

void descent_trainer_resume(descent_trainer *trainer, uint64_t steps)
{
    trainer->steps = steps;
}
