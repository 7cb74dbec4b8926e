/*
 * Image files: all are read, then asked about together, then printed.
 */
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/predict/predict.h"

#include <stdlib.h>
#include <string.h>

struct files {
    const struct predictor *predictor;
    struct predict_shape shape;
    size_t count; /* of those that could be read */
    const char **names;
    uint8_t *pixels; /* [count × inputs] */
    float *outputs;  /* [count × outputs] */
};

static enum exit_status allocate(struct files *files, size_t given)
{
    const struct predictor *predictor = files->predictor;
    files->names = calloc(given, sizeof *files->names);
    files->pixels = calloc(given, predictor->inputs);
    files->outputs = calloc(given, predictor->outputs * sizeof *files->outputs);
    return files->names != NULL && files->pixels != NULL && files->outputs != NULL
               ? DONE
               : cli_failed("out of memory for %zu images", given);
}

/* A file that cannot be read does not keep the others from being classified. */
static enum exit_status read_all(struct files *files, const char *const *given, bool as_is)
{
    enum exit_status status = DONE;
    for (; *given != NULL; given++) {
        uint8_t *pixels = files->pixels + files->count * files->predictor->inputs;
        if (predict_image_read(pixels, &files->shape, *given, as_is) == DONE) {
            files->names[files->count++] = *given;
        } else {
            status = FAILED;
        }
    }
    return status;
}

/* The next images, as numbers like those that the model was trained on. */
static enum exit_status ask(const struct files *files, size_t first, size_t n, float *features)
{
    const struct predictor *predictor = files->predictor;
    const uint8_t *pixels = files->pixels + first * predictor->inputs;
    double black = predictor->classifier->black, white = predictor->classifier->white;
    for (size_t i = 0; i < n * predictor->inputs; i++) {
        features[i] = (float)(black + (white - black) * pixels[i] / 255.0);
    }
    return predictor_run(predictor, n, features, files->outputs + first * predictor->outputs);
}

static enum exit_status ask_all(const struct files *files)
{
    size_t most = files->count < PREDICT_BATCH ? files->count : PREDICT_BATCH;
    float *features = calloc(most, files->predictor->inputs * sizeof *features);
    if (features == NULL) {
        return cli_failed("out of memory for %zu images", most);
    }
    enum exit_status status = DONE;
    for (size_t first = 0; first < files->count && status == DONE; first += most) {
        size_t left = files->count - first;
        status = ask(files, first, left < most ? left : most, features);
    }
    free(features);
    return status;
}

/* One table for all, or with `show` one for each under its image. */
static enum exit_status print_table(const struct files *files, bool show)
{
    size_t columns = predict_columns(files->predictor);
    char *alignment = malloc(columns + 2);
    if (alignment == NULL) {
        return cli_failed("out of memory for a table");
    }
    for (size_t i = 0; i <= columns; i++) {
        bool number = i > 0 && (i % 2 == 0 || !files->predictor->classes);
        alignment[i] = number ? 'r' : 'l';
    }
    alignment[columns + 1] = '\0';
    struct table table = {.alignment = alignment};
    enum exit_status status = DONE;
    for (size_t i = 0; i < files->count && status == DONE; i++) {
        table_add(&table, "%s", files->names[i]);
        predict_add_cells(&table, files->predictor, files->outputs + i * files->predictor->outputs);
        if (show) {
            predict_show(files->pixels + i * files->predictor->inputs, &files->shape);
            status = table_print(&table);
        }
    }
    if (status == DONE) {
        status = table_print(&table);
    }
    free(alignment);
    return status;
}

static enum exit_status print_json(const struct files *files)
{
    json_t *predictions = json_array();
    for (size_t i = 0; i < files->count; i++) {
        json_t *entry =
            predict_json(files->predictor, files->outputs + i * files->predictor->outputs);
        if (json_object_set_new(entry, "file", json_string(files->names[i])) != 0 ||
            json_array_append(predictions, entry) != 0) {
            json_decref(predictions);
            predictions = NULL;
        }
        json_decref(entry);
    }
    return predict_print_json(files->predictor, predictions);
}

enum exit_status predict_files(const struct predictor *predictor,
                               const struct predict_options *options, const char *const *names)
{
    struct files files = {.predictor = predictor};
    size_t count = 0;
    while (names[count] != NULL) {
        count++;
    }
    if (count == 0) {
        return DONE;
    }
    predict_shape_of(&files.shape, predictor->classifier);
    enum exit_status status = allocate(&files, count);
    enum exit_status read = status == DONE ? read_all(&files, names, options->as_is) : status;
    if (files.count > 0) {
        status = ask_all(&files);
        if (status == DONE) {
            status = options->json ? print_json(&files) : print_table(&files, options->show);
        }
    }
    free(files.names);
    free(files.pixels);
    free(files.outputs);
    return read == DONE ? status : read;
}
