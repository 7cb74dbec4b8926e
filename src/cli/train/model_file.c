/*
 * The model file of a run: the best weights, and in the metadata what is needed to use them.
 */
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Entries whose values are owned; a value that could not be made is NULL. */
struct entries {
    size_t count;
    descent_metadata list[16];
    char *values[16];
};

static void add(struct entries *entries, const char *key, char *value)
{
    entries->values[entries->count] = value;
    entries->list[entries->count++] = (descent_metadata){key, value};
}

static bool complete(const struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        if (entries->values[i] == NULL) {
            return false;
        }
    }
    return true;
}

static void free_entries(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        free(entries->values[i]);
    }
}

/* "28,28" */
static char *input_shape(const descent_shape *shape)
{
    char text[DESCENT_RANK_MAX * 24] = "";
    for (size_t i = 0; i < shape->rank; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%zu", i == 0 ? "" : ",", shape->sizes[i]);
    }
    return strdup(text);
}

/* ["0", "1", …] */
static char *class_names(const descent_dataset *dataset)
{
    json_t *names = json_array();
    for (size_t i = 0; i < descent_dataset_classes(dataset); i++) {
        json_array_append_new(names, json_string(descent_dataset_class_names(dataset)[i]));
    }
    char *text = json_dumps(names, JSON_COMPACT);
    json_decref(names);
    return text;
}

/* Figures that there are. */
static void add_figure(json_t *object, const char *key, double figure)
{
    if (!isnan(figure)) {
        json_object_set_new(object, key, json_real(figure));
    }
}

static char *training_summary(const struct training *training)
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
        json_object_set_new(summary, "validation_loss", json_real(figures.loss));
        add_figure(summary, "validation_accuracy", figures.accuracy);
        add_figure(summary, "validation_r2", figures.r2);
        add_figure(summary, "validation_rmse", figures.rmse);
    }
    char *text = json_dumps(summary, JSON_COMPACT);
    json_decref(summary);
    return text;
}

/* [0.5,2]: nine digits give back the same float32. */
static char *numbers_to_text(const float *numbers, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, json_real((double)numbers[i]));
    }
    char *text = json_dumps(array, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(array);
    return text;
}

/* What is done to the numbers of a sample, and for images of floats what black and white are. */
static void add_inputs(struct entries *entries, const struct training *training)
{
    const struct train_data *data = &training->data;
    bool bytes = descent_dataset_values(data->source) == DESCENT_VALUES_BYTES ||
                 training->options.source.values == DESCENT_VALUES_BYTES;
    add(entries, "input_shape", input_shape(descent_dataset_shape(data->source)));
    add(entries, "preprocessing", strdup(bytes ? "divide-by-255" : "none"));
    if (data->low < data->high) {
        add(entries, "input_range",
            numbers_to_text((const float[]){(float)data->low, (float)data->high}, 2));
    }
}

static void add_loss(struct entries *entries, const struct training *training)
{
    const struct train_options *options = &training->options;
    add(entries, "loss", strdup(descent_loss_name((descent_loss_kind)options->loss)));
    if (options->label_smoothing > 0.0) {
        char text[32];
        snprintf(text, sizeof text, "%.15g", options->label_smoothing);
        add(entries, "label_smoothing", strdup(text));
    }
    if (training->class_weights != NULL) {
        add(entries, "class_weights",
            numbers_to_text(training->class_weights,
                            descent_dataset_classes(training->data.source)));
    }
}

/* How the data were read, where it was not the usual way. */
static void add_source(struct entries *entries, const struct training *training)
{
    json_t *options = source_options_to_json(&training->options.source);
    if (options != NULL) {
        add(entries, "source", json_dumps(options, JSON_COMPACT));
        json_decref(options);
    }
}

enum exit_status train_model_save(const struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_MODEL);
    const descent_dataset *source = training->data.source;
    const descent_model *model = descent_fit_best(training->fit);
    struct entries entries = {0};
    add_loss(&entries, training);
    add_inputs(&entries, training);
    if (training->data.preparation_text != NULL) {
        add(&entries, "preparation", strdup(training->data.preparation_text));
    }
    if (training->options.source.regression) {
        add(&entries, "task", strdup("regression"));
    } else {
        add(&entries, "class_names", class_names(source));
    }
    add(&entries, "training", training_summary(training));
    add_source(&entries, training);
    enum exit_status status = DONE;
    if (!complete(&entries)) {
        status = train_not_told(path.text);
    } else if (descent_model_save(model, path.text, entries.list, entries.count) != DESCENT_OK) {
        status = cli_library_failed();
    }
    free_entries(&entries);
    return status;
}
