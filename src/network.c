/*
 * A network: a chain of layers that only runs forward.
 */
#include <descent/network.h>

#include "chain.h"
#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* One block: this struct, then the chain's arrays. */
struct descent_network {
    size_t batch;
    struct descent_chain chain;
};

descent_status descent_network_create(descent_network **network, const descent_model *model,
                                      size_t batch, int threads)
{
    *network = NULL;
    const struct descent_chain_use use = {.batch = batch};
    descent_status status = descent_chain_check(&use, threads);
    if (status != DESCENT_OK) {
        return status;
    }
    struct descent_chain measured;
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, 1, sizeof(descent_network));
    struct descent_arena_plan arrays = plan;
    descent_chain_lay_out(&measured, &plan, NULL, model, &use);
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "network: no memory for batches of %zu", batch);
    }
    *network = (descent_network *)block;
    (*network)->batch = batch;
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
    if (n < 1 || n > network->batch) {
        return descent_fail(DESCENT_ERROR_INVALID, "batch: expected 1 to %zu samples, found %zu",
                            network->batch, n);
    }
    const struct descent_chain *chain = &network->chain;
    size_t width = chain->layer[chain->layers - 1].shape.outputs;
    memcpy(outputs, descent_chain_forward(chain, n, features), n * width * sizeof *outputs);
    return DESCENT_OK;
}

descent_status descent_network_evaluate(descent_network *network, const descent_loss *loss,
                                        const descent_batch *batch, descent_metrics *metrics,
                                        int32_t *predictions)
{
    descent_status status = descent_chain_check_batch(&network->chain, network->batch, loss, batch);
    if (status != DESCENT_OK) {
        return status;
    }
    return descent_chain_evaluate(&network->chain, loss, batch, metrics, predictions);
}
