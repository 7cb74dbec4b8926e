/*
 * The products on OpenBLAS, which packs both operands of a product anew in every call, except where
 * the product is small: then, on AVX-512, a kernel of its own reads them in place. With few samples
 * packing costs as much as multiplying, so the weights are kept in panels so narrow, and so few
 * samples are taken at a time, that every product stays small: 784 × 128 weights and 32 samples go
 * twice as fast on two cores. Large products are left whole: there packing does not matter, and
 * going through the samples once for each panel does. Where there is no such kernel, two panels
 * still serve two threads, each with memory of its own.
 */
#include "compute/product_blas.h"
#include "compute/product_engine.h"

#include <string.h>

/* Panels are whole cache lines of floats wide. */
enum { LINE = 16, PANEL_MIN = 32, ROWS_MAX = 32 };

/* Outputs below which a layer is not worth panels: the small-matrix kernel likes [out × in] then.
 */
enum { PANELLED_MIN = 48 };

/* Pieces of a product where OpenBLAS does not keep the bits: then every thread count must compute
 * the same ones. Four keep four cores busy, and cost a single one a few packings. */
enum { FIXED_PIECES = 4 };

/* Two panels pay up to here; beyond, products are cut by the number of threads. */
static const double medium_product = 1.6e7;

static double multiplications(size_t m, size_t n, size_t k)
{
    return (double)m * (double)n * (double)k;
}

bool descent_product_is_small(size_t m, size_t n, size_t k)
{
    return multiplications(m, n, k) <= DESCENT_BLAS_SMALL;
}

static size_t pieces_most(int threads)
{
    return descent_blas_keeps_bits() ? (size_t)threads : FIXED_PIECES;
}

static size_t smallest_piece(size_t n, size_t pieces)
{
    size_t smallest = n;
    for (size_t i = 0; i < pieces; i++) {
        size_t count = descent_cut(n, pieces, i).count;
        smallest = count < smallest ? count : smallest;
    }
    return smallest;
}

/* Into how many pieces, at most `most`, a product of m × n × k may be cut along n: none is small
 * unless the whole is, and that is left in one. */
static size_t pieces_of(size_t m, size_t n, size_t k, size_t most)
{
    while (most > 1 && descent_product_is_small(m, smallest_piece(n, most), k)) {
        most--;
    }
    return most;
}

static size_t round_up(size_t n)
{
    return (n + LINE - 1) / LINE * LINE;
}

/* An even number of panels, none wider than `most`. */
static size_t panel_width(size_t outputs, size_t most)
{
    size_t panels = (outputs + most - 1) / most;
    panels += panels % 2;
    return round_up((outputs + panels - 1) / panels);
}

static void plan(struct descent_product_layer *layer, size_t batch)
{
    size_t inputs = layer->inputs, outputs = layer->outputs;
    double product = multiplications(inputs, outputs, batch);
    if (outputs < PANELLED_MIN || descent_product_is_small(inputs, outputs, batch)) {
        return;
    }
    size_t rows = batch < ROWS_MAX ? batch : ROWS_MAX;
    size_t narrow = (size_t)(DESCENT_BLAS_SMALL / ((double)inputs * (double)rows)) / LINE * LINE;
    bool reads_once = batch <= rows || product <= medium_product;
    if (descent_blas_has_small_kernel() && narrow >= PANEL_MIN && reads_once) {
        layer->panel = panel_width(outputs, narrow);
        layer->rows = rows;
    } else if (product <= medium_product) {
        layer->panel = panel_width(outputs, outputs - 1);
    }
}

static size_t room(const struct descent_product_layer *layer)
{
    return layer->inputs * layer->outputs;
}

static bool has_panels(const struct descent_product_layer *layer)
{
    return layer->panel > 0 && layer->panel < layer->outputs;
}

static size_t panels_of(const struct descent_product_layer *layer)
{
    return (layer->outputs + layer->panel - 1) / layer->panel;
}

/* The outputs of panel number i. */
static struct descent_span panel_of(const struct descent_product_layer *layer, size_t i)
{
    size_t first = i * layer->panel;
    size_t left = layer->outputs - first;
    return (struct descent_span){first, left < layer->panel ? left : layer->panel};
}

static struct descent_span common(struct descent_span a, struct descent_span b)
{
    size_t first = a.first > b.first ? a.first : b.first;
    size_t a_end = a.first + a.count;
    size_t b_end = b.first + b.count;
    size_t end = a_end < b_end ? a_end : b_end;
    return (struct descent_span){first, end > first ? end - first : 0};
}

static size_t pieces(const struct descent_product_layer *layer, enum descent_product product,
                     size_t n, size_t most)
{
    if (has_panels(layer)) {
        return panels_of(layer);
    }
    return product == DESCENT_PRODUCT_INPUT_GRADIENT
               ? pieces_of(n, layer->inputs, layer->outputs, most)
               : pieces_of(n, layer->outputs, layer->inputs, most);
}

static struct descent_region piece(const struct descent_product_layer *layer,
                                   enum descent_product product, size_t n, size_t count, size_t i)
{
    if (product == DESCENT_PRODUCT_INPUT_GRADIENT) {
        return (struct descent_region){{0, n}, descent_cut(layer->inputs, count, i)};
    }
    struct descent_span outputs =
        has_panels(layer) ? panel_of(layer, i) : descent_cut(layer->outputs, count, i);
    return product == DESCENT_PRODUCT_FORWARD
               ? (struct descent_region){{0, n}, outputs}
               : (struct descent_region){outputs, {0, layer->inputs}};
}

static struct descent_layout layout(size_t rows, size_t width)
{
    (void)rows;
    return descent_layout_rows(width);
}

/* A piece is one strip, and whole panels, or outputs of [out × in]: one span. */
static struct descent_region strip(const struct descent_product_layer *layer,
                                   struct descent_region whole, size_t i)
{
    (void)layer;
    return i == 0 ? whole : (struct descent_region){{0, 0}, {0, 0}};
}

static struct descent_span span(const struct descent_product_layer *layer,
                                struct descent_region part, size_t i)
{
    size_t in = layer->inputs;
    return (struct descent_span){part.rows.first * in, i == 0 ? part.rows.count * in : 0};
}

/* to [columns × rows] = fromᵀ, in tiles that stay in cache. */
static void transpose(size_t rows, size_t columns, const float *from, float *to)
{
    enum { TILE = 16 };
    for (size_t row = 0; row < rows; row += TILE) {
        size_t row_end = row + TILE < rows ? row + TILE : rows;
        for (size_t column = 0; column < columns; column++) {
            for (size_t r = row; r < row_end; r++) {
                to[column * rows + r] = from[r * columns + column];
            }
        }
    }
}

static void import(const struct descent_product_layer *layer, const float *values, float *kept)
{
    size_t in = layer->inputs;
    if (layer->panel == 0) {
        memcpy(kept, values, in * layer->outputs * sizeof *kept);
        return;
    }
    for (size_t i = 0; i < panels_of(layer); i++) {
        struct descent_span panel = panel_of(layer, i);
        transpose(panel.count, in, values + panel.first * in, kept + panel.first * in);
    }
}

static void export(const struct descent_product_layer *layer, const float *kept, float *values)
{
    size_t in = layer->inputs;
    if (layer->panel == 0) {
        memcpy(values, kept, in * layer->outputs * sizeof *values);
        return;
    }
    for (size_t i = 0; i < panels_of(layer); i++) {
        struct descent_span panel = panel_of(layer, i);
        transpose(in, panel.count, kept + panel.first * in, values + panel.first * in);
    }
}

static struct descent_product_place place_of(const struct descent_product_layer *layer,
                                             size_t output, size_t most)
{
    if (layer->panel == 0) {
        return (struct descent_product_place){output * layer->inputs, 1, 1};
    }
    struct descent_span panel = panel_of(layer, output / layer->panel);
    size_t before = output - panel.first, left = panel.count - before;
    return (struct descent_product_place){panel.first * layer->inputs + before, panel.count,
                                          left < most ? left : most};
}

/* The rows to be taken at a time that begin `done` rows into the given ones. */
static struct descent_span rows_at(const struct descent_product_layer *layer,
                                   struct descent_span rows, size_t done)
{
    size_t left = rows.count - done;
    size_t most = layer->rows > 0 ? layer->rows : left;
    return (struct descent_span){rows.first + done, left < most ? left : most};
}

/* One panel's forward product. */
static void forward_panel(const struct descent_product_layer *layer, struct descent_span rows,
                          struct descent_span panel, struct descent_span piece, const float *x,
                          const float *weights, float *z)
{
    size_t in = layer->inputs;
    const float *w = weights + panel.first * in + (piece.first - panel.first);
    for (size_t done = 0; done < rows.count;) {
        struct descent_span taken = rows_at(layer, rows, done);
        descent_blas_multiply(false, false, taken.count, piece.count, in, 1.0f,
                              x + taken.first * in, in, w, panel.count, 0.0f,
                              z + taken.first * layer->outputs + piece.first, layer->outputs);
        done += taken.count;
    }
}

static void forward(const struct descent_product_layer *layer, struct descent_region part,
                    const float *x, const float *weights, float *z)
{
    struct descent_span rows = part.rows, outputs = part.columns;
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    if (layer->panel == 0) {
        descent_blas_multiply(false, true, rows.count, outputs.count, in, 1.0f, x + rows.first * in,
                              in, weights + outputs.first * in, in, 0.0f,
                              z + rows.first * out + outputs.first, out);
        return;
    }
    for (size_t i = 0; i < panels_of(layer); i++) {
        struct descent_span panel = panel_of(layer, i);
        struct descent_span piece = common(panel, outputs);
        if (piece.count > 0) {
            forward_panel(layer, rows, panel, piece, x, weights, z);
        }
    }
}

/* What the panels give of dx for rows that are taken at a time. */
static void input_gradient_rows(const struct descent_product_layer *layer, struct descent_span rows,
                                struct descent_span inputs, const float *delta,
                                const float *weights, float *dx)
{
    size_t in = layer->inputs;
    for (size_t i = 0; i < panels_of(layer); i++) {
        struct descent_span panel = panel_of(layer, i);
        descent_blas_multiply(false, true, rows.count, inputs.count, panel.count, 1.0f,
                              delta + rows.first * layer->outputs + panel.first, layer->outputs,
                              weights + panel.first * in + inputs.first * panel.count, panel.count,
                              i == 0 ? 0.0f : 1.0f, dx + rows.first * in + inputs.first, in);
    }
}

static void input_gradient(const struct descent_product_layer *layer, struct descent_region part,
                           const float *delta, const float *weights, float *dx)
{
    struct descent_span rows = part.rows, inputs = part.columns;
    size_t in = layer->inputs;
    size_t out = layer->outputs;
    if (layer->panel == 0) {
        descent_blas_multiply(false, false, rows.count, inputs.count, out, 1.0f,
                              delta + rows.first * out, out, weights + inputs.first, in, 0.0f,
                              dx + rows.first * in + inputs.first, in);
        return;
    }
    for (size_t done = 0; done < rows.count;) {
        struct descent_span taken = rows_at(layer, rows, done);
        input_gradient_rows(layer, taken, inputs, delta, weights, dx);
        done += taken.count;
    }
}

/* One panel's weight gradient; the samples are taken some at a time, and add to what those before
 * have left. */
static void weight_gradient_panel(const struct descent_product_layer *layer, size_t n,
                                  struct descent_span panel, struct descent_span piece,
                                  const float *delta, const float *x, float factor, float keep,
                                  float *target)
{
    size_t in = layer->inputs;
    float *w = target + panel.first * in + (piece.first - panel.first);
    for (size_t done = 0; done < n;) {
        struct descent_span taken = rows_at(layer, (struct descent_span){0, n}, done);
        descent_blas_multiply(true, false, in, piece.count, taken.count, factor,
                              x + taken.first * in, in,
                              delta + taken.first * layer->outputs + piece.first, layer->outputs,
                              done == 0 ? keep : 1.0f, w, panel.count);
        done += taken.count;
    }
}

/* target = keep · target + factor · deltaᵀ · x for some outputs. */
static void add_gradient(const struct descent_product_layer *layer, size_t n,
                         struct descent_span outputs, const float *delta, const float *x,
                         float factor, float keep, float *target)
{
    size_t in = layer->inputs;
    if (layer->panel == 0) {
        descent_blas_multiply(true, false, outputs.count, in, n, factor, delta + outputs.first,
                              layer->outputs, x, in, keep, target + outputs.first * in, in);
        return;
    }
    for (size_t i = 0; i < panels_of(layer); i++) {
        struct descent_span panel = panel_of(layer, i);
        struct descent_span piece = common(panel, outputs);
        if (piece.count > 0) {
            weight_gradient_panel(layer, n, panel, piece, delta, x, factor, keep, target);
        }
    }
}

static void weight_gradient(const struct descent_product_layer *layer, size_t n,
                            struct descent_region part, const float *delta, const float *x,
                            bool add, float *gradient)
{
    add_gradient(layer, n, part.rows, delta, x, 1.0f, add ? 1.0f : 0.0f, gradient);
}

static void descend(const struct descent_product_layer *layer, size_t n, struct descent_region part,
                    const float *delta, const float *x, float rate, float decay, float *scratch,
                    float *weights)
{
    (void)scratch;
    float keep = (float)(1.0 - (double)rate * (double)decay);
    add_gradient(layer, n, part.rows, delta, x, -rate, keep, weights);
}

const struct descent_product_engine descent_product_openblas = {
    .init = descent_blas_init,
    .threads = descent_blas_threads,
    .pieces_most = pieces_most,
    .plan = plan,
    .layout = layout,
    .room = room,
    .import = import,
    .export = export,
    .place_of = place_of,
    .pieces = pieces,
    .piece = piece,
    .strip = strip,
    .span = span,
    .forward = forward,
    .input_gradient = input_gradient,
    .weight_gradient = weight_gradient,
    .descend = descend,
};
