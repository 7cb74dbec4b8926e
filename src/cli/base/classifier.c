/*
 * Reads the metadata that `train` adds to a model file. They come from a file, so that each is
 * checked before it is used; those that are missing are done without.
 */
#include "cli/base/classifier.h"

#include "cli/base/run.h"

#include <math.h>
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

static enum exit_status read_loss(struct classifier *classifier)
{
    const char *name = descent_safetensors_metadata(classifier->file, "loss");
    classifier->loss = (descent_loss){.kind = DESCENT_LOSS_CROSS_ENTROPY};
    for (int kind = 0; name != NULL && kind < DESCENT_LOSS_COUNT; kind++) {
        classifier->loss.kind = (descent_loss_kind)kind;
        if (strcmp(name, descent_loss_name(classifier->loss.kind)) == 0) {
            return DONE;
        }
    }
    if (name == NULL) {
        return DONE;
    }
    return cli_failed("%s: metadata: loss: expected cross-entropy or mse, found '%.40s'",
                      classifier->path, name);
}

static enum exit_status read_task(struct classifier *classifier)
{
    const char *name = descent_safetensors_metadata(classifier->file, "task");
    classifier->regression = name != NULL;
    if (name != NULL && strcmp(name, "regression") != 0) {
        return cli_failed("%s: metadata: task: expected regression, found '%.40s'",
                          classifier->path, name);
    }
    if (classifier->regression && classifier->loss.kind != DESCENT_LOSS_MSE) {
        return cli_failed("%s: metadata: loss: expected mse for regression, found %s",
                          classifier->path, descent_loss_name(classifier->loss.kind));
    }
    return DONE;
}

static enum exit_status read_smoothing(struct classifier *classifier)
{
    const char *text = descent_safetensors_metadata(classifier->file, "label_smoothing");
    if (text == NULL) {
        return DONE;
    }
    json_t *number = json_loads(text, JSON_DECODE_ANY, NULL);
    double smoothing = json_is_number(number) ? json_number_value(number) : -1.0;
    json_decref(number);
    classifier->loss.label_smoothing = smoothing;
    return smoothing >= 0.0 && smoothing < 1.0
               ? DONE
               : cli_failed("%s: metadata: label_smoothing: expected a number in [0, 1), found "
                            "'%.40s'",
                            classifier->path, text);
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

static enum exit_status read_class_weights(struct classifier *classifier)
{
    const char *text = descent_safetensors_metadata(classifier->file, "class_weights");
    if (text == NULL) {
        return DONE;
    }
    size_t outputs = descent_model_outputs(classifier->model);
    classifier->class_weights = calloc(outputs, sizeof *classifier->class_weights);
    if (classifier->class_weights == NULL) {
        return cli_failed("%s: out of memory", classifier->path);
    }
    json_t *array = json_loads(text, 0, NULL);
    bool valid = fill_weights(classifier->class_weights, array, outputs);
    json_decref(array);
    classifier->loss.class_weights = classifier->class_weights;
    return valid ? DONE
                 : cli_failed("%s: metadata: class_weights: expected a JSON array of %zu numbers "
                              "> 0, one for each output, found '%.40s'",
                              classifier->path, outputs, text);
}

/* The loader divides bytes by 255 and leaves floats as they are; a model that wants other inputs
 * would answer nonsense. */
static enum exit_status read_preprocessing(struct classifier *classifier)
{
    static const char *const names[DESCENT_VALUES_COUNT] = {
        [DESCENT_VALUES_BYTES] = "divide-by-255", [DESCENT_VALUES_FLOATS] = "none"};
    const char *name = descent_safetensors_metadata(classifier->file, "preprocessing");
    classifier->white = 1.0;
    if (name == NULL) {
        return DONE;
    }
    for (int i = 0; i < DESCENT_VALUES_COUNT; i++) {
        if (names[i] != NULL && strcmp(name, names[i]) == 0) {
            classifier->values = (descent_values)i;
            classifier->white = i == DESCENT_VALUES_BYTES ? 1.0 : UINT8_MAX;
            return DONE;
        }
    }
    return cli_failed("%s: metadata: preprocessing: expected divide-by-255 or none, found '%.40s'",
                      classifier->path, name);
}

/* Images of floats seldom have pixels at both ends: numbers within [0, 1] are shares of white, and
 * others within [0, 255] are bytes that were not divided. */
static enum exit_status read_range(struct classifier *classifier)
{
    const char *text = descent_safetensors_metadata(classifier->file, "input_range");
    if (text == NULL) {
        return DONE;
    }
    double low, high;
    json_t *range = json_loads(text, 0, NULL);
    bool valid = json_unpack(range, "[FF!]", &low, &high) == 0 && low < high;
    json_decref(range);
    if (!valid) {
        return cli_failed("%s: metadata: input_range: expected a JSON array of two numbers, the "
                          "lower one first, found '%.40s'",
                          classifier->path, text);
    }
    bool shares = low >= 0.0 && high <= 1.0;
    bool bytes = low >= 0.0 && high <= UINT8_MAX;
    classifier->black = bytes ? 0.0 : low;
    classifier->white = shares ? 1.0 : bytes ? UINT8_MAX : high;
    return DONE;
}

static enum exit_status read_preparation(struct classifier *classifier)
{
    const char *text = descent_safetensors_metadata(classifier->file, "preparation");
    if (text == NULL) {
        return DONE;
    }
    if (descent_preparation_load(&classifier->preparation, text,
                                 descent_model_inputs(classifier->model),
                                 descent_model_outputs(classifier->model)) != DESCENT_OK) {
        return cli_failed("%s: metadata: %s", classifier->path, descent_last_error());
    }
    if (classifier->regression) {
        classifier->loss.target_deviations =
            descent_preparation_target_deviation(classifier->preparation);
    }
    return DONE;
}

/* Numbers, parted by whatever parts them: "28,28", "[28, 28]" and "28x28" are all clear. */
static bool parse_shape(descent_shape *shape, const char *text)
{
    static const char SEPARATORS[] = "[], x";
    *shape = (descent_shape){0};
    text += strspn(text, SEPARATORS);
    while (*text != '\0') {
        size_t digits = strspn(text, "0123456789");
        if (digits < 1 || digits > 9 || shape->rank == DESCENT_RANK_MAX) {
            return false;
        }
        shape->sizes[shape->rank++] = strtoul(text, NULL, 10);
        text += digits;
        text += strspn(text, SEPARATORS);
    }
    return shape->rank > 0;
}

static enum exit_status read_shape(struct classifier *classifier)
{
    const char *text = descent_safetensors_metadata(classifier->file, "input_shape");
    if (text == NULL) {
        return DONE;
    }
    size_t features = 1;
    bool fits = parse_shape(&classifier->shape, text);
    for (size_t i = 0; fits && i < classifier->shape.rank; i++) {
        fits = !__builtin_mul_overflow(features, classifier->shape.sizes[i], &features);
    }
    size_t inputs = descent_model_inputs(classifier->model);
    if (!fits || features != inputs) {
        return cli_failed("%s: metadata: input_shape: expected sizes with a product of %zu, the "
                          "model's inputs, found '%.40s'",
                          classifier->path, inputs, text);
    }
    classifier->has_shape = true;
    return DONE;
}

static bool are_names(const json_t *array, size_t count)
{
    if (json_array_size(array) != count) { /* 0 for what is no array */
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!json_is_string(json_array_get(array, i))) {
            return false;
        }
    }
    return true;
}

static enum exit_status read_class_names(struct classifier *classifier)
{
    const char *text = descent_safetensors_metadata(classifier->file, "class_names");
    if (text == NULL) {
        return DONE;
    }
    size_t outputs = descent_model_outputs(classifier->model);
    classifier->class_names = json_loads(text, 0, NULL);
    if (!are_names(classifier->class_names, outputs)) {
        return cli_failed("%s: metadata: class_names: expected a JSON array of %zu strings, one "
                          "for each output, found '%.40s'",
                          classifier->path, outputs, text);
    }
    classifier->names = calloc(outputs, sizeof *classifier->names);
    for (size_t i = 0; classifier->names != NULL && i < outputs; i++) {
        classifier->names[i] = json_string_value(json_array_get(classifier->class_names, i));
    }
    return classifier->names != NULL ? DONE : cli_failed("%s: out of memory", classifier->path);
}

enum exit_status classifier_load(struct classifier *classifier, const char *path)
{
    *classifier = (struct classifier){.path = model_path(path)};
    if (classifier->path == NULL) {
        return cli_failed("%s: out of memory", path);
    }
    if (descent_model_load(&classifier->model, &classifier->file, classifier->path) != DESCENT_OK) {
        return cli_library_failed();
    }
    static enum exit_status (*const STEPS[])(struct classifier *) = {
        read_loss,  read_task,        read_smoothing, read_class_weights, read_preprocessing,
        read_range, read_preparation, read_shape,     read_class_names,
    };
    enum exit_status status = DONE;
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0] && status == DONE; i++) {
        status = STEPS[i](classifier);
    }
    return status;
}

void classifier_free(struct classifier *classifier)
{
    free(classifier->path);
    free(classifier->class_weights);
    descent_preparation_destroy(classifier->preparation);
    descent_model_destroy(classifier->model);
    descent_safetensors_destroy(classifier->file);
    json_decref(classifier->class_names);
    free(classifier->names);
    *classifier = (struct classifier){0};
}

const char *classifier_class(const struct classifier *classifier, size_t class,
                             char scratch[CLASS_NAME_SIZE])
{
    if (classifier->class_names != NULL) {
        return json_string_value(json_array_get(classifier->class_names, class));
    }
    snprintf(scratch, CLASS_NAME_SIZE, "%zu", class);
    return scratch;
}
