/*
 * The products of a step against plain loops in double, for every cut and number of threads; and
 * how many operations they are.
 */
#include "compute/bench_private.h"
#include "compute/peak.h"
#include "harness.h"

#include <math.h>
#include <string.h>

/* Networks on both sides of the rules by which products are cut: one layer, batches smaller than
 * the threads, last layers that are and are not cut by samples. */
static const struct {
    descent_model_config model;
    size_t batch;
} networks[] = {
    {{.layers = 1, .sizes = {5, 3}}, 2},          {{.layers = 2, .sizes = {7, 13, 1}}, 1},
    {{.layers = 2, .sizes = {784, 128, 10}}, 33}, {{.layers = 3, .sizes = {130, 113, 51, 60}}, 30},
    {{.layers = 2, .sizes = {100, 90, 700}}, 40},
};

enum { NETWORKS = TEST_COUNT(networks), THREADS = 3 };

/* So large that a step shows in the weights. */
static const float rate = 0.01f;

static descent_bench *create(const descent_model_config *config, size_t batch, int threads)
{
    descent_model *model;
    descent_bench *bench;
    ck_assert_ok(descent_model_create(&model, config));
    ck_assert_ok(descent_bench_create(&bench, model, batch, threads));
    descent_model_destroy(model);
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

/* The layer's weights as [out × in]. */
static double *widen_weights(const struct descent_bench_layer *layer)
{
    size_t count = layer->shape.inputs * layer->shape.outputs;
    float *values = malloc(count * sizeof *values);
    ck_assert_ptr_nonnull(values);
    descent_product_export(&layer->shape, layer->weights, values);
    double *weights = widen(values, count);
    free(values);
    return weights;
}

/* The operands of a layer in double, before and after the step. */
struct expected_layer {
    size_t inputs, outputs;
    double *x, *weights, *delta, *z;
};

static struct expected_layer expect_layer(const struct descent_bench *bench, size_t l)
{
    const struct descent_bench_layer *layer = &bench->layer[l];
    size_t n = bench->batch;
    return (struct expected_layer){
        .inputs = layer->shape.inputs,
        .outputs = layer->shape.outputs,
        .x = widen(layer->x, n * layer->shape.inputs),
        .weights = widen_weights(layer),
        .delta = widen(layer->delta, n * layer->shape.outputs),
        .z = widen(layer->z, n * layer->shape.outputs),
    };
}

static void forward(const struct expected_layer *layer, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t o = 0; o < layer->outputs; o++) {
            double sum = 0.0;
            for (size_t k = 0; k < layer->inputs; k++) {
                sum += layer->x[i * layer->inputs + k] * layer->weights[o * layer->inputs + k];
            }
            layer->z[i * layer->outputs + o] = sum;
        }
    }
}

static void input_gradient(const struct expected_layer *layer, size_t n, double *delta)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < layer->inputs; k++) {
            double sum = 0.0;
            for (size_t o = 0; o < layer->outputs; o++) {
                sum += layer->delta[i * layer->outputs + o] * layer->weights[o * layer->inputs + k];
            }
            delta[i * layer->inputs + k] = sum;
        }
    }
}

static void descend(const struct expected_layer *layer, size_t n)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        for (size_t k = 0; k < layer->inputs; k++) {
            double sum = 0.0;
            for (size_t i = 0; i < n; i++) {
                sum += layer->delta[i * layer->outputs + o] * layer->x[i * layer->inputs + k];
            }
            layer->weights[o * layer->inputs + k] -= (double)rate * sum;
        }
    }
}

static void expect_step(struct expected_layer *layers, size_t count, size_t n)
{
    for (size_t l = 0; l < count; l++) {
        forward(&layers[l], n);
        if (l + 1 < count) {
            memcpy(layers[l + 1].x, layers[l].z, n * layers[l].outputs * sizeof(double));
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
    size_t n = bench->batch;
    for (size_t l = 0; l < bench->layers; l++) {
        const struct descent_bench_layer *layer = &bench->layer[l];
        double *weights = widen_weights(layer);
        assert_close(layer->z, layers[l].z, n * layers[l].outputs);
        assert_close(layer->delta, layers[l].delta, n * layers[l].outputs);
        for (size_t i = 0; i < layers[l].inputs * layers[l].outputs; i++) {
            ck_assert_double_eq_tol(weights[i], layers[l].weights[i], 1e-4);
        }
        free(weights);
    }
}

static void check_cut(size_t network, descent_bench_cut cut, int threads)
{
    descent_bench *bench = create(&networks[network].model, networks[network].batch, threads);
    struct expected_layer layers[DESCENT_LAYERS_MAX];
    /* A first step decides how weights are kept. */
    ck_assert_ok(descent_bench_step(bench, cut));
    for (size_t l = 0; l < bench->layers; l++) {
        layers[l] = expect_layer(bench, l);
    }
    bench->rate = rate;
    ck_assert_ok(descent_bench_step(bench, cut));
    expect_step(layers, bench->layers, bench->batch);
    assert_layers(bench, layers);
    for (size_t l = 0; l < bench->layers; l++) {
        free(layers[l].x);
        free(layers[l].weights);
        free(layers[l].delta);
        free(layers[l].z);
    }
    descent_bench_destroy(bench);
}

START_TEST(every_cut_computes_the_products)
{
    for (size_t network = 0; network < NETWORKS; network++) {
        check_cut(network, (descent_bench_cut)_i, THREADS);
    }
    check_cut(0, (descent_bench_cut)_i, 1);
}
END_TEST

START_TEST(the_engines_cut_is_the_trainers)
{
    descent_bench *bench = create(&networks[2].model, networks[2].batch, 2);
    ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_CUT_ENGINE));
    for (size_t l = 0; l < bench->layers; l++) {
        const struct descent_product_layer *shape = &bench->layer[l].shape;
        struct descent_product_layer planned =
            descent_product_plan(DESCENT_ENGINE_BLAS, shape->inputs, shape->outputs, bench->batch);
        ck_assert_uint_eq(shape->panel, planned.panel);
        ck_assert_uint_eq(shape->rows, planned.rows);
    }
    ck_assert(bench->row_head);
    ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_CUT_OUTPUTS));
    ck_assert(!bench->row_head);
    ck_assert_uint_eq(bench->layer[0].shape.panel, 0);
    ck_assert_int_eq(bench->team.threads, 2);
    ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_CUT_NONE));
    ck_assert_int_eq(bench->team.threads, 1);
    descent_bench_destroy(bench);
}
END_TEST

START_TEST(many_steps_leave_the_numbers_as_they_are)
{
    const descent_model_config config = {.layers = 2, .sizes = {60, 50, 40}};
    descent_bench *bench = create(&config, 10, 2);
    double *before = widen(bench->layer[1].weights, 50 * 40);
    for (int step = 0; step < 50; step++) {
        ck_assert_ok(descent_bench_step(bench, DESCENT_BENCH_CUT_ENGINE));
    }
    assert_close(bench->layer[1].weights, before, 50 * 40);
    free(before);
    descent_bench_destroy(bench);
}
END_TEST

START_TEST(operations_in_closed_form)
{
    const descent_model_config two = {.layers = 2, .sizes = {784, 128, 10}};
    const descent_model_config one = {.layers = 1, .sizes = {3, 5}};
    descent_bench *bench = create(&two, 32, 1);
    /* Forward and weight gradient of both layers, input gradient of the second. */
    ck_assert_double_eq(descent_bench_operations(bench),
                        2.0 * 32 * (2.0 * 784 * 128 + 3.0 * 128 * 10));
    descent_bench_destroy(bench);
    bench = create(&one, 7, 1);
    ck_assert_double_eq(descent_bench_operations(bench), 2.0 * 2 * 7 * 3 * 5);
    descent_bench_destroy(bench);
}
END_TEST

START_TEST(bad_numbers_are_refused)
{
    static const struct {
        size_t batch;
        int threads;
        const char *told;
    } bad[] = {
        {0, 1, "batch"},
        {(size_t)1 << 31, 1, "batch"},
        {1, -1, "threads"},
        {1, DESCENT_THREADS_MAX + 1, "threads"},
    };
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &networks[0].model));
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        descent_bench *bench = (descent_bench *)&bench;
        ck_assert_int_eq(descent_bench_create(&bench, model, bad[i].batch, bad[i].threads),
                         DESCENT_ERROR_INVALID);
        ck_assert_ptr_null(bench);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), bad[i].told));
    }
    descent_model_destroy(model);
    descent_bench_destroy(NULL);
}
END_TEST

START_TEST(names_and_description)
{
    for (int i = 0; i < DESCENT_BENCH_CUT_COUNT; i++) {
        ck_assert_ptr_nonnull(descent_bench_cut_name((descent_bench_cut)i));
    }
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

/* x = x / 2 + 1 / 2 leads from i to 1 + (i - 1) / 2^rounds; all of this is exact in a float. */
START_TEST(the_peaks_chains_are_computed)
{
    for (int set = 0; set < DESCENT_INSTRUCTION_SET_COUNT; set++) {
        struct descent_peak peak = descent_peak_of((descent_instruction_set)set);
        if (!descent_instruction_set_is_there((descent_instruction_set)set)) {
            continue;
        }
        ck_assert_uint_ge(peak.lanes, 4);
        for (size_t rounds = 0; rounds <= 3; rounds++) {
            double sum = 0.0;
            for (int i = 0; i < DESCENT_PEAK_CHAINS; i++) {
                sum += (double)peak.lanes * (1.0 + ldexp(i - 1.0, -(int)rounds));
            }
            ck_assert_double_eq((double)peak.run(rounds), sum);
        }
    }
}
END_TEST

START_TEST(multiply_adds_are_counted)
{
    double one, two;
    ck_assert_ok(descent_bench_multiply_add(&one, 1));
    ck_assert_ok(descent_bench_multiply_add(&two, 2));
    ck_assert_double_gt(one, 1e6);
    ck_assert_double_eq(two, 2.0 * one);
    ck_assert_int_eq(descent_bench_multiply_add(&one, -1), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "threads"));
    ck_assert_int_eq(descent_bench_multiply_add(NULL, 1), DESCENT_ERROR_INVALID);
}
END_TEST

START_TEST(openblas_has_no_more_than_the_processor)
{
    char text[256];
    descent_instruction_set set = DESCENT_INSTRUCTION_SET_COUNT;
    const char *kernels = descent_bench_blas_kernels(&set);
    descent_bench_describe_blas(text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, kernels));
    ck_assert(descent_instruction_set_is_there(set));
    ck_assert(descent_instruction_set_is_there(descent_instruction_set_best()));
    ck_assert_int_le(set, descent_instruction_set_best());
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
        TEST_LOOP(every_cut_computes_the_products, DESCENT_BENCH_CUT_COUNT),
        TEST_CASE(the_engines_cut_is_the_trainers),
        TEST_CASE(many_steps_leave_the_numbers_as_they_are),
        TEST_CASE(operations_in_closed_form),
        TEST_CASE(bad_numbers_are_refused),
        TEST_CASE(names_and_description),
        TEST_CASE(the_peaks_chains_are_computed),
        TEST_CASE(multiply_adds_are_counted),
        TEST_CASE(openblas_has_no_more_than_the_processor),
        TEST_CASE(a_trainer_tells_its_memory),
    };
    return run_tests("bench", cases, TEST_COUNT(cases));
}
