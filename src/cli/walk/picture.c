/*
 * Describes the two panels. A walk that runs away must not squeeze the rest into a corner, so both
 * show a bounded range; curves beyond it leave through the edge.
 */
#include "cli/plot/figure.h"
#include "cli/walk/view.h"

#include <math.h>
#include <stdlib.h>

/* The curve of a function of one variable, and the grid of one of two. */
enum { SAMPLES = 400, SIDE = 101 };

/* Contour lines: in text there is room for few. */
enum { LEVELS = 16, LEVELS_IN_TEXT = 5 };

/* Points of a path that have their number beside them; and a path of more points is a line without
 * dots. */
enum { STEPS_LABELLED = 6, DOTS_MAX = 300 };

/* Over a wider range the loss is drawn on a logarithmic axis, from at most this low (it can
 * be 0) up to at most this many times the loss at the start. */
static const double linear_ratio = 100.0;
static const double lowest_loss = 1e-12;
static const double highest_rise = 1e4;

/* The top of a function's curve, in multiples of the height of its view and of the start. */
static const double highest_view = 2.5;

static double height_at(const struct walk_setup *setup, const double *w)
{
    return walk_evaluate(setup->function, w).value;
}

static struct figure_extent losses_of(const struct walk_gallery *gallery)
{
    struct figure_extent losses = {HUGE_VAL, -HUGE_VAL};
    for (size_t r = 0; r < gallery->count; r++) {
        const struct walk *walk = &gallery->walks[r];
        for (size_t k = 0; k < walk->count; k++) {
            losses.low = fmin(losses.low, walk->points[k].loss);
            losses.high = fmax(losses.high, walk->points[k].loss);
        }
    }
    return losses;
}

/* What is drawn of the losses: a formula's can be below zero, where no logarithm is. One of several
 * walks that runs away must not flatten the others; a single one is shown whole. */
static struct figure_axis loss_axis(const struct walk_gallery *gallery)
{
    struct figure_extent losses = losses_of(gallery);
    double start = gallery->walks[0].points[0].loss;
    if (losses.low < 0.0) {
        return FIGURE_AXIS("loss L", .logarithmic = false);
    }
    double low = fmax(losses.low, lowest_loss), high = fmax(losses.high, lowest_loss);
    double most = gallery->count > 1 ? fmax(start, lowest_loss) * highest_rise : HUGE_VAL;
    bool logarithmic = high / low > linear_ratio;
    return (struct figure_axis){.label = "loss L",
                                .low = logarithmic ? low / 2.0 : NAN,
                                .high = high > most   ? most
                                        : logarithmic ? 2.0 * high
                                                      : NAN,
                                .logarithmic = logarithmic};
}

/* "learning rate 0.3: converges at step 10". */
static void begin_loss(struct figure *figure, const struct walk_gallery *gallery, size_t r)
{
    const struct walk *walk = &gallery->walks[r];
    double rate = walk->setup.schedule.lr;
    const char *outcome = walk_outcome_name(walk);
    if (gallery->count == 1) {
        figure_curve(figure, FIGURE_SOLID, r, NULL);
    } else if (walk->verdict.outcome == WALK_CONVERGES) {
        figure_curve(figure, FIGURE_SOLID, r, "learning rate %g: %s at step %zu", rate, outcome,
                     walk->verdict.step);
    } else {
        figure_curve(figure, FIGURE_SOLID, r, "learning rate %g: %s", rate, outcome);
    }
}

static void add_loss(struct figure *figure, const struct walk_gallery *gallery)
{
    double steps = 1.0;
    for (size_t r = 0; r < gallery->count; r++) {
        steps = fmax(steps, (double)gallery->walks[r].setup.steps);
    }
    struct figure_axis axis = loss_axis(gallery);
    figure_panel(figure, "Loss", (struct figure_axis){.label = "step", .low = 0.0, .high = steps},
                 axis);
    for (size_t r = 0; r < gallery->count; r++) {
        const struct walk *walk = &gallery->walks[r];
        begin_loss(figure, gallery, r);
        for (size_t k = 0; k < walk->count; k++) {
            /* a loss of 0 leaves through the lower edge instead of leaving a gap */
            double loss = walk->points[k].loss;
            figure_point(figure, (double)k,
                         axis.logarithmic ? fmax(loss, lowest_loss / 10.0) : loss);
        }
    }
}

/* One variable: the curve of the function, and the range of its values. */
static void add_curve(struct figure *figure, const struct walk_gallery *gallery)
{
    const struct walk_setup *setup = &gallery->walks[0].setup;
    const struct walk_example *example = setup->function->example;
    double usual = setup->function->own
                       ? 0.0
                       : fmax(height_at(setup, example->low), height_at(setup, example->high));
    struct figure_panel *panel = &figure->panel;
    double width = panel->x.high - panel->x.low;
    figure_curve(figure, FIGURE_GROUND, 0, NULL);
    for (size_t i = 0; i < SAMPLES; i++) {
        double w = panel->x.low + width * (double)i / (SAMPLES - 1);
        figure_point(figure, w, height_at(setup, &w));
    }
    double least = panel->all_y.low, start = height_at(setup, setup->from);
    double most = least + highest_view * fmax(usual, start - least);
    most = gallery->count == 1 ? panel->all_y.high : fmin(panel->all_y.high, most);
    panel->y.low = least - 0.05 * (most - least);
    panel->y.high = most + 0.05 * (most - least);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Two variables: contour lines, at levels that cut the panel into parts of equal size, so that both
 * the bottom of a valley and its walls show. */
static enum exit_status add_contours(struct figure *figure, const struct walk_setup *setup)
{
    const struct figure_axis *x = &figure->panel.x, *y = &figure->panel.y;
    size_t count = (size_t)SIDE * SIDE;
    double *heights = malloc(2 * count * sizeof *heights);
    if (heights == NULL) {
        return cli_failed("out of memory for contour lines");
    }
    double *sorted = heights + count, levels[LEVELS];
    for (size_t i = 0; i < count; i++) {
        size_t row = i / SIDE, column = i % SIDE;
        const double w[] = {x->low + (double)column / (SIDE - 1) * (x->high - x->low),
                            y->low + (double)row / (SIDE - 1) * (y->high - y->low)};
        heights[i] = sorted[i] = height_at(setup, w);
    }
    qsort(sorted, count, sizeof *sorted, compare);
    size_t level_count = figure->format == FIGURE_TEXT ? LEVELS_IN_TEXT : LEVELS;
    for (size_t i = 0; i < level_count; i++) {
        levels[i] = sorted[(2 * i + 1) * count / (2 * level_count)];
    }
    figure_contours(figure, heights, SIDE, levels, level_count);
    free(heights);
    return DONE;
}

/* A place on the panel of the path. */
static void add_place(struct figure *figure, const struct walk_setup *setup, const double *w)
{
    bool line = setup->function->dimensions == 1;
    figure_point(figure, w[0], line ? height_at(setup, w) : w[1]);
}

static void add_minima(struct figure *figure, const struct walk *walk)
{
    size_t count = 0;
    for (size_t i = 0; i < walk->found.count; i++) {
        count += walk->found.points[i].kind == WALK_MINIMUM;
    }
    figure_curve(figure, FIGURE_CROSSES, 0, count == 1 ? "minimum" : "minima");
    for (size_t i = 0; i < count; i++) {
        add_place(figure, &walk->setup, walk->found.points[i].w);
    }
}

/* A path's points have their numbers beside them as long as these are few and stand apart: there
 * each step is seen to cross its contour line at a right angle. */
static void add_walk(struct figure *figure, const struct walk_gallery *gallery, size_t r)
{
    const struct walk *walk = &gallery->walks[r];
    const struct figure_axis *x = &figure->panel.x, *y = &figure->panel.y;
    bool labels = walk->setup.function->dimensions == 2 && gallery->count == 1;
    double apart = 0.04 * hypot(x->high - x->low, y->high - y->low);
    size_t last = 0, labelled = 0;
    figure_curve(figure, FIGURE_SOLID, r, NULL);
    for (size_t k = 0; k < walk->count; k++) {
        double distance =
            walk_distance(walk->setup.function, walk->points[k].w, walk->points[last].w);
        add_place(figure, &walk->setup, walk->points[k].w);
        if (labels && labelled < STEPS_LABELLED && (k == 0 || distance >= apart)) {
            figure_label(figure, "%zu", k);
            labelled++;
            last = k;
        }
    }
    /* several walks as text have letters of their own, which dots would hide */
    bool dots = walk->count <= DOTS_MAX && (figure->format != FIGURE_TEXT || gallery->count == 1);
    if (dots) {
        figure_curve(figure, FIGURE_DOTS, r, NULL);
    }
    for (size_t k = 0; dots && k < walk->count; k++) {
        add_place(figure, &walk->setup, walk->points[k].w);
    }
}

static enum exit_status add_path(struct figure *figure, const struct walk_gallery *gallery)
{
    const struct walk_setup *setup = &gallery->walks[0].setup;
    bool line = setup->function->dimensions == 1;
    const char *const *names = setup->function->formula.names;
    struct figure_axis axes[] = {{.label = names[0]}, {.label = line ? "loss L" : names[1]}};
    walk_choose_view(axes, gallery);
    figure_panel(figure, line ? "Path over the function" : "Path over contour lines", axes[0],
                 axes[1]);
    if (line) {
        add_curve(figure, gallery);
    } else {
        figure->panel.equal = true;
        CLI_TRY(add_contours(figure, setup));
    }
    for (size_t r = 0; r < gallery->count; r++) {
        add_walk(figure, gallery, r);
    }
    figure_curve(figure, FIGURE_CIRCLES, 0, "start");
    add_place(figure, setup, gallery->walks[0].points[0].w);
    add_minima(figure, &gallery->walks[0]);
    return DONE;
}

static enum exit_status draw(struct figure *figure, const struct walk_gallery *gallery, bool quiet)
{
    add_loss(figure, gallery);
    CLI_TRY(add_path(figure, gallery));
    return figure_draw(figure, quiet);
}

enum exit_status walk_draw(const struct walk *walks, size_t count, const char *path,
                           const struct figure_look *look, bool quiet)
{
    const struct walk_gallery gallery = {walks, count};
    char title[FIGURE_TITLE_BYTES];
    struct figure figure;
    enum exit_status status = figure_begin(&figure, path);
    figure.look = *look;
    if (path != NULL) { /* on the terminal it stands above the table */
        walk_describe(title, sizeof title, walks, count == 1);
        figure.title = title;
    }
    if (status == DONE) {
        status = draw(&figure, &gallery, quiet);
    }
    figure_free(&figure);
    return status;
}
