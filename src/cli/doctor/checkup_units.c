/*
 * Looks at numbers on their way through the network: a hidden layer is run as a network of its own,
 * so that the library need not expose the inside of a network.
 */
#include "cli/doctor/checkup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Training samples that are looked at, and how many at a time. */
enum { SAMPLES_MAX = 4096, BATCH = 512 };

/* How near the end of its range an output of tanh or the sigmoid counts as saturated: where the
 * slope is below a fiftieth of its greatest. */
static const double near_end = 0.005;

/* A hidden layer and what is known of it so far. */
struct probe {
    descent_layer layer; /* borrowed from the model */
    descent_network *network;
    size_t seen;      /* samples */
    size_t saturated; /* outputs */
    bool *alive;      /* [units] */
    float *outputs;   /* [BATCH × units] */
};

static descent_status open_probe(struct probe *probe, const descent_layer *layer,
                                 const struct train_options *options)
{
    descent_model_config config = {.layers = 1,
                                   .sizes = {layer->inputs, layer->outputs},
                                   .output_activation = layer->activation,
                                   .init = DESCENT_INIT_ZEROS};
    descent_model *model;
    LIBRARY_TRY(descent_model_create(&model, &config));
    descent_layer own = descent_model_layer(model, 0);
    memcpy(own.weights, layer->weights, layer->inputs * layer->outputs * sizeof *own.weights);
    memcpy(own.bias, layer->bias, layer->outputs * sizeof *own.bias);
    descent_status status = descent_network_create_on(
        &probe->network, model, (descent_engine)options->engine.kind, BATCH, (int)options->threads);
    descent_model_destroy(model);
    probe->layer = *layer;
    probe->alive = calloc(layer->outputs, sizeof *probe->alive);
    probe->outputs = calloc(layer->outputs, BATCH * sizeof *probe->outputs);
    bool complete = probe->alive != NULL && probe->outputs != NULL;
    return status == DESCENT_OK && !complete ? cli_no_memory() : status;
}

static void close_probe(struct probe *probe)
{
    descent_network_destroy(probe->network);
    free(probe->alive);
    free(probe->outputs);
}

static bool is_saturated(descent_activation activation, double output)
{
    return (activation == DESCENT_ACTIVATION_SIGMOID && fabs(output - 0.5) > 0.5 - near_end) ||
           (activation == DESCENT_ACTIVATION_TANH && fabs(output) > 1.0 - 2.0 * near_end);
}

static descent_status run_probe(struct probe *probe, const float *features, size_t n)
{
    LIBRARY_TRY(descent_network_forward(probe->network, features, n, probe->outputs));
    for (size_t i = 0; i < n * probe->layer.outputs; i++) {
        float output = probe->outputs[i];
        probe->alive[i % probe->layer.outputs] |= output > 0.0f || output < 0.0f;
        probe->saturated += is_saturated(probe->layer.activation, (double)output);
    }
    probe->seen += n;
    return DESCENT_OK;
}

static struct checkup_layer result_of(const struct probe *probe)
{
    size_t dead = 0;
    for (size_t i = 0; i < probe->layer.outputs; i++) {
        dead += !probe->alive[i];
    }
    double units = (double)probe->layer.outputs;
    return (struct checkup_layer){(double)dead / units,
                                  (double)probe->saturated / (units * (double)probe->seen)};
}

/* The hidden layers of a model, from the first. */
struct probes {
    struct probe *probe;
    size_t count;
};

static descent_status run_probes(struct probes *probes, const descent_batch *batch)
{
    const float *features = batch->features;
    for (size_t l = 0; l < probes->count; l++) {
        LIBRARY_TRY(run_probe(&probes->probe[l], features, batch->n));
        features = probes->probe[l].outputs;
    }
    return DESCENT_OK;
}

/* Welford's mean and sum of squares, the range, and whether a sample differs from the first. */
static void extend_inputs(struct checkup_inputs *inputs, const float *features, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value = (double)features[i], difference = value - inputs->mean;
        inputs->low = inputs->count == 0 ? value : fmin(inputs->low, value);
        inputs->high = inputs->count == 0 ? value : fmax(inputs->high, value);
        inputs->count++;
        inputs->mean += difference / (double)inputs->count;
        inputs->deviation += difference * (value - inputs->mean);
    }
}

/* Whether all samples of a batch are the same as the first one of all. */
static bool are_all(const float *first, const descent_batch *batch, size_t width)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (memcmp(first, batch->features + i * width, width * sizeof *first) != 0) {
            return false;
        }
    }
    return true;
}

static void look_at_batch(struct checkup_inputs *inputs, const descent_batch *batch, size_t width,
                          float *first)
{
    if (inputs->count == 0) {
        memcpy(first, batch->features, width * sizeof *first);
        inputs->constant = true;
    }
    inputs->constant = inputs->constant && are_all(first, batch, width);
    extend_inputs(inputs, batch->features, batch->n * width);
}

/* Sends the first samples through the layers, or without these looks at their own numbers; first
 * has room for one sample. */
static descent_status look(struct checkup_facts *facts, const descent_preparation *preparation,
                           struct probes *probes, float *first)
{
    const descent_loader_config config = {.batch = BATCH, .threads = 1, .preparation = preparation};
    size_t width = descent_dataset_features(facts->train);
    descent_loader *loader;
    descent_batch batch;
    descent_status status = descent_loader_create(&loader, facts->train, &config);
    for (size_t seen = 0; status == DESCENT_OK && seen < SAMPLES_MAX; seen += batch.n) {
        if (!descent_loader_next(loader, &batch)) {
            break;
        }
        if (probes != NULL) {
            status = run_probes(probes, &batch);
        } else {
            look_at_batch(&facts->inputs, &batch, width, first);
        }
    }
    descent_loader_destroy(loader);
    return status;
}

descent_status checkup_look_at_inputs(struct checkup_facts *facts,
                                      const descent_preparation *preparation)
{
    struct checkup_inputs *inputs = &facts->inputs;
    *inputs = (struct checkup_inputs){0};
    float *first = calloc(descent_dataset_features(facts->train), sizeof *first);
    if (first == NULL) {
        return cli_no_memory();
    }
    descent_status status = look(facts, preparation, NULL, first);
    free(first);
    if (inputs->count > 0) {
        inputs->deviation = sqrt(inputs->deviation / (double)inputs->count);
        inputs->constant = inputs->constant && descent_dataset_count(facts->train) > 1;
    }
    return status;
}

/* Whether the units' weights differ by no more than rounding, which parts them a little in time. */
static bool are_units_alike(const descent_layer *layer)
{
    static const double rounded = 1e-6; /* of the squares */
    for (size_t o = 1; o < layer->outputs; o++) {
        const float *one = layer->weights, *other = one + o * layer->inputs;
        double squares = 0.0, differences = 0.0;
        for (size_t i = 0; i < layer->inputs; i++) {
            double weight = (double)one[i], difference = (double)other[i] - weight;
            squares += weight * weight;
            differences += difference * difference;
        }
        if (differences > rounded * squares) {
            return false;
        }
    }
    return layer->outputs > 1;
}

void checkup_look_at_weights(struct checkup_facts *facts, const descent_model *model)
{
    facts->alike = 0;
    for (size_t l = 0; l + 1 < descent_model_layers(model) && facts->alike == 0; l++) {
        descent_layer layer = descent_model_layer(model, l);
        facts->alike = are_units_alike(&layer) ? l + 1 : 0;
    }
}

descent_status checkup_look_at_units(struct checkup_facts *facts, const descent_model *model,
                                     const descent_preparation *preparation)
{
    struct probe probe[DESCENT_LAYERS_MAX] = {0};
    struct probes probes = {probe, descent_model_layers(model) - 1};
    descent_status status = DESCENT_OK;
    for (size_t l = 0; l < probes.count && status == DESCENT_OK; l++) {
        descent_layer layer = descent_model_layer(model, l);
        status = open_probe(&probe[l], &layer, facts->options);
    }
    if (status == DESCENT_OK && probes.count > 0) {
        status = look(facts, preparation, &probes, NULL);
    }
    facts->layers = status == DESCENT_OK ? probes.count : 0;
    for (size_t l = 0; l < probes.count; l++) {
        if (l < facts->layers) {
            facts->layer[l] = result_of(&probe[l]);
        }
        close_probe(&probe[l]);
    }
    return status;
}
