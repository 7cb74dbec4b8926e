/*
 * The packed engine as one of product.h's: how its products are cut, and which parts of a gradient
 * an optimizer takes while they are in cache. No cut changes a bit (packed.h).
 */
#include "compute/packed.h"
#include "compute/product_engine.h"

enum { PANEL = DESCENT_PANEL };

/* A strip's panels of outputs, and its inputs: 32 KiB of gradient, between the caches of level 1
 * and 2. */
enum { STRIP_PANELS = 2, STRIP_INPUTS = 256 };

static descent_status init(void)
{
    return DESCENT_OK;
}

static int threads(int wanted)
{
    return wanted;
}

static size_t pieces_most(int count)
{
    return (size_t)count;
}

static void plan(struct descent_product_layer *layer, size_t batch)
{
    (void)batch;
    layer->kernels = descent_packed_kernels_of(descent_instruction_set_in_use());
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct descent_product_place place_of(const struct descent_product_layer *layer,
                                             size_t output, size_t most)
{
    size_t before = output % PANEL, left = layer->outputs - output;
    return (struct descent_product_place){descent_packed_place(layer, output, 0), PANEL,
                                          least(most, least(left, PANEL - before))};
}

/* As many as threads. */
static size_t pieces(const struct descent_product_layer *layer, enum descent_product product,
                     size_t n, size_t most)
{
    (void)layer;
    (void)product;
    (void)n;
    return most;
}

static struct descent_span all(size_t n)
{
    return (struct descent_span){0, n};
}

/* Whether so many pieces of a result's panels of outputs are about as even as pieces of its others:
 * the largest at most an eighth larger. Panels go first, since no two threads then read the same
 * weights. */
static bool by_panels(size_t panels, size_t others, size_t count)
{
    size_t largest = (panels + count - 1) / count, other = (others + count - 1) / count;
    return 8.0 * (double)largest * (double)others <= 9.0 * (double)other * (double)panels;
}

/* Piece i of a result with a row for each sample. descent_cut() cuts at multiples of 16, which is
 * between panels. */
static struct descent_region piece_of(size_t rows, size_t columns, size_t count, size_t i)
{
    if (by_panels(descent_layout_panels(columns), rows, count)) {
        return (struct descent_region){all(rows), descent_cut(columns, count, i)};
    }
    return (struct descent_region){descent_cut_share(rows, (int)count, (int)i), all(columns)};
}

static struct descent_region weight_piece(size_t outputs, size_t inputs, size_t count, size_t i)
{
    if (by_panels(descent_layout_panels(outputs), descent_layout_panels(inputs), count)) {
        return (struct descent_region){descent_cut(outputs, count, i), all(inputs)};
    }
    return (struct descent_region){all(outputs), descent_cut(inputs, count, i)};
}

static struct descent_region piece(const struct descent_product_layer *layer,
                                   enum descent_product product, size_t n, size_t count, size_t i)
{
    switch (product) {
    case DESCENT_PRODUCT_FORWARD:
        return piece_of(n, layer->outputs, count, i);
    case DESCENT_PRODUCT_INPUT_GRADIENT:
        return piece_of(n, layer->inputs, count, i);
    default:
        return weight_piece(layer->outputs, layer->inputs, count, i);
    }
}

/* The i-th span of `most` within another; empty behind its end. */
static struct descent_span within(struct descent_span span, size_t most, size_t i)
{
    size_t done = least(i * most, span.count);
    return (struct descent_span){span.first + done, least(most, span.count - done)};
}

static struct descent_region strip(const struct descent_product_layer *layer,
                                   struct descent_region whole, size_t i)
{
    (void)layer;
    size_t across = (whole.columns.count + STRIP_INPUTS - 1) / STRIP_INPUTS;
    if (across == 0) {
        return (struct descent_region){{0, 0}, {0, 0}};
    }
    return (struct descent_region){within(whole.rows, (size_t)STRIP_PANELS * PANEL, i / across),
                                   within(whole.columns, STRIP_INPUTS, i % across)};
}

static struct descent_span span(const struct descent_product_layer *layer,
                                struct descent_region part, size_t i)
{
    struct descent_span panel = within(part.rows, PANEL, i);
    return (struct descent_span){descent_packed_place(layer, panel.first, part.columns.first),
                                 panel.count > 0 ? part.columns.count * PANEL : 0};
}

const struct descent_product_engine descent_product_packed = {
    .init = init,
    .threads = threads,
    .pieces_most = pieces_most,
    .plan = plan,
    .layout = descent_packed_layout,
    .room = descent_packed_room,
    .import = descent_packed_import,
    .export = descent_packed_export,
    .place_of = place_of,
    .pieces = pieces,
    .piece = piece,
    .strip = strip,
    .span = span,
    .forward = descent_packed_forward,
    .input_gradient = descent_packed_input_gradient,
    .weight_gradient = descent_packed_weight_gradient,
    .descend = descent_packed_descend,
};
