/*
 * A model that is asked about samples whose answers nobody knows.
 */
#include "cli/predict/predict.h"

#include <math.h>

enum exit_status predictor_create(struct predictor *predictor, const struct classifier *classifier,
                                  size_t top)
{
    size_t outputs = descent_model_outputs(classifier->model);
    *predictor = (struct predictor){
        .classifier = classifier,
        .inputs = descent_model_inputs(classifier->model),
        .outputs = outputs,
        .classes = !classifier->regression,
        .probabilities =
            !classifier->regression && classifier->loss.kind == DESCENT_LOSS_CROSS_ENTROPY,
        .top = top < outputs ? top : outputs,
    };
    return descent_network_create(&predictor->network, classifier->model, PREDICT_BATCH, 0) ==
                   DESCENT_OK
               ? DONE
               : cli_library_failed();
}

void predictor_destroy(struct predictor *predictor)
{
    descent_network_destroy(predictor->network);
    *predictor = (struct predictor){0};
}

static void softmax(float *outputs, size_t n)
{
    double largest = -HUGE_VAL, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, (double)outputs[i]);
    }
    for (size_t i = 0; i < n; i++) {
        sum += exp((double)outputs[i] - largest);
    }
    for (size_t i = 0; i < n; i++) {
        outputs[i] = (float)(exp((double)outputs[i] - largest) / sum);
    }
}

enum exit_status predictor_run(const struct predictor *predictor, size_t n, float *features,
                               float *outputs)
{
    const descent_preparation *preparation = predictor->classifier->preparation;
    if (preparation != NULL) {
        descent_preparation_apply(preparation, n, features);
    }
    if (descent_network_forward(predictor->network, features, n, outputs) != DESCENT_OK) {
        return cli_library_failed();
    }
    for (size_t i = 0; i < n && predictor->probabilities; i++) {
        softmax(outputs + i * predictor->outputs, predictor->outputs);
    }
    if (preparation != NULL && !predictor->classes) {
        descent_preparation_undo_targets(preparation, n, outputs);
    }
    return DONE;
}

void predictor_rank(size_t *ranks, size_t top, const float *outputs, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = count;
        while (at > 0 && outputs[i] > outputs[ranks[at - 1]]) {
            at--;
        }
        if (at == top) {
            continue;
        }
        count += count < top;
        for (size_t j = count - 1; j > at; j--) {
            ranks[j] = ranks[j - 1];
        }
        ranks[at] = i;
    }
}
