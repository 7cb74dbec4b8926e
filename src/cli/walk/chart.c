/*
 * Builds the two panels. A walk that runs away must not squeeze the rest into a corner, so both
 * show a bounded range; what lies beyond leaves through the edge.
 */
#include "cli/walk/chart.h"

#include <math.h>
#include <stdlib.h>

/* The curve of a function of one variable. */
enum { SAMPLES = 400 };

/* Contour lines: in text there is room for few. */
enum { LEVELS = 16, LEVELS_IN_TEXT = 5 };

/* Over a wider range the loss is drawn on a logarithmic axis, from at most this low (a float's
 * loss can be 0) up to at most this many times the loss at the start. */
static const double linear_ratio = 100.0;
static const double lowest_loss = 1e-12;
static const double highest_rise = 1e4;

/* So many times what the function's own view shows is the top of its curve: one walk that runs away
 * must not flatten the valleys of the others. */
static const double highest_view = 2.5;

/* Takes the next n values. */
static double *take(double **values, size_t n)
{
    double *taken = *values;
    *values += n;
    return taken;
}

/* What is drawn of the losses. */
static void choose_loss_range(struct chart_axis *axis, const struct walk_gallery *gallery)
{
    double low = HUGE_VAL;
    double high = 0.0;
    for (size_t r = 0; r < gallery->count; r++) {
        const struct walk *walk = &gallery->walks[r];
        for (size_t k = 0; k < walk->count; k++) {
            double loss = fmax(walk->points[k].loss, lowest_loss);
            low = fmin(low, loss);
            high = fmax(high, loss);
        }
    }
    double most = fmax(gallery->walks[0].points[0].loss, lowest_loss) * highest_rise;
    axis->logarithmic = high / low > linear_ratio;
    axis->low = axis->logarithmic ? low / 2.0 : NAN;
    axis->high = high > most ? most : axis->logarithmic ? 2.0 * high : NAN;
}

static void add_loss(struct walk_chart *chart, const struct walk_gallery *gallery, double **values)
{
    struct chart_panel *panel = &chart->panels[0];
    *panel = (struct chart_panel){
        .title = "Loss",
        .x = {.label = "step", .low = 0.0, .high = 1.0},
        .y = {.label = "loss L"},
        .series = chart->loss,
        .series_count = gallery->count,
    };
    for (size_t r = 0; r < gallery->count; r++) {
        const struct walk *walk = &gallery->walks[r];
        double *steps = take(values, walk->count);
        double *losses = take(values, walk->count);
        for (size_t k = 0; k < walk->count; k++) {
            steps[k] = (double)k;
            /* a loss of 0 leaves through the lower edge instead of leaving a gap */
            losses[k] = fmax(walk->points[k].loss, lowest_loss / 10.0);
        }
        chart->loss[r] = (struct chart_series){.title = gallery->count > 1 ? gallery->names[r] : "",
                                               .x = steps,
                                               .y = losses,
                                               .n = walk->count,
                                               .colour = r};
        panel->x.high = fmax(panel->x.high, (double)walk->setup.steps);
    }
    choose_loss_range(&panel->y, gallery);
}

/* What the panel of the path shows of each variable: the function's own view and where the walks
 * went, up to half a view's width farther. */
static void choose_view(const struct walk_gallery *gallery, double *low, double *high)
{
    const struct walk_function *function = gallery->walks[0].setup.function;
    for (size_t d = 0; d < function->dimensions; d++) {
        double width = function->high[d] - function->low[d];
        low[d] = function->low[d];
        high[d] = function->high[d];
        for (size_t r = 0; r < gallery->count; r++) {
            for (size_t k = 0; k < gallery->walks[r].count; k++) {
                double w = gallery->walks[r].points[k].w[d];
                low[d] = fmin(low[d], fmax(w - 0.02 * width, function->low[d] - width / 2.0));
                high[d] = fmax(high[d], fmin(w + 0.02 * width, function->high[d] + width / 2.0));
            }
        }
    }
}

/* The greatest loss in the function's own view, or where the walks start. */
static double highest_of_view(const struct walk_setup *setup)
{
    const struct walk_function *function = setup->function;
    double highest = function->evaluate(setup->from, setup->condition);
    highest = fmax(highest, function->evaluate(function->low, setup->condition));
    return fmax(highest, function->evaluate(function->high, setup->condition));
}

/* One variable: the curve of the function, and the range of its values. */
static struct chart_series draw_curve(struct walk_chart *chart, const struct walk_setup *setup,
                                      double **values)
{
    struct chart_panel *panel = &chart->panels[1];
    double *w = take(values, SAMPLES);
    double *losses = take(values, SAMPLES);
    double most = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        w[i] = panel->x.low + (panel->x.high - panel->x.low) * (double)i / (SAMPLES - 1);
        losses[i] = setup->function->evaluate(&w[i], setup->condition);
        most = fmax(most, losses[i]);
    }
    most = fmin(most, highest_view * highest_of_view(setup));
    panel->y.low = -0.05 * most;
    panel->y.high = 1.05 * most;
    return (struct chart_series){
        .title = "", .x = w, .y = losses, .n = SAMPLES, .style = CHART_GROUND};
}

/* Two variables: contour lines. */
static struct chart_series draw_contours(struct walk_chart *chart, const struct walk_setup *setup,
                                         enum chart_format format)
{
    const struct chart_panel *panel = &chart->panels[1];
    const struct contour_area area = {
        .low = {panel->x.low, panel->y.low},
        .high = {panel->x.high, panel->y.high},
        .evaluate = setup->function->evaluate,
        .parameter = setup->condition,
    };
    size_t levels = format == CHART_TEXT ? LEVELS_IN_TEXT : LEVELS;
    if (!contour_build(&chart->ground, &area, levels)) {
        chart->ground.count = 0; /* told by the caller, which finds it empty */
    }
    return (struct chart_series){.title = "",
                                 .x = chart->ground.x,
                                 .y = chart->ground.y,
                                 .n = chart->ground.count,
                                 .style = CHART_GROUND};
}

static struct chart_series draw_path(const struct walk *walk, size_t number, double **values)
{
    double *x = take(values, walk->count);
    double *y = take(values, walk->count);
    for (size_t k = 0; k < walk->count; k++) {
        const struct walk_point *point = &walk->points[k];
        x[k] = point->w[0];
        y[k] = walk->setup.function->dimensions == 1 ? point->loss : point->w[1];
    }
    return (struct chart_series){.title = "", .x = x, .y = y, .n = walk->count, .colour = number};
}

static struct chart_series draw_minima(const struct walk_setup *setup, double **values)
{
    const struct walk_function *function = setup->function;
    double *x = take(values, WALK_STATIONARY_MAX);
    double *y = take(values, WALK_STATIONARY_MAX);
    size_t count = 0;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const double *w = function->stationary[i].w;
        if (function->stationary[i].kind == WALK_MINIMUM) {
            x[count] = w[0];
            y[count] = function->dimensions == 1 ? function->evaluate(w, setup->condition) : w[1];
            count++;
        }
    }
    return (struct chart_series){.title = count == 1 ? "minimum" : "minima",
                                 .x = x,
                                 .y = y,
                                 .n = count,
                                 .style = CHART_MARKS,
                                 .mark = 'x'};
}

static void add_path(struct walk_chart *chart, const struct walk_gallery *gallery,
                     enum chart_format format, double **values)
{
    const struct walk_setup *setup = &gallery->walks[0].setup;
    bool line = setup->function->dimensions == 1;
    struct chart_panel *panel = &chart->panels[1];
    double low[WALK_DIMENSIONS_MAX] = {0.0};
    double high[WALK_DIMENSIONS_MAX] = {0.0};
    choose_view(gallery, low, high);
    *panel = (struct chart_panel){
        .title = line ? "Path over the function" : "Path over contour lines",
        .x = {.label = line ? "w" : "x", .low = low[0], .high = high[0]},
        .y = {.label = line ? "loss L" : "y", .low = low[1], .high = high[1]},
        .series = chart->path,
    };
    struct chart_series *next = chart->path;
    *next++ = line ? draw_curve(chart, setup, values) : draw_contours(chart, setup, format);
    for (size_t r = 0; r < gallery->count; r++) {
        *next++ = draw_path(&gallery->walks[r], r, values);
    }
    *next = chart->path[1];
    next->title = "start";
    next->n = 1;
    next->style = CHART_MARKS;
    next->mark = 'o';
    next++;
    *next++ = draw_minima(setup, values);
    panel->series_count = (size_t)(next - chart->path);
}

static size_t count_values(const struct walk_gallery *gallery)
{
    size_t count = (size_t)2 * SAMPLES + (size_t)2 * WALK_STATIONARY_MAX;
    for (size_t r = 0; r < gallery->count; r++) {
        count += 4 * gallery->walks[r].count;
    }
    return count;
}

enum exit_status walk_chart_build(struct walk_chart *chart, const struct walk_gallery *gallery,
                                  enum chart_format format)
{
    *chart = (struct walk_chart){
        .chart = {.title = gallery->title, .panels = chart->panels, .panel_count = 2}};
    chart->values = calloc(count_values(gallery), sizeof *chart->values);
    if (chart->values == NULL) {
        return cli_failed("out of memory for a chart");
    }
    double *values = chart->values;
    add_loss(chart, gallery, &values);
    add_path(chart, gallery, format, &values);
    bool complete = chart->path[0].n > 0;
    return complete ? DONE : cli_failed("out of memory for a chart");
}

void walk_chart_free(struct walk_chart *chart)
{
    contour_free(&chart->ground);
    free(chart->values);
    *chart = (struct walk_chart){0};
}
