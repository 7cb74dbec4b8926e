/*
 * Reads the metadata that `train` adds to a model file. They come from a file, so that each is
 * checked before it is used; those that are missing are done without.
 */
#include "cli/base/classifier.h"

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

static const char *metadata(const struct classifier *classifier, const char *key)
{
    return descent_safetensors_metadata(classifier->file, key);
}

/* FAILED after saying what was expected of an entry that is there. */
static enum exit_status refuse(const struct classifier *classifier, const char *key,
                               const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum exit_status refuse(const struct classifier *classifier, const char *key,
                               const char *format, ...)
{
    char expected[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    return cli_failed("%s: metadata: %s: expected %s, found '%.40s'", classifier->path, key,
                      expected, metadata(classifier, key));
}

static enum exit_status read_loss(struct classifier *classifier)
{
    const char *name = metadata(classifier, "loss");
    classifier->loss = (descent_loss){.kind = DESCENT_LOSS_CROSS_ENTROPY};
    if (name == NULL) {
        return DONE;
    }
    for (int kind = 0; kind < DESCENT_LOSS_COUNT; kind++) {
        if (strcmp(name, descent_loss_name((descent_loss_kind)kind)) == 0) {
            classifier->loss.kind = (descent_loss_kind)kind;
            return DONE;
        }
    }
    return refuse(classifier, "loss", "cross-entropy or mse");
}

static enum exit_status read_task(struct classifier *classifier)
{
    const char *name = metadata(classifier, "task");
    classifier->regression = name != NULL;
    if (name != NULL && strcmp(name, "regression") != 0) {
        return refuse(classifier, "task", "regression");
    }
    if (classifier->regression && classifier->loss.kind != DESCENT_LOSS_MSE) {
        return refuse(classifier, "loss", "mse for regression");
    }
    return DONE;
}

static enum exit_status read_smoothing(struct classifier *classifier)
{
    const char *text = metadata(classifier, "label_smoothing");
    double *smoothing = &classifier->loss.label_smoothing;
    if (text == NULL ||
        (text_read_number(smoothing, text) && *smoothing >= 0.0 && *smoothing < 1.0)) {
        return DONE;
    }
    return refuse(classifier, "label_smoothing", "a number in [0, 1)");
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
    const char *text = metadata(classifier, "class_weights");
    size_t outputs = descent_model_outputs(classifier->model);
    if (text == NULL) {
        return DONE;
    }
    classifier->class_weights = calloc(outputs, sizeof *classifier->class_weights);
    if (classifier->class_weights == NULL) {
        return cli_failed("%s: out of memory", classifier->path);
    }
    json_t *array = json_loads(text, 0, NULL);
    bool valid = fill_weights(classifier->class_weights, array, outputs);
    json_decref(array);
    classifier->loss.class_weights = classifier->class_weights;
    return valid ? DONE
                 : refuse(classifier, "class_weights",
                          "a JSON array of %zu numbers > 0, one for each output", outputs);
}

/* The loader divides bytes by 255 and leaves floats as they are; a model that wants other inputs
 * would answer nonsense. */
static enum exit_status read_preprocessing(struct classifier *classifier)
{
    const char *name = metadata(classifier, "preprocessing");
    bool floats = name != NULL && strcmp(name, "none") == 0;
    classifier->white = floats ? UINT8_MAX : 1.0;
    if (floats) {
        classifier->values = DESCENT_VALUES_FLOATS;
    } else if (name != NULL && strcmp(name, "divide-by-255") == 0) {
        classifier->values = DESCENT_VALUES_BYTES;
    } else if (name != NULL) {
        return refuse(classifier, "preprocessing", "divide-by-255 or none");
    }
    return DONE;
}

/* Images of floats seldom have pixels at both ends: numbers within [0, 1] are shares of white, and
 * others within [0, 255] are bytes that were not divided. */
static enum exit_status read_range(struct classifier *classifier)
{
    const char *text = metadata(classifier, "input_range");
    double low, high;
    if (text == NULL) {
        return DONE;
    }
    json_t *range = json_loads(text, 0, NULL);
    bool valid = json_unpack(range, "[FF!]", &low, &high) == 0 && low < high;
    json_decref(range);
    if (!valid) {
        return refuse(classifier, "input_range",
                      "a JSON array of two numbers, the lower one first");
    }
    bool shares = low >= 0.0 && high <= 1.0;
    bool bytes = low >= 0.0 && high <= UINT8_MAX;
    classifier->black = bytes ? 0.0 : low;
    classifier->white = shares ? 1.0 : bytes ? UINT8_MAX : high;
    return DONE;
}

static enum exit_status read_preparation(struct classifier *classifier)
{
    const char *text = metadata(classifier, "preparation");
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

/* Numbers, parted by whatever parts them: "28,28", "[28, 28]" and "28x28" are all clear. *features
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

static enum exit_status read_shape(struct classifier *classifier)
{
    const char *text = metadata(classifier, "input_shape");
    size_t inputs = descent_model_inputs(classifier->model), features;
    if (text == NULL) {
        return DONE;
    }
    if (!parse_shape(&classifier->shape, &features, text) || features != inputs) {
        return refuse(classifier, "input_shape", "sizes with a product of %zu, the model's inputs",
                      inputs);
    }
    classifier->has_shape = true;
    return DONE;
}

/* Fills in as many names as there are outputs; false where there are others. */
static bool fill_names(const char **names, const json_t *array, size_t count)
{
    bool valid = json_array_size(array) == count; /* 0 for what is no array */
    for (size_t i = 0; valid && i < count; i++) {
        names[i] = json_string_value(json_array_get(array, i));
        valid = names[i] != NULL;
    }
    return valid;
}

static enum exit_status read_class_names(struct classifier *classifier)
{
    const char *text = metadata(classifier, "class_names");
    size_t outputs = descent_model_outputs(classifier->model);
    if (text == NULL) {
        return DONE;
    }
    classifier->class_names = json_loads(text, 0, NULL);
    classifier->names = calloc(outputs, sizeof *classifier->names);
    if (classifier->names == NULL) {
        return cli_failed("%s: out of memory", classifier->path);
    }
    return fill_names(classifier->names, classifier->class_names, outputs)
               ? DONE
               : refuse(classifier, "class_names",
                        "a JSON array of %zu strings, one for each output", outputs);
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
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        CLI_TRY(STEPS[i](classifier));
    }
    return DONE;
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
    if (classifier->names != NULL) {
        return classifier->names[class];
    }
    snprintf(scratch, CLASS_NAME_SIZE, "%zu", class);
    return scratch;
}
