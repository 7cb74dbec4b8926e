/*
 * The products of a training step, without what a trainer does between them. Products, cutting and
 * waiting are those of the engine blas; only the order of the phases is written again here, see
 * pass.c.
 */
#include "compute/bench_private.h"

#include "base/arena.h"
#include "base/fail.h"
#include "compute/pass.h"
#include "compute/peak.h"
#include "compute/product_blas.h"

#include <descent/random.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

const char *descent_bench_cut_name(descent_bench_cut cut)
{
    static const char *const names[DESCENT_BENCH_CUT_COUNT] = {
        [DESCENT_BENCH_CUT_ENGINE] = "engine",
        [DESCENT_BENCH_CUT_OUTPUTS] = "outputs",
        [DESCENT_BENCH_CUT_SAMPLES] = "samples",
        [DESCENT_BENCH_CUT_NONE] = "none",
    };
    return (unsigned)cut < DESCENT_BENCH_CUT_COUNT ? names[cut] : NULL;
}

/* Reserves an array and, where there is a block, fills it there with random numbers in ± bound. */
static float *place(struct descent_arena_plan *plan, char *block, size_t count, double bound)
{
    size_t offset = descent_arena_reserve(plan, count, sizeof(float));
    if (block == NULL) {
        return NULL;
    }
    float *values = (float *)(block + offset);
    descent_random random = descent_random_init(0, DESCENT_STREAM_USER, offset);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)(bound * (2.0 * descent_random_uniform(&random) - 1.0));
    }
    return values;
}

/* Called once to learn the size and once, with the block, to fill it. Weights are scaled so that
 * values keep their size from layer to layer. */
static void lay_out(struct descent_bench *bench, struct descent_arena_plan *plan, char *block,
                    const descent_model *model)
{
    descent_arena_reserve(plan, 1, sizeof *bench);
    float *x = place(plan, block, bench->batch * descent_model_inputs(model), 1.0);
    for (size_t l = 0; l < bench->layers; l++) {
        size_t in = descent_model_layer(model, l).inputs;
        size_t out = descent_model_layer(model, l).outputs;
        bench->layer[l] = (struct descent_bench_layer){
            .shape = {.inputs = in, .outputs = out},
            .weights = place(plan, block, in * out, sqrt(3.0 / (double)in)),
            .x = x,
            .z = place(plan, block, bench->batch * out, 1.0),
            .delta = place(plan, block, bench->batch * out, 1.0),
        };
        x = bench->layer[l].z;
    }
}

descent_status descent_bench_create(descent_bench **bench, const descent_model *model, size_t batch,
                                    int threads)
{
    DESCENT_RETURN_UNLESS(bench != NULL);
    *bench = NULL;
    DESCENT_RETURN_UNLESS(model != NULL);
    if (batch < 1 || batch > INT_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "bench: batch: expected 1 to %d, found %zu",
                            INT_MAX, batch);
    }
    DESCENT_TRY(descent_team_check(threads));
    DESCENT_TRY(descent_blas_init());
    struct descent_bench measured = {.layers = descent_model_layers(model), .batch = batch};
    struct descent_arena_plan plan = {0};
    lay_out(&measured, &plan, NULL, model);
    char *block = descent_arena_allocate(&plan);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "bench: no memory for %zu bytes", plan.size);
    }
    *bench = (descent_bench *)block;
    (*bench)->layers = measured.layers;
    (*bench)->batch = batch;
    (*bench)->threads = descent_team_most(threads);
    (*bench)->rate = 1e-9f;
    lay_out(*bench, &(struct descent_arena_plan){0}, block, model);
    return DESCENT_OK;
}

void descent_bench_destroy(descent_bench *bench)
{
    free(bench);
}

static void forward(const struct descent_bench_layer *layer, struct descent_region part)
{
    descent_product_forward(&layer->shape, part, layer->x, layer->weights, layer->z);
}

/* The gradient behind layer l − 1. */
static void input_gradient(const struct descent_bench *bench, size_t l, struct descent_region part)
{
    const struct descent_bench_layer *layer = &bench->layer[l];
    descent_product_input_gradient(&layer->shape, part, layer->delta, layer->weights,
                                   bench->layer[l - 1].delta);
}

/* This thread's pieces of one of a layer's products, and how many there are in all. */
static struct descent_span own_pieces(const struct descent_bench *bench, size_t l,
                                      enum descent_product product, int thread, size_t *pieces)
{
    *pieces = descent_product_pieces(&bench->layer[l].shape, product, bench->batch, bench->pieces);
    return descent_cut_share(*pieces, bench->team.threads, thread);
}

static struct descent_span all(size_t n)
{
    return (struct descent_span){0, n};
}

static void forward_by_outputs(const struct descent_bench *bench, size_t l, int thread)
{
    const enum descent_product product = DESCENT_PRODUCT_FORWARD;
    const struct descent_product_layer *shape = &bench->layer[l].shape;
    size_t pieces;
    struct descent_span mine = own_pieces(bench, l, product, thread, &pieces);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        forward(&bench->layer[l], descent_product_piece(shape, product, bench->batch, pieces, i));
    }
}

static void backward_by_inputs(const struct descent_bench *bench, size_t l, int thread)
{
    const enum descent_product product = DESCENT_PRODUCT_INPUT_GRADIENT;
    const struct descent_product_layer *shape = &bench->layer[l].shape;
    size_t pieces;
    struct descent_span mine = own_pieces(bench, l, product, thread, &pieces);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        input_gradient(bench, l, descent_product_piece(shape, product, bench->batch, pieces, i));
    }
}

/* The weight gradients of all layers; none needs another. */
static void weights_by_outputs(const struct descent_bench *bench, int thread)
{
    const enum descent_product product = DESCENT_PRODUCT_WEIGHT_GRADIENT;
    size_t n = bench->batch;
    for (size_t l = 0; l < bench->layers; l++) {
        const struct descent_bench_layer *layer = &bench->layer[l];
        size_t pieces;
        struct descent_span mine = own_pieces(bench, l, product, thread, &pieces);
        for (size_t i = mine.first; i < mine.first + mine.count; i++) {
            descent_product_descend(
                &layer->shape, n, descent_product_piece(&layer->shape, product, n, pieces, i),
                layer->delta, layer->x, bench->rate, 0.0f, NULL, layer->weights);
        }
    }
}

/* The last layer both ways, by pieces of rows. */
static void head_by_rows(const struct descent_bench *bench, int thread)
{
    size_t last = bench->layers - 1;
    const struct descent_product_layer *shape = &bench->layer[last].shape;
    struct descent_span mine =
        descent_cut_share(descent_pass_row_pieces(bench->batch), bench->team.threads, thread);
    for (size_t i = mine.first; i < mine.first + mine.count; i++) {
        struct descent_span rows = descent_pass_row_piece(bench->batch, i);
        forward(&bench->layer[last], (struct descent_region){rows, all(shape->outputs)});
        if (last > 0) {
            input_gradient(bench, last, (struct descent_region){rows, all(shape->inputs)});
        }
    }
}

static void step_by_outputs(void *context, int thread)
{
    struct descent_bench *bench = context;
    size_t layers = bench->row_head ? bench->layers - 1 : bench->layers;
    for (size_t l = 0; l < layers; l++) {
        forward_by_outputs(bench, l, thread);
        descent_team_wait(&bench->team);
    }
    if (bench->row_head) {
        head_by_rows(bench, thread);
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
    struct descent_span rows = descent_cut_share(bench->batch, bench->team.threads, thread);
    for (size_t l = 0; l < bench->layers; l++) {
        forward(&bench->layer[l],
                (struct descent_region){rows, all(bench->layer[l].shape.outputs)});
    }
    for (size_t l = bench->layers; l-- > 1;) {
        input_gradient(bench, l, (struct descent_region){rows, all(bench->layer[l].shape.inputs)});
    }
    descent_team_wait(&bench->team);
    weights_by_outputs(bench, thread);
}

static struct descent_product_layer plan_engine(size_t inputs, size_t outputs, size_t batch)
{
    return descent_product_plan(DESCENT_ENGINE_BLAS, inputs, outputs, batch);
}

/* OpenBLAS's own: one matrix as in files. */
static struct descent_product_layer plan_out_in(size_t inputs, size_t outputs, size_t batch)
{
    (void)batch;
    return (struct descent_product_layer){.inputs = inputs, .outputs = outputs};
}

void descent_bench_run(struct descent_bench *bench, descent_bench_layout *layout,
                       descent_bench_cut cut)
{
    bool engine = cut == DESCENT_BENCH_CUT_ENGINE;
    for (size_t l = 0; l < bench->layers; l++) {
        struct descent_product_layer *shape = &bench->layer[l].shape;
        *shape = layout(shape->inputs, shape->outputs, bench->batch);
    }
    bench->team.threads = cut == DESCENT_BENCH_CUT_NONE ? 1 : bench->threads;
    bench->pieces = engine ? descent_product_pieces_most(DESCENT_ENGINE_BLAS, bench->team.threads)
                           : (size_t)bench->team.threads;
    bench->row_head = engine && descent_pass_row_head(&bench->layer[bench->layers - 1].shape);
    descent_team_run(&bench->team,
                     cut == DESCENT_BENCH_CUT_SAMPLES ? step_by_samples : step_by_outputs, bench);
}

descent_status descent_bench_step(descent_bench *bench, descent_bench_cut cut)
{
    DESCENT_RETURN_UNLESS(bench != NULL);
    DESCENT_RETURN_UNLESS((unsigned)cut < DESCENT_BENCH_CUT_COUNT);
    descent_bench_run(bench, cut == DESCENT_BENCH_CUT_ENGINE ? plan_engine : plan_out_in, cut);
    return DESCENT_OK;
}

double descent_bench_operations(const descent_bench *bench)
{
    double sum = 0.0;
    for (size_t l = 0; l < bench->layers; l++) {
        const struct descent_product_layer *shape = &bench->layer[l].shape;
        double products = l > 0 ? 3.0 : 2.0;
        sum +=
            products * 2.0 * (double)bench->batch * (double)shape->inputs * (double)shape->outputs;
    }
    return sum;
}

void descent_bench_describe_blas(char *text, size_t size)
{
    descent_blas_describe(text, size);
}

const char *descent_bench_blas_kernels(descent_instruction_set *set)
{
    return descent_blas_kernels(set);
}

/* Rounds of a run, and what becomes of its numbers, which are thus not computed for nothing. */
enum { PEAK_ROUNDS = 1 << 18 };
static volatile float peak_sum;

static void multiply_add(void *context, int thread)
{
    const struct descent_peak *peak = context;
    float sum = peak->run(PEAK_ROUNDS);
    if (thread == 0) {
        peak_sum = sum;
    }
}

descent_status descent_bench_multiply_add(double *operations, int threads)
{
    DESCENT_RETURN_UNLESS(operations != NULL);
    DESCENT_TRY(descent_team_check(threads));
    struct descent_team team = {.threads = descent_team_most(threads)};
    struct descent_peak peak = descent_peak_of(descent_instruction_set_best());
    descent_team_run(&team, multiply_add, &peak);
    *operations =
        2.0 * PEAK_ROUNDS * DESCENT_PEAK_CHAINS * (double)peak.lanes * (double)team.threads;
    return DESCENT_OK;
}

int descent_bench_processors(void)
{
    return descent_team_processors();
}
