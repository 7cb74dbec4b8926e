/*
 * What a model file says beside its weights. It comes from a file, so each entry is checked before
 * it is used; those that are missing are done without.
 */
#include "predict/predictor_private.h"

#include "base/decimal.h"
#include "base/fail.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *metadata(const descent_predictor *predictor, const char *key)
{
    return descent_safetensors_metadata(predictor->file, key);
}

static descent_status out_of_memory(const descent_predictor *predictor)
{
    return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its metadata", predictor->path);
}

/* FORMAT with what was expected of an invalid entry. */
static descent_status refuse(const descent_predictor *predictor, const char *key,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

static descent_status refuse(const descent_predictor *predictor, const char *key,
                             const char *format, ...)
{
    char expected[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    return descent_fail(DESCENT_ERROR_FORMAT, "%s: metadata: %s: expected %s, found '%.40s'",
                        predictor->path, key, expected, metadata(predictor, key));
}

/* Puts the file and the entry before the line about what could not be read of it. */
static descent_status place(const descent_predictor *predictor, descent_status status,
                            const char *entry)
{
    char line[512];
    snprintf(line, sizeof line, "%s", descent_last_error());
    return descent_fail(status, "%s: metadata: %s%s", predictor->path, entry, line);
}

/* Files from before there was a choice do not say it. */
static descent_status read_engine(descent_predictor *predictor)
{
    const char *name = metadata(predictor, "engine");
    predictor->engine = DESCENT_ENGINE_BLAS;
    for (int i = 0; name != NULL && i < DESCENT_ENGINE_COUNT; i++) {
        if (strcmp(name, descent_engine_name((descent_engine)i)) == 0) {
            predictor->engine = (descent_engine)i;
            return DESCENT_OK;
        }
    }
    return name == NULL ? DESCENT_OK : refuse(predictor, "engine", "blas or packed");
}

static descent_status read_loss(descent_predictor *predictor)
{
    const char *name = metadata(predictor, "loss");
    predictor->loss = (descent_loss){.kind = DESCENT_LOSS_CROSS_ENTROPY};
    if (name == NULL) {
        return DESCENT_OK;
    }
    for (int kind = 0; kind < DESCENT_LOSS_COUNT; kind++) {
        if (strcmp(name, descent_loss_name((descent_loss_kind)kind)) == 0) {
            predictor->loss.kind = (descent_loss_kind)kind;
            return DESCENT_OK;
        }
    }
    return refuse(predictor, "loss", "cross-entropy, mse or binary-cross-entropy");
}

static descent_status read_task(descent_predictor *predictor)
{
    const char *name = metadata(predictor, "task");
    bool regression = name != NULL && strcmp(name, "regression") == 0;
    bool labels = name != NULL && strcmp(name, "multi-label") == 0;
    predictor->task = regression ? DESCENT_TASK_NUMBERS
                      : labels   ? DESCENT_TASK_LABELS
                                 : DESCENT_TASK_CLASSES;
    if (name != NULL && !regression && !labels) {
        return refuse(predictor, "task", "regression or multi-label");
    }
    if (regression && predictor->loss.kind != DESCENT_LOSS_MSE) {
        return refuse(predictor, "loss", "mse for regression");
    }
    if (labels && predictor->loss.kind != DESCENT_LOSS_BINARY_CROSS_ENTROPY) {
        return refuse(predictor, "loss", "binary-cross-entropy for several labels a sample");
    }
    return DESCENT_OK;
}

static descent_status read_smoothing(descent_predictor *predictor)
{
    const char *text = metadata(predictor, "label_smoothing");
    double *smoothing = &predictor->loss.label_smoothing;
    if (text == NULL ||
        (descent_decimal_load(smoothing, text) && *smoothing >= 0.0 && *smoothing < 1.0)) {
        return DESCENT_OK;
    }
    return refuse(predictor, "label_smoothing", "a number in [0, 1)");
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

static descent_status read_class_weights(descent_predictor *predictor)
{
    const char *text = metadata(predictor, "class_weights");
    size_t outputs = descent_model_outputs(predictor->model);
    if (text == NULL) {
        return DESCENT_OK;
    }
    predictor->class_weights = calloc(outputs, sizeof *predictor->class_weights);
    if (predictor->class_weights == NULL) {
        return out_of_memory(predictor);
    }
    json_t *array = json_loads(text, 0, NULL);
    bool valid = fill_weights(predictor->class_weights, array, outputs);
    json_decref(array);
    predictor->loss.class_weights = predictor->class_weights;
    return valid ? DESCENT_OK
                 : refuse(predictor, "class_weights",
                          "a JSON array of %zu numbers > 0, one for each output", outputs);
}

static descent_status read_preprocessing(descent_predictor *predictor)
{
    const char *name = metadata(predictor, "preprocessing");
    if (name != NULL && strcmp(name, "none") == 0) {
        predictor->values = DESCENT_VALUES_FLOATS;
    } else if (name != NULL && strcmp(name, "divide-by-255") == 0) {
        predictor->values = DESCENT_VALUES_BYTES;
    } else if (name != NULL) {
        return refuse(predictor, "preprocessing", "divide-by-255 or none");
    }
    return DESCENT_OK;
}

static descent_status read_preparation(descent_predictor *predictor)
{
    const char *text = metadata(predictor, "preparation");
    if (text == NULL) {
        return DESCENT_OK;
    }
    descent_status status = descent_preparation_load(&predictor->preparation, text,
                                                     descent_model_inputs(predictor->model),
                                                     descent_model_outputs(predictor->model));
    if (status != DESCENT_OK) {
        return place(predictor, status, "");
    }
    if (predictor->task == DESCENT_TASK_NUMBERS) {
        predictor->loss.target_deviations =
            descent_preparation_target_deviation(predictor->preparation);
    }
    return DESCENT_OK;
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

static descent_status read_shape(descent_predictor *predictor)
{
    const char *text = metadata(predictor, "input_shape");
    size_t inputs = descent_model_inputs(predictor->model), features;
    if (text == NULL) {
        return DESCENT_OK;
    }
    predictor->has_shape = true;
    return parse_shape(&predictor->shape, &features, text) && features == inputs
               ? DESCENT_OK
               : refuse(predictor, "input_shape", "sizes with a product of %zu, the model's inputs",
                        inputs);
}

/* How a table's columns become inputs. */
static descent_status read_columns(descent_predictor *predictor)
{
    const char *text = metadata(predictor, "columns");
    size_t inputs = descent_model_inputs(predictor->model);
    if (text == NULL) {
        return DESCENT_OK;
    }
    descent_status status = descent_columns_load(&predictor->columns, text);
    if (status != DESCENT_OK) {
        return place(predictor, status, "columns: ");
    }
    size_t features = descent_columns_features(predictor->columns);
    return features == inputs ? DESCENT_OK
                              : refuse(predictor, "columns", "columns of %zu features, found %zu",
                                       inputs, features);
}

/* Classes are counted from 0, as labels are, and numbers to predict from 1. */
static descent_status number_names(descent_predictor *predictor)
{
    size_t first = predictor->task == DESCENT_TASK_NUMBERS ? 1 : 0;
    for (size_t i = 0; i < predictor->answers; i++) {
        char name[24];
        snprintf(name, sizeof name, "%zu", first + i);
        predictor->names[i] = strdup(name);
        if (predictor->names[i] == NULL) {
            return out_of_memory(predictor);
        }
    }
    return DESCENT_OK;
}

/* Copies as many names as there are answers. Error: FORMAT where there are others. */
static descent_status copy_names(descent_predictor *predictor, const char *key, const json_t *array)
{
    bool valid = json_array_size(array) == predictor->answers; /* 0 for what is no array */
    for (size_t i = 0; valid && i < predictor->answers; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        valid = name != NULL;
        predictor->names[i] = valid ? strdup(name) : NULL;
        if (valid && predictor->names[i] == NULL) {
            return out_of_memory(predictor);
        }
    }
    return valid ? DESCENT_OK
                 : refuse(predictor, key, "a JSON array of %zu strings, one for each %s",
                          predictor->answers,
                          predictor->task == DESCENT_TASK_NUMBERS ? "output" : "class");
}

static descent_status read_names(descent_predictor *predictor)
{
    const char *key = predictor->task == DESCENT_TASK_NUMBERS ? "target_names" : "class_names";
    const char *text = metadata(predictor, key);
    size_t outputs = descent_model_outputs(predictor->model);
    DESCENT_TRY(descent_predictor_rename(
        predictor, predictor->task == DESCENT_TASK_LABELS
                       ? outputs
                       : descent_loss_classes(predictor->loss.kind, outputs)));
    predictor->named = text != NULL;
    if (text == NULL) {
        return number_names(predictor);
    }
    json_t *array = json_loads(text, 0, NULL);
    descent_status status = copy_names(predictor, key, array);
    json_decref(array);
    return status;
}

descent_status descent_predictor_read(descent_predictor *predictor)
{
    static descent_status (*const STEPS[])(descent_predictor *) = {
        read_engine,        read_loss,        read_task,  read_smoothing, read_class_weights,
        read_preprocessing, read_preparation, read_shape, read_names,     read_columns,
    };
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        DESCENT_TRY(STEPS[i](predictor));
    }
    return DESCENT_OK;
}
