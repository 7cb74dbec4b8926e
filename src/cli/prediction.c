/*
 * Outputs of a model for samples without known answers, and which of them are largest.
 */
#include "predict.h"

#include <descent/loader.h>
#include <descent/network.h>

#include <math.h>
#include <stdlib.h>

enum { BATCH = 256 };

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

static descent_status forward(float *outputs, const struct classifier *classifier,
                              descent_loader *loader, descent_network *network)
{
    size_t classes = descent_model_outputs(classifier->model);
    descent_status status = DESCENT_OK;
    descent_batch batch;
    while (status == DESCENT_OK && descent_loader_next(loader, &batch)) {
        status = descent_network_forward(network, batch.features, batch.n, outputs);
        for (size_t i = 0; i < batch.n && classifier->loss.kind == DESCENT_LOSS_CROSS_ENTROPY;
             i++) {
            softmax(outputs + i * classes, classes);
        }
        outputs += batch.n * classes;
    }
    return status;
}

enum exit_status prediction_run(float **outputs, const struct classifier *classifier,
                                const descent_dataset *dataset)
{
    size_t count = descent_dataset_count(dataset);
    size_t batch = count < BATCH ? count : BATCH;
    descent_loader_config config = {.batch = batch, .shuffle = false};
    descent_loader *loader = NULL;
    descent_network *network = NULL;
    *outputs = calloc(count, descent_model_outputs(classifier->model) * sizeof **outputs);
    enum exit_status status = DONE;
    if (*outputs == NULL) {
        status = cli_failed("out of memory for the outputs of %zu samples", count);
    } else if (descent_loader_create(&loader, dataset, &config) != DESCENT_OK ||
               descent_network_create(&network, classifier->model, batch, 0) != DESCENT_OK ||
               forward(*outputs, classifier, loader, network) != DESCENT_OK) {
        status = cli_library_failed();
    }
    descent_network_destroy(network);
    descent_loader_destroy(loader);
    return status;
}

void prediction_rank(size_t *ranks, size_t top, const float *outputs, size_t n)
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
