/*
 * A model: layer sizes, one flat array of parameters, and how it is first filled.
 */
#include <descent/model.h>

#include "base/arena.h"
#include "base/fail.h"

#include <descent/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One block: this struct, then the parameters. */
struct descent_model {
    size_t layers;
    size_t sizes[DESCENT_LAYERS_MAX + 1];
    descent_activation activation;
    descent_activation output_activation;
    size_t parameter_count;
    float *parameters;
};

enum distribution { NOTHING, NORMAL, UNIFORM };

/* A scheme draws weights of variance gain / (in · in_weight + out · out_weight). */
static const struct scheme {
    const char *name;
    enum distribution distribution;
    double gain, in_weight, out_weight;
} schemes[DESCENT_INIT_COUNT] = {
    [DESCENT_INIT_AUTO] = {"auto", NOTHING, 0, 0, 0},
    [DESCENT_INIT_HE_NORMAL] = {"he-normal", NORMAL, 2, 1, 0},
    [DESCENT_INIT_HE_UNIFORM] = {"he-uniform", UNIFORM, 2, 1, 0},
    [DESCENT_INIT_XAVIER_NORMAL] = {"xavier-normal", NORMAL, 2, 1, 1},
    [DESCENT_INIT_XAVIER_UNIFORM] = {"xavier-uniform", UNIFORM, 2, 1, 1},
    [DESCENT_INIT_LECUN_NORMAL] = {"lecun-normal", NORMAL, 1, 1, 0},
    [DESCENT_INIT_LECUN_UNIFORM] = {"lecun-uniform", UNIFORM, 1, 1, 0},
    [DESCENT_INIT_NORMAL] = {"normal", NORMAL, 0, 0, 0},
    [DESCENT_INIT_ZEROS] = {"zeros", NOTHING, 0, 0, 0},
};

const char *descent_init_name(descent_init init)
{
    return (unsigned)init < DESCENT_INIT_COUNT ? schemes[init].name : NULL;
}

/* One scheme for all layers, chosen by the hidden activation: the last layer reads hidden values.
 */
static descent_init resolve_auto(descent_init init, descent_activation activation)
{
    if (init != DESCENT_INIT_AUTO) {
        return init;
    }
    switch (activation) {
    case DESCENT_ACTIVATION_RELU:
    case DESCENT_ACTIVATION_LEAKY_RELU:
    case DESCENT_ACTIVATION_ELU:
    case DESCENT_ACTIVATION_GELU:
    case DESCENT_ACTIVATION_SILU:
    case DESCENT_ACTIVATION_SOFTPLUS:
        return DESCENT_INIT_HE_NORMAL;
    default:
        return DESCENT_INIT_XAVIER_UNIFORM;
    }
}

static double deviation_of(descent_init init, const descent_layer *layer, double init_deviation)
{
    if (init == DESCENT_INIT_NORMAL) {
        return init_deviation;
    }
    const struct scheme *scheme = &schemes[init];
    return sqrt(scheme->gain / ((double)layer->inputs * scheme->in_weight +
                                (double)layer->outputs * scheme->out_weight));
}

static void fill_normal(float *numbers, size_t count, double deviation, descent_random random)
{
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (float)(deviation * descent_random_normal(&random));
    }
}

static void init_weights(const descent_layer *layer, descent_init init, double init_deviation,
                         descent_random random)
{
    size_t count = layer->inputs * layer->outputs;
    double deviation = deviation_of(init, layer, init_deviation);
    double bound = deviation * sqrt(3.0); /* a uniform on ± b has the deviation b / √3 */
    enum distribution distribution = schemes[init].distribution;
    if (distribution == NORMAL) {
        fill_normal(layer->weights, count, deviation, random);
    }
    for (size_t i = 0; i < count && distribution == UNIFORM; i++) {
        layer->weights[i] = (float)(bound * (2.0 * descent_random_uniform(&random) - 1.0));
    }
}

static void init_model(descent_model *model, const descent_model_config *config)
{
    descent_init init = resolve_auto(config->init, config->activation);
    for (size_t l = 0; l < model->layers; l++) {
        descent_layer layer = descent_model_layer(model, l);
        init_weights(&layer, init, config->init_deviation,
                     descent_random_init(config->seed, DESCENT_STREAM_INIT, l));
        if (config->bias_deviation > 0.0) { /* else zero, as the arena left them */
            fill_normal(layer.bias, layer.outputs, config->bias_deviation,
                        descent_random_init(config->seed, DESCENT_STREAM_BIAS, l));
        }
    }
}

/* A normal number is below 9 deviations, so that these are finite. */
static descent_status check_deviation(double deviation, const char *what)
{
    bool valid = deviation >= 0.0 && deviation <= 1e30;
    return valid ? DESCENT_OK
                 : descent_fail(DESCENT_ERROR_INVALID,
                                "model: %s: expected a number in [0, 1e30], found %g", what,
                                deviation);
}

static descent_status check_choices(const descent_model_config *config)
{
    if ((unsigned)config->activation >= DESCENT_ACTIVATION_COUNT ||
        (unsigned)config->output_activation >= DESCENT_ACTIVATION_COUNT) {
        return descent_fail(DESCENT_ERROR_INVALID, "model: unknown activation");
    }
    if ((unsigned)config->init >= DESCENT_INIT_COUNT) {
        return descent_fail(DESCENT_ERROR_INVALID, "model: unknown initialiser %d",
                            (int)config->init);
    }
    DESCENT_TRY(check_deviation(config->init_deviation, "init_deviation"));
    return check_deviation(config->bias_deviation, "bias_deviation");
}

/* Counts the parameters; sizes within the limits cannot overflow the sum. */
static descent_status count_parameters(const descent_model_config *config, size_t *count)
{
    if (config->layers < 1 || config->layers > DESCENT_LAYERS_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "model: layers: expected 1 to %d, found %zu",
                            DESCENT_LAYERS_MAX, config->layers);
    }
    *count = 0;
    for (size_t l = 0; l <= config->layers; l++) {
        if (config->sizes[l] < 1 || config->sizes[l] > DESCENT_WIDTH_MAX) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "model: size %zu of the layers: expected 1 to %zu, found %zu", l,
                                DESCENT_WIDTH_MAX, config->sizes[l]);
        }
        if (l > 0) {
            *count += config->sizes[l] * (config->sizes[l - 1] + 1);
        }
    }
    if (*count > DESCENT_PARAMETERS_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "model: parameters: expected at most %zu, found %zu",
                            DESCENT_PARAMETERS_MAX, *count);
    }
    return DESCENT_OK;
}

descent_status descent_model_create(descent_model **model, const descent_model_config *config)
{
    DESCENT_RETURN_UNLESS(model != NULL);
    *model = NULL;
    DESCENT_RETURN_UNLESS(config != NULL);
    size_t count = 0;
    descent_status status = check_choices(config);
    if (status == DESCENT_OK) {
        status = count_parameters(config, &count);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, 1, sizeof(descent_model));
    size_t offset = descent_arena_reserve(&plan, count, sizeof(float));
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "model: no memory for %zu parameters", count);
    }
    *model = (descent_model *)block;
    (*model)->layers = config->layers;
    for (size_t l = 0; l <= config->layers; l++) {
        (*model)->sizes[l] = config->sizes[l];
    }
    (*model)->activation = config->activation;
    (*model)->output_activation = config->output_activation;
    (*model)->parameter_count = count;
    (*model)->parameters = (float *)(block + offset);
    init_model(*model, config);
    return DESCENT_OK;
}

void descent_model_destroy(descent_model *model)
{
    free(model);
}

size_t descent_model_layers(const descent_model *model)
{
    return model->layers;
}

size_t descent_model_inputs(const descent_model *model)
{
    return model->sizes[0];
}

size_t descent_model_outputs(const descent_model *model)
{
    return model->sizes[model->layers];
}

descent_layer descent_model_layer(const descent_model *model, size_t l)
{
    size_t offset = 0;
    for (size_t i = 0; i < l; i++) {
        offset += model->sizes[i + 1] * (model->sizes[i] + 1);
    }
    bool last = l + 1 == model->layers;
    size_t inputs = model->sizes[l];
    size_t outputs = model->sizes[l + 1];
    return (descent_layer){
        .inputs = inputs,
        .outputs = outputs,
        .activation = last ? model->output_activation : model->activation,
        .weights = model->parameters + offset,
        .bias = model->parameters + offset + inputs * outputs,
    };
}

float *descent_model_parameters(const descent_model *model)
{
    return model->parameters;
}

size_t descent_model_parameter_count(const descent_model *model)
{
    return model->parameter_count;
}

void descent_model_describe(const descent_model *model, char *text, size_t size)
{
    size_t used = 0;
    for (size_t l = 0; l <= model->layers && used < size; l++) {
        used +=
            (size_t)snprintf(text + used, size - used, l == 0 ? "%zu" : "-%zu", model->sizes[l]);
    }
    if (model->layers > 1 && used < size) {
        used += (size_t)snprintf(text + used, size - used, " %s",
                                 descent_activation_name(model->activation));
    }
    if (model->output_activation != DESCENT_ACTIVATION_IDENTITY && used < size) {
        snprintf(text + used, size - used, " → %s",
                 descent_activation_name(model->output_activation));
    }
}
