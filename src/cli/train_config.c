/*
 * What a run's files say about it. Checkpoints and models hold nothing about places, times or
 * resumption: the same training gives the same bytes, wherever and however often it was continued.
 * config.json holds these beside the rest.
 */
#include "train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct train_fingerprint train_fingerprint(const descent_dataset *dataset)
{
    struct train_fingerprint fingerprint;
    snprintf(fingerprint.text, sizeof fingerprint.text, "%08x",
             (unsigned)descent_dataset_fingerprint(dataset));
    return fingerprint;
}

static enum exit_status not_told(const char *what)
{
    return cli_failed("%s: cannot be written: a name or path in it is not UTF-8, or memory is out",
                      what);
}

static json_t *data_to_json(const struct train_data *data)
{
    return json_pack("{s:s, s:s, s:s}", "name", data->name, "train_fingerprint",
                     train_fingerprint(data->source).text, "test_fingerprint",
                     train_fingerprint(data->test).text);
}

enum exit_status train_config_create(struct training *training)
{
    json_t *config = json_pack("{s:o?, s:o?}", TRAIN_CONFIG_DATA, data_to_json(&training->data),
                               TRAIN_CONFIG_OPTIONS,
                               option_to_json(&TRAIN_OPTIONS, &training->options, OPTION_RESULT));
    training->checkpoint_config = json_dumps(config, JSON_COMPACT);
    bool complete = json_is_object(json_object_get(config, TRAIN_CONFIG_DATA)) &&
                    json_is_object(json_object_get(config, TRAIN_CONFIG_OPTIONS));
    json_decref(config);
    return complete && training->checkpoint_config != NULL ? DONE : not_told("configuration");
}

/* The commands that made the run so far, this one last. */
static json_t *commands_to_json(const struct training *training)
{
    json_t *commands = json_deep_copy(json_object_get(training->config, TRAIN_CONFIG_COMMANDS));
    json_t *command = json_pack("[s]", "descent");
    if (!json_is_array(commands)) {
        json_decref(commands);
        commands = json_array();
    }
    bool complete = true;
    for (int i = 0; i < training->argc; i++) {
        complete = json_array_append_new(command, json_string(training->argv[i])) == 0 && complete;
    }
    complete = json_array_append_new(commands, command) == 0 && complete;
    if (!complete) {
        json_decref(commands);
        return NULL;
    }
    return commands;
}

static json_t *config_to_json(const struct training *training)
{
    const struct train_data *data = &training->data;
    json_t *stored = data_to_json(data);
    if (json_object_set_new(stored, "given", json_string(data->given)) != 0 ||
        json_object_set_new(stored, "folder", json_string(data->folder)) != 0) {
        json_decref(stored);
        return NULL;
    }
    return json_pack("{s:s, s:o, s:o, s:o}", "descent", DESCENT_VERSION, TRAIN_CONFIG_COMMANDS,
                     commands_to_json(training), TRAIN_CONFIG_DATA, stored, TRAIN_CONFIG_OPTIONS,
                     option_to_json(&TRAIN_OPTIONS, &training->options, OPTION_LOCAL));
}

enum exit_status train_config_save(const struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_CONFIG);
    json_t *config = config_to_json(training);
    /* For people to read: what decides results is exact in the checkpoint. */
    char *text =
        config == NULL ? NULL : json_dumps(config, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    enum exit_status status = DONE;
    if (text == NULL) {
        status = not_told(path.text);
    } else if (descent_file_save(path.text, text, strlen(text)) != DESCENT_OK) {
        status = cli_library_failed();
    }
    free(text);
    json_decref(config);
    return status;
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

static char *training_summary(const struct training *training)
{
    const struct train_options *options = &training->options;
    const descent_metrics *best = &training->best_validation;
    size_t batch = train_options_batch(options, descent_dataset_count(training->data.train));
    json_t *summary =
        json_pack("{s:s, s:I, s:I, s:s, s:f, s:I}", "data", training->data.name, "epoch",
                  (json_int_t)training->done.best_epoch, "seed", (json_int_t)options->seed,
                  "optimizer", descent_optimizer_name((descent_optimizer_kind)options->optimizer),
                  "lr", options->lr, "batch", (json_int_t)batch);
    if (training->best != NULL) {
        double samples = (double)best->samples;
        json_object_set_new(summary, "validation_loss", json_real(descent_metrics_loss(best)));
        json_object_set_new(summary, "validation_accuracy",
                            json_real((double)best->correct / samples));
    }
    char *text = json_dumps(summary, JSON_COMPACT);
    json_decref(summary);
    return text;
}

enum exit_status train_model_save(const struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_MODEL);
    char *shape = input_shape(descent_dataset_shape(training->data.source));
    char *names = class_names(training->data.source);
    char *summary = training_summary(training);
    enum exit_status status = DONE;
    if (shape == NULL || names == NULL || summary == NULL) {
        status = not_told(path.text);
    } else {
        const descent_metadata metadata[] = {
            {"loss", descent_loss_name((descent_loss_kind)training->options.loss)},
            {"input_shape", shape},
            {"preprocessing", "divide-by-255"},
            {"class_names", names},
            {"training", summary},
        };
        const descent_model *model = training->best != NULL ? training->best : training->model;
        if (descent_model_save(model, path.text, metadata, sizeof metadata / sizeof metadata[0]) !=
            DESCENT_OK) {
            status = cli_library_failed();
        }
    }
    free(shape);
    free(names);
    free(summary);
    return status;
}
