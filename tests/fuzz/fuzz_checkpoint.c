/*
 * Fuzz target: any checkpoint, and once more with its checksums made right. One that is read fits a
 * trainer of its own architecture, or says that it does not.
 */
#include "repaired.h"

static descent_trainer *create_trainer(const descent_model *model)
{
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.optimizer.kind = DESCENT_OPTIMIZER_ADAM;
    config.batch = 1;
    descent_trainer *trainer;
    fuzz_check(descent_trainer_create(&trainer, model, &config) == DESCENT_OK);
    return trainer;
}

static void check(const char *path)
{
    descent_checkpoint *checkpoint;
    descent_status status = descent_checkpoint_load(&checkpoint, path);
    fuzz_check_status(status, checkpoint);
    if (status == DESCENT_OK) {
        const descent_schedule *schedule = descent_checkpoint_schedule(checkpoint);
        fuzz_check(descent_schedule_check(schedule) == DESCENT_OK);
        fuzz_check(descent_checkpoint_config(checkpoint) != NULL);
        descent_trainer *trainer = create_trainer(descent_checkpoint_model(checkpoint));
        status = descent_checkpoint_restore(checkpoint, trainer);
        fuzz_check(status == DESCENT_OK || status == DESCENT_ERROR_MISMATCH);
        fuzz_check(status != DESCENT_OK ||
                   descent_trainer_steps(trainer) == descent_checkpoint_steps(checkpoint));
        descent_trainer_destroy(trainer);
    }
    descent_checkpoint_destroy(checkpoint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(fuzz_file(data, size));
    const char *repaired = repaired_file(data, size);
    if (repaired != NULL) {
        check(repaired);
    }
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    if (number > 0) {
        return false;
    }
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 1;
    config.sizes[0] = 2;
    config.sizes[1] = 2;
    descent_model *model;
    fuzz_check(descent_model_create(&model, &config) == DESCENT_OK);
    descent_trainer *trainer = create_trainer(model);
    const descent_schedule schedule = DESCENT_SCHEDULE_DEFAULT;
    const descent_progress progress = {.epoch = 1, .best_loss = 0.5};
    descent_status status =
        descent_checkpoint_save(path, trainer, model, model, &schedule, &progress, "{}");
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
    return status == DESCENT_OK;
}
