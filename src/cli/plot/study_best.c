/*
 * What settings are worth by validation: over batch sizes, by the values of each option that is
 * varied, or, where none is, trial by trial.
 */
#include "cli/plot/studies.h"

#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/plot/figure_axis.h"
#include "cli/sweep/chosen.h"

#include <stdlib.h>
#include <string.h>

enum { BEST_COLOUR = 0, OTHERS_COLOUR = 4 };

/* Room on both sides of numbers, as a part of their range. */
#define BESIDE 0.04

/* A figure that settings are judged by. */
struct kind {
    const char *title, *label, *unit;
    double scale;
    int good;                /* which end is better: 1 high, -1 low */
    size_t summary, outcome; /* where it is */
};

#define KIND_OF(member)                                                                            \
    offsetof(struct study_summary, member), offsetof(struct study_outcome, validation_##member)

static const struct kind kinds[] = {
    {"Validation accuracy", "validation accuracy, %", " %", 100.0, 1, KIND_OF(accuracy)},
    {"Validation R2", "validation R2", "", 1.0, 1, KIND_OF(r2)},
    {"Validation loss", "validation loss", "", 1.0, -1, KIND_OF(loss)},
};

static const struct kind way = {"Epochs to the target",
                                "epochs to the target",
                                "",
                                1.0,
                                -1,
                                offsetof(struct study_summary, epochs),
                                offsetof(struct study_outcome, target_epochs)};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* The settings of a study along one option that is varied. */
struct scale {
    const struct plotted_study *plotted;
    const struct kind *kind;
    const char *option;
    double *places;     /* of each setting; NaN for none */
    const char **names; /* of categories, at 0, 1, …; for numbers there are none */
    size_t name_count;
    double *distinct; /* the places that differ, in order */
    size_t values;
};

static const struct study_figure *figure_of(const struct kind *kind,
                                            const struct study_summary *setting)
{
    return (const struct study_figure *)(const void *)((const char *)setting + kind->summary);
}

static bool any_has(const struct study_summaries *summaries, const struct kind *kind)
{
    bool found = false;
    for (size_t i = 0; i < summaries->count && !found; i++) {
        found = isfinite(figure_of(kind, &summaries->rows[i])->median);
    }
    return found;
}

/* How soon a target is reached, or the first figure that any setting has; NULL where none has
 * ended. Over batch sizes the way to the target has panels of its own. */
static const struct kind *find_kind(const struct plotted_study *plotted)
{
    const struct study_summaries *summaries = &plotted->summaries;
    if (summaries->target && plotted->laws.count == 0 && any_has(summaries, &way)) {
        return &way;
    }
    for (size_t k = 0; k < KINDS; k++) {
        if (any_has(summaries, &kinds[k])) {
            return &kinds[k];
        }
    }
    return NULL;
}

static struct figure_axis vertical_of(const struct kind *kind,
                                      const struct study_summaries *summaries)
{
    struct figure_extent extent = {HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < summaries->count; i++) {
        extent.low = fmin(extent.low, figure_of(kind, &summaries->rows[i])->median);
        extent.high = fmax(extent.high, figure_of(kind, &summaries->rows[i])->median);
    }
    bool spans = kind->good < 0 && figure_axis_spans_decade(extent.low, extent.high);
    return FIGURE_AXIS(kind->label, .logarithmic = spans);
}

/* By what settings are compared; NaN where nothing is known of one. */
static double goodness(const struct scale *scale, size_t setting)
{
    const struct study_figure *values =
        figure_of(scale->kind, &scale->plotted->summaries.rows[setting]);
    return scale->kind->good * (isfinite(values->mean) ? values->mean : values->median);
}

/* The best of the settings at a place; their number where there is none. */
static size_t find_best(const struct scale *scale, double place)
{
    size_t count = scale->plotted->summaries.count, best = count;
    for (size_t i = 0; i < count; i++) {
        if (scale->places[i] == place && isfinite(goodness(scale, i)) &&
            (best == count || goodness(scale, i) > goodness(scale, best))) {
            best = i;
        }
    }
    return best;
}

static void add_setting(struct figure *figure, const struct scale *scale, size_t setting)
{
    const struct study_figure *values =
        figure_of(scale->kind, &scale->plotted->summaries.rows[setting]);
    study_panels_range(figure, scale->places[setting], values, scale->kind->scale);
}

/* The best at each place: points with their intervals, or the line between them. */
static void add_best(struct figure *figure, const struct scale *scale, enum figure_style style,
                     const char *name)
{
    figure_curve(figure, style, BEST_COLOUR, "%s", name);
    for (size_t v = 0; v < scale->values; v++) {
        size_t best = find_best(scale, scale->distinct[v]);
        if (best < scale->plotted->summaries.count) {
            add_setting(figure, scale, best);
        }
    }
}

static void add_best_of_each(struct figure *figure, const struct scale *scale, bool alone)
{
    bool repeated = study_panels_is_repeated(scale->plotted);
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", alone ? "" : "best at each value",
             repeated && !alone ? ": " : "", repeated ? "median, 95 % interval" : "");
    if (scale->name_count == 0) {
        add_best(figure, scale, FIGURE_SOLID, "");
    }
    add_best(figure, scale, FIGURE_RANGES, name);
}

static void add_all(struct figure *figure, const struct scale *scale, const char *name)
{
    figure_curve(figure, FIGURE_DOTS, OTHERS_COLOUR, "%s", name);
    for (size_t i = 0; i < scale->plotted->summaries.count; i++) {
        figure_point(figure, scale->places[i],
                     scale->kind->scale *
                         figure_of(scale->kind, &scale->plotted->summaries.rows[i])->median);
    }
}

/* The setting that the study's report names. Where the option has no effect on it, it has no place,
 * and no circle. */
static void add_chosen(struct figure *figure, const struct scale *scale)
{
    const struct study_summaries *summaries = &scale->plotted->summaries;
    const struct study_summary *setting = study_choose(summaries).setting;
    if (setting != NULL) {
        double y = scale->kind->scale * figure_of(scale->kind, setting)->median;
        figure_curve(figure, FIGURE_CIRCLES, 0, "chosen setting");
        figure_point(figure, scale->places[setting - summaries->rows], y);
        figure_label(figure, "%.4g%s", y, scale->kind->unit);
    }
}

static struct figure_axis horizontal_of(const struct scale *scale)
{
    double low = scale->distinct[0], high = scale->distinct[scale->values - 1];
    bool logarithmic = scale->name_count == 0 && figure_axis_spans_decade(low, high);
    double room = logarithmic ? pow(high / low, BESIDE) : BESIDE * (high - low);
    return (struct figure_axis){
        .label = scale->option,
        .low = logarithmic ? low / room : low - room,
        .high = logarithmic ? high * room : high + room,
        .logarithmic = logarithmic,
        .names = scale->names,
        .name_count = scale->name_count,
    };
}

/* Of a grid the best at each value, of settings that are drawn all. */
static void add_option(struct figure *figure, const struct scale *scale)
{
    bool drawn = scale->plotted->study.options.trials > 0;
    bool alone = scale->values == scale->plotted->summaries.count;
    char title[FIGURE_TITLE_BYTES];
    snprintf(title, sizeof title, "%s by %s", scale->kind->title, scale->option);
    figure_panel(figure, title, horizontal_of(scale),
                 vertical_of(scale->kind, &scale->plotted->summaries));
    if (drawn || !alone) {
        add_all(figure, scale, drawn ? "setting" : "other settings");
    }
    if (!drawn) {
        add_best_of_each(figure, scale, alone);
    }
    add_chosen(figure, scale);
    figure_end_panel(figure);
}

/* The number of a category, which is a new one where it is not known yet. */
static double place_of_name(struct scale *scale, const char *name)
{
    size_t i = 0;
    while (i < scale->name_count && strcmp(scale->names[i], name) != 0) {
        i++;
    }
    scale->names[i] = name;
    scale->name_count += i == scale->name_count;
    return (double)i;
}

static const char *value_of(const struct scale *scale, size_t setting)
{
    const struct plotted_study *plotted = scale->plotted;
    return study_setting_value(&plotted->study, plotted->summaries.rows[setting].setting,
                               scale->option);
}

static bool has_no_effect(const char *value)
{
    return strcmp(value, STUDY_NO_EFFECT) == 0;
}

static bool are_numbers(const struct scale *scale)
{
    bool numbers = true;
    for (size_t i = 0; i < scale->plotted->summaries.count && numbers; i++) {
        const char *value = value_of(scale, i);
        double number;
        numbers = has_no_effect(value) || text_read_number(&number, value);
    }
    return numbers;
}

static void find_distinct(struct scale *scale)
{
    size_t count = 0;
    for (size_t i = 0; i < scale->plotted->summaries.count; i++) {
        if (!isnan(scale->places[i])) {
            scale->distinct[count++] = scale->places[i];
        }
    }
    bootstrap_sort(scale->distinct, count);
    scale->values = 0;
    for (size_t i = 0; i < count; i++) {
        if (scale->values == 0 || scale->distinct[i] > scale->distinct[scale->values - 1]) {
            scale->distinct[scale->values++] = scale->distinct[i];
        }
    }
}

static void find_places(struct scale *scale, const struct study_axis *axis)
{
    bool numbers = are_numbers(scale);
    for (size_t v = 0; v < axis->count && axis->values != NULL && !numbers; v++) {
        place_of_name(scale, axis->values[v]); /* in the order in which they were given */
    }
    for (size_t i = 0; i < scale->plotted->summaries.count; i++) {
        const char *value = value_of(scale, i);
        scale->places[i] = NAN;
        if (!numbers) {
            scale->places[i] = place_of_name(scale, value);
        } else if (!has_no_effect(value)) {
            text_read_number(&scale->places[i], value);
        }
    }
    find_distinct(scale);
}

/* Learning rates that a rule finds are no choice of their own. */
static bool is_chosen(const struct study *study, const char *option)
{
    return study->options.lr_rule == STUDY_LR_AS_GIVEN || strcmp(option, "lr") != 0;
}

static size_t count_values(const struct study *study)
{
    size_t most = 0;
    for (size_t a = 0; a < study->axis_count; a++) {
        most = study->axes[a].count > most ? study->axes[a].count : most;
    }
    return most;
}

static void add_options(struct figure *figure, const struct plotted_study *plotted,
                        const struct kind *kind)
{
    size_t count = plotted->summaries.count;
    struct scale scale = {.plotted = plotted, .kind = kind};
    scale.places = calloc(count, sizeof *scale.places);
    scale.distinct = calloc(count, sizeof *scale.distinct);
    scale.names = calloc(count + count_values(&plotted->study), sizeof *scale.names);
    figure->out_of_memory |= scale.places == NULL || scale.distinct == NULL || scale.names == NULL;
    for (size_t a = 0; a < plotted->study.axis_count && !figure->out_of_memory; a++) {
        const struct study_axis *axis = &plotted->study.axes[a];
        scale.option = axis->option;
        scale.name_count = 0;
        find_places(&scale, axis);
        if (scale.values > 1 && is_chosen(&plotted->study, scale.option)) {
            add_option(figure, &scale);
        }
    }
    free(scale.places);
    free(scale.distinct);
    free(scale.names);
}

static void add_batches(struct figure *figure, const struct plotted_study *plotted,
                        const struct kind *kind)
{
    study_panels_begin(figure, plotted, kind->title, vertical_of(kind, &plotted->summaries));
    for (size_t i = 0; i < plotted->laws.count; i++) {
        study_panels_curve(figure, plotted, i, FIGURE_SOLID, kind->summary, kind->scale);
        study_panels_curve(figure, plotted, i, FIGURE_RANGES, kind->summary, kind->scale);
    }
}

static double outcome_of(const struct kind *kind, const struct study_outcome *outcome)
{
    double value;
    memcpy(&value, (const char *)outcome + kind->outcome, sizeof value);
    return outcome->state == STUDY_TRIAL_DONE ? kind->scale * value : NAN;
}

static void add_mean(struct figure *figure, const struct kind *kind, const struct moments *moments)
{
    const struct figure_axis *x = &figure->panel.x;
    figure_curve(figure, FIGURE_DASHED, 1, "mean %.4g%s, standard deviation %.2g",
                 moments_mean(moments), kind->unit, moments_deviation(moments));
    figure_point(figure, x->low, moments_mean(moments));
    figure_point(figure, x->high, moments_mean(moments));
}

/* Folds, or seeds, one by one, and their mean. */
static void add_trials(struct figure *figure, const struct plotted_study *plotted,
                       const struct kind *kind)
{
    const struct study *study = &plotted->study;
    bool folds = study->options.folds > 0;
    struct moments moments = {0};
    figure_panel(figure, kind->title, FIGURE_AXIS(folds ? "fold" : "seed", .integers = true),
                 vertical_of(kind, &plotted->summaries));
    figure_curve(figure, FIGURE_DOTS, BEST_COLOUR, "%s", folds ? "each fold" : "each seed");
    for (size_t t = 0; t < study->trial_count; t++) {
        double value = outcome_of(kind, &study->outcomes[t]);
        const struct study_trial *trial = &study->trials[t];
        figure_point(figure, (double)(folds ? trial->fold : trial->seed), value);
        if (isfinite(value)) {
            moments_add(&moments, value);
        }
    }
    struct figure_axis *x = &figure->panel.x;
    x->low = figure->panel.all_x.low - 0.5;
    x->high = figure->panel.all_x.high + 0.5;
    if (moments.count > 1.0) {
        add_mean(figure, kind, &moments);
    }
}

void study_best_add(struct figure *figure, const struct plotted_study *plotted)
{
    const struct kind *kind = find_kind(plotted);
    if (kind != NULL) {
        (plotted->laws.count > 0         ? add_batches
         : plotted->study.axis_count > 0 ? add_options
                                         : add_trials)(figure, plotted, kind);
    }
}
