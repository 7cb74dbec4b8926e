/*
 * Predictions as text and as JSON.
 */
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/predict/predict.h"

#include <stdio.h>

size_t predict_columns(const struct predictor *predictor)
{
    return predictor->classes ? 2 * predictor->top : predictor->outputs;
}

/* "99.87 %", or the output as it is. */
static const char *format_output(char text[TEXT_SIZE], const struct predictor *predictor,
                                 float output)
{
    if (predictor->probabilities) {
        return text_percent(text, (double)output);
    }
    snprintf(text, TEXT_SIZE, "%.6g", (double)output);
    return text;
}

void predict_add_cells(struct table *table, const struct predictor *predictor, const float *outputs)
{
    char name[CLASS_NAME_SIZE], text[TEXT_SIZE];
    size_t ranks[PREDICT_TOP_MAX];
    if (!predictor->classes) {
        for (size_t i = 0; i < predictor->outputs; i++) {
            table_add(table, "%s", format_output(text, predictor, outputs[i]));
        }
        return;
    }
    predictor_rank(ranks, predictor->top, outputs, predictor->outputs);
    for (size_t k = 0; k < predictor->top; k++) {
        table_add(table, "%s", classifier_class(predictor->classifier, ranks[k], name));
        table_add(table, "%s", format_output(text, predictor, outputs[ranks[k]]));
    }
}

static json_t *class_json(const struct predictor *predictor, size_t class, float output)
{
    char scratch[CLASS_NAME_SIZE];
    return json_pack("{s:I, s:s, s:f}", "class", (json_int_t) class, "name",
                     classifier_class(predictor->classifier, class, scratch),
                     predictor->probabilities ? "probability" : "output", (double)output);
}

static json_t *classes_json(const struct predictor *predictor, const float *outputs)
{
    size_t ranks[PREDICT_TOP_MAX];
    predictor_rank(ranks, predictor->top, outputs, predictor->outputs);
    json_t *top = json_array();
    for (size_t k = 0; k < predictor->top; k++) {
        json_array_append_new(top, class_json(predictor, ranks[k], outputs[ranks[k]]));
    }
    json_t *object = class_json(predictor, ranks[0], outputs[ranks[0]]);
    json_object_set_new(object, "top", top);
    return object;
}

json_t *predict_json(const struct predictor *predictor, const float *outputs)
{
    if (predictor->classes) {
        return classes_json(predictor, outputs);
    }
    json_t *numbers = json_array();
    for (size_t i = 0; i < predictor->outputs; i++) {
        json_array_append_new(numbers, json_real((double)outputs[i]));
    }
    return json_pack("{s:o}", "outputs", numbers);
}

enum exit_status predict_print_json(const struct predictor *predictor, json_t *predictions)
{
    return cli_print_json(
        json_pack("{s:s, s:o}", "model", predictor->classifier->path, "predictions", predictions));
}
