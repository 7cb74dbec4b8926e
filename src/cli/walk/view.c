/*
 * The view holds all that happens on a function of the table, or the start and the minimum of a
 * formula; where the walks went; and in the plane enough of both axes for a unit to be as long on
 * each of them.
 */
#include "cli/walk/view.h"

#include <math.h>

/* How much wider than its height the panel of a picture is. */
static const double panel_ratio = 1.5;

/* How far beyond its ends, in its widths, a view goes after several walks, and after one. */
static const double reach_of_several = 0.5, reach_of_one = 1e4;

static void widen(struct figure_axis *axis, double w)
{
    axis->low = fmin(axis->low, w);
    axis->high = fmax(axis->high, w);
}

/* With the same middle. */
static void widen_to(struct figure_axis *axis, double width)
{
    double more = fmax(width - (axis->high - axis->low), 0.0) / 2.0;
    axis->low -= more;
    axis->high += more;
}

static void show_formula(struct figure_axis *axis, const struct walk_gallery *gallery, size_t d)
{
    double start = gallery->walks[0].setup.from[d];
    axis->low = axis->high = start;
    for (size_t r = 0; r < gallery->count; r++) {
        const struct walk_stationary *minimum = gallery->walks[r].verdict.minimum;
        widen(axis, minimum != NULL ? minimum->w[d] : start);
    }
    double width = axis->high - axis->low;
    widen_to(axis, width > 0.0 ? 1.8 * width : fmax(2.0, fabs(start)));
}

static void show_example(struct figure_axis *axis, const struct walk_gallery *gallery, size_t d)
{
    const struct walk_example *example = gallery->walks[0].setup.function->example;
    axis->low = example->low[d];
    axis->high = example->high[d];
    widen(axis, gallery->walks[0].setup.from[d]);
}

/* Several walks are seen as long as they are near, so that the one which runs away does not squeeze
 * the others into a corner; a single one is seen whole. */
static void show_walks(struct figure_axis *axis, const struct walk_gallery *gallery, size_t d)
{
    double low = axis->low, high = axis->high, width = high - low;
    double reach = width * (gallery->count > 1 ? reach_of_several : reach_of_one);
    for (size_t r = 0; r < gallery->count; r++) {
        for (size_t k = 0; k < gallery->walks[r].count; k++) {
            double w = gallery->walks[r].points[k].w[d];
            double room = 0.02 * fmax(width, fabs(w - (low + high) / 2.0));
            widen(axis, fmin(fmax(w - room, low - reach), high + reach));
            widen(axis, fmin(fmax(w + room, low - reach), high + reach));
        }
    }
}

void walk_choose_view(struct figure_axis *axes, const struct walk_gallery *gallery)
{
    const struct walk_function *function = gallery->walks[0].setup.function;
    for (size_t d = 0; d < function->dimensions; d++) {
        (function->own ? show_formula : show_example)(&axes[d], gallery, d);
        show_walks(&axes[d], gallery, d);
    }
    if (function->dimensions == 2) {
        widen_to(&axes[1], (axes[0].high - axes[0].low) / panel_ratio);
        widen_to(&axes[0], axes[1].high - axes[1].low);
    }
}
