/*
 * The way of a batch:
 *
 *     forward     A_l = act(A_{l−1} W_lᵀ + b_l)
 *     loss        δ_L = ∂loss/∂A_L ⊙ act'
 *     backward    δ_{l−1} = (δ_l W_l) ⊙ act',  not computed below the first layer
 *                 dW_l = δ_lᵀ A_{l−1},  db_l = Σ δ_l
 *
 * The threads wait for each other after every layer. A layer is cut by its outputs where these make
 * even pieces, so that each weight stays in one core's cache; the last layer, where it has few, and
 * the loss are cut by rows.
 * All deltas come before all gradients of parameters: an update may then follow each gradient at
 * once (descend.c), since no weight is read any more.
 */
#include "compute/pass.h"

#include "base/fail.h"
#include "compute/loss_private.h"

#include <math.h>
#include <string.h>

/* Rows in a piece of the last layer and the loss. */
enum { HEAD_ROWS = 16 };

bool descent_pass_row_head(const struct descent_product_layer *last)
{
    /* One piece's product stays within what BLAS does without packing. The packed engine takes the
     * same bound for having few outputs: by rows, it need not wait between layer and loss. */
    return descent_product_is_small(HEAD_ROWS, last->outputs, last->inputs);
}

size_t descent_pass_row_pieces(size_t n)
{
    return (n + HEAD_ROWS - 1) / HEAD_ROWS;
}

struct descent_span descent_pass_row_piece(size_t n, size_t piece)
{
    size_t first = piece * HEAD_ROWS;
    return (struct descent_span){first, n - first < HEAD_ROWS ? n - first : HEAD_ROWS};
}

static struct descent_span all(size_t n)
{
    return (struct descent_span){0, n};
}

static const struct descent_dropout *masks_of(const struct descent_pass *pass, size_t l)
{
    return pass->dropout && l + 1 < pass->chain->layers ? &pass->masks[l] : NULL;
}

static const float *features_of(const struct descent_pass *pass, int thread)
{
    const descent_batch *batch = pass->batch;
    size_t copy = (size_t)thread < batch->copies ? (size_t)thread : 0;
    return batch->features + copy * batch->copy_stride;
}

const float *descent_pass_input(const struct descent_pass *pass, int thread, size_t l)
{
    if (l == 0) {
        return pass->input_dropout ? pass->chain->inputs : features_of(pass, thread);
    }
    const struct descent_dense *before = &pass->chain->layer[l - 1];
    return pass->dropout ? before->dropped : before->a;
}

/* This thread's pieces of one of a layer's products, and how many there are in all. */
static struct descent_span own_pieces(const struct descent_pass *pass, size_t l,
                                      enum descent_product product, int thread, size_t *pieces)
{
    *pieces = descent_product_pieces(&pass->chain->layer[l].shape, product, pass->batch->n,
                                     pass->chain->pieces);
    return descent_cut_share(*pieces, pass->chain->team.threads, thread);
}

/* What a layer reads, on its way out of the one before. */
static void see_input(const struct descent_pass *pass, int thread, size_t l,
                      struct descent_region part)
{
    if (pass->backward && l < pass->chain->layers) {
        descent_magnitude *seen = &pass->chain->seen[thread].input[l];
        *seen = descent_magnitude_of(*seen, descent_pass_input(pass, thread, l),
                                     &pass->chain->layer[l].shape.x, part.rows, part.columns);
    }
}

static void forward_layer(const struct descent_pass *pass, int thread, size_t l)
{
    const struct descent_dense *layer = &pass->chain->layer[l];
    const enum descent_product product = DESCENT_PRODUCT_FORWARD;
    size_t pieces;
    struct descent_span mine = own_pieces(pass, l, product, thread, &pieces);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        struct descent_region part =
            descent_product_piece(&layer->shape, product, pass->batch->n, pieces, i);
        descent_dense_forward(layer, part, descent_pass_input(pass, thread, l), masks_of(pass, l));
        see_input(pass, thread, l + 1, part);
    }
}

/* From the gradient behind layer l's activation to the one in front of it, for a part of it. */
static void finish_delta(const struct descent_pass *pass, int thread, size_t l,
                         struct descent_region part)
{
    const struct descent_dense *layer = &pass->chain->layer[l];
    descent_dense_backward_activation(layer, part, masks_of(pass, l));
    descent_magnitude *seen = &pass->chain->seen[thread].delta[l];
    *seen = descent_magnitude_of(*seen, layer->delta, &layer->shape.z, part.rows, part.columns);
}

static void backward_part(const struct descent_pass *pass, int thread, size_t l,
                          struct descent_region part)
{
    descent_dense_backward_input(&pass->chain->layer[l], part, pass->chain->layer[l - 1].delta);
    finish_delta(pass, thread, l - 1, part);
}

static void backward_layer(const struct descent_pass *pass, int thread, size_t l)
{
    const enum descent_product product = DESCENT_PRODUCT_INPUT_GRADIENT;
    const struct descent_product_layer *shape = &pass->chain->layer[l].shape;
    size_t pieces;
    struct descent_span mine = own_pieces(pass, l, product, thread, &pieces);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        backward_part(pass, thread, l,
                      descent_product_piece(shape, product, pass->batch->n, pieces, i));
    }
}

/* The loss of one piece of rows, and the gradient with respect to their outputs. */
static void loss_piece(const struct descent_pass *pass, size_t piece)
{
    const struct descent_chain *chain = pass->chain;
    const struct descent_dense *last = descent_chain_last(chain);
    struct descent_span rows = descent_pass_row_piece(pass->batch->n, piece);
    struct descent_layout layout = last->shape.z;
    float *y = last->a, *delta = pass->backward ? last->delta : NULL;
    if (chain->answers != NULL) {
        layout = descent_layout_rows(last->shape.outputs);
        descent_layout_copy(rows, &last->shape.z, y, &layout, chain->answers);
        y = chain->answers;
        delta = pass->backward ? y : NULL;
    }
    chain->row_metrics[piece] = (descent_metrics){0};
    descent_loss_rows(pass->loss, pass->batch, rows, &layout, y, pass->scale, delta,
                      pass->predictions, &chain->row_metrics[piece]);
    if (chain->answers != NULL && pass->backward) {
        descent_layout_copy(rows, &layout, delta, &last->shape.z, last->delta);
    }
}

/* The last layer (with row_head), the loss, and the deltas that follow, for some pieces of rows. */
static void head_pieces(const struct descent_pass *pass, int thread, struct descent_span pieces)
{
    const struct descent_chain *chain = pass->chain;
    size_t l = chain->layers - 1;
    const struct descent_dense *last = &chain->layer[l];
    size_t n = pass->batch->n, end = pieces.first + pieces.count;
    struct descent_span first = descent_pass_row_piece(n, pieces.first);
    struct descent_span final = descent_pass_row_piece(n, end - 1);
    struct descent_span rows = {first.first, final.first + final.count - first.first};
    struct descent_region part = {rows, all(last->shape.outputs)};
    if (chain->row_head) {
        descent_dense_forward(last, part, descent_pass_input(pass, thread, l), NULL);
    }
    for (size_t i = pieces.first; pass->loss != NULL && i < end; i++) {
        loss_piece(pass, i);
    }
    if (pass->loss == NULL || !pass->backward) {
        return;
    }
    finish_delta(pass, thread, l, part);
    if (chain->row_head && l > 0) {
        backward_part(pass, thread, l, (struct descent_region){rows, all(last->shape.inputs)});
    }
}

/* On BLAS piece by piece, since the bits of larger products are others. */
static void run_head(const struct descent_pass *pass, int thread)
{
    struct descent_span mine = descent_cut_share(descent_pass_row_pieces(pass->batch->n),
                                                 pass->chain->team.threads, thread);
    size_t step = pass->chain->engine == DESCENT_ENGINE_BLAS ? 1 : mine.count;
    for (size_t i = 0; i < mine.count; i += step) {
        head_pieces(pass, thread, (struct descent_span){mine.first + i, step});
    }
}

void descent_pass_share(const struct descent_pass *pass, void (*body)(void *context, int thread),
                        void *context)
{
    descent_chain_gather(pass->chain, pass->batch->n, pass->backward);
    descent_team_run(&pass->chain->team, body, context);
}

/* Looks at this thread's share of the rows, and drops of their numbers, for all threads. */
static void begin_inputs(const struct descent_pass *pass, int thread)
{
    struct descent_chain *chain = pass->chain;
    const struct descent_product_layer *shape = &chain->layer[0].shape;
    struct descent_region part = {descent_cut_share(pass->batch->n, chain->team.threads, thread),
                                  all(shape->inputs)};
    if (pass->input_dropout) {
        descent_dropout_apply(&pass->input_mask, &shape->x, part.rows, part.columns,
                              features_of(pass, thread), chain->inputs);
    }
    see_input(pass, thread, 0, part);
    if (pass->input_dropout) {
        descent_team_wait(&chain->team);
    }
}

void descent_pass_run(const struct descent_pass *pass, int thread)
{
    struct descent_chain *chain = pass->chain;
    size_t forward = chain->row_head ? chain->layers - 1 : chain->layers;
    memset(&chain->seen[thread], 0, sizeof chain->seen[thread]);
    begin_inputs(pass, thread);
    for (size_t l = 0; l < forward; l++) {
        forward_layer(pass, thread, l);
        descent_team_wait(&chain->team);
    }
    run_head(pass, thread);
    descent_team_wait(&chain->team);
    for (size_t l = forward; pass->backward && l-- > 1;) {
        backward_layer(pass, thread, l);
        descent_team_wait(&chain->team);
    }
}

descent_metrics descent_pass_metrics(const struct descent_pass *pass)
{
    descent_metrics sum = {0};
    for (size_t i = 0; i < descent_pass_row_pieces(pass->batch->n); i++) {
        descent_metrics_add(&sum, &pass->chain->row_metrics[i]);
    }
    return sum;
}

void descent_pass_share_parameters(const struct descent_pass *pass, int thread, void *context,
                                   void (*visit)(void *context, const struct descent_dense *layer,
                                                 size_t n, struct descent_region part,
                                                 const float *x))
{
    const enum descent_product product = DESCENT_PRODUCT_WEIGHT_GRADIENT;
    for (size_t l = 0; l < pass->chain->layers; l++) {
        const struct descent_dense *layer = &pass->chain->layer[l];
        size_t pieces, n = pass->batch->n;
        struct descent_span mine = own_pieces(pass, l, product, thread, &pieces);
        for (size_t i = mine.first; i < mine.first + mine.count; i++) {
            visit(context, layer, n, descent_product_piece(&layer->shape, product, n, pieces, i),
                  descent_pass_input(pass, thread, l));
        }
    }
}

static void visit_gradient(void *context, const struct descent_dense *layer, size_t n,
                           struct descent_region part, const float *x)
{
    descent_dense_backward_parameters(layer, n, part, x, *(const bool *)context);
}

void descent_pass_gradient(const struct descent_pass *pass, int thread, bool add)
{
    descent_pass_share_parameters(pass, thread, &add, visit_gradient);
}

static void run(void *context, int thread)
{
    descent_pass_run(context, thread);
}

descent_status descent_pass_evaluate(struct descent_chain *chain, const descent_loss *loss,
                                     const descent_batch *batch, descent_metrics *metrics,
                                     int32_t *predictions)
{
    struct descent_pass pass = {
        .chain = chain, .loss = loss, .batch = batch, .predictions = predictions};
    descent_pass_share(&pass, run, &pass);
    if (loss == NULL) {
        return DESCENT_OK;
    }
    descent_metrics own = descent_pass_metrics(&pass);
    if (!isfinite(own.loss_sum)) {
        return descent_fail(
            DESCENT_ERROR_NONFINITE, "loss: expected a finite number, found %g",
            fabs(own.loss_sum)); /* a NaN may have a sign, which would say nothing */
    }
    descent_metrics_add(metrics, &own);
    return DESCENT_OK;
}
