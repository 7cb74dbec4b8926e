/*
 * A batch's way through the layers: first the chain of dense layers in a workspace planned once
 * (pass_plan.c), then what a team of threads does with a batch in it (pass.c). Networks run it
 * forwards, trainers both ways.
 */
#ifndef DESCENT_PASS_H
#define DESCENT_PASS_H

#include "base/arena.h"
#include "base/team.h"
#include "compute/dense.h"
#include "compute/magnitude.h"

#include <descent/engine.h>
#include <descent/network.h>
#include <stdbool.h>

/* What one thread has seen of a step: the greatest magnitudes of each layer's input and delta. On
 * cache lines of its own. */
struct descent_seen {
    _Alignas(64) descent_magnitude input[DESCENT_LAYERS_MAX];
    descent_magnitude delta[DESCENT_LAYERS_MAX];
};

struct descent_chain {
    descent_engine engine;
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
    float *inputs;         /* the features behind dropout; NULL where there is none */
    float *answers;  /* [batch × out], the outputs row after row, and the gradient with respect to
                        them; NULL where the last layer leaves them so */
    float *gradient; /* the same, or NULL in a chain that only runs forward */
    descent_metrics *row_metrics; /* of each piece of rows: sums are added up in a fixed order */
    struct descent_seen *seen;    /* [threads] */
    struct descent_dense layer[DESCENT_LAYERS_MAX];
    struct descent_team team;
    struct descent_pace forward, both; /* how runs that way go on all threads, where none were
                                          asked for */
};

/* What a chain is planned for: the usual samples of a batch and the most, and which way it runs.
 * threads 0 chooses by the work. */
struct descent_chain_use {
    descent_engine engine;
    size_t batch;
    size_t most; /* 0: as batch */
    int threads;
    bool backward;
    bool dropout;
    bool input_dropout;
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

/* Whether a last layer is small enough to be done row by row together with the loss. */
bool descent_pass_row_head(const struct descent_product_layer *last);

/* Pieces of the rows of a batch: the last layer and the loss are shared out by them. */
size_t descent_pass_row_pieces(size_t n);
struct descent_span descent_pass_row_piece(size_t n, size_t piece);

struct descent_pass {
    struct descent_chain *chain;
    const descent_loss *loss; /* NULL: the outputs only */
    const descent_batch *batch;
    bool backward;
    float scale;  /* of every sample's loss in the gradient */
    bool dropout; /* whether the masks are in force */
    bool input_dropout;
    struct descent_dropout masks[DESCENT_LAYERS_MAX];
    struct descent_dropout input_mask;
    int32_t *predictions; /* [n], or NULL */
};

/* Runs body once on each thread of the chain's team. */
void descent_pass_share(const struct descent_pass *pass, void (*body)(void *context, int thread),
                        void *context);

/* One thread's share of the way: forward, loss, and with `backward` all deltas. Every thread of the
 * team calls it; when it returns, all of them are through. */
void descent_pass_run(const struct descent_pass *pass, int thread);

/* What layer l reads on a thread, which stands as its shape.x says. */
const float *descent_pass_input(const struct descent_pass *pass, int thread, size_t l);

/* The batch's metrics, after descent_pass_run(). */
descent_metrics descent_pass_metrics(const struct descent_pass *pass);

/* One thread's share of the gradients of all parameters, after descent_pass_run(). No thread waits
 * at the end. */
void descent_pass_gradient(const struct descent_pass *pass, int thread, bool add);

/* Calls visit for this thread's pieces of every layer's weights [out × in], with what the layer
 * read.
 */
void descent_pass_share_parameters(const struct descent_pass *pass, int thread, void *context,
                                   void (*visit)(void *context, const struct descent_dense *layer,
                                                 size_t n, struct descent_region part,
                                                 const float *x));

/* Forward and loss of a batch by the whole team, without dropout; NONFINITE leaves metrics as they
 * were. loss NULL: the outputs only. predictions may be NULL. */
descent_status descent_pass_evaluate(struct descent_chain *chain, const descent_loss *loss,
                                     const descent_batch *batch, descent_metrics *metrics,
                                     int32_t *predictions);

#endif
