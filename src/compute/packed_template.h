/*
 * The kernel of the packed engine, for any width of vectors: packed_avx512.c and its like include
 * it once each, after they have said what their vectors are:
 *
 *     KERNEL      attributes of a function that is compiled for the set of instructions
 *     LANES       floats in a vector: 16, 8 or 4
 *     TALL, WIDE  rows and panels of the greatest tile of C that fits into the registers
 *     vector, load(), store(), spread(), fused()
 *
 * A tile of two panels, with vectors as wide as a panel:
 *
 *                             B(k, 0 … 15)   B(k, 16 … 31)      In each step k, load a row of B,
 *                                                               and for each row of C spread one
 *     A(0, k) [x x x … x]     [ C(0, …)  ]   [ C(0, …)  ]       number of A over a vector: one
 *     A(1, k) [x x x … x]     [ C(1, …)  ]   [ C(1, …)  ]       fused multiply-add each. C stays
 *        …                         …              …             in registers for many steps.
 *
 * So compute Goto and van de Geijn (Anatomy of High-Performance Matrix Multiplication, ACM TOMS 34
 * (3), 2008) and BLIS (Van Zee and van de Geijn, ACM TOMS 41 (3), 2015), which copy A and B into
 * such an order before each product. Here they stand in it, as in the kernels for deep learning of
 * libxsmm (Georganas et al., SC 2018).
 */
#include "base/vector_loops.h"
#include "compute/packed_kernels.h"

#include <stdint.h>

enum { VECTORS = DESCENT_PANEL / LANES }; /* in a row of a panel */

/* Steps k that are done at a time: B's two panels of them stay in a level-1 cache of 32 KiB while
 * all rows pass. */
enum { DEPTH = 13 * DESCENT_PANEL };

/* What is in registers must have no running index, or it would not stay there. Beside the code that
 * sanitizers add it does not stay anyway, and unrolled, that code takes a compiler a minute. */
#if defined(DESCENT_SANITIZED)
#define UNROLLED
#elif defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

/* Functions whose constant arguments shape the code: each call becomes code of its own. */
#define SHAPED KERNEL static inline __attribute__((always_inline))

/* A tile: where its numbers begin, and how A goes on from a row and from a step k to the next.
 * After so many steps k, a run, the next begin a panel further on. */
struct tile {
    const float *a, *b;
    size_t c; /* in C and in the target */
    size_t a_row, a_k, run;
};

/* Where the tile's vector v of row r stands in an array shaped as C. */
SHAPED size_t place(const struct descent_packed_product *product, const struct tile *tile, size_t r,
                    size_t v)
{
    return tile->c + v / VECTORS * product->c_step + r * DESCENT_PANEL + v % VECTORS * LANES;
}

SHAPED void begin_chains(const struct descent_packed_product *product, const struct tile *tile,
                         const size_t rows, const size_t vectors,
                         vector chain[TALL][WIDE * VECTORS])
{
    const float *c = product->c;
    bool add = product->add;
    UNROLLED for (size_t r = 0; r < rows; r++)
    {
        UNROLLED for (size_t v = 0; v < vectors; v++)
        {
            chain[r][v] = add ? load(c + place(product, tile, r, v)) : spread(0.0f);
        }
    }
}

SHAPED void go_on(const struct descent_packed_product *product, const struct tile *tile,
                  const size_t rows, const size_t vectors, vector chain[TALL][WIDE * VECTORS])
{
    const float *b = tile->b;
    for (size_t done = 0; done < product->depth; done += tile->run) {
        const float *a = tile->a + done / DESCENT_PANEL * product->a_panel_step;
        size_t left = product->depth - done, steps = left < tile->run ? left : tile->run;
        for (size_t k = 0; k < steps; k++, a += tile->a_k, b += DESCENT_PANEL) {
            vector b_k[WIDE * VECTORS];
            UNROLLED for (size_t v = 0; v < vectors; v++)
            {
                b_k[v] = load(b + v / VECTORS * product->b_step + v % VECTORS * LANES);
            }
            UNROLLED for (size_t r = 0; r < rows; r++)
            {
                vector a_k = spread(a[r * tile->a_row]);
                UNROLLED for (size_t v = 0; v < vectors; v++)
                {
                    chain[r][v] = fused(a_k, b_k[v], chain[r][v]);
                }
            }
        }
    }
}

SHAPED void store_chains(const struct descent_packed_product *product, const struct tile *tile,
                         const size_t rows, const size_t vectors,
                         vector chain[TALL][WIDE * VECTORS])
{
    float *c = product->c;
    UNROLLED for (size_t r = 0; r < rows; r++)
    {
        UNROLLED for (size_t v = 0; v < vectors; v++)
        {
            store(c + place(product, tile, r, v), chain[r][v]);
        }
    }
}

SHAPED void step_target(const struct descent_packed_product *product, const struct tile *tile,
                        const size_t rows, const size_t vectors, vector chain[TALL][WIDE * VECTORS])
{
    float *target = product->target;
    vector rate = spread(product->rate), decay = spread(product->decay);
    UNROLLED for (size_t r = 0; r < rows; r++)
    {
        UNROLLED for (size_t v = 0; v < vectors; v++)
        {
            size_t at = place(product, tile, r, v);
            vector old = load(target + at);
            store(target + at, old - rate * (chain[r][v] + decay * old));
        }
    }
}

SHAPED void multiply_tile(const struct descent_packed_product *product, const struct tile *tile,
                          const size_t rows, const size_t vectors)
{
    vector chain[TALL][WIDE * VECTORS];
    begin_chains(product, tile, rows, vectors, chain);
    go_on(product, tile, rows, vectors, chain);
    if (product->target == NULL) {
        store_chains(product, tile, rows, vectors, chain);
    } else {
        step_target(product, tile, rows, vectors, chain);
    }
}

#define ROWS(n)                                                                                    \
    case n:                                                                                        \
        if (n <= TALL) {                                                                           \
            multiply_tile(product, tile, n, vectors);                                              \
        }                                                                                          \
        break

SHAPED void multiply_any_tile(const struct descent_packed_product *product, const struct tile *tile,
                              size_t rows, const size_t vectors)
{
    switch (rows) {
        ROWS(1);
        ROWS(2);
        ROWS(3);
        ROWS(4);
        ROWS(5);
        ROWS(6);
        ROWS(7);
        ROWS(8);
        ROWS(9);
        ROWS(10);
        ROWS(11);
        ROWS(12);
        ROWS(13);
        ROWS(14);
    }
}

/* The shapes: rows of A that stand in any distance, or columns of A side by side; one panel, or as
 * many as a tile has. */
typedef void shape(const struct descent_packed_product *product, const float *a, const float *b,
                   size_t c, size_t rows);

#define SHAPE(name, row, k, steps, panels)                                                         \
    KERNEL static void name(const struct descent_packed_product *product, const float *a,          \
                            const float *b, size_t c, size_t rows)                                 \
    {                                                                                              \
        const struct tile tile = {a, b, c, row, k, steps};                                         \
        multiply_any_tile(product, &tile, rows, (panels)*VECTORS);                                 \
    }

SHAPE(plain_narrow, product->a_step, 1, DESCENT_PANEL, 1)
SHAPE(plain_wide, product->a_step, 1, DESCENT_PANEL, WIDE)
SHAPE(transposed_narrow, 1, product->a_step, SIZE_MAX, 1)
SHAPE(transposed_wide, 1, product->a_step, SIZE_MAX, WIDE)

/* So many rows, `a_row` apart in A, in tiles of about the same height. */
static void multiply_rows(const struct descent_packed_product *product, shape *multiply,
                          size_t count, size_t a_row, const float *a, const float *b, size_t c)
{
    size_t tiles = (count + TALL - 1) / TALL;
    size_t most = (count + tiles - 1) / tiles;
    for (size_t r = 0; r < count; r += most) {
        size_t left = count - r;
        multiply(product, a + r * a_row, b, c + r * DESCENT_PANEL, left < most ? left : most);
    }
}

static void multiply_all(const struct descent_packed_product *product, bool transposed)
{
    shape *narrow = transposed ? transposed_narrow : plain_narrow;
    shape *wide = transposed ? transposed_wide : plain_wide;
    size_t a_row = transposed ? 1 : product->a_step;
    size_t group =
        transposed ? DESCENT_PANEL : product->rows; /* of rows that a_row leads through */
    for (size_t p = 0; p < product->panels; p += WIDE) {
        const float *b = product->b + p * product->b_step;
        for (size_t r = 0; r < product->rows; r += group) {
            size_t left = product->rows - r;
            multiply_rows(product, product->panels - p < WIDE ? narrow : wide,
                          left < group ? left : group, a_row,
                          product->a + r / group * product->a_panel_step, b,
                          p * product->c_step + r * DESCENT_PANEL);
        }
    }
}

/* In blocks of steps k, of about the same size. Only the last one knows the target. */
static void multiply_blocks(const struct descent_packed_product *product, bool transposed)
{
    size_t blocks = (product->depth + DEPTH - 1) / DEPTH;
    size_t panels = (product->depth + DESCENT_PANEL - 1) / DESCENT_PANEL;
    size_t most = (panels + blocks - 1) / blocks * DESCENT_PANEL;
    struct descent_packed_product part = *product;
    for (size_t k = 0; k < product->depth; k += most) {
        size_t left = product->depth - k;
        part.depth = left < most ? left : most;
        part.a = product->a +
                 (transposed ? k * product->a_step : k / DESCENT_PANEL * product->a_panel_step);
        part.b = product->b + k * DESCENT_PANEL;
        part.add = product->add || k > 0;
        part.target = left <= most ? product->target : NULL;
        multiply_all(&part, transposed);
    }
}

static void multiply(const struct descent_packed_product *product)
{
    multiply_blocks(product, false);
}

static void multiply_transposed(const struct descent_packed_product *product)
{
    multiply_blocks(product, true);
}

static const struct descent_packed_kernels kernels = {multiply, multiply_transposed};
