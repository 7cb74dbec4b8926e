/*
 * Where a step that is not finite went wrong: what every layer read, held and gave, looked through
 * in the order of the computation. It costs a pass over all numbers, but only when training stops.
 */
#include "compute/trainer_private.h"

#include <math.h>

/* Some numbers of a layer. */
struct part {
    const char *what;
    const float *values;
    size_t n; /* rows */
    struct descent_layout layout;
};

/* The greatest finite magnitude. */
static double largest(struct part part, double known)
{
    const struct descent_span rows = {0, part.n}, columns = {0, part.layout.width};
    struct descent_block b = descent_layout_first(&part.layout, rows, columns);
    for (; b.columns > 0; b = descent_layout_next(&part.layout, b, columns)) {
        for (size_t i = 0; i < b.rows * b.columns; i++) {
            size_t at = b.at + i / b.columns * b.step + i % b.columns;
            double magnitude = fabs((double)part.values[at]);
            known = isfinite(magnitude) && magnitude > known ? magnitude : known;
        }
    }
    return known;
}

static bool is_finite(struct part part)
{
    const struct descent_span rows = {0, part.n}, columns = {0, part.layout.width};
    return part.n == 0 || descent_magnitude_is_finite(
                              descent_magnitude_of(0, part.values, &part.layout, rows, columns));
}

/* An array is one row. */
static struct part array(const char *what, const float *values, size_t count)
{
    return (struct part){what, values, 1, descent_layout_rows(count)};
}

/* What there is to look at. */
struct search {
    const struct descent_chain *chain;
    const float *features; /* NULL where they are not there any more */
    size_t n;              /* samples in the workspace */
    bool gradient;         /* whether there is one */
};

static struct part inputs_of(const struct search *search, size_t l)
{
    const struct descent_dense *layer = &search->chain->layer[l];
    const float *values = l == 0 ? search->features : layer[-1].a;
    return (struct part){"inputs", values, values == NULL ? 0 : search->n, layer->shape.x};
}

static struct part weights_of(const struct search *search, size_t l)
{
    const struct descent_dense *layer = &search->chain->layer[l];
    return array("weights", layer->weights, descent_product_room(&layer->shape));
}

static struct part biases_of(const struct search *search, size_t l)
{
    const struct descent_dense *layer = &search->chain->layer[l];
    return array("weights", layer->bias, layer->shape.outputs);
}

static struct part outputs_of(const struct search *search, size_t l)
{
    const struct descent_dense *layer = &search->chain->layer[l];
    return (struct part){"outputs", layer->a, search->n, layer->shape.z};
}

static struct part deltas_of(const struct search *search, size_t l)
{
    const struct descent_dense *layer = &search->chain->layer[l];
    return (struct part){"deltas", layer->delta, search->n, layer->shape.z};
}

static struct part gradient_of(const struct search *search, size_t l)
{
    const struct descent_dense *layer = &search->chain->layer[l];
    /* The bias's stands behind the weights', with zeros in between. */
    size_t n = (size_t)(layer->bias_gradient - layer->weights_gradient) + layer->shape.outputs;
    return array("gradient", layer->weights_gradient, search->gradient ? n : 0);
}

static size_t steepest_layer(const struct search *search)
{
    size_t steepest = 0;
    double most = 0.0;
    for (size_t l = 0; l < search->chain->layers; l++) {
        double magnitude = largest(gradient_of(search, l), 0.0);
        if (magnitude > most) {
            most = magnitude;
            steepest = l;
        }
    }
    return steepest;
}

/* Forward, then backward; what comes after the last look is the step itself. */
static void find(const struct search *search, descent_failure *failure)
{
    static struct part (*const forward[])(const struct search *, size_t) = {inputs_of, weights_of,
                                                                            biases_of, outputs_of};
    static struct part (*const backward[])(const struct search *, size_t) = {deltas_of,
                                                                             gradient_of};
    enum { FORWARD = sizeof forward / sizeof forward[0] };
    enum { BACKWARD = sizeof backward / sizeof backward[0] };
    size_t layers = search->chain->layers;
    for (size_t i = 0; i < layers * FORWARD; i++) {
        struct part part = forward[i % FORWARD](search, i / FORWARD);
        if (!is_finite(part)) {
            *failure = (descent_failure){.what = part.what, .layer = i / FORWARD};
            return;
        }
    }
    for (size_t i = 0; i < layers * BACKWARD; i++) {
        size_t l = layers - 1 - i % layers;
        struct part part = backward[i / layers](search, l);
        if (!is_finite(part)) {
            *failure = (descent_failure){.what = part.what, .layer = l};
            return;
        }
    }
    *failure = (descent_failure){.what = "step", .layer = steepest_layer(search)};
}

void descent_trainer_diagnose(descent_trainer *trainer, const descent_batch *batch, bool gradient)
{
    struct search search = {.chain = &trainer->chain, .n = trainer->samples, .gradient = gradient};
    if (batch != NULL) {
        search.features = batch->features;
    }
    descent_failure *failure = &trainer->failure;
    find(&search, failure);
    size_t l = failure->layer;
    failure->input = largest(inputs_of(&search, l), 0.0);
    failure->weight = largest(biases_of(&search, l), largest(weights_of(&search, l), 0.0));
    failure->output = largest(outputs_of(&search, l), 0.0);
    failure->delta = largest(deltas_of(&search, l), 0.0);
    failure->gradient = largest(gradient_of(&search, l), 0.0);
}
