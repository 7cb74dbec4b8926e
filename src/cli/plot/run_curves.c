/*
 * Describes the panels of runs. Training and validation are two colours where one run is drawn;
 * with several, each run has one colour, and training is dashed.
 */
#include "cli/plot/runs.h"

#include "cli/base/run.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* One thing to draw of each run; train, validation and test are the columns of its curves, the same
 * one where there is only one. What is drawn is offset + scale · the column's value. */
struct quantity {
    const char *name; /* on the command line */
    const char *title;
    const char *label;
    const char *unit; /* behind a number in the legend */
    enum metrics_column train;
    enum metrics_column validation;
    enum metrics_column test;
    double scale;
    double offset;
    bool higher_is_better;
    bool logarithmic; /* may be drawn so */
};

static const struct quantity quantities[] = {
    {"loss", "Loss", "loss", "", METRICS_TRAIN_LOSS, METRICS_VALIDATION_LOSS, METRICS_TEST_LOSS,
     1.0, 0.0, false, true},
    {"accuracy", "Accuracy", "accuracy, %", " %", METRICS_TRAIN_ACCURACY,
     METRICS_VALIDATION_ACCURACY, METRICS_TEST_ACCURACY, 100.0, 0.0, true, false},
    {"error", "Error rate", "misclassified samples, %", " %", METRICS_TRAIN_ACCURACY,
     METRICS_VALIDATION_ACCURACY, METRICS_TEST_ACCURACY, -100.0, 100.0, false, true},
    {"r2", "R2", "R2", "", METRICS_TRAIN_R2, METRICS_VALIDATION_R2, METRICS_TEST_R2, 1.0, 0.0, true,
     false},
    {"rmse", "RMSE", "RMSE, in the target's unit", "", METRICS_TRAIN_RMSE, METRICS_VALIDATION_RMSE,
     METRICS_TEST_RMSE, 1.0, 0.0, false, true},
    {"learning-rate", "Learning rate", "learning rate", "", METRICS_LEARNING_RATE,
     METRICS_LEARNING_RATE, METRICS_LEARNING_RATE, 1.0, 0.0, false, true},
    {"gradient-norm", "Gradient norm", "L2 norm of the gradient", "", METRICS_GRADIENT_NORM,
     METRICS_GRADIENT_NORM, METRICS_GRADIENT_NORM, 1.0, 0.0, false, true},
};

static const struct abscissa abscissae[] = {
    {"epoch", "epoch", METRICS_EPOCH},
    {"step", "step", METRICS_STEP},
    {"samples", "training samples seen", METRICS_SAMPLES},
    {"seconds", "time, s", METRICS_SECONDS},
};

enum {
    QUANTITIES = sizeof quantities / sizeof quantities[0],
    ABSCISSAE = sizeof abscissae / sizeof abscissae[0]
};

const struct abscissa *run_curves_abscissa(size_t i)
{
    return i < ABSCISSAE ? &abscissae[i] : NULL;
}

const char *run_curves_name(size_t i)
{
    return i < QUANTITIES ? quantities[i].name : i == QUANTITIES ? "layers" : NULL;
}

/* Its bounds are by the values. */
static struct figure_axis horizontal(const struct run_curves *curves)
{
    return FIGURE_AXIS(curves->abscissa->label,
                       .integers = curves->abscissa->column == METRICS_EPOCH);
}

/* What a panel is described from. */
struct panel {
    struct figure *figure;
    const struct run_curves *curves;
    const struct quantity *quantity;
    bool validated; /* whether any of the runs has values of validation */
};

/* Whether there is a curve each for training and validation. */
static bool is_paired(const struct quantity *quantity)
{
    return quantity->train != quantity->validation;
}

static double drawn(const struct quantity *quantity, double value)
{
    return quantity->offset + quantity->scale * value;
}

static bool has_values(const struct plotted_run *run, enum metrics_column column)
{
    for (size_t i = 0; i < run->metrics.rows; i++) {
        if (isfinite(run->metrics.row[i].values[column])) {
            return true;
        }
    }
    return false;
}

/* "validation, best 0.0831 at epoch 12". */
static void describe_best(char *title, size_t size, const struct quantity *quantity,
                          const struct metrics *metrics)
{
    double sign = quantity->higher_is_better ? 1.0 : -1.0;
    double best = NAN, epoch = NAN;
    for (size_t i = 0; i < metrics->rows; i++) {
        double y = drawn(quantity, metrics->row[i].values[quantity->validation]);
        if (!isfinite(best) || sign * y > sign * best) {
            best = y;
            epoch = metrics->row[i].values[METRICS_EPOCH];
        }
    }
    snprintf(title, size, "validation, best %.4g%s at epoch %.0f", best, quantity->unit, epoch);
}

static void add_points(const struct panel *panel, const struct metrics *metrics,
                       enum metrics_column column)
{
    for (size_t i = 0; i < metrics->rows; i++) {
        const double *values = metrics->row[i].values;
        figure_point(panel->figure, values[panel->curves->abscissa->column],
                     drawn(panel->quantity, values[column]));
    }
}

/* Several runs are told apart by name, and their training curves have no entry of their own, unless
 * a run among validated ones has no other curve. True if the curve is dashed. */
static bool add_training(const struct panel *panel, const struct plotted_run *run, size_t number)
{
    bool dashed = panel->curves->count > 1 && panel->validated;
    enum figure_style style = dashed ? FIGURE_DASHED : FIGURE_SOLID;
    if (panel->curves->count == 1) {
        figure_curve(panel->figure, style, number, "training");
    } else if (!panel->validated) {
        figure_curve(panel->figure, style, number, "%s", run->name);
    } else if (!has_values(run, panel->quantity->validation)) {
        figure_curve(panel->figure, style, number, "%s, training", run->name);
    } else {
        figure_curve(panel->figure, style, number, NULL);
    }
    add_points(panel, &run->metrics, panel->quantity->train);
    return dashed;
}

static void add_validation(const struct panel *panel, const struct plotted_run *run, size_t number)
{
    char title[FIGURE_TITLE_BYTES] = "";
    bool paired = is_paired(panel->quantity);
    bool alone = panel->curves->count == 1;
    if (!alone) {
        snprintf(title, sizeof title, "%s", run->name);
    } else if (paired) {
        describe_best(title, sizeof title, panel->quantity, &run->metrics);
    }
    figure_curve(panel->figure, FIGURE_SOLID, alone && paired ? 1 : number, "%s", title);
    add_points(panel, &run->metrics, panel->quantity->validation);
}

/* Of a run that is drawn alone, where it was recorded. */
static void add_test(const struct panel *panel, const struct plotted_run *run)
{
    bool alone = panel->curves->count == 1 && !panel->curves->one_a_run;
    if (alone && is_paired(panel->quantity) && has_values(run, panel->quantity->test)) {
        figure_curve(panel->figure, FIGURE_SOLID, 2, "test");
        add_points(panel, &run->metrics, panel->quantity->test);
    }
}

/* True if it added a dashed curve. */
static bool add_run(const struct panel *panel, const struct plotted_run *run, size_t number)
{
    const struct quantity *quantity = panel->quantity;
    bool dashed = false;
    bool validated = has_values(run, quantity->validation);
    bool one = validated && (!is_paired(quantity) || panel->curves->one_a_run);
    if (!one && has_values(run, quantity->train)) {
        dashed = add_training(panel, run, number);
    }
    if (validated) {
        add_validation(panel, run, number);
    }
    add_test(panel, run);
    return dashed;
}

/*
 * The first row is the untrained network. Where it would squeeze all that was learnt into less than
 * a third of the panel, it is left out of the range, and the curve comes in through the edge.
 */
static void choose_range(struct figure_panel *panel)
{
    double span = panel->later_y.high - panel->later_y.low;
    double whole = panel->all_y.high - panel->all_y.low;
    if (panel->y.logarithmic || !(span > 0.0) || whole <= 3.0 * span) {
        return;
    }
    double margin = 0.05 * span;
    panel->y.low = panel->later_y.low - margin;
    panel->y.high = panel->later_y.high + margin;
}

/* "cross-entropy loss" where all runs have the same one. */
static void write_label(char *text, size_t size, const struct quantity *quantity,
                        const struct run_curves *curves)
{
    const char *loss = quantity->train == METRICS_TRAIN_LOSS ? curves->runs[0].loss : NULL;
    for (size_t r = 1; r < curves->count && loss != NULL; r++) {
        const char *other = curves->runs[r].loss;
        loss = other != NULL && strcmp(other, loss) == 0 ? loss : NULL;
    }
    snprintf(text, size, "%s%s%s", loss != NULL ? loss : "", loss != NULL ? " " : "",
             quantity->label);
}

static void add_quantity(struct figure *figure, const struct quantity *quantity,
                         const struct run_curves *curves)
{
    char label[FIGURE_TITLE_BYTES];
    write_label(label, sizeof label, quantity, curves);
    struct panel panel = {figure, curves, quantity, false};
    for (size_t r = 0; r < curves->count; r++) {
        panel.validated |= has_values(&curves->runs[r], quantity->validation);
    }
    figure_panel(figure, quantity->title, horizontal(curves),
                 FIGURE_AXIS(label, .logarithmic = curves->logarithmic && quantity->logarithmic));
    bool dashed = false;
    for (size_t r = 0; r < curves->count; r++) {
        dashed = add_run(&panel, &curves->runs[r], r) || dashed;
    }
    if (dashed) {
        snprintf(figure->panel.title, sizeof figure->panel.title, "%s (dashed: training)",
                 quantity->title);
    }
    choose_range(&figure->panel);
    figure_end_panel(figure);
}

/* One way to break a line for each run; the fifth looks like the first again. */
static const enum figure_style styles[] = {FIGURE_SOLID, FIGURE_DASHED, FIGURE_DOTTED,
                                           FIGURE_DASH_DOTTED};

enum { STYLES = sizeof styles / sizeof styles[0] };

/* The value on the horizontal axis at an epoch's end; NaN where metrics.csv has no such row. */
static double abscissa_at(const struct run_curves *curves, const struct metrics *metrics,
                          double epoch)
{
    for (size_t i = 0; i < metrics->rows; i++) {
        if (metrics->row[i].values[METRICS_EPOCH] >= epoch) {
            bool same = metrics->row[i].values[METRICS_EPOCH] <= epoch;
            return same ? metrics->row[i].values[curves->abscissa->column] : NAN;
        }
    }
    return NAN;
}

static void add_layer(struct figure *figure, const struct run_curves *curves, size_t run,
                      const struct layers *layers, size_t layer, size_t colour)
{
    const struct plotted_run *of = &curves->runs[run];
    bool several = curves->count > 1;
    figure_curve(figure, styles[run % STYLES], colour, "%s%slayer %zu", several ? of->name : "",
                 several ? ", " : "", layer);
    for (size_t r = 0; r < layers->rows; r++) {
        const struct layers_row *row = &layers->row[r];
        if ((size_t)row->layer == layer) {
            figure_point(figure, abscissa_at(curves, &of->metrics, row->epoch), row->gradient_norm);
        }
    }
}

/* A run without the file has none. */
static enum exit_status load(struct layers *layers, const struct plotted_run *run)
{
    struct run_path path;
    snprintf(path.text, sizeof path.text, "%s/" RUN_LAYERS, run->folder);
    return access(path.text, F_OK) == 0 ? layers_load(layers, path.text) : DONE;
}

/* The gradient's norm by layer. With several runs, each run's curves are named after it; layers
 * keep their colours, and runs differ in how their lines are broken; in text each curve is another
 * one.
 */
static enum exit_status add_layers(struct figure *figure, const struct run_curves *curves)
{
    figure_panel(
        figure, "Gradient norm by layer", horizontal(curves),
        FIGURE_AXIS("L2 norm over all training samples", .logarithmic = curves->logarithmic));
    enum exit_status status = DONE;
    size_t number = 0;
    for (size_t r = 0; r < curves->count && status == DONE; r++) {
        struct layers layers = {0};
        status = load(&layers, &curves->runs[r]);
        for (size_t l = 1; l <= layers.layers && status == DONE; l++) {
            add_layer(figure, curves, r, &layers, l, curves->one_a_run ? number : l - 1);
            number++;
        }
        layers_free(&layers);
    }
    figure_end_panel(figure);
    return status;
}

enum exit_status run_curves_add(struct figure *figure, const char *name,
                                const struct run_curves *curves)
{
    for (size_t i = 0; i < QUANTITIES; i++) {
        if (strcmp(quantities[i].name, name) == 0) {
            add_quantity(figure, &quantities[i], curves);
            return DONE;
        }
    }
    return add_layers(figure, curves);
}
