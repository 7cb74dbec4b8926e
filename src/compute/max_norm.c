/*
 * Max-norm, for weights in either of the engine's orders.
 */
#include "compute/max_norm.h"

#include "base/fixed_sum.h"

#include <math.h>

/* Outputs of a panel that are done at once: their weights for one input share a cache line. */
enum { SIDE_BY_SIDE = 16 };

static float factor_of(double squares, double most)
{
    double norm = sqrt(squares);
    return norm > most ? (float)(most / norm) : 1.0f;
}

/* The weights of one output follow each other. */
static void shorten_row(float *weights, size_t inputs, double most)
{
    float factor = factor_of(descent_sum_of_squares(weights, inputs), most);
    for (size_t i = 0; factor < 1.0f && i < inputs; i++) {
        weights[i] *= factor;
    }
}

/* Those of `count` outputs stand side by side, and `step` behind them for the next input. */
static void shorten_columns(float *weights, size_t inputs, size_t step, size_t count, double most)
{
    double partial[SIDE_BY_SIDE][DESCENT_PARTIAL_SUMS] = {{0.0}};
    float factors[SIDE_BY_SIDE];
    bool longer = false;
    for (size_t i = 0; i < inputs; i++) {
        for (size_t o = 0; o < count; o++) {
            double weight = (double)weights[i * step + o];
            partial[o][i % DESCENT_PARTIAL_SUMS] += weight * weight;
        }
    }
    for (size_t o = 0; o < count; o++) {
        factors[o] = factor_of(descent_add_partial_sums(partial[o]), most);
        longer = longer || factors[o] < 1.0f;
    }
    for (size_t i = 0; longer && i < inputs; i++) {
        for (size_t o = 0; o < count; o++) {
            weights[i * step + o] *= factors[o];
        }
    }
}

void descent_max_norm_apply(const struct descent_product_layer *layer, struct descent_span outputs,
                            double most, float *weights)
{
    for (size_t done = 0; done < outputs.count;) {
        struct descent_product_place place =
            descent_product_place_of(layer, outputs.first + done, SIDE_BY_SIDE);
        size_t left = outputs.count - done;
        size_t count = place.count < left ? place.count : left;
        if (place.step == 1) {
            shorten_row(weights + place.at, layer->inputs, most);
        } else {
            shorten_columns(weights + place.at, layer->inputs, place.step, count, most);
        }
        done += count;
    }
}
