/*
 * The chain of dense layers, both ways, in a workspace planned once. Networks run it forward,
 * trainers both ways.
 */
#ifndef DESCENT_CHAIN_H
#define DESCENT_CHAIN_H

#include "arena.h"
#include "dense.h"

#include <descent/network.h>

struct descent_chain {
    size_t layers;
    size_t parameter_count;
    float *parameters; /* flat, in the order of the model's array */
    float *gradient;   /* the same, or NULL in a chain that only runs forward */
    struct descent_dense layer[DESCENT_LAYERS_MAX];
};

/* What a chain is planned for: the most samples of a batch, and which way it runs. */
struct descent_chain_use {
    size_t batch;
    bool backward;
    bool dropout;
};

/* The dropout of one step: share 0 is none. `first` is the number of the batch's first sample where
 * the step's gradient is summed up over several batches. */
struct descent_chain_dropout {
    double share;
    uint64_t seed;
    uint64_t step;
    size_t first;
};

/* INVALID where a batch of that many samples cannot be planned. */
descent_status descent_chain_check(const struct descent_chain_use *use, int threads);

/* Reserves the chain's arrays in the arena, and, where block is not NULL, points the chain to them
 * in it: called once to learn the size and once, the same way, to lay the chain out. */
void descent_chain_lay_out(struct descent_chain *chain, struct descent_arena_plan *arena,
                           char *block, const descent_model *model,
                           const struct descent_chain_use *use);

/* Runs n samples forward, without dropout, and returns the last layer's outputs [n × out]. */
const float *descent_chain_forward(const struct descent_chain *chain, size_t n,
                                   const float *features);

/* Checks a batch against the plan: n, and what descent_loss_check() checks. */
descent_status descent_chain_check_batch(const struct descent_chain *chain, size_t capacity,
                                         const descent_loss *loss, const descent_batch *batch);

/* Forward without dropout, and the loss into metrics; predictions may be NULL. NONFINITE leaves
 * metrics as they were. */
descent_status descent_chain_evaluate(const struct descent_chain *chain, const descent_loss *loss,
                                      const descent_batch *batch, descent_metrics *metrics,
                                      int32_t *predictions);

/*
 * Forward, loss, backward: the gradient of the sum of the samples' losses, each times scale, into
 * chain->gradient; add: to what stands there. metrics gets the batch's figures alone.
 */
void descent_chain_gradient(const struct descent_chain *chain, const descent_loss *loss,
                            const descent_batch *batch, float scale,
                            const struct descent_chain_dropout *dropout, bool add,
                            descent_metrics *metrics);

#endif
