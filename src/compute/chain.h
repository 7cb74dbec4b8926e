/*
 * The chain of dense layers in a workspace planned once. Networks run it forward, trainers both
 * ways; pass.h is how.
 */
#ifndef DESCENT_CHAIN_H
#define DESCENT_CHAIN_H

#include "base/arena.h"
#include "base/team.h"
#include "compute/dense.h"
#include "compute/magnitude.h"

#include <descent/network.h>
#include <stdbool.h>

/* What one thread has seen of a step: the greatest magnitudes of each layer's input and delta. On
 * cache lines of its own. */
struct descent_seen {
    _Alignas(64) descent_magnitude input[DESCENT_LAYERS_MAX];
    descent_magnitude delta[DESCENT_LAYERS_MAX];
};

struct descent_chain {
    size_t layers;
    size_t batch;  /* the most samples */
    int asked;     /* threads asked for; 0: by the work */
    int most;      /* threads that there is room for */
    size_t pieces; /* into how many pieces the present pass cuts a product, at most */
    bool row_head; /* the last layer is small enough to be done row by row with the loss */
    size_t parameter_count;
    size_t parameter_room; /* parameters and the gaps between them: each array starts on a cache
                              line of its own, and gaps hold zeros */
    float *parameters;     /* [parameter_room], weights and bias of each layer in turn */
    float *gradient;       /* the same, or NULL in a chain that only runs forward */
    descent_metrics *row_metrics; /* of each piece of rows: sums are added up in a fixed order */
    struct descent_seen *seen;    /* [threads] */
    struct descent_dense layer[DESCENT_LAYERS_MAX];
    struct descent_team team;
};

/* What a chain is planned for: the usual samples of a batch and the most, and which way it runs.
 * threads 0 chooses by the work. */
struct descent_chain_use {
    size_t batch;
    size_t most; /* 0: as batch */
    int threads;
    bool backward;
    bool dropout;
};

/* INVALID where that cannot be planned. */
descent_status descent_chain_check(const struct descent_chain_use *use);

/* Reserves the chain's arrays in the arena, and, where block is not NULL, points the chain to them
 * in it: called once to learn the size and once, the same way, to lay the chain out. */
void descent_chain_lay_out(struct descent_chain *chain, struct descent_arena_plan *arena,
                           char *block, const descent_model *model,
                           const struct descent_chain_use *use);

/* Copy arrays between the order of the model's flat array and that of the chain's. */
void descent_chain_import(const struct descent_chain *chain, const float *values, float *kept);
void descent_chain_export(const struct descent_chain *chain, const float *kept, float *values);

/* The threads that work on that many samples gets: the same for the same work. */
int descent_chain_threads(const struct descent_chain *chain, size_t samples, bool backward);

/* Readies the team for such work. */
void descent_chain_gather(struct descent_chain *chain, size_t samples, bool backward);

/* The last layer. */
const struct descent_dense *descent_chain_last(const struct descent_chain *chain);

/* INVALID where a batch does not fit: n ≤ most, and what descent_loss_check() checks. */
descent_status descent_chain_check_batch(const struct descent_chain *chain,
                                         const descent_loss *loss, const descent_batch *batch,
                                         size_t most);

#endif
