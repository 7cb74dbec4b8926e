/*
 * The products of a layer against plain loops in double, in every order of the weights and in
 * parts; and the way that work is cut.
 */
#include "problem.h"

#include "base/cut.h"
#include "compute/magnitude.h"
#include "compute/product.h"
#include "compute/product_blas.h"
#include "harness.h"

#include <math.h>
#include <string.h>

static const struct {
    size_t n, inputs, outputs;
} shapes[] = {{1, 1, 1},     {7, 13, 1},     {1, 253, 7},    {33, 7, 253},
              {32, 784, 10}, {33, 253, 253}, {64, 300, 111}, {10, 784, 30}};

/* How weights are kept: [out × in], [in × out], and panels, also with some samples at a time. */
static const struct {
    size_t panel, rows;
} orders[] = {{0, 0}, {1000, 0}, {16, 0}, {32, 5}};

enum { SHAPES = TEST_COUNT(shapes), ORDERS = TEST_COUNT(orders) };
enum { PRODUCTS = DESCENT_PRODUCT_WEIGHT_GRADIENT + 1 };

static float *random_array(size_t count, uint64_t seed)
{
    float *values = malloc(count * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)problem_uniform(&seed);
    }
    return values;
}

/* Sums of k products of numbers within ± 1: each of the k additions rounds by at most half a unit
 * of a partial sum that stays below k. */
static void assert_near(double found, double expected, size_t k)
{
    ck_assert_double_eq_tol(found, expected, 6e-8 * (double)k * sqrt((double)k) + 1e-6);
}

/* What a layer's products take and give. x [n × in], w [out × in], delta [n × out]; kept is w in
 * the layer's order. */
struct products {
    struct descent_product_layer layer;
    size_t n;
    float *x, *w, *delta, *kept, *result;
};

static void create_products(struct products *p, int shape, int order)
{
    size_t in = shapes[shape].inputs;
    size_t out = shapes[shape].outputs;
    size_t n = shapes[shape].n;
    size_t room = n * in + n * out + in * out;
    size_t panel = orders[order].panel < out ? orders[order].panel : out;
    p->layer = (struct descent_product_layer){
        .inputs = in, .outputs = out, .panel = panel, .rows = orders[order].rows};
    p->n = n;
    p->x = random_array(n * in, 1);
    p->w = random_array(in * out, 2);
    p->delta = random_array(n * out, 3);
    p->kept = random_array(in * out, 4);
    p->result = random_array(room, 5);
    descent_product_import(&p->layer, p->w, p->kept);
}

static void destroy_products(struct products *p)
{
    float *arrays[] = {p->x, p->w, p->delta, p->kept, p->result};
    for (size_t i = 0; i < TEST_COUNT(arrays); i++) {
        free(arrays[i]);
    }
}

static void check_forward(struct products *p)
{
    size_t in = p->layer.inputs;
    size_t out = p->layer.outputs;
    struct descent_span rows = {0, p->n};
    for (size_t i = 0; i < 3; i++) {
        struct descent_region part = {rows, descent_cut(out, 3, i)};
        descent_product_forward(&p->layer, part, p->x, p->kept, p->result);
    }
    for (size_t i = 0; i < p->n * out; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < in; k++) {
            sum += (double)p->x[i / out * in + k] * (double)p->w[i % out * in + k];
        }
        assert_near((double)p->result[i], sum, in);
    }
}

static void check_input_gradient(struct products *p)
{
    size_t in = p->layer.inputs;
    size_t out = p->layer.outputs;
    struct descent_span rows = {0, p->n};
    for (size_t i = 0; i < 2; i++) {
        struct descent_region part = {rows, descent_cut(in, 2, i)};
        descent_product_input_gradient(&p->layer, part, p->delta, p->kept, p->result);
    }
    for (size_t i = 0; i < p->n * in; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < out; k++) {
            sum += (double)p->delta[i / in * out + k] * (double)p->w[k * in + i % in];
        }
        assert_near((double)p->result[i], sum, out);
    }
}

static void check_weight_gradient(struct products *p)
{
    size_t in = p->layer.inputs;
    size_t out = p->layer.outputs;
    memcpy(p->result, p->kept, in * out * sizeof *p->kept);
    for (size_t i = 0; i < 3; i++) {
        struct descent_region part = {descent_cut(out, 3, i), {0, in}};
        descent_product_descend(&p->layer, p->n, part, p->delta, p->x, 0.5f, 0.5f, NULL, p->result);
    }
    float *exported = random_array(in * out, 6);
    descent_product_export(&p->layer, p->result, exported);
    for (size_t i = 0; i < in * out; i++) {
        double sum = 0.75 * (double)p->w[i];
        for (size_t k = 0; k < p->n; k++) {
            sum -= 0.5 * (double)p->delta[k * out + i / in] * (double)p->x[k * in + i % in];
        }
        assert_near((double)exported[i], sum, p->n);
    }
    free(exported);
}

START_TEST(products_agree_with_plain_loops)
{
    struct products p;
    ck_assert_ok(descent_blas_init());
    create_products(&p, _i / ORDERS, _i % ORDERS);
    check_forward(&p);
    check_input_gradient(&p);
    check_weight_gradient(&p);
    destroy_products(&p);
}
END_TEST

START_TEST(export_undoes_import)
{
    struct products p;
    create_products(&p, _i / ORDERS, _i % ORDERS);
    descent_product_export(&p.layer, p.kept, p.result);
    ck_assert_mem_eq(p.result, p.w, p.layer.inputs * p.layer.outputs * sizeof *p.w);
    destroy_products(&p);
}
END_TEST

/* The plan's shapes: what the small-matrix kernel takes whole; panels for it; two panels; whole. */
START_TEST(plans_follow_the_shape)
{
    ck_assert_ok(descent_blas_init());
    size_t narrow = descent_blas_has_small_kernel() ? 32 : 64;
    ck_assert_uint_eq(descent_product_plan(DESCENT_ENGINE_BLAS, 784, 30, 10).panel, 0);
    ck_assert_uint_eq(descent_product_plan(DESCENT_ENGINE_BLAS, 784, 128, 32).panel, narrow);
    ck_assert_uint_eq(descent_product_plan(DESCENT_ENGINE_BLAS, 2000, 64, 100).panel, 32);
    ck_assert_uint_eq(descent_product_plan(DESCENT_ENGINE_BLAS, 784, 800, 256).panel, 0);
    ck_assert_uint_eq(descent_product_plan(DESCENT_ENGINE_BLAS, 784, 10, 256).panel, 0);
}
END_TEST

/* The pieces are the panels, whatever the threads; together they are all outputs. */
START_TEST(panels_are_the_pieces)
{
    const struct descent_product_layer layer = {
        .inputs = 784, .outputs = 100, .panel = 32, .rows = 32};
    const enum descent_product weights = DESCENT_PRODUCT_WEIGHT_GRADIENT;
    for (size_t parts = 1; parts < 6; parts++) {
        for (int product = 0; product < PRODUCTS; product++) {
            ck_assert_uint_eq(
                descent_product_pieces(&layer, (enum descent_product)product, 32, parts), 4);
        }
    }
    ck_assert_uint_eq(descent_product_piece(&layer, weights, 32, 4, 0).rows.count, 32);
    ck_assert_uint_eq(descent_product_piece(&layer, weights, 32, 4, 3).rows.first, 96);
    ck_assert_uint_eq(descent_product_piece(&layer, weights, 32, 4, 3).rows.count, 4);
}
END_TEST

START_TEST(pieces_cover_everything_once)
{
    for (size_t n = 0; n < 200; n++) {
        for (size_t parts = 1; parts < 20; parts++) {
            size_t next = 0;
            for (size_t i = 0; i < parts; i++) {
                struct descent_span piece = descent_cut(n, parts, i);
                ck_assert(piece.count == 0 || piece.first == next);
                ck_assert(piece.count == 0 || piece.first % 16 == 0);
                next += piece.count;
            }
            ck_assert_uint_eq(next, n);
        }
    }
}
END_TEST

/* Of a layer of 784 inputs without panels, for n samples. */
static size_t pieces_of(size_t outputs, size_t n, size_t most)
{
    const struct descent_product_layer layer = {.inputs = 784, .outputs = outputs};
    return descent_product_pieces(&layer, DESCENT_PRODUCT_FORWARD, n, most);
}

START_TEST(no_piece_falls_into_the_small_kernel)
{
    /* 32 × 128 × 784 is 3.2 million: three pieces of 48, 32 and 48 columns would fall below one. */
    ck_assert_uint_eq(pieces_of(128, 32, 1), 1);
    ck_assert_uint_eq(pieces_of(128, 32, 2), 2);
    ck_assert_uint_eq(pieces_of(128, 32, 3), 2);
    ck_assert_uint_eq(pieces_of(30, 10, 4), 1);
    ck_assert_uint_eq(pieces_of(2500, 256, 8), 8);
}
END_TEST

START_TEST(threads_share_all_pieces)
{
    for (size_t pieces = 1; pieces < 10; pieces++) {
        for (int threads = 1; threads < 10; threads++) {
            size_t next = 0;
            for (int t = 0; t < threads; t++) {
                struct descent_span share = descent_cut_share(pieces, threads, t);
                ck_assert_uint_eq(share.first, next);
                next += share.count;
            }
            ck_assert_uint_eq(next, pieces);
        }
    }
}
END_TEST

START_TEST(magnitudes_are_the_greatest)
{
    float values[] = {0.5f, -3.0f, 1.0f, 2.0f, -0.0f, 7.0f};
    const struct descent_layout layout = descent_layout_rows(3);
    const struct descent_span both = {0, 2}, first = {0, 1}, two = {0, 2}, three = {0, 3};
    ck_assert_double_eq(
        descent_magnitude_value(descent_magnitude_of(0, values, &layout, first, three)), 3.0);
    ck_assert_double_eq(
        descent_magnitude_value(descent_magnitude_of(0, values, &layout, both, three)), 7.0);
    ck_assert_double_eq(
        descent_magnitude_value(descent_magnitude_of(0, values, &layout, both, two)), 3.0);
    values[4] = NAN;
    ck_assert_double_eq(
        descent_magnitude_value(descent_magnitude_of(0, values, &layout, both, two)), HUGE_VAL);
    values[4] = -INFINITY;
    ck_assert_double_eq(
        descent_magnitude_value(descent_magnitude_of(0, values, &layout, both, two)), HUGE_VAL);
}
END_TEST

/* Layers of which some are cut by outputs, some by samples or inputs. */
static const size_t packed_shapes[][2] = {{1, 1}, {784, 10}, {17, 33}, {300, 300}, {40, 47}};

enum { PACKED_SHAPES = TEST_COUNT(packed_shapes), SAMPLES_MOST = 33, CELLS = 304 * 304 };

static void visit(struct descent_region region, size_t width, int visits[CELLS])
{
    for (size_t i = 0; i < region.rows.count; i++) {
        for (size_t j = 0; j < region.columns.count; j++) {
            visits[(region.rows.first + i) * width + region.columns.first + j]++;
        }
    }
}

static void check_visited_once(const int visits[CELLS], size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < CELLS; i++) {
        wrong += visits[i] != (i < count);
    }
    ck_assert_uint_eq(wrong, 0);
}

static void check_pieces(const struct descent_product_layer *layer, size_t n, size_t threads)
{
    static int visits[CELLS];
    const size_t sizes[PRODUCTS][2] = {
        [DESCENT_PRODUCT_FORWARD] = {n, layer->outputs},
        [DESCENT_PRODUCT_INPUT_GRADIENT] = {n, layer->inputs},
        [DESCENT_PRODUCT_WEIGHT_GRADIENT] = {layer->outputs, layer->inputs}};
    for (int p = 0; p < PRODUCTS; p++) {
        enum descent_product product = (enum descent_product)p;
        size_t rows = sizes[p][0], columns = sizes[p][1];
        memset(visits, 0, sizeof visits);
        ck_assert_uint_eq(descent_product_pieces(layer, product, n, threads), threads);
        for (size_t i = 0; i < threads; i++) {
            visit(descent_product_piece(layer, product, n, threads, i), columns, visits);
        }
        check_visited_once(visits, rows * columns);
    }
}

/* The strips of all pieces, and the numbers that they are kept in, padding included. */
static void check_strips(const struct descent_product_layer *layer, size_t threads)
{
    static int weights[CELLS], kept[CELLS];
    memset(weights, 0, sizeof weights);
    memset(kept, 0, sizeof kept);
    for (size_t i = 0; i < threads; i++) {
        struct descent_region piece =
            descent_product_piece(layer, DESCENT_PRODUCT_WEIGHT_GRADIENT, SAMPLES_MOST, threads, i);
        struct descent_region strip = descent_product_strip(layer, piece, 0);
        for (size_t s = 1; strip.rows.count > 0; strip = descent_product_strip(layer, piece, s++)) {
            struct descent_span span = descent_product_span(layer, strip, 0);
            visit(strip, layer->inputs, weights);
            for (size_t j = 1; span.count > 0; span = descent_product_span(layer, strip, j++)) {
                visit((struct descent_region){{0, 1}, span}, 0, kept);
            }
        }
    }
    check_visited_once(weights, layer->outputs * layer->inputs);
    check_visited_once(kept, descent_product_room(layer));
}

START_TEST(packed_pieces_and_strips_cover_every_number_once)
{
    struct descent_product_layer layer = descent_product_plan(
        DESCENT_ENGINE_PACKED, packed_shapes[_i][0], packed_shapes[_i][1], SAMPLES_MOST);
    for (size_t threads = 1; threads <= 5; threads++) {
        for (size_t n = 1; n <= SAMPLES_MOST; n += 8) {
            check_pieces(&layer, n, threads);
        }
        check_strips(&layer, threads);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(packed_pieces_and_strips_cover_every_number_once, PACKED_SHAPES),
        TEST_LOOP(products_agree_with_plain_loops, SHAPES * ORDERS),
        TEST_LOOP(export_undoes_import, SHAPES * ORDERS),
        TEST_CASE(plans_follow_the_shape),
        TEST_CASE(panels_are_the_pieces),
        TEST_CASE(pieces_cover_everything_once),
        TEST_CASE(no_piece_falls_into_the_small_kernel),
        TEST_CASE(threads_share_all_pieces),
        TEST_CASE(magnitudes_are_the_greatest),
    };
    return run_tests("product", cases, TEST_COUNT(cases));
}
