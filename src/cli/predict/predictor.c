/*
 * Predictions of a model for samples without labels.
 */
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/predict/predict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER(key)                                                                                \
    {"class", RECORD_MEMBER(SIZE, struct answer, class)},                                          \
        {"name", RECORD_MEMBER(TEXT, struct answer, name)},                                        \
    {                                                                                              \
        key, RECORD_MEMBER(NUMBER, struct answer, output)                                          \
    }

static const struct record_field OUTPUT_FIELDS[] = {ANSWER("output")};
static const struct record_field PROBABILITY_FIELDS[] = {ANSWER("probability")};
static const struct record OUTPUT = RECORD(struct answer, OUTPUT_FIELDS);
static const struct record PROBABILITY = RECORD(struct answer, PROBABILITY_FIELDS);

enum exit_status predictor_create(struct predictor *predictor, const struct trained_model *trained,
                                  size_t top, double threshold)
{
    size_t outputs = trained->classes;
    bool classes = !trained->regression;
    *predictor = (struct predictor){
        .trained = trained,
        .inputs = descent_model_inputs(trained->model),
        .outputs = outputs,
        .classes = classes,
        .probabilities = descent_predictor_gives_probabilities(trained->predictor),
        .labels = top == 0,
        .threshold = threshold,
        .count = classes && top > 0 && top < outputs ? top : outputs,
    };
    predictor->answers = calloc(predictor->count, sizeof *predictor->answers);
    predictor->shown = calloc(outputs, sizeof *predictor->shown);
    if (predictor->answers == NULL || predictor->shown == NULL) {
        return cli_failed("out of memory for %zu predictions", predictor->count);
    }
    return DONE;
}

void predictor_destroy(struct predictor *predictor)
{
    free(predictor->answers);
    free(predictor->shown);
    *predictor = (struct predictor){0};
}

/* An answer from what is no number would look like one: the first class, or the last. */
static enum exit_status check_finite(const struct predictor *predictor, size_t first, size_t n,
                                     const float *outputs)
{
    for (size_t i = 0; i < n * predictor->outputs; i++) {
        if (!isfinite(outputs[i])) {
            return cli_failed("%s: sample %zu: expected finite numbers from the network, found %s: "
                              "weights or features are damaged, or far too large",
                              predictor->trained->path, first + i / predictor->outputs + 1,
                              isnan(outputs[i]) ? "nan" : "an infinite one");
        }
    }
    return DONE;
}

enum exit_status predictor_run(const struct predictor *predictor, size_t first, size_t n,
                               const float *features, float *outputs)
{
    CLI_TRY_LIBRARY(descent_predictor_outputs(predictor->trained->predictor, features, n, outputs));
    return check_finite(predictor, first, n, outputs);
}

/* Puts an output among the largest so far, behind its equals. */
static size_t rank(struct answer *answers, size_t count, size_t most, const struct answer *answer)
{
    size_t at = count;
    while (at > 0 && answer->raw > answers[at - 1].raw) {
        at--;
    }
    if (at == most) {
        return count;
    }
    count += count < most ? 1 : 0;
    for (size_t i = count - 1; i > at; i--) {
        answers[i] = answers[i - 1];
    }
    answers[at] = *answer;
    return count;
}

static struct answer answer_at(const struct predictor *predictor, const float *outputs, size_t i)
{
    return (struct answer){i, predictor->trained->names[i], (double)predictor->shown[i],
                           outputs[i]};
}

/* One output decides between two classes by the threshold. */
static const struct answer *answer_of_two(const struct predictor *predictor, const float *outputs)
{
    size_t first = trained_model_holds(outputs[1], predictor->threshold) ? 1 : 0;
    for (size_t k = 0; k < predictor->count; k++) {
        predictor->answers[k] = answer_at(predictor, outputs, k == 0 ? first : 1 - first);
    }
    return predictor->answers;
}

const struct answer *predictor_answer(const struct predictor *predictor, const float *outputs)
{
    descent_predictor_answer(predictor->trained->predictor, outputs, predictor->shown);
    if (!predictor->trained->multi_label && trained_model_has_threshold(predictor->trained)) {
        return answer_of_two(predictor, outputs);
    }
    struct answer *answers = predictor->answers;
    size_t count = 0;
    for (size_t i = 0; i < predictor->outputs; i++) {
        const struct answer answer = answer_at(predictor, outputs, i);
        if (predictor->classes) {
            count = rank(answers, count, predictor->count, &answer);
        } else {
            answers[i] = answer;
        }
    }
    return answers;
}

void predictor_add_cells(const struct predictor *predictor, const float *outputs,
                         struct table *table)
{
    if (predictor->labels) {
        predictor_labels_add(predictor, outputs, table);
        return;
    }
    const struct answer *answers = predictor_answer(predictor, outputs);
    for (size_t k = 0; k < predictor->count; k++) {
        char text[TEXT_SIZE];
        if (predictor->classes) {
            table_add(table, "%s", answers[k].name);
        }
        if (predictor->probabilities) {
            table_add(table, "%s", text_percent(text, answers[k].output));
        } else {
            table_add(table, "%.6g", answers[k].output);
        }
    }
}

json_t *predictor_json(const struct predictor *predictor, const float *outputs)
{
    const struct record *record = predictor->probabilities ? &PROBABILITY : &OUTPUT;
    if (predictor->labels) {
        return predictor_labels_json(predictor, record, outputs);
    }
    const struct answer *answers = predictor_answer(predictor, outputs);
    if (predictor->classes) {
        json_t *object = record_json(record, &answers[0]);
        cli_json_set(&object, "top", record_array(record, answers, predictor->count));
        return object;
    }
    json_t *numbers = json_array();
    for (size_t k = 0; k < predictor->count; k++) {
        cli_json_append(&numbers, cli_json_number(answers[k].output));
    }
    return json_pack("{s:o}", "outputs", numbers);
}

enum exit_status predictor_print_json(const struct predictor *predictor, json_t *predictions)
{
    return cli_print_json(
        json_pack("{s:s, s:o}", "model", predictor->trained->path, "predictions", predictions));
}
