/*
 * The products of a training step, without what a trainer does between them. Products, cutting and
 * waiting are those of the engine; only the order of the phases is written again here, see pass.c.
 */
#include "compute/bench_private.h"

#include "base/arena.h"
#include "base/fail.h"
#include "compute/blas.h"
#include "compute/pass.h"

#include <descent/random.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

const char *descent_bench_layout_name(descent_bench_layout layout)
{
    static const char *const names[DESCENT_BENCH_LAYOUT_COUNT] = {
        [DESCENT_BENCH_LAYOUT_ENGINE] = "engine",
        [DESCENT_BENCH_LAYOUT_OUT_IN] = "out-in",
        [DESCENT_BENCH_LAYOUT_IN_OUT] = "in-out",
    };
    return (unsigned)layout < DESCENT_BENCH_LAYOUT_COUNT ? names[layout] : NULL;
}

const char *descent_bench_cut_name(descent_bench_cut cut)
{
    static const char *const names[DESCENT_BENCH_CUT_COUNT] = {
        [DESCENT_BENCH_CUT_ENGINE] = "engine",   [DESCENT_BENCH_CUT_OUTPUTS] = "outputs",
        [DESCENT_BENCH_CUT_SAMPLES] = "samples", [DESCENT_BENCH_CUT_NONE] = "none",
        [DESCENT_BENCH_CUT_BLAS] = "blas",
    };
    return (unsigned)cut < DESCENT_BENCH_CUT_COUNT ? names[cut] : NULL;
}

static descent_status check(const descent_bench_config *config)
{
    if (config->threads < 1 || config->threads > DESCENT_THREADS_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "bench: threads: expected 1 to %d, found %d",
                            DESCENT_THREADS_MAX, config->threads);
    }
    if (config->batch < 1 || config->batch > INT_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "bench: batch: expected 1 to %d, found %zu",
                            INT_MAX, config->batch);
    }
    if (!(config->rate > 0.0) || !isnormal((float)config->rate)) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "bench: rate: expected a finite number > 0, found %g", config->rate);
    }
    if (config->layers < 1 || config->layers > DESCENT_LAYERS_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "bench: layers: expected 1 to %d, found %zu",
                            DESCENT_LAYERS_MAX, config->layers);
    }
    for (size_t l = 0; l <= config->layers; l++) {
        if (config->sizes[l] < 1 || config->sizes[l] > DESCENT_WIDTH_MAX) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "bench: size %zu of the layers: expected 1 to %zu, found %zu", l,
                                DESCENT_WIDTH_MAX, config->sizes[l]);
        }
    }
    return descent_blas_init();
}

/* An array of count random numbers within ± bound. */
struct operand {
    float **array;
    size_t count;
    double bound;
    size_t offset;
};

enum { OPERANDS_MAX = 3 * DESCENT_LAYERS_MAX + 1 };

/* All arrays of a bench. Weights are scaled so that values keep their size from layer to layer. */
static size_t list_operands(struct descent_bench *bench, const descent_bench_config *config,
                            struct operand operands[OPERANDS_MAX])
{
    size_t count = 0;
    size_t batch = config->batch;
    operands[count++] = (struct operand){&bench->layer[0].x, batch * config->sizes[0], 1.0, 0};
    for (size_t l = 0; l < config->layers; l++) {
        struct descent_bench_layer *layer = &bench->layer[l];
        size_t in = config->sizes[l];
        size_t out = config->sizes[l + 1];
        operands[count++] = (struct operand){&layer->weights, in * out, sqrt(3.0 / (double)in), 0};
        operands[count++] = (struct operand){&layer->z, batch * out, 1.0, 0};
        operands[count++] = (struct operand){&layer->delta, batch * out, 1.0, 0};
    }
    return count;
}

static void fill(float *values, size_t count, double bound, size_t stream)
{
    descent_random random = descent_random_init(0, DESCENT_STREAM_USER, stream);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)(bound * (2.0 * descent_random_uniform(&random) - 1.0));
    }
}

static void link_layers(struct descent_bench *bench)
{
    const descent_bench_config *config = &bench->config;
    for (size_t l = 0; l < config->layers; l++) {
        bench->layer[l].shape.inputs = config->sizes[l];
        bench->layer[l].shape.outputs = config->sizes[l + 1];
        if (l > 0) {
            bench->layer[l].x = bench->layer[l - 1].z;
        }
    }
}

descent_status descent_bench_create(descent_bench **bench, const descent_bench_config *config)
{
    DESCENT_RETURN_UNLESS(bench != NULL);
    *bench = NULL;
    DESCENT_RETURN_UNLESS(config != NULL);
    descent_status status = check(config);
    if (status != DESCENT_OK) {
        return status;
    }
    struct descent_bench measured;
    struct operand operands[OPERANDS_MAX];
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, 1, sizeof **bench);
    size_t count = list_operands(&measured, config, operands);
    for (size_t i = 0; i < count; i++) {
        operands[i].offset = descent_arena_reserve(&plan, operands[i].count, sizeof(float));
    }
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "bench: no memory for %zu bytes", plan.size);
    }
    *bench = (descent_bench *)block;
    (*bench)->config = *config;
    struct operand placed[OPERANDS_MAX];
    list_operands(*bench, config, placed);
    for (size_t i = 0; i < count; i++) {
        *placed[i].array = (float *)(block + operands[i].offset);
        fill(*placed[i].array, placed[i].count, placed[i].bound, i);
    }
    link_layers(*bench);
    return DESCENT_OK;
}

void descent_bench_destroy(descent_bench *bench)
{
    free(bench);
}

static void forward(const struct descent_bench_layer *layer, struct descent_span rows,
                    struct descent_span outputs)
{
    descent_engine_forward(&layer->shape, rows, outputs, layer->x, layer->weights, layer->z);
}

/* The gradient behind layer l − 1. */
static void input_gradient(const struct descent_bench *bench, size_t l, struct descent_span rows,
                           struct descent_span inputs)
{
    const struct descent_bench_layer *layer = &bench->layer[l];
    descent_engine_input_gradient(&layer->shape, rows, inputs, layer->delta, layer->weights,
                                  bench->layer[l - 1].delta);
}

/* This thread's pieces of a layer's products, cut by its outputs. */
static struct descent_span output_pieces(const struct descent_bench *bench, size_t l, int thread,
                                         size_t *pieces)
{
    *pieces =
        descent_engine_output_pieces(&bench->layer[l].shape, bench->config.batch, bench->parts);
    return descent_cut_share(*pieces, bench->team.threads, thread);
}

static struct descent_span all(size_t n)
{
    return (struct descent_span){0, n};
}

static void forward_by_outputs(const struct descent_bench *bench, size_t l, int thread)
{
    const struct descent_engine_layer *shape = &bench->layer[l].shape;
    size_t pieces;
    struct descent_span mine = output_pieces(bench, l, thread, &pieces);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        forward(&bench->layer[l], all(bench->config.batch),
                descent_engine_outputs(shape, pieces, i));
    }
}

static void backward_by_inputs(const struct descent_bench *bench, size_t l, int thread)
{
    const struct descent_engine_layer *shape = &bench->layer[l].shape;
    size_t pieces = descent_engine_input_pieces(shape, bench->config.batch, bench->parts);
    struct descent_span mine = descent_cut_share(pieces, bench->team.threads, thread);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        input_gradient(bench, l, all(bench->config.batch), descent_engine_inputs(shape, pieces, i));
    }
}

/* The weight gradients of all layers; none needs another. */
static void weights_by_outputs(const struct descent_bench *bench, int thread)
{
    size_t n = bench->config.batch;
    for (size_t l = 0; l < bench->config.layers; l++) {
        const struct descent_bench_layer *layer = &bench->layer[l];
        size_t pieces;
        struct descent_span mine = output_pieces(bench, l, thread, &pieces);
        for (size_t i = mine.first; i < mine.first + mine.count; i++) {
            descent_engine_weight_gradient(
                &layer->shape, n, descent_engine_outputs(&layer->shape, pieces, i), layer->delta,
                layer->x, (float)-bench->config.rate, 1.0f, layer->weights);
        }
    }
}

/* The last layer both ways, by chunks of samples. */
static void head_by_chunks(const struct descent_bench *bench, int thread)
{
    size_t last = bench->config.layers - 1;
    const struct descent_engine_layer *shape = &bench->layer[last].shape;
    struct descent_span mine =
        descent_cut_share(descent_pass_chunks(bench->config.batch), bench->team.threads, thread);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        struct descent_span rows = descent_pass_chunk(bench->config.batch, i);
        forward(&bench->layer[last], rows, all(shape->outputs));
        if (last > 0) {
            input_gradient(bench, last, rows, all(shape->inputs));
        }
    }
}

static void step_by_outputs(void *context, int thread)
{
    struct descent_bench *bench = context;
    size_t layers = bench->row_head ? bench->config.layers - 1 : bench->config.layers;
    for (size_t l = 0; l < layers; l++) {
        forward_by_outputs(bench, l, thread);
        descent_team_wait(&bench->team);
    }
    if (bench->row_head) {
        head_by_chunks(bench, thread);
        descent_team_wait(&bench->team);
    }
    for (size_t l = layers; l-- > 1;) {
        backward_by_inputs(bench, l, thread);
        descent_team_wait(&bench->team);
    }
    weights_by_outputs(bench, thread);
}

/* A sample's way through all layers needs no other sample. */
static void step_by_samples(void *context, int thread)
{
    struct descent_bench *bench = context;
    struct descent_span rows = descent_cut_share(bench->config.batch, bench->team.threads, thread);
    for (size_t l = 0; l < bench->config.layers; l++) {
        forward(&bench->layer[l], rows, all(bench->layer[l].shape.outputs));
    }
    for (size_t l = bench->config.layers; l-- > 1;) {
        input_gradient(bench, l, rows, all(bench->layer[l].shape.inputs));
    }
    descent_team_wait(&bench->team);
    weights_by_outputs(bench, thread);
}

static void plan_layouts(struct descent_bench *bench, descent_bench_layout layout)
{
    for (size_t l = 0; l < bench->config.layers; l++) {
        struct descent_engine_layer *shape = &bench->layer[l].shape;
        if (layout == DESCENT_BENCH_LAYOUT_ENGINE) {
            *shape = descent_engine_plan(shape->inputs, shape->outputs, bench->config.batch);
        } else {
            shape->panel = layout == DESCENT_BENCH_LAYOUT_OUT_IN ? 0 : shape->outputs;
            shape->chunk = 0;
        }
    }
}

static void plan_cut(struct descent_bench *bench, descent_bench_cut cut)
{
    bool whole = cut == DESCENT_BENCH_CUT_NONE || cut == DESCENT_BENCH_CUT_BLAS;
    bool engine = cut == DESCENT_BENCH_CUT_ENGINE;
    int threads = whole ? 1 : bench->config.threads;
    bench->team.threads = threads;
    bench->parts = engine ? descent_chain_parts(threads) : (size_t)threads;
    bench->row_head =
        engine && descent_pass_row_head(&bench->layer[bench->config.layers - 1].shape);
}

descent_status descent_bench_step(descent_bench *bench, descent_bench_layout layout,
                                  descent_bench_cut cut)
{
    DESCENT_RETURN_UNLESS(bench != NULL);
    DESCENT_RETURN_UNLESS((unsigned)layout < DESCENT_BENCH_LAYOUT_COUNT);
    DESCENT_RETURN_UNLESS((unsigned)cut < DESCENT_BENCH_CUT_COUNT);
    plan_layouts(bench, layout);
    plan_cut(bench, cut);
    if (cut != DESCENT_BENCH_CUT_BLAS) {
        bool samples = cut == DESCENT_BENCH_CUT_SAMPLES;
        descent_team_run(&bench->team, samples ? step_by_samples : step_by_outputs, bench);
        return DESCENT_OK;
    }
    descent_status status = descent_blas_use_threads(bench->config.threads);
    if (status == DESCENT_OK) {
        step_by_outputs(bench, 0);
    }
    descent_status back = descent_blas_use_threads(1);
    return status == DESCENT_OK ? back : status;
}

static double sum_over_products(const descent_bench_config *config, bool bytes)
{
    double sum = 0.0;
    double batch = (double)config->batch;
    for (size_t l = 0; l < config->layers; l++) {
        double in = (double)config->sizes[l];
        double out = (double)config->sizes[l + 1];
        double products = l > 0 ? 3.0 : 2.0;
        /* Both operands and the result of each, and the weights that the last one adds to. */
        double touched = products * (batch * in + in * out + batch * out) + in * out;
        sum += bytes ? touched * (double)sizeof(float) : products * 2.0 * batch * in * out;
    }
    return sum;
}

double descent_bench_operations(const descent_bench_config *config)
{
    return sum_over_products(config, false);
}

double descent_bench_bytes(const descent_bench_config *config)
{
    return sum_over_products(config, true);
}

bool descent_bench_blas_has_threads(void)
{
    return descent_blas_has_threads();
}

void descent_bench_describe_blas(char *text, size_t size)
{
    descent_blas_describe(text, size);
}

int descent_bench_processors(void)
{
    return descent_team_processors();
}
