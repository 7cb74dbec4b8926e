/*
 * The packed engine's kernels, each against one chain of fmaf() an element: equal to the bit, in
 * every shape of tile and for numbers of every kind.
 */
#include "problem.h"

#include "compute/packed_kernels.h"
#include "harness.h"

#include <math.h>
#include <string.h>

static const struct {
    size_t rows, panels, depth;
} shapes[] = {{1, 1, 1},   {14, 2, 16}, {15, 1, 17},  {13, 3, 208}, {29, 2, 209},
              {32, 4, 33}, {7, 5, 500}, {100, 2, 31}, {3, 1, 1000}};

enum { SHAPES = TEST_COUNT(shapes) };

/* Rows are further apart than they are long; panels of A and C too. */
enum { GAP = 3 };

/* What a product takes; A is stored as the kernel wants it. */
struct operands {
    struct descent_packed_product product;
    bool transposed;
    float *a, *b, *c, *target, *expected;
};

static size_t panels_of(size_t n)
{
    return (n + DESCENT_PANEL - 1) / DESCENT_PANEL;
}

/* Mostly numbers of usual size; with `wild` also those at both ends, zeros, infinities and NaN. */
static float random_number(uint64_t *state, bool wild)
{
    static const float ends[] = {0.0f,  -0.0f,    1e-45f,   -3e-39f,   1.2e-38f,
                                 3e38f, -3.4e38f, INFINITY, -INFINITY, NAN};
    float x = (float)problem_uniform(state);
    size_t kind = (size_t)(fabs(problem_uniform(state)) * 200.0);
    if (wild && kind < TEST_COUNT(ends)) {
        return ends[kind];
    }
    return wild && kind > 100 ? ldexpf(x, (int)kind - 150) : x;
}

static float *random_array(size_t count, uint64_t seed, bool wild)
{
    float *values = malloc(count * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < count; i++) {
        values[i] = random_number(&seed, wild);
    }
    return values;
}

static float *copy_of(const float *values, size_t count)
{
    float *copy = malloc(count * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    return memcpy(copy, values, count * sizeof *copy);
}

static size_t c_count(const struct operands *o)
{
    return o->product.panels * o->product.c_step;
}

static void create(struct operands *o, int shape, bool transposed, bool wild)
{
    size_t rows = shapes[shape].rows, panels = shapes[shape].panels, depth = shapes[shape].depth;
    size_t long_side = transposed ? depth : rows, wide_side = transposed ? rows : depth;
    memset(o, 0, sizeof *o);
    o->transposed = transposed;
    struct descent_packed_product *p = &o->product;
    *p = (struct descent_packed_product){
        .rows = rows,
        .panels = panels,
        .depth = depth,
        .a_step = DESCENT_PANEL + GAP,
        .a_panel_step = (long_side + GAP) * (DESCENT_PANEL + GAP),
        .b_step = (depth + GAP) * DESCENT_PANEL,
        .c_step = (rows + GAP) * DESCENT_PANEL,
        .rate = 0.37f,
        .decay = 0.01f,
    };
    p->a = o->a = random_array(panels_of(wide_side) * p->a_panel_step, 1, wild);
    p->b = o->b = random_array(panels * p->b_step, 2, wild);
    p->c = o->c = random_array(c_count(o), 3, wild);
    o->target = random_array(c_count(o), 4, wild);
    o->expected = copy_of(o->c, c_count(o));
}

static void destroy(struct operands *o)
{
    free(o->a);
    free(o->b);
    free(o->c);
    free(o->target);
    free(o->expected);
}

static float a_of(const struct operands *o, size_t row, size_t k)
{
    size_t along = o->transposed ? k : row, across = o->transposed ? row : k;
    return o->a[along * o->product.a_step + across / DESCENT_PANEL * o->product.a_panel_step +
                across % DESCENT_PANEL];
}

/* Turns `expected` from C, and of the target, into what the product gives. */
static void expect(struct operands *o, bool into_target)
{
    const struct descent_packed_product *p = &o->product;
    for (size_t column = 0; column < p->panels * DESCENT_PANEL; column++) {
        const float *b = p->b + column / DESCENT_PANEL * p->b_step + column % DESCENT_PANEL;
        for (size_t row = 0; row < p->rows; row++) {
            size_t at =
                column / DESCENT_PANEL * p->c_step + row * DESCENT_PANEL + column % DESCENT_PANEL;
            float chain = p->add ? o->expected[at] : 0.0f;
            for (size_t k = 0; k < p->depth; k++) {
                chain = fmaf(a_of(o, row, k), b[k * DESCENT_PANEL], chain);
            }
            float decayed = p->decay * o->target[at], slope = chain + decayed;
            float step = p->rate * slope;
            o->expected[at] = into_target ? o->target[at] - step : chain;
        }
        for (size_t row = p->rows; into_target && row < p->rows + GAP; row++) {
            size_t at =
                column / DESCENT_PANEL * p->c_step + row * DESCENT_PANEL + column % DESCENT_PANEL;
            o->expected[at] = o->target[at];
        }
    }
}

static void assert_same(const float *found, const float *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(expected[i])) {
            ck_assert_float_nan(found[i]);
        } else {
            ck_assert_msg(memcmp(found + i, expected + i, sizeof *found) == 0,
                          "number %zu: expected %a, found %a", i, (double)expected[i],
                          (double)found[i]);
        }
    }
}

static void check_kernel(const struct descent_packed_kernels *kernels, int shape, bool transposed,
                         bool add, bool wild)
{
    for (int into_target = 0; into_target < 2; into_target++) {
        struct operands o;
        create(&o, shape, transposed, wild);
        o.product.add = add;
        o.product.target = into_target ? o.target : NULL;
        expect(&o, into_target);
        (transposed ? kernels->multiply_transposed : kernels->multiply)(&o.product);
        assert_same(into_target ? o.target : o.c, o.expected, c_count(&o));
        destroy(&o);
    }
}

static void check_sets(int shape, bool wild)
{
    for (int set = 0; set < DESCENT_INSTRUCTION_SET_COUNT; set++) {
        if (!descent_instruction_set_is_there((descent_instruction_set)set)) {
            continue;
        }
        for (int kind = 0; kind < 4; kind++) {
            check_kernel(descent_packed_kernels_of((descent_instruction_set)set), shape, kind & 1,
                         kind & 2, wild);
        }
    }
}

START_TEST(every_element_is_one_chain_of_fused_multiply_adds)
{
    check_sets(_i, false);
}
END_TEST

START_TEST(numbers_of_every_kind_are_rounded_once)
{
    check_sets(_i, true);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(every_element_is_one_chain_of_fused_multiply_adds, SHAPES),
        TEST_LOOP(numbers_of_every_kind_are_rounded_once, SHAPES),
    };
    return run_tests("packed_kernels", cases, TEST_COUNT(cases));
}
