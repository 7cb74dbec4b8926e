/*
 * Reads the metadata that `train` adds to a model file. They come from a file, so that each is
 * checked before it is used; those that are missing are done without.
 */
#include "cli/base/trained_model.h"

#include "cli/base/run.h"
#include "cli/base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The model file that a path means. */
static char *model_path(const char *path)
{
    struct stat status;
    bool folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
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

static enum exit_status read_loss(struct trained_model *trained)
{
    const char *name = metadata(trained, "loss");
    trained->loss = (descent_loss){.kind = DESCENT_LOSS_CROSS_ENTROPY};
    if (name == NULL) {
        return DONE;
    }
    for (int kind = 0; kind < DESCENT_LOSS_COUNT; kind++) {
        if (strcmp(name, descent_loss_name((descent_loss_kind)kind)) == 0) {
            trained->loss.kind = (descent_loss_kind)kind;
            return DONE;
        }
    }
    return refuse(trained, "loss", "cross-entropy, mse or binary-cross-entropy");
}

static enum exit_status read_task(struct trained_model *trained)
{
    const char *name = metadata(trained, "task");
    trained->regression = name != NULL && strcmp(name, "regression") == 0;
    trained->multi_label = name != NULL && strcmp(name, "multi-label") == 0;
    if (name != NULL && !trained->regression && !trained->multi_label) {
        return refuse(trained, "task", "regression or multi-label");
    }
    if (trained->regression && trained->loss.kind != DESCENT_LOSS_MSE) {
        return refuse(trained, "loss", "mse for regression");
    }
    if (trained->multi_label && trained->loss.kind != DESCENT_LOSS_BINARY_CROSS_ENTROPY) {
        return refuse(trained, "loss", "binary-cross-entropy for several labels a sample");
    }
    return DONE;
}

static enum exit_status read_smoothing(struct trained_model *trained)
{
    const char *text = metadata(trained, "label_smoothing");
    double *smoothing = &trained->loss.label_smoothing;
    if (text == NULL ||
        (text_read_number(smoothing, text) && *smoothing >= 0.0 && *smoothing < 1.0)) {
        return DONE;
    }
    return refuse(trained, "label_smoothing", "a number in [0, 1)");
}

/* Whether they are as many numbers as the model has outputs, each above 0. */
static bool fill_weights(float *weights, const json_t *array, size_t count)
{
    bool valid = json_array_size(array) == count; /* 0 for what is no array */
    for (size_t c = 0; valid && c < count; c++) {
        weights[c] = (float)json_number_value(json_array_get(array, c));
        valid = weights[c] > 0.0f && isfinite(weights[c]);
    }
    return valid;
}

static enum exit_status read_class_weights(struct trained_model *trained)
{
    const char *text = metadata(trained, "class_weights");
    size_t outputs = descent_model_outputs(trained->model);
    if (text == NULL) {
        return DONE;
    }
    trained->class_weights = calloc(outputs, sizeof *trained->class_weights);
    if (trained->class_weights == NULL) {
        return cli_failed("%s: out of memory", trained->path);
    }
    json_t *array = json_loads(text, 0, NULL);
    bool valid = fill_weights(trained->class_weights, array, outputs);
    json_decref(array);
    trained->loss.class_weights = trained->class_weights;
    return valid ? DONE
                 : refuse(trained, "class_weights",
                          "a JSON array of %zu numbers > 0, one for each output", outputs);
}

/* The loader divides bytes by 255 and leaves floats as they are; a model that wants other inputs
 * would answer nonsense. */
static enum exit_status read_preprocessing(struct trained_model *trained)
{
    const char *name = metadata(trained, "preprocessing");
    bool floats = name != NULL && strcmp(name, "none") == 0;
    trained->white = floats ? UINT8_MAX : 1.0;
    if (floats) {
        trained->values = DESCENT_VALUES_FLOATS;
    } else if (name != NULL && strcmp(name, "divide-by-255") == 0) {
        trained->values = DESCENT_VALUES_BYTES;
    } else if (name != NULL) {
        return refuse(trained, "preprocessing", "divide-by-255 or none");
    }
    return DONE;
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

static enum exit_status read_preparation(struct trained_model *trained)
{
    const char *text = metadata(trained, "preparation");
    if (text == NULL) {
        return DONE;
    }
    if (descent_preparation_load(&trained->preparation, text, descent_model_inputs(trained->model),
                                 descent_model_outputs(trained->model)) != DESCENT_OK) {
        return cli_failed("%s: metadata: %s", trained->path, descent_last_error());
    }
    if (trained->regression) {
        trained->loss.target_deviations =
            descent_preparation_target_deviation(trained->preparation);
    }
    return DONE;
}

/* Numbers with any separator between them: "28,28", "[28, 28]" and "28x28" are all clear. *features
 * gets their product. */
static bool parse_shape(descent_shape *shape, size_t *features, const char *text)
{
    static const char SEPARATORS[] = "[], x";
    *features = 1;
    for (text += strspn(text, SEPARATORS); *text != '\0'; text += strspn(text, SEPARATORS)) {
        size_t digits = strspn(text, "0123456789");
        if (digits < 1 || digits > 9 || shape->rank == DESCENT_RANK_MAX) {
            return false;
        }
        size_t size = strtoul(text, NULL, 10);
        shape->sizes[shape->rank++] = size;
        if (__builtin_mul_overflow(*features, size, features)) {
            return false;
        }
        text += digits;
    }
    return shape->rank > 0;
}

static enum exit_status read_shape(struct trained_model *trained)
{
    const char *text = metadata(trained, "input_shape");
    size_t inputs = descent_model_inputs(trained->model), features;
    if (text == NULL) {
        return DONE;
    }
    if (!parse_shape(&trained->shape, &features, text) || features != inputs) {
        return refuse(trained, "input_shape", "sizes with a product of %zu, the model's inputs",
                      inputs);
    }
    trained->has_shape = true;
    return DONE;
}

/* Fills in as many names as there are classes; false where there are others. */
static bool fill_names(const char **names, const json_t *array, size_t count)
{
    bool valid = json_array_size(array) == count; /* 0 for what is no array */
    for (size_t i = 0; valid && i < count; i++) {
        names[i] = json_string_value(json_array_get(array, i));
        valid = names[i] != NULL;
    }
    return valid;
}

/* Classes are counted from 0, as labels are, and numbers to predict from 1. */
static json_t *number_names(size_t first, size_t count)
{
    json_t *names = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(names, json_sprintf("%zu", first + i));
    }
    return names;
}

static enum exit_status read_names(struct trained_model *trained)
{
    const char *key = trained->regression ? "target_names" : "class_names";
    const char *text = metadata(trained, key);
    size_t outputs = descent_model_outputs(trained->model);
    size_t classes =
        trained->multi_label ? outputs : descent_loss_classes(trained->loss.kind, outputs);
    trained->classes = classes;
    trained->named = text != NULL;
    trained->class_names =
        trained->named ? json_loads(text, 0, NULL) : number_names(trained->regression, classes);
    trained->names = calloc(classes, sizeof *trained->names);
    if (trained->names == NULL) {
        return cli_failed("%s: out of memory", trained->path);
    }
    if (fill_names(trained->names, trained->class_names, classes)) {
        return DONE;
    }
    return trained->named ? refuse(trained, key, "a JSON array of %zu strings, one for each %s",
                                   classes, trained->regression ? "output" : "class")
                          : cli_failed("%s: out of memory", trained->path);
}

/* A line on stderr where a foreign file's tensors do not speak for themselves. */
static void tell_import(const struct trained_model *trained)
{
    char said[512];
    descent_model_describe_import(trained->file, said, sizeof said);
    if (said[0] != '\0') {
        fprintf(stderr, "descent: warning: %s: %s\n", trained->path, said);
    }
}

/* How a table's columns become inputs. */
static enum exit_status read_columns(struct trained_model *trained)
{
    const char *text = metadata(trained, "columns");
    size_t inputs = descent_model_inputs(trained->model);
    if (text == NULL) {
        return DONE;
    }
    if (descent_columns_load(&trained->columns, text) != DESCENT_OK) {
        return cli_failed("%s: metadata: columns: %s", trained->path, descent_last_error());
    }
    size_t features = descent_columns_features(trained->columns);
    return features == inputs
               ? DONE
               : refuse(trained, "columns", "columns of %zu features, found %zu", inputs, features);
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

enum exit_status trained_model_load(struct trained_model *trained, const char *path)
{
    *trained = (struct trained_model){.path = model_path(path)};
    if (trained->path == NULL) {
        return cli_failed("%s: out of memory", path);
    }
    CLI_TRY_LIBRARY(descent_model_load(&trained->model, &trained->file, trained->path));
    tell_import(trained);
    static enum exit_status (*const STEPS[])(struct trained_model *) = {
        read_loss,          read_task,  read_smoothing,   read_class_weights,
        read_preprocessing, read_range, read_preparation, read_shape,
        read_pictures,      read_names, read_data,        read_columns,
    };
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        CLI_TRY(STEPS[i](trained));
    }
    return DONE;
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
    free(trained->class_weights);
    descent_preparation_destroy(trained->preparation);
    descent_columns_destroy(trained->columns);
    descent_model_destroy(trained->model);
    descent_safetensors_destroy(trained->file);
    json_decref(trained->class_names);
    free(trained->names);
    *trained = (struct trained_model){0};
}
