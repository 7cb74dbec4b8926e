/*
 * The short way of plain gradient descent: where nobody wants the gradient itself, the product that
 * computes it goes straight into the weights,
 *
 *     W = keep · W − rate · δᵀ x,
 *
 * which saves storing and reading it once more. Nothing can be taken back then, so that it needs to
 * be known beforehand that nothing overflows.
 */
#include "compute/max_norm.h"
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
    return n * exp(n * (double)FLT_EPSILON) * bound;
}

/* The bias's gradient is stored, it is small. */
static void visit(void *context, const struct descent_dense *layer, size_t n,
                  struct descent_span outputs, const float *x)
{
    const struct descent_update *update = context;
    float rate = update->rates.learning_rate;
    descent_product_weight_gradient(&layer->shape, n, outputs, layer->delta, x, -rate, update->keep,
                                    layer->weights);
    descent_dense_bias_gradient(layer, n, outputs, false);
    for (size_t j = outputs.first; j < outputs.first + outputs.count; j++) {
        layer->bias[j] = update->keep_bias * layer->bias[j] - rate * layer->bias_gradient[j];
    }
    const descent_trainer *trainer = update->trainer;
    if (trainer->config.max_norm > 0.0 && layer != descent_chain_last(&trainer->chain)) {
        descent_max_norm_apply(&layer->shape, outputs, trainer->config.max_norm, layer->weights);
    }
}

bool descent_update_descend(struct descent_update *update, const struct descent_pass *pass,
                            int thread, struct descent_bounds *after)
{
    if (!update->plain || update->measure ||
        !descent_update_is_safe(update, thread, gradient_bound(pass), after)) {
        return false;
    }
    descent_pass_share_parameters(pass, thread, update, visit);
    return true;
}
