/*
 * The model file of a run: the best weights, and in the metadata what is needed to use them.
 */
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Adds a text to an object of texts, in the order of the file; null for one that could not be made.
 */
static void add(json_t **metadata, const char *key, const char *text)
{
    json_t *value = text != NULL ? json_string(text) : NULL;
    cli_json_set(metadata, key, value != NULL ? value : json_null());
}

/* Takes the value over. Nine digits give back the same float32. */
static void add_json(json_t **metadata, const char *key, json_t *value, size_t flags)
{
    char *text = json_dumps(value, JSON_COMPACT | flags);
    add(metadata, key, text);
    free(text);
    json_decref(value);
}

static void add_numbers(json_t **metadata, const char *key, const float *numbers, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        cli_json_append(&array, json_real((double)numbers[i]));
    }
    add_json(metadata, key, array, JSON_REAL_PRECISION(9));
}

static void add_names(json_t **metadata, const char *key, const char *const *names, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        cli_json_append(&array, json_string(names[i]));
    }
    add_json(metadata, key, array, 0);
}

/* What is done to the numbers of a sample, and for images of floats what black and white are. */
static void add_inputs(json_t **metadata, const struct training *training)
{
    const struct train_data *data = &training->data;
    const descent_shape *shape = descent_dataset_shape(data->source);
    bool bytes = descent_dataset_values(data->source) == DESCENT_VALUES_BYTES ||
                 training->options.source.values == DESCENT_VALUES_BYTES;
    char sizes[DESCENT_RANK_MAX * 24] = "";
    for (size_t i = 0; i < shape->rank; i++) {
        text_append(sizes, sizeof sizes, "%s%zu", i == 0 ? "" : ",", shape->sizes[i]);
    }
    add(metadata, "input_shape", sizes);
    add(metadata, "preprocessing", bytes ? "divide-by-255" : "none");
    if (data->low < data->high) {
        add_numbers(metadata, "input_range", (const float[]){(float)data->low, (float)data->high},
                    2);
    }
    if (shape->rank >= 2) {
        add(metadata, "pictures", data->as_mnist ? "as-mnist" : "as-is");
    }
    if (data->preparation_text != NULL) {
        add(metadata, "preparation", data->preparation_text);
    }
    if (data->columns_text != NULL) {
        add(metadata, "columns", data->columns_text);
        add_names(metadata, "feature_names", descent_dataset_feature_names(data->source),
                  descent_dataset_features(data->source));
    }
}

static void add_loss(json_t **metadata, const struct training *training)
{
    const struct train_options *options = &training->options;
    add(metadata, "engine", engine_name(options->engine.kind));
    add(metadata, "loss", descent_loss_name((descent_loss_kind)options->loss));
    if (options->label_smoothing > 0.0) {
        char text[32];
        snprintf(text, sizeof text, "%.15g", options->label_smoothing);
        add(metadata, "label_smoothing", text);
    }
    if (training->class_weights != NULL) {
        add_numbers(metadata, "class_weights", training->class_weights,
                    descent_dataset_classes(training->data.source));
    }
}

static void add_outputs(json_t **metadata, const struct train_data *data)
{
    size_t targets = descent_dataset_outputs(data->source);
    const char *const *names = descent_dataset_target_names(data->source);
    if (targets == 0) {
        add_names(metadata, "class_names", descent_dataset_class_names(data->source),
                  descent_dataset_classes(data->source));
        return;
    }
    add(metadata, "task", data->numbers ? "regression" : "multi-label");
    if (names != NULL) {
        add_names(metadata, data->numbers ? "target_names" : "class_names", names, targets);
    }
}

/* A figure, or what json_pack() leaves out. */
static json_t *figure(double figure)
{
    return isnan(figure) ? NULL : json_real(figure);
}

static json_t *summary_of(const struct training *training)
{
    const struct train_options *options = &training->options;
    const descent_metrics *best = descent_fit_best_metrics(training->fit);
    struct train_figures held = train_figures(&training->data, VALIDATION_PART, best);
    size_t batch = train_options_batch(options, descent_dataset_count(training->data.train));
    return json_pack("{s:s, s:I, s:I, s:s, s:f, s:I, s:s?, s:o*, s:o*, s:o*, s:o*}", "data",
                     training->data.name, "epoch", (json_int_t)train_progress(training)->best_epoch,
                     "seed", (json_int_t)options->seed, "optimizer",
                     descent_optimizer_name((descent_optimizer_kind)options->optimizer), "lr",
                     options->lr, "batch", (json_int_t)batch, TRAIN_CONFIG_STOP,
                     descent_stop_name(train_stop(training)), "validation_loss", figure(held.loss),
                     "validation_accuracy", figure(held.accuracy), "validation_r2", figure(held.r2),
                     "validation_rmse", figure(held.rmse));
}

static json_t *metadata_of(const struct training *training)
{
    json_t *metadata = json_object();
    json_t *source = source_options_to_json(&training->options.source);
    add_loss(&metadata, training);
    add_inputs(&metadata, training);
    add_outputs(&metadata, &training->data);
    add_json(&metadata, "data", train_data_to_json(&training->data), 0);
    add_json(&metadata, "training", summary_of(training), 0);
    if (source == NULL || json_object_size(source) > 0) {
        add_json(&metadata, "source", source, 0);
    } else { /* the data were read in the usual way */
        json_decref(source);
    }
    return metadata;
}

/* Entries of a model's metadata, of those above and of more. */
enum { METADATA_MAX = 32 };

static enum exit_status save(const struct training *training, json_t *metadata)
{
    struct run_path path = run_path(&training->run, RUN_MODEL);
    descent_metadata list[METADATA_MAX];
    size_t count = 0;
    const char *key;
    json_t *text;
    if (metadata == NULL) {
        return train_not_told(path.text);
    }
    json_object_foreach(metadata, key, text)
    {
        if (!json_is_string(text)) {
            return train_not_told(path.text);
        }
        list[count++] = (descent_metadata){key, json_string_value(text)};
    }
    CLI_TRY_LIBRARY(descent_model_save(descent_fit_best(training->fit), path.text, list, count));
    return DONE;
}

enum exit_status train_model_save(const struct training *training)
{
    json_t *metadata = metadata_of(training);
    enum exit_status status = save(training, metadata);
    json_decref(metadata);
    return status;
}
