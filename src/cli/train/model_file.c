/*
 * The model file of a run: the best weights, and in the metadata what is needed to use them.
 */
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Texts by their keys, in the order of the file; a value that cannot be made is not there, which
 * leaves the object with fewer entries than were counted. */
struct metadata {
    json_t *texts;
    size_t count;
};

static void add(struct metadata *metadata, const char *key, const char *text)
{
    metadata->count++;
    json_object_set_new(metadata->texts, key, text != NULL ? json_string(text) : NULL);
}

/* Takes the value over. Nine digits give back the same float32. */
static void add_json(struct metadata *metadata, const char *key, json_t *value, size_t flags)
{
    char *text = json_dumps(value, JSON_COMPACT | flags);
    add(metadata, key, text);
    free(text);
    json_decref(value);
}

static void add_numbers(struct metadata *metadata, const char *key, const float *numbers,
                        size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, json_real((double)numbers[i]));
    }
    add_json(metadata, key, array, JSON_REAL_PRECISION(9));
}

/* What is done to the numbers of a sample, and for images of floats what black and white are. */
static void add_inputs(struct metadata *metadata, const struct training *training)
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
    if (data->preparation_text != NULL) {
        add(metadata, "preparation", data->preparation_text);
    }
}

static void add_loss(struct metadata *metadata, const struct training *training)
{
    const struct train_options *options = &training->options;
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

static void add_outputs(struct metadata *metadata, const descent_dataset *source)
{
    if (descent_dataset_outputs(source) > 0) {
        add(metadata, "task", "regression");
        return;
    }
    json_t *names = json_array();
    for (size_t i = 0; i < descent_dataset_classes(source); i++) {
        json_array_append_new(names, json_string(descent_dataset_class_names(source)[i]));
    }
    add_json(metadata, "class_names", names, 0);
}

/* Figures that there are. */
static void add_figure(json_t *object, const char *key, double figure)
{
    if (!isnan(figure)) {
        json_object_set_new(object, key, json_real(figure));
    }
}

static json_t *summary_of(const struct training *training)
{
    const struct train_options *options = &training->options;
    const descent_metrics *best = descent_fit_best_metrics(training->fit);
    size_t batch = train_options_batch(options, descent_dataset_count(training->data.train));
    json_t *summary = json_pack("{s:s, s:I, s:I, s:s, s:f, s:I, s:s?}", "data", training->data.name,
                                "epoch", (json_int_t)train_progress(training)->best_epoch, "seed",
                                (json_int_t)options->seed, "optimizer",
                                descent_optimizer_name((descent_optimizer_kind)options->optimizer),
                                "lr", options->lr, "batch", (json_int_t)batch, TRAIN_CONFIG_STOP,
                                descent_stop_name(train_stop(training)));
    if (best->samples > 0) {
        struct train_figures figures = train_figures(&training->data, VALIDATION_PART, best);
        add_figure(summary, "validation_loss", figures.loss);
        add_figure(summary, "validation_accuracy", figures.accuracy);
        add_figure(summary, "validation_r2", figures.r2);
        add_figure(summary, "validation_rmse", figures.rmse);
    }
    return summary;
}

static struct metadata metadata_of(const struct training *training)
{
    struct metadata metadata = {.texts = json_object()};
    json_t *source = source_options_to_json(&training->options.source);
    add_loss(&metadata, training);
    add_inputs(&metadata, training);
    add_outputs(&metadata, training->data.source);
    add_json(&metadata, "training", summary_of(training), 0);
    if (source != NULL) { /* how the data were read, where it was not the usual way */
        add_json(&metadata, "source", source, 0);
    }
    return metadata;
}

enum exit_status train_model_save(const struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_MODEL);
    struct metadata metadata = metadata_of(training);
    descent_metadata list[16];
    size_t count = 0;
    const char *key;
    json_t *text;
    json_object_foreach(metadata.texts, key, text)
    {
        list[count++] = (descent_metadata){key, json_string_value(text)};
    }
    enum exit_status status = DONE;
    if (count != metadata.count) {
        status = train_not_told(path.text);
    } else if (descent_model_save(descent_fit_best(training->fit), path.text, list, count) !=
               DESCENT_OK) {
        status = cli_library_failed();
    }
    json_decref(metadata.texts);
    return status;
}
