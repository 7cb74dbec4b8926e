/*
 * The short way from the deltas to the weights: where nobody wants to know the gradient as a whole,
 * each strip of it is used up while it is in cache. Plain gradient descent need not even store it,
 *
 *     W −= rate · (δᵀ x + decay · W).
 *
 * Nothing can be taken back then, so that it needs to be known beforehand that nothing overflows.
 */
#include "base/elementary.h"
#include "compute/trainer_private.h"

#include <float.h>
#include <math.h>

/*
 * What no parameter's gradient exceeds in magnitude, nor any sum on the way to it. Infinity where
 * anything is not finite.
 *
 * A gradient is a sum over n samples of x δ, that of a bias one of δ alone. With X the greatest |x|
 * of a layer and D the greatest |δ|, each term is at most (1 + X) (1 + D), and so are its factors,
 * whichever of them BLAS scales first. Both brackets are at least 1, so that an infinity survives a
 * zero on the other side: a dead unit hides nothing. The n additions and multiplications of floats
 * round by at most (1 + 2^−24)^2n ≤ e^(n 2^−23).
 */
static double gradient_bound(const struct descent_pass *pass)
{
    const struct descent_chain *chain = pass->chain;
    double n = (double)pass->batch->n;
    double bound = 0.0;
    for (size_t l = 0; l < chain->layers; l++) {
        descent_magnitude input = 0, delta = 0;
        for (int t = 0; t < chain->team.threads; t++) {
            const struct descent_seen *seen = &chain->seen[t];
            input = seen->input[l] > input ? seen->input[l] : input;
            delta = seen->delta[l] > delta ? seen->delta[l] : delta;
        }
        double of_layer =
            (1.0 + descent_magnitude_value(input)) * (1.0 + descent_magnitude_value(delta));
        bound = of_layer > bound ? of_layer : bound;
    }
    return n * descent_exp_double(n * (double)FLT_EPSILON) * bound;
}

static void step_weights(const struct descent_update *update, const struct descent_dense *layer,
                         size_t n, struct descent_region piece, const float *x)
{
    const struct descent_product_layer *shape = &layer->shape;
    struct descent_region strip = descent_product_strip(shape, piece, 0);
    for (size_t i = 1; strip.rows.count > 0; strip = descent_product_strip(shape, piece, i++)) {
        descent_product_weight_gradient(shape, n, strip, layer->delta, x, false,
                                        layer->weights_gradient);
        struct descent_span span = descent_product_span(shape, strip, 0);
        for (size_t j = 1; span.count > 0; span = descent_product_span(shape, strip, j++)) {
            descent_update_apply(update, &update->rates, layer->weights + span.first, span.count);
        }
    }
}

static void visit(void *context, const struct descent_dense *layer, size_t n,
                  struct descent_region piece, const float *x)
{
    const struct descent_update *update = context;
    if (update->plain) {
        descent_product_descend(&layer->shape, n, piece, layer->delta, x,
                                update->rates.learning_rate, update->rates.weight_decay,
                                layer->weights_gradient, layer->weights);
    } else {
        step_weights(update, layer, n, piece, x);
    }
    if (descent_dense_bias_gradient(layer, n, piece, false)) {
        descent_update_apply(update, &update->bias_rates, layer->bias + piece.rows.first,
                             piece.rows.count);
    }
}

bool descent_update_descend(struct descent_update *update, const struct descent_pass *pass,
                            int thread, struct descent_bounds *after)
{
    if (update->stores || !descent_update_is_safe(update, thread, gradient_bound(pass), after)) {
        return false;
    }
    descent_pass_share_parameters(pass, thread, update, visit);
    descent_update_limit_norms(update->trainer, thread);
    return true;
}
