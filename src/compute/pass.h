/*
 * One batch on its way through a chain of layers, by a team of threads.
 */
#ifndef DESCENT_PASS_H
#define DESCENT_PASS_H

#include "compute/chain.h"

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
    struct descent_dropout masks[DESCENT_LAYERS_MAX];
    int32_t *predictions; /* [n], or NULL */
};

/* Runs body once on each thread of the chain's team. */
void descent_pass_share(const struct descent_pass *pass, void (*body)(void *context, int thread),
                        void *context);

/* One thread's share of the way: forward, loss, and with `backward` all deltas. Every thread of the
 * team calls it; when it returns, all of them are through. */
void descent_pass_run(const struct descent_pass *pass, int thread);

/* The batch's metrics, after descent_pass_run(). */
descent_metrics descent_pass_metrics(const struct descent_pass *pass);

/*
 * What no parameter's gradient exceeds in magnitude, nor any sum on the way to it, after a backward
 * descent_pass_run(). Infinity where anything is not finite.
 *
 * A gradient is a sum over n samples of x δ, that of a bias one of δ alone. With X the greatest |x|
 * of a layer and D the greatest |δ|, each term is at most (1 + X) (1 + D), and so are its factors,
 * whichever of them BLAS scales first. Both brackets are at least 1, so that an infinity survives a
 * zero on the other side: a dead unit hides nothing. The n additions and multiplications of floats
 * round by at most (1 + 2^−24)^2n ≤ e^(n 2^−23).
 */
double descent_pass_gradient_bound(const struct descent_pass *pass);

/* One thread's share of the gradients of all parameters, after descent_pass_run(). No thread waits
 * at the end. */
void descent_pass_gradient(const struct descent_pass *pass, int thread, bool add);

/* One thread's share of a step of plain gradient descent, in place of descent_pass_gradient(); see
 * descent_dense_descend(). */
void descent_pass_descend(const struct descent_pass *pass, int thread, float rate, float keep,
                          float keep_bias);

/* Forward and loss of a batch by the whole team, without dropout; NONFINITE leaves metrics as they
 * were. loss NULL: the outputs only. predictions may be NULL. */
descent_status descent_pass_evaluate(struct descent_chain *chain, const descent_loss *loss,
                                     const descent_batch *batch, descent_metrics *metrics,
                                     int32_t *predictions);

#endif
