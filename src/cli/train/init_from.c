/*
 * Going on from the weights of another run: its hidden layers, its preparation, and its last layer
 * where that has as many outputs as the new data need.
 */
#include "cli/train/train.h"

#include <stdio.h>
#include <string.h>

/* Takes over a file's architecture, as far as the options do not say another. */
static void adopt(struct training *training, const descent_model *model)
{
    struct train_options *options = &training->options;
    const struct option_arguments *arguments = &training->arguments;
    size_t hidden = descent_model_layers(model) - 1;
    if (!TRAIN_OPTION_GIVEN(arguments, hidden)) {
        options->hidden.count = hidden;
        for (size_t l = 0; l < hidden; l++) {
            options->hidden.sizes[l] = descent_model_layer(model, l).outputs;
        }
    }
    if (hidden > 0 && !TRAIN_OPTION_GIVEN(arguments, activation)) {
        options->activation = (int)descent_model_layer(model, 0).activation;
    }
    if (!TRAIN_OPTION_GIVEN(arguments, output_activation)) {
        options->output_activation = (int)descent_model_layer(model, hidden).activation;
    }
}

/* A network keeps its preparation unless the options name another. */
static enum exit_status adopt_preparation(struct training *training,
                                          const struct trained_model *trained)
{
    const struct option_arguments *arguments = &training->arguments;
    const char *text = descent_safetensors_metadata(trained->file, "preparation");
    bool chosen =
        TRAIN_OPTION_GIVEN(arguments, standardize) || TRAIN_OPTION_GIVEN(arguments, raw_targets);
    return chosen ? DONE : train_data_adopt(training, text);
}

/* Whether the two differ in their outputs alone, for data with classes. */
static bool has_other_classes(const struct training *training, const descent_model *model)
{
    size_t layers = descent_model_layers(model);
    bool same = !training->options.source.regression &&
                layers == descent_model_layers(training->model) &&
                descent_model_outputs(model) != descent_model_outputs(training->model);
    for (size_t l = 0; same && l < layers; l++) {
        descent_layer one = descent_model_layer(model, l);
        descent_layer other = descent_model_layer(training->model, l);
        same = one.inputs == other.inputs && one.activation == other.activation;
    }
    return same;
}

/* Outputs of other classes mean nothing here: the last layer stays as it was drawn. */
static void copy_weights(struct training *training, const descent_model *model)
{
    descent_layer last = descent_model_layer(model, descent_model_layers(model) - 1);
    size_t numbers = descent_model_parameter_count(model);
    training->last_layer_new = has_other_classes(training, model);
    if (training->last_layer_new) {
        numbers -= last.outputs * (last.inputs + 1);
    }
    memcpy(descent_model_parameters(training->model), descent_model_parameters(model),
           numbers * sizeof(float));
}

/* As many classes under other names: kept, since names may have been given later; but told. */
static void tell_other_names(struct training *training, const struct trained_model *trained)
{
    const descent_dataset *source = training->data.source;
    size_t classes = descent_dataset_classes(source);
    if (!trained->named || trained->classes != classes || training->last_layer_new) {
        return;
    }
    for (size_t c = 0; c < classes; c++) {
        const char *name = descent_dataset_class_names(source)[c];
        if (strcmp(trained->names[c], name) != 0) {
            progress_say(&training->display,
                         "warning: %s: its class %zu is \"%.60s\", here \"%.60s\": the last "
                         "layer is kept as it is",
                         training->options.init_from, c, trained->names[c], name);
            return;
        }
    }
}

enum exit_status train_init_from(struct training *training)
{
    const struct trained_model *trained = &training->initial;
    adopt(training, trained->model);
    CLI_TRY(train_model_create(training));
    if (!has_other_classes(training, trained->model)) {
        CLI_TRY(train_model_compare(training, trained->model, trained->path));
    }
    CLI_TRY(option_check_effects(&TRAIN_OPTIONS, &training->arguments, &training->options));
    CLI_TRY(adopt_preparation(training, trained));
    copy_weights(training, trained->model);
    tell_other_names(training, trained);
    return DONE;
}
