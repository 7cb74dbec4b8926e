/*
 * Prints predictions: a line for each file, or JSON.
 */
#include "json.h"
#include "predict.h"
#include "table.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static bool has_probabilities(const struct classifier *classifier)
{
    return classifier->loss.kind == DESCENT_LOSS_CROSS_ENTROPY;
}

/* "99.87 %", or the output as it is. */
static const char *format_output(char text[TEXT_SIZE], const struct classifier *classifier,
                                 float output)
{
    if (has_probabilities(classifier)) {
        return text_percent(text, (double)output);
    }
    snprintf(text, TEXT_SIZE, "%.4f", (double)output);
    return text;
}

static void add_row(struct table *table, const struct predict_results *results, size_t i)
{
    size_t classes = descent_model_outputs(results->classifier->model);
    const float *outputs = results->outputs + i * classes;
    size_t ranks[PREDICT_TOP_MAX];
    prediction_rank(ranks, results->top, outputs, classes);
    table_add(table, "%s", results->files[i]);
    for (size_t k = 0; k < results->top; k++) {
        char name[CLASS_NAME_SIZE], text[TEXT_SIZE];
        table_add(table, "%s", classifier_class(results->classifier, ranks[k], name));
        table_add(table, "%s", format_output(text, results->classifier, outputs[ranks[k]]));
    }
}

enum exit_status predict_print(const struct predict_results *results)
{
    char alignment[2 * PREDICT_TOP_MAX + 2] = "l";
    for (size_t k = 0; k < results->top; k++) {
        memcpy(alignment + 1 + 2 * k, "lr", 3);
    }
    struct table table = {.alignment = alignment};
    enum exit_status status = DONE;
    const struct predict_shape *shape = &results->shape;
    for (size_t i = 0; i < results->count && status == DONE; i++) {
        add_row(&table, results, i);
        if (results->show) { /* one table for each, under its image */
            predict_show(results->pixels + i * shape->height * shape->width * shape->channels,
                         shape);
            status = table_print(&table);
        }
    }
    return status == DONE ? table_print(&table) : status;
}

static json_t *class_json(const struct predict_results *results, size_t class, float output)
{
    char scratch[CLASS_NAME_SIZE];
    return json_pack("{s:I, s:s, s:f}", "class", (json_int_t) class, "name",
                     classifier_class(results->classifier, class, scratch),
                     has_probabilities(results->classifier) ? "probability" : "output",
                     (double)output);
}

static json_t *file_json(const struct predict_results *results, size_t i)
{
    size_t classes = descent_model_outputs(results->classifier->model);
    const float *outputs = results->outputs + i * classes;
    size_t ranks[PREDICT_TOP_MAX];
    prediction_rank(ranks, results->top, outputs, classes);
    json_t *top = json_array();
    for (size_t k = 0; k < results->top; k++) {
        json_array_append_new(top, class_json(results, ranks[k], outputs[ranks[k]]));
    }
    json_t *file = class_json(results, ranks[0], outputs[ranks[0]]);
    if (json_object_set_new(file, "file", json_string(results->files[i])) != 0 ||
        json_object_set_new(file, "top", top) != 0) {
        json_decref(file);
        return NULL;
    }
    return file;
}

enum exit_status predict_print_json(const struct predict_results *results)
{
    json_t *predictions = json_array();
    for (size_t i = 0; i < results->count; i++) {
        if (json_array_append_new(predictions, file_json(results, i)) != 0) {
            json_decref(predictions);
            return cli_print_json(NULL);
        }
    }
    return cli_print_json(
        json_pack("{s:s, s:o}", "model", results->classifier->path, "predictions", predictions));
}
