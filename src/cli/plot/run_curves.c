/*
 * Describes the panels of runs. Training and validation are two colours where one run, or one group
 * of seeds, is drawn; of several each has a look of its own, and training is dashed if there is
 * room for it.
 */
#include "cli/plot/run_curves.h"

#include "cli/plot/figure_axis.h"
#include "cli/plot/run_quantity.h"
#include "cli/plot/thinned.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of more groups than this the curves of training are left out, and the figures at the marks. */
enum { UNCROWDED = 3 };

/* Of the epochs, the share whose values may be left out of the range, as what is learnt at first;
 * they are if they would take up more than half of it. */
#define BEGINNING 0.1

/* What a panel is described from. */
struct panel {
    struct figure *figure;
    const struct run_curves *curves;
    const struct quantity *quantity;
    bool logarithmic;
    bool dashed;                 /* whether it has curves of training that are */
    bool banded;                 /* whether it has bands */
    struct figure_extent whole;  /* of what is drawn so far */
    struct figure_extent behind; /* of what is behind the beginning */
};

/* The curves of one group: at most training, validation and test. */
struct columns {
    size_t count;
    enum metrics_column column[3];
};

static const struct figure_extent NOTHING = {HUGE_VAL, -HUGE_VAL};

static void extend(struct figure_extent *extent, double value)
{
    if (isfinite(value)) {
        extent->low = fmin(extent->low, value);
        extent->high = fmax(extent->high, value);
    }
}

static bool has_values(const struct run_group *group, enum metrics_column column)
{
    for (size_t r = 0; r < group->count; r++) {
        if (plotted_run_has(&group->runs[r], column)) {
            return true;
        }
    }
    return false;
}

static bool any_has_values(const struct plotted_runs *runs, enum metrics_column column)
{
    for (size_t g = 0; g < runs->group_count; g++) {
        if (has_values(&runs->groups[g], column)) {
            return true;
        }
    }
    return false;
}

static bool is_alone(const struct plotted_runs *runs)
{
    return runs->group_count == 1;
}

/* Where several groups are drawn, dashes may say what they differ in, and bands leave no room. */
static bool shows_training(const struct run_curves *curves)
{
    const struct plotted_runs *runs = curves->runs;
    bool roomy = true;
    for (size_t g = 0; g < runs->group_count; g++) {
        roomy &= runs->groups[g].dash == FIGURE_SOLID && runs->groups[g].count == 1;
    }
    return is_alone(runs) || (runs->group_count <= UNCROWDED && roomy && !curves->text);
}

static struct columns columns_of(const struct run_curves *curves, const struct quantity *quantity,
                                 const struct run_group *group)
{
    struct columns columns = {0};
    bool paired = run_quantity_is_paired(quantity);
    bool validated = has_values(group, quantity->validation);
    if (paired && (!validated || shows_training(curves)) && has_values(group, quantity->train)) {
        columns.column[columns.count++] = quantity->train;
    }
    if (validated) {
        columns.column[columns.count++] = quantity->validation;
    }
    if (paired && is_alone(curves->runs) && has_values(group, quantity->test)) {
        columns.column[columns.count++] = quantity->test;
    }
    return columns;
}

/* Widens the ranges of the panel by a value of row i. */
static void cover(struct panel *panel, const struct metrics *metrics, size_t i, double value)
{
    extend(&panel->whole, value);
    if (i >= (size_t)ceil(BEGINNING * (double)metrics->rows)) {
        extend(&panel->behind, value);
    }
}

/* Where an epoch's end lies; of seeds, the mean, since they take their time. */
static double place_of(const struct panel *panel, const struct run_group *group, double epoch)
{
    static const struct quantity plain = {.scale = 1.0};
    return run_spread_of(group, &plain, panel->curves->abscissa->column, epoch).mean;
}

/* A band on a logarithmic axis has to end above 0: at the lowest of the runs. */
static void add_band(struct panel *panel, const struct run_group *group, size_t colour,
                     enum metrics_column column)
{
    const struct metrics *metrics = &group->runs->metrics;
    figure_curve(panel->figure, FIGURE_BAND, colour, NULL);
    struct thinned band = thinned_begin(panel->figure, metrics->rows);
    for (size_t i = 0; i < metrics->rows; i++) {
        double epoch = metrics->row[i].values[METRICS_EPOCH];
        struct run_spread at = run_spread_of(group, panel->quantity, column, epoch);
        double low = at.mean - at.deviation, high = at.mean + at.deviation;
        low = panel->logarithmic && low <= 0.0 ? at.least : low;
        thinned_range(&band, i, place_of(panel, group, epoch), at.mean, low, high);
        cover(panel, metrics, i, low);
        cover(panel, metrics, i, high);
    }
    thinned_end(&band);
    panel->banded = true;
}

static bool has_limit(const struct quantity *quantity)
{
    return quantity->limit != METRICS_EPOCH;
}

static void add_line(struct panel *panel, const struct run_group *group, enum metrics_column column)
{
    const struct metrics *metrics = &group->runs->metrics;
    struct thinned line = thinned_begin(panel->figure, metrics->rows);
    for (size_t i = 0; i < metrics->rows; i++) {
        double epoch = metrics->row[i].values[METRICS_EPOCH];
        double mean = run_spread_of(group, panel->quantity, column, epoch).mean;
        if (isnan(mean) && has_limit(panel->quantity)) {
            continue; /* it is not measured after each epoch */
        }
        thinned_point(&line, i, place_of(panel, group, epoch), mean);
        cover(panel, metrics, i, mean);
    }
    thinned_end(&line);
}

/* Of one run the curves are named after the parts of the data; of several, each after its run, and
 * training has no entry of its own, unless a run among validated ones has no other curve. */
static void name_curve(char *name, size_t size, const struct panel *panel,
                       const struct run_group *group, enum metrics_column column)
{
    const struct quantity *quantity = panel->quantity;
    bool training = column == quantity->train && run_quantity_is_paired(quantity);
    if (group->background) {
        const struct plotted_runs *runs = panel->curves->runs;
        snprintf(name, size, "%zu others, with %s", runs->background, runs->others);
        return;
    }
    if (!is_alone(panel->curves->runs)) {
        bool lacking = training && any_has_values(panel->curves->runs, quantity->validation);
        snprintf(name, size, "%s%s", group->name, lacking ? ", training" : "");
        return;
    }
    const char *part = training ? "training" : column == quantity->test ? "test" : "validation";
    bool paired = run_quantity_is_paired(quantity);
    snprintf(name, size, "%s%s%s", paired ? part : "", paired && group->count > 1 ? ", " : "",
             group->count > 1 ? group->name : "");
}

static void add_curve(struct panel *panel, const struct run_group *group, size_t number,
                      const struct columns *columns)
{
    enum metrics_column column = columns->column[number];
    bool alone = is_alone(panel->curves->runs);
    bool second = !alone && number + 1 < columns->count;
    char name[FIGURE_TITLE_BYTES] = "";
    if (!second) {
        name_curve(name, sizeof name, panel, group, column);
    }
    size_t colour = alone ? number : group->colour;
    if (group->count > 1 && !panel->curves->text && !group->background) {
        add_band(panel, group, colour, column);
    }
    figure_curve(panel->figure,
                 group->background ? FIGURE_GROUND
                 : second          ? FIGURE_DASHED
                                   : group->dash,
                 colour, "%s", name);
    add_line(panel, group, column);
    panel->dashed |= second;
}

/* What the quantity is held against, in the colour of the group's curve. */
static void add_limit(struct panel *panel, const struct run_group *group)
{
    enum metrics_column limit = panel->quantity->limit;
    if (has_limit(panel->quantity) && !group->background && has_values(group, limit)) {
        figure_curve(panel->figure, FIGURE_DASHED,
                     is_alone(panel->curves->runs) ? 0 : group->colour, "%s", "");
        add_line(panel, group, limit);
    }
}

/* Marks the epoch whose weights are saved, with the panel's own figure, which is never left out of
 * the range. Seeds have each their own epoch. */
static void add_saved(struct panel *panel, const struct run_group *group,
                      enum metrics_column column)
{
    const struct plotted_run *run = group->runs;
    const struct metrics_row *row = plotted_run_row(run, run->saved);
    if (group->count > 1 || group->background || row == NULL) {
        return;
    }
    bool alone = is_alone(panel->curves->runs);
    double x = row->values[panel->curves->abscissa->column];
    double y = run_quantity_drawn(panel->quantity, row->values[column]);
    if (isnan(y)) {
        return;
    }
    if (alone) {
        figure_curve(panel->figure, FIGURE_CIRCLES, 0, "saved weights, epoch %.0f", run->saved);
    } else {
        figure_curve(panel->figure, FIGURE_CIRCLES, 0, "saved weights");
    }
    figure_point(panel->figure, x, y);
    extend(&panel->behind, y);
    if (panel->curves->runs->group_count <= UNCROWDED) {
        figure_label(panel->figure, "%.4g%s", y, panel->quantity->unit);
    }
}

static void add_curves(struct panel *panel)
{
    const struct plotted_runs *runs = panel->curves->runs;
    for (size_t g = 0; g < runs->group_count; g++) {
        struct columns columns = columns_of(panel->curves, panel->quantity, &runs->groups[g]);
        for (size_t i = 0; i < columns.count; i++) {
            add_curve(panel, &runs->groups[g], i, &columns);
        }
        add_limit(panel, &runs->groups[g]);
    }
}

/* On top of all curves, and behind them in the legend. */
static void add_marks(struct panel *panel)
{
    const struct plotted_runs *runs = panel->curves->runs;
    for (size_t g = 0; g < runs->group_count; g++) {
        bool validated = has_values(&runs->groups[g], panel->quantity->validation);
        add_saved(panel, &runs->groups[g],
                  validated ? panel->quantity->validation : panel->quantity->train);
    }
}

/* How bad it was at first is left out where it would take up more than half of the range; the
 * curves then come in through the edge. What was better at first than later is always shown. */
static void choose_range(const struct panel *panel)
{
    struct figure_axis *axis = &panel->figure->panel.y;
    int good = panel->quantity->good;
    double low = good > 0 ? panel->behind.low : panel->whole.low;
    double high = good < 0 ? panel->behind.high : panel->whole.high;
    double span = high - low, whole = panel->whole.high - panel->whole.low;
    if (panel->logarithmic || good == 0 || !(span > 0.0) || whole <= 2.0 * span) {
        return;
    }
    axis->low = low - 0.05 * span;
    axis->high = high + 0.05 * span;
}

/* Whether the values of all runs span a decade, and none of them is 0. */
static bool spans_decade(const struct run_curves *curves, const struct quantity *quantity)
{
    struct figure_extent extent = NOTHING;
    for (size_t g = 0; g < curves->runs->group_count; g++) {
        const struct run_group *group = &curves->runs->groups[g];
        struct columns columns = columns_of(curves, quantity, group);
        for (size_t i = 0; i < group->count * columns.count; i++) {
            const struct metrics *metrics = &group->runs[i / columns.count].metrics;
            for (size_t row = 0; row < metrics->rows; row++) {
                double value = metrics->row[row].values[columns.column[i % columns.count]];
                extend(&extent, run_quantity_drawn(quantity, value));
            }
        }
    }
    return figure_axis_spans_decade(extent.low, extent.high);
}

static bool is_logarithmic(const struct run_curves *curves, const struct quantity *quantity)
{
    return curves->scale == RUN_CURVES_AUTO
               ? quantity->by_decades && spans_decade(curves, quantity)
               : quantity->logarithmic && curves->scale == RUN_CURVES_LOGARITHMIC;
}

/* "cross-entropy loss" where all runs have the same one. */
static void write_label(char *text, size_t size, const struct quantity *quantity,
                        const struct plotted_runs *runs)
{
    const char *loss = quantity->train == METRICS_TRAIN_LOSS ? runs->runs[0].loss : NULL;
    for (size_t r = 1; r < runs->count && loss != NULL; r++) {
        const char *other = runs->runs[r].loss;
        loss = other != NULL && strcmp(other, loss) == 0 ? loss : NULL;
    }
    snprintf(text, size, "%s%s%s", loss != NULL ? loss : "", loss != NULL ? " " : "",
             quantity->label);
}

/* "Loss (bands: standard deviation; dashed: training)". */
static void write_title(const struct panel *panel)
{
    const char *repeat = plotted_runs_repeat(panel->curves->runs);
    char mean[TEXT_SIZE] = "";
    if (panel->banded) {
        snprintf(mean, sizeof mean, "bands: standard deviation");
    } else if (repeat != NULL) {
        snprintf(mean, sizeof mean, "mean over %ss", repeat);
    }
    const char *training = panel->dashed ? "dashed: training" : "";
    bool any = mean[0] != '\0' || training[0] != '\0';
    bool both = mean[0] != '\0' && training[0] != '\0';
    snprintf(panel->figure->panel.title, sizeof panel->figure->panel.title, "%s%s%s%s%s%s",
             panel->quantity->title, any ? " (" : "", mean, both ? "; " : "", training,
             any ? ")" : "");
}

struct figure_axis run_curves_horizontal(const struct run_curves *curves)
{
    return FIGURE_AXIS(curves->abscissa->label,
                       .integers = curves->abscissa->column == METRICS_EPOCH);
}

static void add_quantity(struct figure *figure, const struct quantity *quantity,
                         const struct run_curves *curves)
{
    char label[FIGURE_TITLE_BYTES];
    write_label(label, sizeof label, quantity, curves->runs);
    struct panel panel = {.figure = figure,
                          .curves = curves,
                          .quantity = quantity,
                          .logarithmic = is_logarithmic(curves, quantity),
                          .whole = NOTHING,
                          .behind = NOTHING};
    figure_panel(figure, quantity->title, run_curves_horizontal(curves),
                 FIGURE_AXIS(label, .logarithmic = panel.logarithmic));
    add_curves(&panel);
    add_marks(&panel);
    write_title(&panel);
    choose_range(&panel);
    figure_end_panel(figure);
}

enum exit_status run_curves_add(struct figure *figure, const char *name,
                                const struct run_curves *curves)
{
    const struct quantity *quantity;
    for (size_t i = 0; (quantity = run_quantity(i)) != NULL; i++) {
        if (strcmp(quantity->name, name) == 0) {
            add_quantity(figure, quantity, curves);
            return DONE;
        }
    }
    return run_layers_add(figure, curves);
}
