/*
 * A model that ends at one of its hidden layers: what it gives then are the activations there.
 */
#include "cli/predict/predict.h"

#include <stdlib.h>
#include <string.h>

/* The layers up to number `layers`, with the same weights. */
static enum exit_status cut(descent_model **cut, const descent_model *model, size_t layers)
{
    descent_layer last = descent_model_layer(model, layers - 1);
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = layers;
    config.sizes[0] = descent_model_inputs(model);
    for (size_t l = 0; l < layers; l++) {
        config.sizes[l + 1] = descent_model_layer(model, l).outputs;
    }
    config.activation = last.activation;
    config.output_activation = last.activation;
    config.init = DESCENT_INIT_ZEROS;
    CLI_TRY_LIBRARY(descent_model_create(cut, &config));
    memcpy(descent_model_parameters(*cut), descent_model_parameters(model),
           descent_model_parameter_count(*cut) * sizeof(float));
    return DONE;
}

/* Inputs are prepared as before; there are no targets to go back to. */
static enum exit_status keep_inputs_only(struct trained_model *trained)
{
    if (trained->preparation == NULL) {
        return DONE;
    }
    char *text;
    CLI_TRY_LIBRARY(descent_preparation_save(&text, trained->preparation));
    json_t *object = json_loads(text, 0, NULL);
    free(text);
    json_object_del(object, "target_mean");
    json_object_del(object, "target_deviation");
    text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(object);
    if (text == NULL) {
        return cli_failed("%s: out of memory", trained->path);
    }
    size_t inputs = descent_model_inputs(trained->model);
    descent_preparation *preparation;
    descent_status status = descent_preparation_load(&preparation, text, inputs, 1);
    free(text);
    CLI_TRY_LIBRARY(status);
    descent_preparation_destroy(trained->preparation);
    trained->preparation = preparation;
    return DONE;
}

static enum exit_status name_units(struct trained_model *trained, size_t units)
{
    json_t *array = json_array();
    const char **names = calloc(units, sizeof *names);
    bool complete = array != NULL && names != NULL;
    for (size_t i = 0; complete && i < units; i++) {
        json_array_append_new(array, json_sprintf("unit %zu", i + 1));
        names[i] = json_string_value(json_array_get(array, i));
        complete = names[i] != NULL;
    }
    free(trained->names);
    json_decref(trained->class_names);
    trained->names = names;
    trained->class_names = array;
    trained->classes = units;
    trained->named = true;
    return complete ? DONE : cli_failed("%s: out of memory", trained->path);
}

enum exit_status predict_stop_at(struct trained_model *trained, uint64_t layer)
{
    size_t hidden = descent_model_layers(trained->model) - 1;
    if (layer > hidden) {
        return hidden == 0 ? cli_usage("--layer has an effect only with a model with hidden layers")
                           : cli_usage("--layer: expected one of the model's hidden layers, 1 to "
                                       "%zu, found %llu",
                                       hidden, (unsigned long long)layer);
    }
    descent_model *model;
    CLI_TRY(cut(&model, trained->model, (size_t)layer));
    descent_model_destroy(trained->model);
    trained->model = model;
    trained->regression = true;
    trained->multi_label = false;
    trained->loss = (descent_loss){.kind = DESCENT_LOSS_MSE};
    CLI_TRY(keep_inputs_only(trained));
    return name_units(trained, descent_model_outputs(model));
}
