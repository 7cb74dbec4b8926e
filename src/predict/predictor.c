/*
 * A predictor from its file to its end.
 */
#include "predict/predictor_private.h"

#include "base/fail.h"

#include <descent/checkpoint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_names(descent_predictor *predictor)
{
    for (size_t i = 0; predictor->names != NULL && i < predictor->answers; i++) {
        free(predictor->names[i]);
    }
    free(predictor->names);
}

descent_status descent_predictor_rename(descent_predictor *predictor, size_t answers)
{
    free_names(predictor);
    predictor->names = calloc(answers, sizeof *predictor->names);
    predictor->answers = answers;
    return predictor->names != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "predictor: no memory for %zu names", answers);
}

/* What is planned for the model as it is. */
static void free_plan(descent_predictor *predictor)
{
    descent_network_destroy(predictor->network);
    free(predictor->prepared);
    free(predictor->outputs);
    free(predictor->scratch);
    predictor->network = NULL;
    predictor->prepared = predictor->outputs = predictor->scratch = NULL;
}

/* What the outputs are computed with; by reference it is only there when all else is. */
static descent_status plan_pass(descent_predictor *predictor)
{
    if (!predictor->by_reference) {
        return descent_network_create_on(&predictor->network, predictor->model, predictor->engine,
                                         DESCENT_PREDICTOR_BATCH, 0);
    }
    predictor->scratch = calloc(descent_model_scratch(predictor->model), sizeof(float));
    return predictor->scratch != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a sample's layers",
                              predictor->path);
}

descent_status descent_predictor_plan(descent_predictor *predictor)
{
    if (predictor->by_reference ? predictor->scratch != NULL : predictor->network != NULL) {
        return DESCENT_OK;
    }
    size_t inputs = descent_model_inputs(predictor->model);
    free_plan(predictor);
    predictor->prepared = calloc(DESCENT_PREDICTOR_BATCH, inputs * sizeof(float));
    predictor->outputs = calloc(DESCENT_PREDICTOR_BATCH, predictor->answers * sizeof(float));
    if (predictor->prepared == NULL || predictor->outputs == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for samples of %zu numbers",
                            predictor->path, inputs);
    }
    return plan_pass(predictor);
}

/* The predictor of a model, which it takes over with its file. */
static descent_status create(descent_predictor **predictor, descent_model *model,
                             descent_safetensors *file, const char *path)
{
    descent_status status = DESCENT_ERROR_MEMORY;
    descent_predictor *made = calloc(1, sizeof *made);
    if (made == NULL) {
        descent_model_destroy(model);
        descent_safetensors_destroy(file);
        return descent_fail(status, "%s: no memory", path);
    }
    made->model = model;
    made->file = file;
    made->path = strdup(path);
    status = made->path != NULL ? descent_predictor_read(made)
                                : descent_fail(status, "%s: no memory", path);
    if (status != DESCENT_OK) {
        descent_predictor_destroy(made);
        return status;
    }
    *predictor = made;
    return DESCENT_OK;
}

descent_status descent_predictor_load(descent_predictor **predictor, const char *path)
{
    DESCENT_RETURN_UNLESS(predictor != NULL);
    *predictor = NULL;
    DESCENT_RETURN_UNLESS(path != NULL);
    descent_model *model;
    descent_safetensors *file;
    DESCENT_TRY(descent_model_load(&model, &file, path));
    return create(predictor, model, file, path);
}

descent_status descent_predictor_decode(descent_predictor **predictor, const void *bytes,
                                        size_t size)
{
    DESCENT_RETURN_UNLESS(predictor != NULL);
    *predictor = NULL;
    DESCENT_RETURN_UNLESS(bytes != NULL);
    descent_model *model;
    descent_safetensors *file;
    DESCENT_TRY(descent_model_decode(&model, &file, bytes, size));
    return create(predictor, model, file, "model in memory");
}

void descent_predictor_destroy(descent_predictor *predictor)
{
    if (predictor == NULL) {
        return;
    }
    free_plan(predictor);
    free_names(predictor);
    free(predictor->class_weights);
    descent_preparation_destroy(predictor->preparation);
    descent_columns_destroy(predictor->columns);
    descent_model_destroy(predictor->model);
    descent_safetensors_destroy(predictor->file);
    free(predictor->path);
    free(predictor);
}

/* The model up to and with a layer. */
static descent_status cut(descent_model **cut, const descent_model *model, size_t layers)
{
    descent_layer last = descent_model_layer(model, layers - 1);
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = layers;
    config.sizes[0] = descent_model_inputs(model);
    for (size_t l = 0; l < layers; l++) {
        config.sizes[l + 1] = descent_model_layer(model, l).outputs;
    }
    config.activation = descent_model_layer(model, 0).activation;
    config.output_activation = last.activation;
    config.init = DESCENT_INIT_ZEROS;
    DESCENT_TRY(descent_model_create(cut, &config));
    memcpy(descent_model_parameters(*cut), descent_model_parameters(model),
           descent_model_parameter_count(*cut) * sizeof(float));
    return DESCENT_OK;
}

static descent_status name_units(descent_predictor *predictor)
{
    DESCENT_TRY(descent_predictor_rename(predictor, descent_model_outputs(predictor->model)));
    for (size_t i = 0; i < predictor->answers; i++) {
        char name[32];
        snprintf(name, sizeof name, "unit %zu", i + 1);
        predictor->names[i] = strdup(name);
        if (predictor->names[i] == NULL) {
            return descent_fail(DESCENT_ERROR_MEMORY, "predictor: no memory for a name");
        }
    }
    return DESCENT_OK;
}

descent_status descent_predictor_stop_at(descent_predictor *predictor, size_t layer)
{
    DESCENT_RETURN_UNLESS(predictor != NULL);
    size_t hidden = descent_model_layers(predictor->model) - 1;
    if (hidden == 0) {
        return descent_fail(
            DESCENT_ERROR_INVALID,
            "predictor: expected a model with hidden layers, found none to stop at");
    }
    if (layer == 0 || layer > hidden) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "predictor: expected one of the hidden layers, 1 to %zu, found %zu",
                            hidden, layer);
    }
    descent_model *model;
    DESCENT_TRY(cut(&model, predictor->model, layer));
    descent_model_destroy(predictor->model);
    predictor->model = model;
    predictor->task = DESCENT_TASK_NUMBERS;
    predictor->loss = (descent_loss){.kind = DESCENT_LOSS_MSE};
    predictor->named = true;
    predictor->stopped = true;
    free_plan(predictor);
    return name_units(predictor);
}

bool descent_predictor_is_stopped(const descent_predictor *predictor)
{
    return predictor->stopped;
}

const char *descent_task_name(descent_task task)
{
    static const char *const NAMES[] = {"classes", "labels", "numbers"};
    return task >= 0 && task < DESCENT_TASK_COUNT ? NAMES[task] : NULL;
}

descent_engine descent_predictor_engine(const descent_predictor *predictor)
{
    return predictor->engine;
}

descent_status descent_predictor_use_engine(descent_predictor *predictor, descent_engine engine)
{
    DESCENT_RETURN_UNLESS(predictor != NULL);
    if (descent_engine_name(engine) == NULL) {
        return descent_fail(DESCENT_ERROR_INVALID, "predictor: engine: expected 0 to %d, found %u",
                            DESCENT_ENGINE_COUNT - 1, (unsigned)engine);
    }
    predictor->engine = engine;
    free_plan(predictor);
    return DESCENT_OK;
}

void descent_predictor_use_reference(descent_predictor *predictor, bool reference)
{
    predictor->by_reference = reference;
    free_plan(predictor);
}

descent_task descent_predictor_task(const descent_predictor *predictor)
{
    return predictor->task;
}

size_t descent_predictor_inputs(const descent_predictor *predictor)
{
    return descent_model_inputs(predictor->model);
}

size_t descent_predictor_answers(const descent_predictor *predictor)
{
    return predictor->answers;
}

const char *const *descent_predictor_names(const descent_predictor *predictor)
{
    return (const char *const *)predictor->names;
}

bool descent_predictor_is_named(const descent_predictor *predictor)
{
    return predictor->named;
}

const descent_model *descent_predictor_model(const descent_predictor *predictor)
{
    return predictor->model;
}

const descent_safetensors *descent_predictor_file(const descent_predictor *predictor)
{
    return predictor->file;
}

const descent_loss *descent_predictor_loss(const descent_predictor *predictor)
{
    return &predictor->loss;
}

const descent_preparation *descent_predictor_preparation(const descent_predictor *predictor)
{
    return predictor->preparation;
}

const descent_columns *descent_predictor_columns(const descent_predictor *predictor)
{
    return predictor->columns;
}

const descent_shape *descent_predictor_shape(const descent_predictor *predictor)
{
    return predictor->has_shape ? &predictor->shape : NULL;
}

descent_values descent_predictor_values(const descent_predictor *predictor)
{
    return predictor->values;
}
