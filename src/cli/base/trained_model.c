/*
 * Reads the metadata that `train` adds to a model file. They come from a file, so that each is
 * checked before it is used; those that are missing are done without.
 */
#include "cli/base/trained_model.h"

#include "cli/base/lines.h"
#include "cli/base/nearest.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/run.h"
#include "cli/base/run_folders.h"
#include "cli/base/text.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The model file that a path means. */
static char *model_path(const char *path)
{
    bool folder = path_is_folder(path);
    size_t size = strlen(path) + sizeof "/" RUN_MODEL;
    char *file = malloc(size);
    if (file != NULL) {
        snprintf(file, size, "%s%s", path, folder ? "/" RUN_MODEL : "");
    }
    return file;
}

static const char *metadata(const struct trained_model *trained, const char *key)
{
    return descent_safetensors_metadata(trained->file, key);
}

/* Returns FAILED and reports what was expected of an invalid entry. */
static enum exit_status refuse(const struct trained_model *trained, const char *key,
                               const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum exit_status refuse(const struct trained_model *trained, const char *key,
                               const char *format, ...)
{
    char expected[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    return cli_failed("%s: metadata: %s: expected %s, found '%.40s'", trained->path, key, expected,
                      metadata(trained, key));
}

/* Images of floats seldom have pixels at both ends: numbers within [0, 1] are shares of white, and
 * others within [0, 255] are bytes that were not divided. */
static enum exit_status read_range(struct trained_model *trained)
{
    const char *text = metadata(trained, "input_range");
    double low, high;
    if (text == NULL) {
        return DONE;
    }
    json_t *range = json_loads(text, 0, NULL);
    bool valid = json_unpack(range, "[FF!]", &low, &high) == 0 && low < high;
    json_decref(range);
    if (!valid) {
        return refuse(trained, "input_range", "a JSON array of two numbers, the lower one first");
    }
    bool shares = low >= 0.0 && high <= 1.0;
    bool bytes = low >= 0.0 && high <= UINT8_MAX;
    trained->black = bytes ? 0.0 : low;
    trained->white = shares ? 1.0 : bytes ? UINT8_MAX : high;
    return DONE;
}

/* A file that does not say is of a time, or a place, that knew MNIST's way alone. */
static enum exit_status read_pictures(struct trained_model *trained)
{
    const char *text = metadata(trained, "pictures");
    bool color = trained->has_shape && trained->shape.rank == 3 && trained->shape.sizes[2] > 1;
    trained->as_mnist = text == NULL ? !color : strcmp(text, "as-mnist") == 0;
    return text == NULL || trained->as_mnist || strcmp(text, "as-is") == 0
               ? DONE
               : refuse(trained, "pictures", "as-is or as-mnist");
}

/* A line on stderr where a foreign file's tensors do not speak for themselves. */
static void tell_import(const struct trained_model *trained)
{
    char said[512];
    descent_model_describe_import(trained->file, said, sizeof said);
    if (said[0] != '\0') {
        lines_print_whole(stderr, "descent: warning: %s: %s", trained->path, said);
    }
}

/* The same where damage would not be found: of the files that we write, early ones had no checksum
 * of the header. */
static void tell_unsealed(const struct trained_model *trained)
{
    if (metadata(trained, "crc32") != NULL && metadata(trained, "header_crc32") == NULL) {
        fprintf(stderr,
                "descent: warning: %s: of an earlier version, whose header has no checksum\n",
                trained->path);
    }
}

struct fingerprint fingerprint_of(const descent_dataset *dataset)
{
    struct fingerprint fingerprint = {""};
    if (dataset != NULL) {
        snprintf(fingerprint.text, sizeof fingerprint.text, "%08x",
                 (unsigned)descent_dataset_fingerprint(dataset));
    }
    return fingerprint;
}

/* Whether an object has such a fingerprint. */
static bool read_fingerprint(struct fingerprint *fingerprint, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    bool valid = text != NULL && strlen(text) == 8 && strspn(text, "0123456789abcdef") == 8;
    snprintf(fingerprint->text, sizeof fingerprint->text, "%s", valid ? text : "");
    return valid;
}

/* What the model was trained on. */
static enum exit_status read_data(struct trained_model *trained)
{
    const char *text = metadata(trained, "data");
    json_t *data = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL)
                                : run_data_beside(trained->path);
    if (text == NULL && data == NULL) {
        return DONE;
    }
    bool valid = read_fingerprint(&trained->train, data, TRAINED_MODEL_TRAIN);
    if (json_object_get(data, TRAINED_MODEL_TEST) != NULL) {
        valid = read_fingerprint(&trained->test, data, TRAINED_MODEL_TEST) && valid;
    }
    json_int_t whole = json_integer_value(json_object_get(data, TRAINED_MODEL_WHOLE));
    trained->whole = whole > 0 ? (size_t)whole : 0;
    json_decref(data);
    return valid ? DONE
                 : refuse(trained, "data",
                          "a JSON object with " TRAINED_MODEL_TRAIN
                          " and perhaps " TRAINED_MODEL_TEST ", of 8 hexadecimal digits");
}

/* What the predictor says, at hand. */
static void adopt(struct trained_model *trained)
{
    const descent_predictor *predictor = trained->predictor;
    const descent_shape *shape = descent_predictor_shape(predictor);
    trained->model = descent_predictor_model(predictor);
    trained->file = descent_predictor_file(predictor);
    trained->engine = descent_predictor_engine(predictor);
    trained->loss = *descent_predictor_loss(predictor);
    trained->regression = descent_predictor_task(predictor) == DESCENT_TASK_NUMBERS;
    trained->multi_label = descent_predictor_task(predictor) == DESCENT_TASK_LABELS;
    trained->has_shape = shape != NULL;
    trained->shape = shape != NULL ? *shape : (descent_shape){0};
    trained->values = descent_predictor_values(predictor);
    trained->white = trained->values == DESCENT_VALUES_FLOATS ? UINT8_MAX : 1.0;
    trained->preparation = descent_predictor_preparation(predictor);
    trained->named = descent_predictor_is_named(predictor);
    trained->classes = descent_predictor_answers(predictor);
    trained->names = descent_predictor_names(predictor);
    trained->columns = descent_predictor_columns(predictor);
}

enum exit_status trained_model_use_engine(struct trained_model *trained,
                                          const struct engine_options *options)
{
    descent_engine engine = engine_of(options, trained->engine);
    CLI_TRY(engine_use(options, engine));
    CLI_TRY_LIBRARY(descent_predictor_use_engine(trained->predictor, engine));
    trained->engine = engine;
    return DONE;
}

enum exit_status trained_model_stop_at(struct trained_model *trained, uint64_t layer)
{
    size_t hidden = descent_model_layers(trained->model) - 1;
    if (layer > hidden) {
        return hidden == 0 ? cli_usage("--layer has an effect only with a model with hidden layers")
                           : cli_usage("--layer: expected one of the model's hidden layers, 1 to "
                                       "%zu, found %llu",
                                       hidden, (unsigned long long)layer);
    }
    CLI_TRY_LIBRARY(descent_predictor_stop_at(trained->predictor, (size_t)layer));
    adopt(trained);
    return DONE;
}

json_t *trained_model_names_json(const struct trained_model *trained)
{
    json_t *names = json_array();
    for (size_t i = 0; i < trained->classes; i++) {
        cli_json_append(&names, json_string(trained->names[i]));
    }
    return names;
}

/* The model that a run's checkpoint was saved with is beside it. */
static enum exit_status check_beside(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    char model[PATH_MAX];
    snprintf(model, sizeof model, "%.*s" RUN_MODEL, (int)(name - path), path);
    return strcmp(name, RUN_CHECKPOINT) == 0 && run_is_model(model)
               ? cli_failed("%s: expected a model, found a checkpoint; the run's model is %s", path,
                            model)
               : DONE;
}

/* Says what was given in place of a model; what is wrong inside one the library says. */
static enum exit_status check_kind(const char *given, const char *file)
{
    if (!path_is_there(given)) {
        char asked[2 * PATH_MAX] = "";
        struct nearest_search search;
        nearest_search_begin(&search, given);
        nearest_search_folder(&search, run_is_model);
        nearest_search_ask(asked, sizeof asked, &search);
        return cli_failed("%s: no such model or run folder%s", given, asked);
    }
    if (path_is_folder(given)) {
        return path_is_there(file)
                   ? DONE
                   : cli_failed("%s: expected a run folder with " RUN_MODEL ", found %s", given,
                                run_folders_within(given)
                                    ? "a folder of runs: descent runs lists them"
                                    : "none in it");
    }
    if (!text_ends_in(given, ".safetensors") && !run_is_model(given)) {
        return cli_failed("%s: expected a model (.safetensors) or a run folder, found another kind "
                          "of file",
                          given);
    }
    return check_beside(given);
}

enum exit_status trained_model_load(struct trained_model *trained, const char *path)
{
    *trained = (struct trained_model){.path = model_path(path)};
    if (trained->path == NULL) {
        return cli_failed("%s: out of memory", path);
    }
    CLI_TRY(check_kind(path, trained->path));
    CLI_TRY_LIBRARY(descent_predictor_load(&trained->predictor, trained->path));
    adopt(trained);
    tell_import(trained);
    tell_unsealed(trained);
    CLI_TRY(read_range(trained));
    CLI_TRY(read_pictures(trained));
    return read_data(trained);
}

bool trained_model_has_threshold(const struct trained_model *trained)
{
    return trained->multi_label || descent_model_outputs(trained->model) < trained->classes;
}

/* In logits, which differ where probabilities have long been rounded to the same number. */
bool trained_model_holds(float logit, double threshold)
{
    return (double)logit > log(threshold / (1.0 - threshold)); /* infinite at both ends */
}

enum exit_status trained_model_check_threshold(const struct trained_model *trained)
{
    return trained_model_has_threshold(trained)
               ? DONE
               : cli_usage("--threshold has an effect only with models of several labels a sample, "
                           "or of one output for two classes");
}

void trained_model_free(struct trained_model *trained)
{
    free(trained->path);
    descent_predictor_destroy(trained->predictor);
    *trained = (struct trained_model){0};
}
