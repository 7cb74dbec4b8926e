/*
 * The products of a step against plain loops in double, for every layout, cut and number of
 * threads; and how many operations and bytes they are.
 */
#include "compute/bench_private.h"
#include "harness.h"

#include <math.h>
#include <string.h>

/* Networks on both sides of the rules by which products are cut: one layer, batches smaller than
 * the threads, last layers that are and are not cut by samples. */
static const descent_bench_config configs[] = {
    {.layers = 1, .sizes = {5, 3}, .batch = 2},
    {.layers = 2, .sizes = {7, 13, 1}, .batch = 1},
    {.layers = 2, .sizes = {784, 128, 10}, .batch = 33},
    {.layers = 3, .sizes = {130, 113, 51, 60}, .batch = 30},
    {.layers = 2, .sizes = {100, 90, 700}, .batch = 40},
};

enum {
    CONFIGS = TEST_COUNT(configs),
    WAYS = DESCENT_BENCH_LAYOUT_COUNT * DESCENT_BENCH_CUT_COUNT,
    THREADS = 3
};

static const double rate = 0.01;

static descent_bench *create(int config, int threads)
{
    descent_bench_config with = configs[config];
    descent_bench *bench;
    with.threads = threads;
    with.rate = rate;
    ck_assert_ok(descent_bench_create(&bench, &with));
    return bench;
}

/* A copy of the n numbers in double. */
static double *widen(const float *values, size_t n)
{
    double *copy = malloc(n * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < n; i++) {
        copy[i] = (double)values[i];
    }
    return copy;
}

/* Where weight (output, input) stands. */
static size_t weight_at(const struct descent_engine_layer *shape, size_t output, size_t input)
{
    if (shape->panel == 0) {
        return output * shape->inputs + input;
    }
    size_t first = output / shape->panel * shape->panel;
    size_t left = shape->outputs - first;
    size_t width = left < shape->panel ? left : shape->panel;
    return first * shape->inputs + input * width + (output - first);
}

/* The operands of a layer in double, before and after the step. */
struct expected_layer {
    struct descent_engine_layer shape;
    double *x, *weights, *delta, *z;
};

static struct expected_layer expect_layer(const struct descent_bench *bench, size_t l)
{
    const struct descent_bench_layer *layer = &bench->layer[l];
    size_t n = bench->config.batch;
    return (struct expected_layer){
        .shape = layer->shape,
        .x = widen(layer->x, n * layer->shape.inputs),
        .weights = widen(layer->weights, layer->shape.inputs * layer->shape.outputs),
        .delta = widen(layer->delta, n * layer->shape.outputs),
        .z = widen(layer->z, n * layer->shape.outputs),
    };
}

static void forward(const struct expected_layer *layer, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t o = 0; o < layer->shape.outputs; o++) {
            double sum = 0.0;
            for (size_t k = 0; k < layer->shape.inputs; k++) {
                sum += layer->x[i * layer->shape.inputs + k] *
                       layer->weights[weight_at(&layer->shape, o, k)];
            }
            layer->z[i * layer->shape.outputs + o] = sum;
        }
    }
}

static void input_gradient(const struct expected_layer *layer, size_t n, double *delta)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < layer->shape.inputs; k++) {
            double sum = 0.0;
            for (size_t o = 0; o < layer->shape.outputs; o++) {
                sum += layer->delta[i * layer->shape.outputs + o] *
                       layer->weights[weight_at(&layer->shape, o, k)];
            }
            delta[i * layer->shape.inputs + k] = sum;
        }
    }
}

static void descend(const struct expected_layer *layer, size_t n)
{
    for (size_t o = 0; o < layer->shape.outputs; o++) {
        for (size_t k = 0; k < layer->shape.inputs; k++) {
            double sum = 0.0;
            for (size_t i = 0; i < n; i++) {
                sum += layer->delta[i * layer->shape.outputs + o] *
                       layer->x[i * layer->shape.inputs + k];
            }
            layer->weights[weight_at(&layer->shape, o, k)] -= rate * sum;
        }
    }
}

static void expect_step(struct expected_layer *layers, size_t count, size_t n)
{
    for (size_t l = 0; l < count; l++) {
        forward(&layers[l], n);
        if (l + 1 < count) {
            memcpy(layers[l + 1].x, layers[l].z, n * layers[l].shape.outputs * sizeof(double));
        }
    }
    for (size_t l = count; l-- > 1;) {
        input_gradient(&layers[l], n, layers[l - 1].delta);
    }
    for (size_t l = 0; l < count; l++) {
        descend(&layers[l], n);
    }
}

static void assert_close(const float *found, const double *expected, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ck_assert_double_eq_tol((double)found[i], expected[i], 1e-4);
    }
}

static void assert_layers(const struct descent_bench *bench, const struct expected_layer *layers)
{
    size_t n = bench->config.batch;
    for (size_t l = 0; l < bench->config.layers; l++) {
        const struct descent_bench_layer *layer = &bench->layer[l];
        assert_close(layer->z, layers[l].z, n * layer->shape.outputs);
        assert_close(layer->delta, layers[l].delta, n * layer->shape.outputs);
        assert_close(layer->weights, layers[l].weights, layer->shape.inputs * layer->shape.outputs);
    }
}

static void check_way(int config, descent_bench_layout layout, descent_bench_cut cut, int threads)
{
    descent_bench *bench = create(config, threads);
    struct expected_layer layers[DESCENT_LAYERS_MAX];
    size_t count = bench->config.layers;
    /* A first step decides the layouts. */
    ck_assert_ok(descent_bench_step(bench, layout, cut));
    for (size_t l = 0; l < count; l++) {
        layers[l] = expect_layer(bench, l);
    }
    ck_assert_ok(descent_bench_step(bench, layout, cut));
    expect_step(layers, count, bench->config.batch);
    assert_layers(bench, layers);
    for (size_t l = 0; l < count; l++) {
        free(layers[l].x);
        free(layers[l].weights);
        free(layers[l].delta);
        free(layers[l].z);
    }
    descent_bench_destroy(bench);
}

START_TEST(every_way_computes_the_products)
{
    descent_bench_layout layout = (descent_bench_layout)(_i % DESCENT_BENCH_LAYOUT_COUNT);
    descent_bench_cut cut = (descent_bench_cut)(_i / DESCENT_BENCH_LAYOUT_COUNT);
    bool alone = cut == DESCENT_BENCH_CUT_BLAS && !descent_bench_blas_has_threads();
    for (int config = 0; config < CONFIGS; config++) {
        check_way(config, layout, cut, alone ? 1 : THREADS);
    }
    check_way(0, layout, cut, 1);
}
END_TEST

START_TEST(the_engine_layout_and_cut_are_the_trainers)
{
    descent_bench *bench = create(2, 2);
    ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_LAYOUT_ENGINE, DESCENT_BENCH_CUT_ENGINE));
    for (size_t l = 0; l < bench->config.layers; l++) {
        const struct descent_engine_layer *shape = &bench->layer[l].shape;
        struct descent_engine_layer planned =
            descent_engine_plan(shape->inputs, shape->outputs, bench->config.batch);
        ck_assert_uint_eq(shape->panel, planned.panel);
        ck_assert_uint_eq(shape->chunk, planned.chunk);
    }
    ck_assert(bench->row_head);
    ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_LAYOUT_IN_OUT, DESCENT_BENCH_CUT_OUTPUTS));
    ck_assert(!bench->row_head);
    ck_assert_int_eq(bench->team.threads, 2);
    ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_LAYOUT_IN_OUT, DESCENT_BENCH_CUT_NONE));
    ck_assert_int_eq(bench->team.threads, 1);
    descent_bench_destroy(bench);
}
END_TEST

START_TEST(many_steps_leave_the_numbers_as_they_are)
{
    descent_bench_config config = {
        .layers = 2, .sizes = {60, 50, 40}, .batch = 10, .threads = 2, .rate = 1e-9};
    descent_bench *bench;
    ck_assert_ok(descent_bench_create(&bench, &config));
    double *before = widen(bench->layer[1].weights, 50 * 40);
    for (int step = 0; step < 50; step++) {
        ck_assert_ok(
            descent_bench_step(bench, DESCENT_BENCH_LAYOUT_ENGINE, DESCENT_BENCH_CUT_ENGINE));
    }
    assert_close(bench->layer[1].weights, before, 50 * 40);
    free(before);
    descent_bench_destroy(bench);
}
END_TEST

START_TEST(operations_and_bytes_in_closed_form)
{
    descent_bench_config config = {.layers = 2, .sizes = {784, 128, 10}, .batch = 32};
    /* Forward and weight gradient of both layers, input gradient of the second. */
    ck_assert_double_eq(descent_bench_operations(&config),
                        2.0 * 32 * (2.0 * 784 * 128 + 3.0 * 128 * 10));
    double first = 2.0 * (32 * 784 + 784 * 128 + 32 * 128) + 784 * 128;
    double second = 3.0 * (32 * 128 + 128 * 10 + 32 * 10) + 128 * 10;
    ck_assert_double_eq(descent_bench_bytes(&config), 4.0 * (first + second));
    config = (descent_bench_config){.layers = 1, .sizes = {3, 5}, .batch = 7};
    ck_assert_double_eq(descent_bench_operations(&config), 2.0 * 2 * 7 * 3 * 5);
    ck_assert_double_eq(descent_bench_bytes(&config), 4.0 * (2 * (7 * 3 + 3 * 5 + 7 * 5) + 3 * 5));
}
END_TEST

START_TEST(bad_numbers_are_refused)
{
    static const struct {
        descent_bench_config config;
        const char *told;
    } bad[] = {
        {{.layers = 0, .batch = 1, .threads = 1, .rate = 1.0}, "layers"},
        {{.layers = DESCENT_LAYERS_MAX + 1, .batch = 1, .threads = 1, .rate = 1.0}, "layers"},
        {{.layers = 1, .sizes = {4, 0}, .batch = 1, .threads = 1, .rate = 1.0}, "size 1"},
        {{.layers = 1, .sizes = {2000000, 1}, .batch = 1, .threads = 1, .rate = 1.0}, "size 0"},
        {{.layers = 1, .sizes = {4, 2}, .batch = 0, .threads = 1, .rate = 1.0}, "batch"},
        {{.layers = 1, .sizes = {4, 2}, .batch = 1, .threads = 0, .rate = 1.0}, "threads"},
        {{.layers = 1, .sizes = {4, 2}, .batch = 1, .threads = 257, .rate = 1.0}, "threads"},
        {{.layers = 1, .sizes = {4, 2}, .batch = 1, .threads = 1, .rate = 0.0}, "rate"},
        {{.layers = 1, .sizes = {4, 2}, .batch = 1, .threads = 1, .rate = NAN}, "rate"},
        {{.layers = 1, .sizes = {4, 2}, .batch = 1, .threads = 1, .rate = 1e-60}, "rate"},
    };
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        descent_bench *bench = (descent_bench *)&bench;
        ck_assert_int_eq(descent_bench_create(&bench, &bad[i].config), DESCENT_ERROR_INVALID);
        ck_assert_ptr_null(bench);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), bad[i].told));
    }
    descent_bench_destroy(NULL);
}
END_TEST

START_TEST(names_and_description)
{
    for (int i = 0; i < DESCENT_BENCH_LAYOUT_COUNT; i++) {
        ck_assert_ptr_nonnull(descent_bench_layout_name((descent_bench_layout)i));
    }
    for (int i = 0; i < DESCENT_BENCH_CUT_COUNT; i++) {
        ck_assert_ptr_nonnull(descent_bench_cut_name((descent_bench_cut)i));
    }
    ck_assert_ptr_null(descent_bench_layout_name(DESCENT_BENCH_LAYOUT_COUNT));
    ck_assert_ptr_null(descent_bench_cut_name(DESCENT_BENCH_CUT_COUNT));
    char text[256];
    descent_bench_describe_blas(text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "OpenBLAS"));
    ck_assert_ptr_nonnull(strstr(text, "threads"));
    descent_bench_describe_blas(text, 9);
    ck_assert_uint_eq(strlen(text), 8);
    ck_assert_int_ge(descent_bench_processors(), 1);
}
END_TEST

START_TEST(a_trainer_tells_its_memory)
{
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 2;
    shape.sizes[0] = 784;
    shape.sizes[1] = 128;
    shape.sizes[2] = 10;
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    descent_model *model;
    descent_trainer *trainer;
    size_t bytes[2];
    ck_assert_ok(descent_model_create(&model, &shape));
    for (int i = 0; i < 2; i++) {
        config.optimizer.kind = i == 0 ? DESCENT_OPTIMIZER_SGD : DESCENT_OPTIMIZER_ADAM;
        ck_assert_ok(descent_trainer_create(&trainer, model, &config));
        bytes[i] = descent_trainer_bytes(trainer);
        descent_trainer_destroy(trainer);
    }
    /* Parameters and gradients at least; adam's two slots come on top. */
    size_t parameters = descent_model_parameter_count(model) * sizeof(float);
    ck_assert_uint_ge(bytes[0], 2 * parameters);
    ck_assert_uint_ge(bytes[1], bytes[0] + 2 * parameters);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(every_way_computes_the_products, WAYS),
        TEST_CASE(the_engine_layout_and_cut_are_the_trainers),
        TEST_CASE(many_steps_leave_the_numbers_as_they_are),
        TEST_CASE(operations_and_bytes_in_closed_form),
        TEST_CASE(bad_numbers_are_refused),
        TEST_CASE(names_and_description),
        TEST_CASE(a_trainer_tells_its_memory),
    };
    return run_tests("bench", cases, TEST_COUNT(cases));
}
