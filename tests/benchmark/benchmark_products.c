/*
 * The three products of a layer on one thread, in each layout, beside a large square product; and
 * all products of a step on two threads, in each layout and cut, beside a large layer's.
 */
#include "measure.h"

#include "compute/bench_private.h"
#include "compute/product.h"
#include "compute/product_blas.h"

#include <descent/status.h>
#include <stdio.h>
#include <stdlib.h>

/* Layers of the networks that the speed of training is told for. */
static const struct {
    size_t inputs, outputs, batch;
} shapes[] = {{784, 30, 10},   {784, 128, 32},  {128, 10, 32},
              {784, 128, 128}, {512, 512, 128}, {784, 800, 256}};

enum { SHAPES = sizeof shapes / sizeof shapes[0], SQUARE = 768 };

/* A layer's operands. */
struct products {
    struct descent_product_layer layer;
    size_t batch;
    float *x, *weights, *z, *delta, *dx;
};

static struct descent_span all(size_t n)
{
    return (struct descent_span){0, n};
}

static void forward(void *context)
{
    const struct products *p = context;
    struct descent_region whole = {all(p->batch), all(p->layer.outputs)};
    descent_product_forward(&p->layer, whole, p->x, p->weights, p->z);
}

static void input_gradient(void *context)
{
    const struct products *p = context;
    struct descent_region whole = {all(p->batch), all(p->layer.inputs)};
    descent_product_input_gradient(&p->layer, whole, p->delta, p->weights, p->dx);
}

/* With so small a rate the weights stay as they are. */
static void weight_gradient(void *context)
{
    const struct products *p = context;
    struct descent_region whole = {all(p->layer.outputs), all(p->layer.inputs)};
    descent_product_descend(&p->layer, p->batch, whole, p->delta, p->x, 1e-9f, 0.0f, NULL,
                            p->weights);
}

static const struct {
    const char *name;
    body *run;
} kinds[] = {
    {"forward", forward}, {"input gradient", input_gradient}, {"weight gradient", weight_gradient}};

static struct descent_product_layer plan_engine(size_t inputs, size_t outputs, size_t batch)
{
    return descent_product_plan(DESCENT_ENGINE_BLAS, inputs, outputs, batch);
}

static struct descent_product_layer plan_out_in(size_t inputs, size_t outputs, size_t batch)
{
    (void)batch;
    return (struct descent_product_layer){.inputs = inputs, .outputs = outputs};
}

static struct descent_product_layer plan_in_out(size_t inputs, size_t outputs, size_t batch)
{
    (void)batch;
    return (struct descent_product_layer){.inputs = inputs, .outputs = outputs, .panel = outputs};
}

static const struct {
    const char *name;
    descent_bench_layout *plan;
} layouts[] = {{"engine", plan_engine}, {"out-in", plan_out_in}, {"in-out", plan_in_out}};

enum { KINDS = sizeof kinds / sizeof kinds[0], LAYOUTS = sizeof layouts / sizeof layouts[0] };

struct square {
    float *a, *b, *c;
};

static void multiply_squares(void *context)
{
    const struct square *s = context;
    descent_blas_multiply(false, false, SQUARE, SQUARE, SQUARE, 1.0f, s->a, SQUARE, s->b, SQUARE,
                          0.0f, s->c, SQUARE);
}

static void measure_shape(size_t shape, struct square *square)
{
    size_t in = shapes[shape].inputs;
    size_t out = shapes[shape].outputs;
    size_t batch = shapes[shape].batch;
    struct products p = {
        .batch = batch,
        .x = measure_random(batch * in),
        .weights = measure_random(in * out),
        .z = measure_zeros(batch * out),
        .delta = measure_random(batch * out),
        .dx = measure_zeros(batch * in),
    };
    for (size_t i = 0; i < KINDS * LAYOUTS; i++) {
        char name[64];
        p.layer = layouts[i % LAYOUTS].plan(in, out, batch);
        snprintf(name, sizeof name, "%zu-%zu, %zu samples, %s, %s", in, out, batch,
                 kinds[i / LAYOUTS].name, layouts[i % LAYOUTS].name);
        measure(&(struct measurement){
            .name = name,
            .kernel = kinds[i / LAYOUTS].run,
            .kernel_context = &p,
            .kernel_work = 2.0 * (double)batch * (double)in * (double)out,
            .limit = multiply_squares,
            .limit_context = square,
            .limit_work = 2.0 * SQUARE * SQUARE * SQUARE,
        });
    }
    float *arrays[] = {p.x, p.weights, p.z, p.delta, p.dx};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        free(arrays[i]);
    }
}

/* Networks that the speed of training is told for. */
static const struct {
    descent_model_config model;
    size_t batch;
} networks[] = {
    {{.layers = 2, .sizes = {784, 128, 10}}, 32},
    {{.layers = 2, .sizes = {784, 128, 10}}, 128},
    {{.layers = 3, .sizes = {784, 512, 512, 10}}, 128},
    {{.layers = 2, .sizes = {784, 800, 10}}, 256},
};

static const descent_model_config large = {.layers = 1, .sizes = {SQUARE, SQUARE}};

enum { NETWORKS = sizeof networks / sizeof networks[0], THREADS = 2 };

struct step {
    descent_bench *bench;
    descent_bench_layout *layout;
    descent_bench_cut cut;
};

static void take_step(void *context)
{
    const struct step *step = context;
    descent_bench_run(step->bench, step->layout, step->cut);
}

static descent_bench *create_bench(const descent_model_config *config, size_t batch)
{
    descent_model *model = NULL;
    descent_bench *bench = NULL;
    if (descent_model_create(&model, config) != DESCENT_OK ||
        descent_bench_create(&bench, model, batch, THREADS) != DESCENT_OK) {
        fprintf(stderr, "%s\n", descent_last_error());
        exit(EXIT_FAILURE);
    }
    descent_model_destroy(model);
    return bench;
}

static void measure_step(struct step *step, const char *layout)
{
    char network[64], name[128];
    struct step limit = {create_bench(&large, (size_t)SQUARE * THREADS), plan_out_in,
                         DESCENT_BENCH_CUT_SAMPLES};
    size_t used = 0;
    for (size_t l = 0; l < step->bench->layers; l++) {
        used += (size_t)snprintf(network + used, sizeof network - used, "%zu-",
                                 step->bench->layer[l].shape.inputs);
    }
    snprintf(name, sizeof name, "%s10, %zu samples, %s, %s", network, step->bench->batch, layout,
             descent_bench_cut_name(step->cut));
    measure(&(struct measurement){
        .name = name,
        .kernel = take_step,
        .kernel_context = step,
        .kernel_work = descent_bench_operations(step->bench),
        .limit = take_step,
        .limit_context = &limit,
        .limit_work = descent_bench_operations(limit.bench),
        .wall = true,
    });
    descent_bench_destroy(limit.bench);
}

static void measure_network(size_t network)
{
    struct step step = {create_bench(&networks[network].model, networks[network].batch), NULL, 0};
    for (size_t layout = 0; layout < LAYOUTS; layout++) {
        step.layout = layouts[layout].plan;
        for (int cut = 0; cut < DESCENT_BENCH_CUT_COUNT; cut++) {
            step.cut = (descent_bench_cut)cut;
            measure_step(&step, layouts[layout].name);
        }
    }
    descent_bench_destroy(step.bench);
}

int main(void)
{
    if (descent_blas_init() != DESCENT_OK) {
        fprintf(stderr, "%s\n", descent_last_error());
        return EXIT_FAILURE;
    }
    struct square square = {
        .a = measure_random((size_t)SQUARE * SQUARE),
        .b = measure_random((size_t)SQUARE * SQUARE),
        .c = measure_zeros((size_t)SQUARE * SQUARE),
    };
    measure_heading("products of a layer, one thread", "GFLOP/s");
    for (size_t shape = 0; shape < SHAPES; shape++) {
        measure_shape(shape, &square);
    }
    measure_heading("products of a step, two threads", "GFLOP/s");
    for (size_t network = 0; network < NETWORKS; network++) {
        measure_network(network);
    }
    free(square.a);
    free(square.b);
    free(square.c);
    return EXIT_SUCCESS;
}
