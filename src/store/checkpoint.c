/*
 * Checkpoints: a safetensors file of the last weights (model.*), the best ones (best.*) and the
 * optimizer's state (optimizer.SLOT, in the order of the model's flat array), with everything else
 * as metadata.
 */
#include "base/fail.h"
#include "store/checkpoint_fields.h"
#include "store/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct descent_checkpoint {
    descent_model *model;
    descent_model *best; /* NULL if none was saved */
    size_t slots;
    float *optimizer; /* [slots × parameter count] */
    struct descent_checkpoint_state state;
    char *config; /* what state.config points to */
    bool sealed;
};

static const char *const model_prefix = "model.";
static const char *const best_prefix = "best.";
static const char *const slot_name = "optimizer.%zu";

/* What a file being written borrows from, and what it consists of. */
struct writing {
    descent_model *model;
    float *optimizer;
    struct descent_tensor_list tensors;
    struct descent_metadata_list metadata;
    struct descent_architecture architecture;
    struct descent_seal seal;
};

/* Takes the trainer's parameters and state out of it. */
static descent_status copy_trainer(struct writing *writing, const descent_trainer *trainer,
                                   const descent_model *model)
{
    const descent_model_config config = descent_architecture_config(model);
    descent_status status = descent_model_create(&writing->model, &config);
    if (status == DESCENT_OK) {
        status = descent_trainer_save(trainer, writing->model);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    size_t count = descent_model_parameter_count(model);
    size_t slots = descent_trainer_slots(trainer);
    writing->optimizer = calloc(slots + 1, count * sizeof(float)); /* never of size 0 */
    if (writing->optimizer == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "checkpoint: no memory for %zu numbers of state",
                            slots * count);
    }
    for (size_t s = 0; s < slots; s++) {
        descent_trainer_save_state(trainer, s, writing->optimizer + s * count);
    }
    return DESCENT_OK;
}

static descent_status check_best(const descent_model *model, const descent_model *best)
{
    if (best == NULL || descent_architecture_equal(model, best)) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_INVALID,
                        "checkpoint: expected the best weights in the architecture of the model");
}

static void list_tensors(struct writing *writing, const descent_model *best, size_t slots)
{
    struct descent_tensor_list *list = &writing->tensors;
    descent_tensor_list_add_model(list, model_prefix, writing->model);
    if (best != NULL) {
        descent_tensor_list_add_model(list, best_prefix, best);
    }
    size_t count = descent_model_parameter_count(writing->model);
    const descent_shape flat = {1, {count}};
    for (size_t s = 0; s < slots; s++) {
        char *name = descent_tensor_list_add(list, &flat, writing->optimizer + s * count);
        snprintf(name, sizeof list->names[0], slot_name, s);
    }
}

static descent_status list_metadata(struct writing *writing,
                                    const struct descent_checkpoint_state *state)
{
    struct descent_metadata_list *list = &writing->metadata;
    descent_architecture_init(&writing->architecture, writing->model,
                              descent_tensor_list_checksum(&writing->tensors));
    memcpy(list->entries, writing->architecture.entries, sizeof writing->architecture.entries);
    list->count = DESCENT_ARCHITECTURE_ENTRIES;
    DESCENT_TRY(descent_checkpoint_state_save(list, state));
    DESCENT_TRY(descent_file_seal(&writing->seal, list->entries, list->count, &writing->tensors));
    list->entries[list->count++] = writing->seal.entry;
    return DESCENT_OK;
}

descent_status descent_checkpoint_save(const char *path, const descent_trainer *trainer,
                                       const descent_model *model, const descent_model *best,
                                       const descent_schedule *schedule,
                                       const descent_progress *progress, const char *config)
{
    const descent_schedule no_schedule = DESCENT_SCHEDULE_DEFAULT;
    const descent_progress no_progress = DESCENT_PROGRESS_DEFAULT;
    DESCENT_RETURN_UNLESS(path != NULL && trainer != NULL && model != NULL);
    struct writing *writing = calloc(1, sizeof *writing);
    if (writing == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory", path);
    }
    const struct descent_checkpoint_state state = {
        .optimizer = descent_trainer_optimizer(trainer)->kind,
        .steps = descent_trainer_steps(trainer),
        .progress = progress != NULL ? *progress : no_progress,
        .schedule = schedule != NULL ? *schedule : no_schedule,
        .config = config != NULL ? config : "",
    };
    descent_status status = descent_schedule_check(&state.schedule);
    if (status == DESCENT_OK) {
        status = check_best(model, best);
    }
    if (status == DESCENT_OK) {
        status = copy_trainer(writing, trainer, model);
    }
    if (status == DESCENT_OK) {
        list_tensors(writing, best, descent_trainer_slots(trainer));
        status = list_metadata(writing, &state);
    }
    if (status == DESCENT_OK) {
        status = descent_safetensors_save(path, writing->tensors.tensors, writing->tensors.count,
                                          writing->metadata.entries, writing->metadata.count);
    }
    descent_model_destroy(writing->model);
    free(writing->optimizer);
    free(writing);
    return status;
}

static const descent_tensor *find_slot(const descent_safetensors *file, size_t slot)
{
    char name[32];
    snprintf(name, sizeof name, slot_name, slot);
    return descent_safetensors_find(file, name);
}

/* What a file being read consists of. */
struct reading {
    descent_checkpoint *checkpoint;
    struct descent_model_plan model, best;
    bool has_best;
};

/* Each slot has a number for each parameter. */
static descent_status count_slots(descent_checkpoint *checkpoint, const descent_safetensors *file,
                                  size_t parameters, const char *path)
{
    const descent_tensor *slot;
    while (checkpoint->slots < DESCENT_SLOTS_MAX &&
           (slot = find_slot(file, checkpoint->slots)) != NULL) {
        if (slot->type != DESCENT_TYPE_F32 || slot->shape.rank != 1 ||
            slot->shape.sizes[0] != parameters) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: tensor '%s': expected F32 [%zu], found another type or shape",
                                path, slot->name, parameters);
        }
        checkpoint->slots++;
    }
    return DESCENT_OK;
}

static descent_status read_optimizer(descent_checkpoint *checkpoint,
                                     const descent_safetensors *file, const char *path)
{
    size_t count = descent_model_parameter_count(checkpoint->model);
    checkpoint->optimizer = calloc(checkpoint->slots + 1, count * sizeof(float));
    if (checkpoint->optimizer == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the optimizer's state", path);
    }
    descent_status status = DESCENT_OK;
    for (size_t s = 0; s < checkpoint->slots && status == DESCENT_OK; s++) {
        status = descent_tensor_read(find_slot(file, s), checkpoint->optimizer + s * count);
    }
    return status;
}

static bool has_best(const descent_safetensors *file)
{
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        const char *name = descent_safetensors_tensor(file, i)->name;
        if (strncmp(name, best_prefix, strlen(best_prefix)) == 0) {
            return true;
        }
    }
    return false;
}

/* The best weights are of the same architecture, and there are no tensors beside what was read. */
static descent_status check_tensors(const struct reading *reading, const descent_safetensors *file,
                                    const char *path)
{
    const descent_model_config *model = &reading->model.config;
    if (reading->has_best && !descent_config_equal(model, &reading->best.config)) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected %s* in the architecture of %s*, found another", path,
                            best_prefix, model_prefix);
    }
    size_t models = reading->has_best ? 2 : 1;
    size_t expected = models * 2 * model->layers + reading->checkpoint->slots;
    if (descent_safetensors_count(file) != expected) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: tensors: expected %zu, found %zu", path,
                            expected, descent_safetensors_count(file));
    }
    return DESCENT_OK;
}

static descent_status read_tensors(const struct reading *reading, const descent_safetensors *file,
                                   const char *path)
{
    descent_checkpoint *checkpoint = reading->checkpoint;
    DESCENT_TRY(descent_model_build(&checkpoint->model, &reading->model));
    if (reading->has_best) {
        DESCENT_TRY(descent_model_build(&checkpoint->best, &reading->best));
    }
    return read_optimizer(checkpoint, file, path);
}

static descent_status read_state(descent_checkpoint *checkpoint, const descent_safetensors *file,
                                 const char *path)
{
    descent_status status = descent_checkpoint_state_load(&checkpoint->state, file, path);
    if (status != DESCENT_OK) {
        return status;
    }
    checkpoint->config = strdup(checkpoint->state.config);
    checkpoint->state.config = checkpoint->config;
    if (checkpoint->config == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for the configuration", path);
    }
    return DESCENT_OK;
}

static size_t parameters_of(const descent_model_config *config)
{
    size_t parameters = 0;
    for (size_t l = 0; l < config->layers; l++) {
        parameters += config->sizes[l + 1] * (config->sizes[l] + 1);
    }
    return parameters;
}

/* All that can be said before the tensors' bytes are read. */
static descent_status look(void *context, const descent_safetensors *file, const char *path)
{
    struct reading *reading = context;
    DESCENT_TRY(read_state(reading->checkpoint, file, path));
    DESCENT_TRY(descent_model_plan_read(&reading->model, file, model_prefix, path));
    reading->has_best = has_best(file);
    if (reading->has_best) {
        DESCENT_TRY(descent_model_plan_read(&reading->best, file, best_prefix, path));
    }
    DESCENT_TRY(
        count_slots(reading->checkpoint, file, parameters_of(&reading->model.config), path));
    return check_tensors(reading, file, path);
}

descent_status descent_checkpoint_load(descent_checkpoint **checkpoint, const char *path)
{
    DESCENT_RETURN_UNLESS(checkpoint != NULL);
    *checkpoint = NULL;
    DESCENT_RETURN_UNLESS(path != NULL);
    descent_safetensors *file = NULL;
    struct reading reading = {.checkpoint = calloc(1, sizeof *reading.checkpoint)};
    descent_status status = reading.checkpoint != NULL
                                ? descent_safetensors_load_after(&file, path, look, &reading)
                                : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory", path);
    if (status == DESCENT_OK) {
        status = descent_safetensors_verify(file, path, true);
    }
    if (status == DESCENT_OK) {
        reading.checkpoint->sealed =
            descent_safetensors_metadata(file, DESCENT_HEADER_CHECKSUM) != NULL;
        status = read_tensors(&reading, file, path);
    }
    descent_safetensors_destroy(file);
    if (status != DESCENT_OK) {
        descent_checkpoint_destroy(reading.checkpoint);
        return status;
    }
    *checkpoint = reading.checkpoint;
    return DESCENT_OK;
}

void descent_checkpoint_destroy(descent_checkpoint *checkpoint)
{
    if (checkpoint == NULL) {
        return;
    }
    descent_model_destroy(checkpoint->model);
    descent_model_destroy(checkpoint->best);
    free(checkpoint->optimizer);
    free(checkpoint->config);
    free(checkpoint);
}

const descent_model *descent_checkpoint_model(const descent_checkpoint *checkpoint)
{
    return checkpoint->model;
}

const descent_model *descent_checkpoint_best(const descent_checkpoint *checkpoint)
{
    return checkpoint->best;
}

const descent_schedule *descent_checkpoint_schedule(const descent_checkpoint *checkpoint)
{
    return &checkpoint->state.schedule;
}

const descent_progress *descent_checkpoint_progress(const descent_checkpoint *checkpoint)
{
    return &checkpoint->state.progress;
}

uint64_t descent_checkpoint_steps(const descent_checkpoint *checkpoint)
{
    return checkpoint->state.steps;
}

const char *descent_checkpoint_config(const descent_checkpoint *checkpoint)
{
    return checkpoint->config;
}

bool descent_checkpoint_is_sealed(const descent_checkpoint *checkpoint)
{
    return checkpoint->sealed;
}

descent_status descent_checkpoint_restore(const descent_checkpoint *checkpoint,
                                          descent_trainer *trainer)
{
    DESCENT_RETURN_UNLESS(checkpoint != NULL && trainer != NULL);
    descent_optimizer_kind stored = checkpoint->state.optimizer;
    descent_optimizer_kind kind = descent_trainer_optimizer(trainer)->kind;
    size_t slots = descent_trainer_slots(trainer);
    if (kind != stored || slots != checkpoint->slots) {
        return descent_fail(DESCENT_ERROR_MISMATCH,
                            "optimizer: expected %s with %zu numbers of state a parameter, found "
                            "%s with %zu in the checkpoint",
                            descent_optimizer_name(kind), slots, descent_optimizer_name(stored),
                            checkpoint->slots);
    }
    descent_status status = descent_trainer_load(trainer, checkpoint->model);
    if (status != DESCENT_OK) {
        return status;
    }
    size_t count = descent_model_parameter_count(checkpoint->model);
    for (size_t s = 0; s < slots; s++) {
        descent_trainer_load_state(trainer, s, checkpoint->optimizer + s * count);
    }
    descent_trainer_resume(trainer, checkpoint->state.steps);
    return DESCENT_OK;
}
