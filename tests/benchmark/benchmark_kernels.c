/*
 * The loops between the products, on one thread: each beside a loop of additions that reads and
 * writes as many arrays of the same sizes.
 */
#include "measure.h"
#include "streams.h"

#include "compute/activation_private.h"
#include "compute/dropout.h"
#include "compute/loss_private.h"
#include "compute/magnitude.h"
#include "compute/optimizer_private.h"

#include <descent/descent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A batch of activations, which a core's own cache holds; parameters, which it does not. */
enum { ROWS = 128, WIDTH = 512, CELLS = ROWS * WIDTH, CLASSES = 10, PARAMETERS = 1 << 20 };

/* Samples to gather, as those of MNIST. */
enum { SAMPLES = 12800, PIXELS = 784 };

/* Measures a kernel whose limit moves the same bytes, those of `arrays` arrays. */
static void measure_loop(const char *name, body *kernel, void *context, body *limit,
                         struct stream *stream, double arrays)
{
    double bytes = arrays * (double)stream->n * (double)sizeof(float);
    measure(&(struct measurement){.name = name,
                                  .kernel = kernel,
                                  .kernel_context = context,
                                  .kernel_work = bytes,
                                  .limit = limit,
                                  .limit_context = stream,
                                  .limit_work = bytes});
}

struct gathering {
    descent_loader *loader;
    uint64_t epoch;
};

static void gather(void *context)
{
    struct gathering *g = context;
    descent_batch batch;
    if (!descent_loader_next(g->loader, &batch)) {
        descent_loader_shuffle(g->loader, ++g->epoch);
        descent_loader_next(g->loader, &batch);
    }
}

/* Bytes become floats: a quarter of an array more is read than is written. */
static void measure_gather(void)
{
    static uint8_t pixels[SAMPLES * PIXELS];
    static int32_t labels[SAMPLES];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(i * i >> 3);
    }
    const descent_samples samples = {.shape = {.rank = 2, .sizes = {28, 28}},
                                     .count = SAMPLES,
                                     .bytes = pixels,
                                     .labels = labels,
                                     .classes = CLASSES};
    const descent_loader_config config = {.batch = ROWS, .shuffle = true, .threads = 1};
    struct gathering g = {0};
    descent_dataset *dataset;
    if (descent_dataset_create(&dataset, &samples) != DESCENT_OK ||
        descent_loader_create(&g.loader, dataset, &config) != DESCENT_OK) {
        fprintf(stderr, "%s\n", descent_last_error());
        exit(EXIT_FAILURE);
    }
    struct stream stream = {.n = (size_t)ROWS * PIXELS,
                            .written = {measure_zeros((size_t)ROWS * PIXELS)},
                            .bytes = pixels,
                            .rounds = SAMPLES / ROWS};
    measure_loop("loader: gather, widen and scale", gather, &g, stream_widen, &stream, 1.25);
    free(stream.written[0]);
    descent_loader_destroy(g.loader);
    descent_dataset_destroy(dataset);
}

/* A layer's arrays, [ROWS × WIDTH]. */
struct layer {
    const struct descent_elementwise *activation;
    struct descent_dropout dropout;
    float *bias, *z, *a, *delta, *fresh;
    unsigned calls;
    descent_magnitude seen;
};

static void activate(void *context)
{
    const struct layer *layer = context;
    float *a = layer->activation->from_input ? layer->a : layer->z;
    layer->activation->forward(ROWS, WIDTH, WIDTH, layer->bias, layer->z, a);
}

/* Slopes multiplied over and over would end in numbers so small that processors slow down, hence
 * fresh ones now and then. */
static void activate_back(void *context)
{
    struct layer *layer = context;
    const float *saved = layer->activation->from_input ? layer->z : layer->a;
    if (++layer->calls % 32 == 0) {
        memcpy(layer->delta, layer->fresh, CELLS * sizeof(float));
    }
    layer->activation->backward(ROWS, WIDTH, WIDTH, saved, layer->delta);
}

static void drop(void *context)
{
    const struct layer *layer = context;
    const struct descent_layout layout = descent_layout_rows(WIDTH);
    descent_dropout_apply(&layer->dropout, &layout, (struct descent_span){0, ROWS},
                          (struct descent_span){0, WIDTH}, layer->a, layer->z);
}

static void magnitude(void *context)
{
    struct layer *layer = context;
    layer->seen = descent_magnitude_of_array(0, layer->a, CELLS);
}

static void measure_activation(struct layer *layer, struct stream *stream)
{
    char name[64];
    bool from_input = layer->activation->from_input;
    /* z is read and written, and where the slope needs it, a is written as well. */
    snprintf(name, sizeof name, "%s", layer->activation->name);
    measure_loop(name, activate, layer, from_input ? stream_add_one : stream_change, stream,
                 from_input ? 3.0 : 2.0);
    if (layer->activation != descent_elementwise_of(DESCENT_ACTIVATION_IDENTITY)) {
        snprintf(name, sizeof name, "%s, backward", layer->activation->name);
        measure_loop(name, activate_back, layer, stream_add_one, stream, 3.0);
    }
}

static void measure_elementwise(void)
{
    struct layer layer = {
        .dropout = descent_dropout_init(0.2, 1, 1, 0, 0),
        .bias = measure_zeros(WIDTH),
        .z = measure_random(CELLS),
        .a = measure_random(CELLS),
        .delta = measure_random(CELLS),
        .fresh = measure_random(CELLS),
    };
    struct stream stream = {
        .n = CELLS, .written = {measure_random(CELLS)}, .read = measure_random(CELLS)};
    for (int i = 0; i < DESCENT_ACTIVATION_COUNT; i++) {
        layer.activation = descent_elementwise_of((descent_activation)i);
        measure_activation(&layer, &stream);
    }
    measure_loop("dropout", drop, &layer, stream_copy, &stream, 2.0);
    measure_loop("greatest magnitude", magnitude, &layer, stream_read, &stream, 1.0);
    float *arrays[] = {layer.bias,          layer.z,     layer.a,
                       layer.delta,         layer.fresh, stream.written[0],
                       (float *)stream.read};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        free(arrays[i]);
    }
}

struct losing {
    descent_loss loss;
    descent_batch batch;
    size_t outputs;
    float *y, *delta;
};

static void lose(void *context)
{
    const struct losing *l = context;
    descent_metrics metrics = {0};
    const struct descent_layout layout = descent_layout_rows(l->outputs);
    descent_loss_rows(&l->loss, &l->batch, (struct descent_span){0, l->batch.n}, &layout, l->y,
                      1.0f, l->delta, NULL, &metrics);
}

static void measure_loss(const char *name, descent_loss_kind kind, size_t outputs)
{
    static int32_t labels[ROWS];
    size_t n = ROWS * outputs;
    struct losing losing = {.loss = {.kind = kind},
                            .batch = {.labels = labels, .n = ROWS},
                            .outputs = outputs,
                            .y = measure_random(n),
                            .delta = measure_zeros(n)};
    struct stream stream = {.n = n, .written = {measure_zeros(n)}, .read = losing.y};
    measure_loop(name, lose, &losing, stream_copy, &stream, 2.0);
    free(losing.y);
    free(losing.delta);
    free(stream.written[0]);
}

struct updating {
    struct descent_rates rates;
    size_t slots;
    float *parameters, *gradients, *state;
};

static void update(void *context)
{
    const struct updating *u = context;
    descent_optimizer_update(&u->rates, PARAMETERS, u->parameters, u->gradients,
                             u->slots > 0 ? u->state : NULL,
                             u->slots > 1 ? u->state + PARAMETERS : NULL);
}

/* Parameters and slots are read and written, gradients only read. */
static void measure_update(const char *name, const descent_optimizer *optimizer)
{
    static body *const limits[] = {stream_add_one, stream_add_two, stream_add_three};
    struct updating u = {
        .rates = descent_rates_of(optimizer, 1e-6, 1),
        .slots = descent_optimizer_slots(optimizer),
        .parameters = measure_random(PARAMETERS),
        .gradients = measure_random(PARAMETERS),
        .state = measure_zeros(2 * (size_t)PARAMETERS),
    };
    struct stream stream = {.n = PARAMETERS, .read = u.gradients};
    for (size_t i = 0; i < 3; i++) {
        stream.written[i] = measure_random(PARAMETERS);
    }
    measure_loop(name, update, &u, limits[u.slots], &stream, 3.0 + 2.0 * (double)u.slots);
    float *arrays[] = {u.parameters,      u.gradients,       u.state,
                       stream.written[0], stream.written[1], stream.written[2]};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        free(arrays[i]);
    }
}

static const struct {
    const char *name;
    descent_optimizer_kind kind;
    double momentum;
} optimizers[] = {
    {"sgd", DESCENT_OPTIMIZER_SGD, 0.0},
    {"sgd, momentum", DESCENT_OPTIMIZER_SGD, 0.9},
    {"rmsprop", DESCENT_OPTIMIZER_RMSPROP, 0.0},
    {"rmsprop, momentum", DESCENT_OPTIMIZER_RMSPROP, 0.9},
    {"adam", DESCENT_OPTIMIZER_ADAM, 0.0},
    {"adamw", DESCENT_OPTIMIZER_ADAMW, 0.0},
};

int main(void)
{
    measure_heading("batch of 128 samples of 784 bytes", "GB/s");
    measure_gather();
    measure_heading("activations of 128 samples, 512 units", "GB/s");
    measure_elementwise();
    measure_heading("loss and its gradient, 128 samples", "GB/s");
    measure_loss("cross-entropy, 10 classes", DESCENT_LOSS_CROSS_ENTROPY, CLASSES);
    measure_loss("cross-entropy, 512 classes", DESCENT_LOSS_CROSS_ENTROPY, WIDTH);
    measure_loss("mse, 10 classes", DESCENT_LOSS_MSE, CLASSES);
    measure_heading("update of 1,048,576 parameters", "GB/s");
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++) {
        descent_optimizer optimizer = DESCENT_OPTIMIZER_DEFAULT;
        optimizer.kind = optimizers[i].kind;
        optimizer.momentum = optimizers[i].momentum;
        measure_update(optimizers[i].name, &optimizer);
    }
    return EXIT_SUCCESS;
}
