/*
 * The products on packed weights against one chain of fmaf() an element, to the bit, whole and in
 * pieces.
 */
#include "problem.h"

#include "compute/packed.h"
#include "harness.h"

#include <math.h>
#include <string.h>

static const struct {
    size_t n, inputs, outputs;
} shapes[] = {{1, 1, 1},     {7, 13, 1},   {1, 253, 7},    {33, 7, 253},
              {32, 784, 10}, {33, 48, 64}, {64, 300, 111}, {10, 30, 230}};

enum { SHAPES = TEST_COUNT(shapes), LAYOUTS = 2 };

/* x, z and delta in one layout each; w is plain [out × in], kept the same in panels. */
struct products {
    struct descent_product_layer layer;
    size_t n, room;
    float *x, *z, *delta, *w, *kept;
};

static float *array(size_t count, uint64_t seed)
{
    float *values = calloc(count, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; seed > 0 && i < count; i++) {
        values[i] = (float)problem_uniform(&seed);
    }
    return values;
}

static size_t size_of(struct descent_layout layout, size_t n)
{
    size_t panels = (layout.width + DESCENT_PANEL - 1) / DESCENT_PANEL;
    return n * layout.step + panels * layout.panel_step;
}

static float *at(float *values, struct descent_layout layout, size_t row, size_t column)
{
    return values + row * layout.step + column / DESCENT_PANEL * layout.panel_step +
           column % DESCENT_PANEL;
}

/* A matrix with zeros for padding. */
static float *matrix(struct descent_layout layout, size_t n, uint64_t seed)
{
    float *values = array(size_of(layout, n), 0);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < layout.width; j++) {
            *at(values, layout, i, j) = (float)problem_uniform(&seed);
        }
    }
    return values;
}

static const struct descent_packed_kernels *best_kernels(void)
{
    return descent_packed_kernels_of(descent_instruction_set_in_use());
}

static void create(struct products *p, int shape, int layout)
{
    size_t n = shapes[shape].n, in = shapes[shape].inputs, out = shapes[shape].outputs;
    p->layer = (struct descent_product_layer){
        .inputs = in,
        .outputs = out,
        .kernels = best_kernels(),
        .x = layout == 0 ? descent_packed_layout(n, in) : descent_layout_rows(in),
        .z = descent_packed_layout(n, out),
    };
    p->n = n;
    p->room = descent_packed_room(&p->layer);
    p->x = matrix(p->layer.x, n, 1);
    p->z = matrix(p->layer.z, n, 2);
    p->delta = matrix(p->layer.z, n, 3);
    p->w = array(in * out, 4);
    p->kept = array(p->room, 0);
    descent_packed_import(&p->layer, p->w, p->kept);
}

static void destroy(struct products *p)
{
    float *all[] = {p->x, p->z, p->delta, p->w, p->kept};
    for (size_t i = 0; i < TEST_COUNT(all); i++) {
        free(all[i]);
    }
}

/* In two pieces where there is something to cut. */
static struct descent_span piece_of(size_t count, int piece)
{
    return descent_cut(count, 2, (size_t)piece);
}

START_TEST(forward_is_a_chain_over_inputs)
{
    struct products p;
    create(&p, _i / LAYOUTS, _i % LAYOUTS);
    for (int i = 0; i < 4; i++) {
        struct descent_region part = {piece_of(p.n, i / 2), piece_of(p.layer.outputs, i % 2)};
        descent_packed_forward(&p.layer, part, p.x, p.kept, p.z);
    }
    for (size_t row = 0; row < p.n; row++) {
        for (size_t o = 0; o < p.layer.outputs; o++) {
            float chain = 0.0f;
            for (size_t i = 0; i < p.layer.inputs; i++) {
                chain = fmaf(*at(p.x, p.layer.x, row, i), p.w[o * p.layer.inputs + i], chain);
            }
            ck_assert_float_eq(*at(p.z, p.layer.z, row, o), chain);
        }
    }
    destroy(&p);
}
END_TEST

START_TEST(the_input_gradient_is_a_chain_over_outputs)
{
    struct products p;
    create(&p, _i, 0);
    for (int i = 0; i < 4; i++) {
        struct descent_region part = {piece_of(p.n, i / 2), piece_of(p.layer.inputs, i % 2)};
        descent_packed_input_gradient(&p.layer, part, p.delta, p.kept, p.x);
    }
    for (size_t row = 0; row < p.n; row++) {
        for (size_t i = 0; i < p.layer.inputs; i++) {
            float chain = 0.0f;
            for (size_t o = 0; o < p.layer.outputs; o++) {
                chain = fmaf(*at(p.delta, p.layer.z, row, o), p.w[o * p.layer.inputs + i], chain);
            }
            ck_assert_float_eq(*at(p.x, p.layer.x, row, i), chain);
        }
        for (size_t i = p.layer.inputs; i % DESCENT_PANEL != 0; i++) {
            ck_assert_float_eq(*at(p.x, p.layer.x, row, i), 0.0f);
        }
    }
    destroy(&p);
}
END_TEST

/* Part 0 … 3 of the weights. */
static struct descent_region weight_part(const struct products *p, int part)
{
    return (struct descent_region){piece_of(p->layer.outputs, part / 2),
                                   piece_of(p->layer.inputs, part % 2)};
}

/* Over the first half of the samples, and the rest added to that. */
static void run_weight_gradient(const struct products *p, float *gradient)
{
    size_t half = p->n / 2;
    const float *delta = p->delta + half * p->layer.z.step, *x = p->x + half * p->layer.x.step;
    for (int i = 0; i < 4; i++) {
        struct descent_region part = weight_part(p, i);
        if (half > 0) {
            descent_packed_weight_gradient(&p->layer, half, part, p->delta, p->x, false, gradient);
        }
        descent_packed_weight_gradient(&p->layer, p->n - half, part, delta, x, half > 0, gradient);
    }
}

static void run_descent(const struct products *p, float *scratch, float *weights)
{
    for (int i = 0; i < 4; i++) {
        descent_packed_descend(&p->layer, p->n, weight_part(p, i), p->delta, p->x, 0.3f, 0.01f,
                               scratch, weights);
    }
}

START_TEST(the_weight_gradient_is_a_chain_over_samples)
{
    struct products p;
    create(&p, _i / LAYOUTS, _i % LAYOUTS);
    size_t count = p.layer.inputs * p.layer.outputs;
    float *kept = array(p.room, 0), *gradient = array(count, 0), *stepped = array(count, 0);
    run_weight_gradient(&p, kept);
    descent_packed_export(&p.layer, kept, gradient);
    run_descent(&p, kept, p.kept);
    descent_packed_export(&p.layer, p.kept, stepped);
    for (size_t w = 0; w < count; w++) {
        size_t o = w / p.layer.inputs, i = w % p.layer.inputs;
        float chain = 0.0f;
        for (size_t row = 0; row < p.n; row++) {
            chain = fmaf(*at(p.x, p.layer.x, row, i), *at(p.delta, p.layer.z, row, o), chain);
        }
        ck_assert_float_eq(gradient[w], chain);
        float decayed = 0.01f * p.w[w], slope = chain + decayed, step = 0.3f * slope;
        ck_assert_float_eq(stepped[w], p.w[w] - step);
    }
    free(kept);
    free(gradient);
    free(stepped);
    destroy(&p);
}
END_TEST

START_TEST(padding_stays_zero)
{
    struct products p;
    create(&p, _i, 0);
    float *kept = array(p.room, 0), *back = array(p.room, 0);
    float *values = array(p.layer.inputs * p.layer.outputs, 0);
    run_descent(&p, kept, p.kept);
    descent_packed_export(&p.layer, p.kept, values);
    descent_packed_import(&p.layer, values, back);
    ck_assert_mem_eq(back, p.kept, p.room * sizeof *back);
    free(kept);
    free(back);
    free(values);
    destroy(&p);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(forward_is_a_chain_over_inputs, SHAPES * LAYOUTS),
        TEST_LOOP(the_input_gradient_is_a_chain_over_outputs, SHAPES),
        TEST_LOOP(the_weight_gradient_is_a_chain_over_samples, SHAPES * LAYOUTS),
        TEST_LOOP(padding_stays_zero, SHAPES),
    };
    return run_tests("packed", cases, TEST_COUNT(cases));
}
