/*
 * From a file's tensors to a model. The tensors say the sizes; the metadata, where there are any,
 * must say the same and add the activations.
 */
#include "store/model_file.h"

#include "base/fail.h"
#include "store/layer_tensors.h"
#include "store/safetensors.h"

#include <stdio.h>
#include <string.h>

/* Writes a shape as [10 × 128]. */
static void describe_shape(char *text, size_t size, const descent_shape *shape)
{
    size_t used = (size_t)snprintf(text, size, "[");
    for (size_t i = 0; i < shape->rank && used < size; i++) {
        used +=
            (size_t)snprintf(text + used, size - used, i == 0 ? "%zu" : " × %zu", shape->sizes[i]);
    }
    if (used < size) {
        snprintf(text + used, size - used, "]");
    }
}

static descent_status fail_shape(const char *path, const descent_tensor *tensor,
                                 const char *expected)
{
    char found[256];
    describe_shape(found, sizeof found, &tensor->shape);
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: tensor '%s': expected %s, found %s", path,
                        tensor->name, expected, found);
}

static bool is_width(size_t size)
{
    return size >= 1 && size <= DESCENT_WIDTH_MAX;
}

static descent_status check_type(const char *path, const descent_tensor *tensor)
{
    if (tensor->type == DESCENT_TYPE_I64 || tensor->type == DESCENT_TYPE_U8) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: tensor '%s': expected F32, F64, F16 or BF16, found %s", path,
                            tensor->name, descent_type_name(tensor->type));
    }
    return DESCENT_OK;
}

/* inputs is what the layer before gives, 0 for the first one. */
static descent_status check_part(const char *path, const struct descent_layer_tensors *part,
                                 size_t inputs)
{
    if (part->weights == NULL || part->bias == NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: layer %.*s: expected weight and bias, found no %s", path,
                            part->length, part->name, part->bias == NULL ? "bias" : "weight");
    }
    const descent_shape *matrix = &part->weights->shape;
    const descent_shape *vector = &part->bias->shape;
    char expected[96] = "[outputs × inputs]";
    if (inputs > 0) {
        snprintf(expected, sizeof expected, "[outputs × %zu], the outputs of the layer before",
                 inputs);
    }
    if (matrix->rank != 2 || !is_width(matrix->sizes[0]) || !is_width(matrix->sizes[1]) ||
        (inputs > 0 && matrix->sizes[1] != inputs)) {
        return fail_shape(path, part->weights, expected);
    }
    if (vector->rank != 1 || vector->sizes[0] != matrix->sizes[0]) {
        snprintf(expected, sizeof expected, "[%zu], the outputs of its layer", matrix->sizes[0]);
        return fail_shape(path, part->bias, expected);
    }
    descent_status status = check_type(path, part->weights);
    return status != DESCENT_OK ? status : check_type(path, part->bias);
}

/* The sizes of the configuration; its parameters are limited by what a model may have. */
static descent_status read_sizes(descent_model_config *config,
                                 const struct descent_layer_list *parts)
{
    size_t inputs = 0;
    size_t parameters = 0;
    config->layers = parts->count;
    for (size_t l = 0; l < parts->count; l++) {
        descent_status status = check_part(parts->path, &parts->layers[l], inputs);
        if (status != DESCENT_OK) {
            return status;
        }
        const size_t *matrix = parts->layers[l].weights->shape.sizes;
        config->sizes[l] = matrix[1];
        config->sizes[l + 1] = inputs = matrix[0];
        parameters += matrix[0] * (matrix[1] + 1);
    }
    if (parameters > DESCENT_PARAMETERS_MAX) {
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: parameters: expected at most %zu, found %zu",
                            parts->path, DESCENT_PARAMETERS_MAX, parameters);
    }
    return DESCENT_OK;
}

/* Leaves *activation as it is where the file does not name one. */
static descent_status read_activation(descent_activation *activation,
                                      const descent_safetensors *file, const char *key,
                                      const char *path)
{
    const char *name = descent_safetensors_metadata(file, key);
    for (int a = 0; name != NULL && a < DESCENT_ACTIVATION_COUNT; a++) {
        if (strcmp(name, descent_activation_name((descent_activation)a)) == 0) {
            *activation = (descent_activation)a;
            return DESCENT_OK;
        }
    }
    if (name != NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: metadata: %s: expected an activation's name, found '%.100s'", path,
                            key, name);
    }
    return DESCENT_OK;
}

static descent_status read_metadata(descent_model_config *config, const descent_safetensors *file,
                                    const char *path)
{
    char layers[DESCENT_LAYERS_TEXT_SIZE];
    descent_layers_describe(layers, config);
    const char *stored = descent_safetensors_metadata(file, "layers");
    if (stored != NULL && strcmp(stored, layers) != 0) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: layers: expected %.400s by the metadata, found %s by the tensors",
                            path, stored, layers);
    }
    descent_status status = read_activation(&config->activation, file, "activation", path);
    if (status == DESCENT_OK) {
        status = read_activation(&config->output_activation, file, "output_activation", path);
    }
    return status;
}

static descent_status read_parameters(descent_model *model, const struct descent_layer_list *parts)
{
    for (size_t l = 0; l < parts->count; l++) {
        descent_layer layer = descent_model_layer(model, l);
        DESCENT_TRY(descent_tensor_read(parts->layers[l].weights, layer.weights));
        DESCENT_TRY(descent_tensor_read(parts->layers[l].bias, layer.bias));
    }
    return DESCENT_OK;
}

/* Of a list of layers. */
static descent_status settle(struct descent_model_plan *plan, const descent_safetensors *file)
{
    plan->config = (descent_model_config)DESCENT_MODEL_DEFAULT;
    plan->config.init = DESCENT_INIT_ZEROS;
    DESCENT_TRY(read_sizes(&plan->config, &plan->list));
    return read_metadata(&plan->config, file, plan->list.path);
}

descent_status descent_model_plan_read(struct descent_model_plan *plan,
                                       const descent_safetensors *file, const char *prefix,
                                       const char *path)
{
    DESCENT_TRY(descent_layer_list_read(&plan->list, file, prefix, path));
    return settle(plan, file);
}

descent_status descent_model_build(descent_model **model, const struct descent_model_plan *plan)
{
    DESCENT_TRY(descent_model_create(model, &plan->config));
    descent_status status = read_parameters(*model, &plan->list);
    if (status != DESCENT_OK) {
        descent_model_destroy(*model);
        *model = NULL;
    }
    return status;
}

/* The plan of a file from anywhere. A checkpoint holds two networks: which one is meant is for the
 * caller to say. */
static descent_status plan_foreign(void *plan, const descent_safetensors *file, const char *path)
{
    struct descent_model_plan *foreign = plan;
    if (descent_safetensors_metadata(file, "checkpoint") != NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected a model file, found a checkpoint; a run's model is in "
                            "model.safetensors next to it",
                            path);
    }
    DESCENT_TRY(descent_layer_list_find(&foreign->list, file, path));
    return settle(foreign, file);
}

descent_status descent_safetensors_verify(const descent_safetensors *file, const char *path,
                                          bool required)
{
    const char *stored = descent_safetensors_metadata(file, "crc32");
    char found[16];
    snprintf(found, sizeof found, "%08x", descent_safetensors_checksum(file));
    if (stored == NULL ? required : strcmp(stored, found) != 0) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: CRC-32 of the tensors: expected %.20s, found %s", path,
                            stored != NULL ? stored : "one in the metadata", found);
    }
    return descent_header_verify(file, path);
}

/* A model that is read: made once the header has said its shapes, and filled from the file. */
struct model_reading {
    struct descent_model_plan plan;
    descent_model *model;
};

static descent_status make_model(void *context, const descent_safetensors *file, const char *path)
{
    struct model_reading *reading = context;
    DESCENT_TRY(plan_foreign(&reading->plan, file, path));
    return descent_model_create(&reading->model, &reading->plan.config);
}

static float *room_of(void *context, const descent_tensor *tensor)
{
    const struct model_reading *reading = context;
    const struct descent_layer_list *list = &reading->plan.list;
    for (size_t l = 0; l < list->count; l++) {
        descent_layer layer = descent_model_layer(reading->model, l);
        if (tensor == list->layers[l].weights || tensor == list->layers[l].bias) {
            return tensor == list->layers[l].bias ? layer.bias : layer.weights;
        }
    }
    return NULL;
}

/* The model of a file, which goes to *file where that is wanted, or to its end. */
static descent_status take(descent_model **model, descent_safetensors **file,
                           descent_safetensors *read, const struct model_reading *reading,
                           descent_status status)
{
    if (status == DESCENT_OK) {
        status = descent_safetensors_verify(read, reading->plan.list.path, false);
    }
    if (status != DESCENT_OK) {
        descent_model_destroy(reading->model);
    } else {
        *model = reading->model;
    }
    if (file == NULL || status != DESCENT_OK) {
        descent_safetensors_destroy(read);
    } else {
        *file = read;
    }
    return status;
}

/* There is no result yet. */
static void clear(descent_model **model, descent_safetensors **file)
{
    *model = NULL;
    if (file != NULL) {
        *file = NULL;
    }
}

descent_status descent_model_load(descent_model **model, descent_safetensors **file,
                                  const char *path)
{
    DESCENT_RETURN_UNLESS(model != NULL);
    clear(model, file);
    DESCENT_RETURN_UNLESS(path != NULL);
    descent_safetensors *read;
    struct model_reading made = {.model = NULL};
    const struct descent_safetensors_reading reading = {make_model, room_of, &made};
    descent_status status = descent_safetensors_read(&read, path, &reading);
    return take(model, file, read, &made, status);
}

descent_status descent_model_decode(descent_model **model, descent_safetensors **file,
                                    const void *bytes, size_t size)
{
    DESCENT_RETURN_UNLESS(model != NULL);
    clear(model, file);
    DESCENT_RETURN_UNLESS(bytes != NULL);
    descent_safetensors *read;
    struct model_reading made = {.model = NULL};
    const struct descent_safetensors_reading reading = {make_model, room_of, &made};
    descent_status status =
        descent_safetensors_decode(&read, bytes, size, DESCENT_MODEL_IN_MEMORY, &reading);
    return take(model, file, read, &made, status);
}

void descent_model_describe_import(const descent_safetensors *file, char *text, size_t size)
{
    struct descent_layer_list list;
    if (text == NULL || size == 0) {
        return;
    }
    text[0] = '\0';
    if (file != NULL && descent_layer_list_find(&list, file, "") == DESCENT_OK) {
        descent_layer_list_describe(&list, file, text, size);
    }
}
