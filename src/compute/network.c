/*
 * A network: a chain of layers that only runs forward.
 */
#include <descent/network.h>

#include "base/fail.h"
#include "compute/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One block: this struct, then the chain's arrays. */
struct descent_network {
    struct descent_chain chain;
};

descent_status descent_network_create(descent_network **network, const descent_model *model,
                                      size_t batch, int threads)
{
    return descent_network_create_on(network, model, DESCENT_ENGINE_BLAS, batch, threads);
}

descent_status descent_network_create_on(descent_network **network, const descent_model *model,
                                         descent_engine engine, size_t batch, int threads)
{
    DESCENT_RETURN_UNLESS(network != NULL);
    *network = NULL;
    DESCENT_RETURN_UNLESS(model != NULL);
    const struct descent_chain_use use = {.engine = engine, .batch = batch, .threads = threads};
    descent_status status = descent_chain_check(&use);
    if (status != DESCENT_OK) {
        return status;
    }
    struct descent_chain measured;
    struct descent_arena_plan size = {0};
    descent_arena_reserve(&size, 1, sizeof(descent_network));
    struct descent_arena_plan arrays = size;
    descent_chain_lay_out(&measured, &size, NULL, model, &use);
    char *block = descent_arena_allocate(&size);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "network: no memory for batches of %zu", batch);
    }
    *network = (descent_network *)block;
    descent_chain_lay_out(&(*network)->chain, &arrays, block, model, &use);
    return DESCENT_OK;
}

void descent_network_destroy(descent_network *network)
{
    free(network);
}

descent_status descent_network_forward(descent_network *network, const float *features, size_t n,
                                       float *outputs)
{
    DESCENT_RETURN_UNLESS(network != NULL && features != NULL && outputs != NULL);
    struct descent_chain *chain = &network->chain;
    if (n < 1 || n > chain->batch) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected 1 to %zu samples, found %zu",
                            chain->batch, n);
    }
    const descent_batch batch = {.features = features, .n = n};
    descent_metrics none = {0};
    descent_status status = descent_pass_evaluate(chain, NULL, &batch, &none, NULL);
    const struct descent_dense *last = descent_chain_last(chain);
    const struct descent_layout rows = descent_layout_rows(last->shape.outputs);
    descent_layout_copy((struct descent_span){0, n}, &last->shape.z, last->a, &rows, outputs);
    return status;
}

descent_status descent_network_evaluate(descent_network *network, const descent_loss *loss,
                                        const descent_batch *batch, descent_metrics *metrics,
                                        int32_t *predictions)
{
    DESCENT_RETURN_UNLESS(network != NULL && loss != NULL && batch != NULL && metrics != NULL);
    descent_status status =
        descent_chain_check_batch(&network->chain, loss, batch, network->chain.batch);
    if (status != DESCENT_OK) {
        return status;
    }
    return descent_pass_evaluate(&network->chain, loss, batch, metrics, predictions);
}

double descent_metrics_loss(const descent_metrics *metrics)
{
    return metrics->loss_sum / metrics->weight_sum;
}

double descent_metrics_rmse(const descent_metrics *metrics)
{
    return sqrt(metrics->square_sum / (double)metrics->samples);
}

int descent_network_threads(const descent_network *network)
{
    return descent_chain_threads(&network->chain, network->chain.batch, false);
}
