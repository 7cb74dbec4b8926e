/*
 * Panels over the batch size: steps with the law that they follow, seconds, and learning rates
 * beside the rules.
 */
#include "cli/plot/studies.h"

#include "cli/base/text.h"

#include <string.h>

/* Room beside the first and the last batch size, as a factor. */
static const double beside = 1.25;

/* Room for the name of the last region, as a factor of where it begins. */
static const double last_region = 6.0;

/* The factor between intervals of several laws at one batch size. */
static const double apart = 1.06;

/* Points of a curve that is drawn without its points. */
enum { CURVE_POINTS = 65 };

/* The batch size through whose learning rate the rules go, or the nearest one. */
static const double base_batch = 32.0;

static double first_batch(const struct study_law *law)
{
    return law->settings[0]->batch;
}

static double last_batch(const struct study_law *law)
{
    return law->settings[law->count - 1]->batch;
}

/* Shallue's regions are those of one law. */
static bool has_regions(const struct study_laws *laws)
{
    return laws->count == 1 && study_law_fits(&laws->rows[0]);
}

/* Where they reach into the last region there is room for its name, in all panels alike. */
struct figure_axis study_panels_batches(const struct study_laws *laws)
{
    double low = HUGE_VAL, high = 0.0;
    for (size_t l = 0; l < laws->count; l++) {
        low = fmin(low, first_batch(&laws->rows[l]));
        high = fmax(high, last_batch(&laws->rows[l]));
    }
    double edge = has_regions(laws) ? STUDY_REGION_FACTOR * laws->rows[0].batch.value : HUGE_VAL;
    high *= beside;
    high = edge < high ? fmax(high, last_region * edge) : high;
    return (struct figure_axis){
        .label = "batch size", .low = low / beside, .high = high, .doubling = true};
}

void study_panels_range(struct figure *figure, double x, const struct study_figure *values,
                        double scale)
{
    double y = scale * values->median;
    figure_range(figure, x, y, isnan(values->low) ? y : scale * values->low,
                 isnan(values->high) ? y : scale * values->high);
}

bool study_panels_is_repeated(const struct plotted_study *plotted)
{
    return plotted->study.seed_count > 1 || plotted->study.options.folds > 0;
}

/* What points are called: those of several laws by these, so that the title says what they are. */
static const char *legend_of(const struct plotted_study *plotted, const struct study_law *law)
{
    return plotted->laws.count > 1             ? law->name
           : study_panels_is_repeated(plotted) ? "median, 95 % interval"
                                               : "";
}

void study_panels_begin(struct figure *figure, const struct plotted_study *plotted,
                        const char *title, struct figure_axis vertical)
{
    char text[FIGURE_TITLE_BYTES];
    snprintf(text, sizeof text, "%s%s", title,
             plotted->laws.count > 1 && study_panels_is_repeated(plotted)
                 ? " (medians, 95 % intervals)"
                 : "");
    figure_panel(figure, text, study_panels_batches(&plotted->laws), vertical);
}

/* Intervals of several laws stand side by side. */
static double place_of(const struct study_laws *laws, size_t law,
                       const struct study_summary *setting)
{
    return setting->batch * pow(apart, (double)law - (double)(laws->count - 1) / 2.0);
}

void study_panels_curve(struct figure *figure, const struct plotted_study *plotted, size_t number,
                        enum figure_style style, size_t offset, double scale)
{
    const struct study_laws *laws = &plotted->laws;
    const struct study_law *law = &laws->rows[number];
    figure_curve(figure, style, number, "%s",
                 style == FIGURE_RANGES ? legend_of(plotted, law) : "");
    for (size_t i = 0; i < law->count; i++) {
        const void *values = (const char *)law->settings[i] + offset;
        study_panels_range(figure, place_of(laws, number, law->settings[i]), values, scale);
    }
}

static void add_regions(struct figure *figure, const struct study_laws *laws)
{
    const struct study_law *law = &laws->rows[0];
    if (has_regions(laws)) {
        double low = law->batch.value / STUDY_REGION_FACTOR;
        double high = law->batch.value * STUDY_REGION_FACTOR;
        figure_region(figure, 0.0, low, "perfect\nscaling");
        figure_region(figure, low, high, "diminishing\nreturns");
        figure_region(figure, high, HUGE_VAL, "maximal\ndata\nparallelism");
    }
}

/* The batch size at point i of a curve. */
static double curve_batch(const struct study_law *law, int i)
{
    double part = (double)i / (CURVE_POINTS - 1);
    return first_batch(law) * pow(last_batch(law) / first_batch(law), part);
}

/* The fitted steps, of which one term may be all. */
static void write_law(char *text, size_t size, const struct study_law *law)
{
    char steps[TEXT_SIZE], batch[TEXT_SIZE];
    text_digits(steps, law->steps.value);
    if (!(law->batch.value > 0.0)) {
        snprintf(text, size, "steps = %s", steps);
    } else if (isinf(law->batch.value)) {
        snprintf(text, size, "steps = %s / batch", text_digits(steps, law->samples.value));
    } else {
        snprintf(text, size, "steps = %s (1 + %s / batch)", steps,
                 text_digits(batch, law->batch.value));
    }
}

static void add_law(struct figure *figure, const struct study_law *law, size_t colour, bool alone)
{
    char name[64];
    write_law(name, sizeof name, law);
    figure_curve(figure, FIGURE_SOLID, colour, "%s", alone ? name : "");
    for (int i = 0; i < CURVE_POINTS; i++) {
        double batch = curve_batch(law, i);
        figure_point(figure, batch, study_law_steps(law, batch));
    }
}

/* Of several laws each has its number beside it. */
static void add_critical(struct figure *figure, const struct study_law *law, bool alone)
{
    const struct study_estimate *batch = &law->batch;
    if (!study_law_fits(law) || batch->value < first_batch(law) || batch->value > last_batch(law)) {
        return;
    }
    char name[160] = "critical batch size", value[TEXT_SIZE], low[TEXT_SIZE], high[TEXT_SIZE];
    text_digits(value, batch->value);
    if (alone) {
        text_append(name, sizeof name, " %s", value);
    }
    if (alone && isfinite(batch->low) && isfinite(batch->high)) {
        text_append(name, sizeof name, " (%s to %s)", text_digits(low, batch->low),
                    text_digits(high, batch->high));
    }
    figure_curve(figure, FIGURE_CROSSES, 0, "%s", name);
    figure_point(figure, batch->value, study_law_steps(law, batch->value));
    if (!alone) {
        figure_label(figure, "%s", value);
    }
}

static void add_steps(struct figure *figure, const struct plotted_study *plotted)
{
    const struct study_laws *laws = &plotted->laws;
    bool alone = laws->count == 1;
    study_panels_begin(figure, plotted, "Steps to the target",
                       FIGURE_AXIS("steps", .logarithmic = true));
    add_regions(figure, laws);
    for (size_t l = 0; l < laws->count; l++) {
        const struct study_law *law = &laws->rows[l];
        study_panels_curve(figure, plotted, l, FIGURE_RANGES, offsetof(struct study_summary, steps),
                           1.0);
        if (study_law_fits(law)) {
            add_law(figure, law, alone ? 1 : l, alone);
        }
        add_critical(figure, law, alone);
    }
}

static const struct study_summary *find_fastest(const struct study_law *law)
{
    const struct study_summary *fastest = NULL;
    for (size_t i = 0; i < law->count; i++) {
        double seconds = law->settings[i]->seconds.median;
        if (isfinite(seconds) && (fastest == NULL || seconds < fastest->seconds.median)) {
            fastest = law->settings[i];
        }
    }
    return fastest;
}

static void add_seconds(struct figure *figure, const struct plotted_study *plotted)
{
    const struct study_laws *laws = &plotted->laws;
    study_panels_begin(figure, plotted, "Seconds to the target",
                       FIGURE_AXIS("seconds", .logarithmic = true));
    for (size_t l = 0; l < laws->count; l++) {
        const struct study_law *law = &laws->rows[l];
        const struct study_summary *fastest = find_fastest(law);
        char text[TEXT_SIZE];
        figure_curve(figure, FIGURE_SOLID, l, "%s", "");
        for (size_t i = 0; i < law->count; i++) {
            figure_point(figure, place_of(laws, l, law->settings[i]),
                         law->settings[i]->seconds.median);
            if (law->settings[i] == fastest) {
                figure_label(figure, "%s s", text_digits(text, fastest->seconds.median));
            }
        }
        study_panels_curve(figure, plotted, l, FIGURE_RANGES,
                           offsetof(struct study_summary, seconds), 1.0);
        if (fastest != NULL) {
            figure_curve(figure, FIGURE_CIRCLES, 0, "fastest");
            figure_point(figure, place_of(laws, l, fastest), fastest->seconds.median);
        }
    }
}

static const struct study_summary *find_base(const struct study_law *law)
{
    const struct study_summary *base = NULL;
    double nearest = HUGE_VAL;
    for (size_t i = 0; i < law->count; i++) {
        double distance = fabs(log(law->settings[i]->batch / base_batch));
        if (isfinite(law->settings[i]->lr) && distance < nearest) {
            base = law->settings[i];
            nearest = distance;
        }
    }
    return base;
}

static void add_rule(struct figure *figure, const struct study_law *law, enum figure_style style,
                     size_t colour, double power, const char *name)
{
    const struct study_summary *base = find_base(law);
    if (base != NULL && first_batch(law) < last_batch(law)) {
        figure_curve(figure, style, colour, "%s", name);
        for (int i = 0; i < CURVE_POINTS; i++) {
            double batch = curve_batch(law, i);
            figure_point(figure, batch, base->lr * pow(batch / base->batch, power));
        }
    }
}

static void add_rates_of(struct figure *figure, const struct study_law *law,
                         enum figure_style style, size_t colour, const char *name)
{
    figure_curve(figure, style, colour, "%s", name);
    for (size_t i = 0; i < law->count; i++) {
        figure_point(figure, law->settings[i]->batch, law->settings[i]->lr);
    }
}

static void add_rates(struct figure *figure, const struct plotted_study *plotted)
{
    const struct study_laws *laws = &plotted->laws;
    bool alone = laws->count == 1;
    bool tuned = plotted->study.options.lr_rule == STUDY_LR_TUNE;
    const char *name = tuned ? "tuned learning rate" : "learning rate";
    figure_panel(figure, "Learning rate", study_panels_batches(laws),
                 FIGURE_AXIS("learning rate", .logarithmic = true));
    for (size_t l = 0; l < laws->count; l++) {
        const struct study_law *law = &laws->rows[l];
        add_rule(figure, law, FIGURE_DASHED, alone ? 1 : l, 1.0, l == 0 ? "linear rule" : "");
        add_rule(figure, law, FIGURE_DOTTED, alone ? 2 : l, 0.5, l == 0 ? "square-root rule" : "");
        add_rates_of(figure, law, FIGURE_SOLID, l, alone ? name : "");
        if (!alone) {
            add_rates_of(figure, law, FIGURE_RANGES, l, law->name);
        }
    }
}

static bool has_laws(const struct plotted_study *plotted)
{
    return plotted->laws.count > 0;
}

static bool has_target(const struct plotted_study *plotted)
{
    return has_laws(plotted) && plotted->summaries.target;
}

static bool has_seconds(const struct plotted_study *plotted)
{
    bool found = false;
    for (size_t l = 0; l < plotted->laws.count && !found; l++) {
        found = find_fastest(&plotted->laws.rows[l]) != NULL;
    }
    return found;
}

static bool has_rates(const struct plotted_study *plotted)
{
    return has_laws(plotted) && plotted->study.options.lr_rule != STUDY_LR_AS_GIVEN;
}

static bool has_values(const struct plotted_study *plotted)
{
    return plotted->summaries.count > 0;
}

static const struct {
    const char *name;
    bool (*has)(const struct plotted_study *plotted);
    void (*add)(struct figure *figure, const struct plotted_study *plotted);
} panels[] = {
    {"steps", has_target, add_steps},
    {"seconds", has_seconds, add_seconds},
    {"rates", has_rates, add_rates},
    {"best", has_values, study_best_add},
};

enum { PANELS = sizeof panels / sizeof panels[0] };

const char *study_panels_name(size_t i)
{
    return i < PANELS ? panels[i].name : NULL;
}

bool study_panels_has(const struct plotted_study *plotted, const char *name)
{
    size_t i = 0;
    while (i < PANELS && strcmp(panels[i].name, name) != 0) {
        i++;
    }
    return i < PANELS && panels[i].has(plotted);
}

void study_panels_add(struct figure *figure, const char *name, const struct plotted_study *plotted)
{
    for (size_t i = 0; i < PANELS; i++) {
        if (strcmp(panels[i].name, name) == 0 && panels[i].has(plotted)) {
            panels[i].add(figure, plotted);
            figure_end_panel(figure);
        }
    }
}

void study_panels_standard(const struct plotted_study *plotted, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < PANELS; i++) {
        if (panels[i].has(plotted)) {
            text_append(text, size, "%s%s", text[0] == '\0' ? "" : ",", panels[i].name);
        }
    }
    if (!has_target(plotted)) {
        bool numbers = plotted->summaries.count > 0 && plotted->summaries.rows[0].r2.count > 0.0;
        text_append(text, size, "%s%s", text[0] == '\0' ? "" : ",",
                    numbers ? "loss,r2" : "loss,accuracy");
    }
}
