/*
 * Colours and dashes. A setting is a factor if it parts groups that those before it leave together:
 * the learning rate that comes with an optimizer by default is none.
 */
#include "cli/plot/run_looks.h"

#include "cli/base/text.h"
#include "cli/plot/figure_theme.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More curves than LEGIBLE are no longer told apart. */
enum { LEGIBLE = 12, SHOWN_OF_MANY = 3, COLOURS = FIGURE_PALETTE };

static const enum figure_style dashes[] = {FIGURE_SOLID, FIGURE_DASHED, FIGURE_DOTTED,
                                           FIGURE_DASH_DOTTED};

enum { DASHES = sizeof dashes / sizeof dashes[0] };

/* Which of its values each group has, as numbers from 0, and how many there are. */
struct factor {
    size_t number[LEGIBLE];
    size_t values;
};

static bool same_value(const struct run_setting *setting, const struct run_group *group,
                       const struct run_group *other)
{
    const json_t *one = run_setting_value(setting, group->runs->config);
    const json_t *two = run_setting_value(setting, other->runs->config);
    return one == NULL || two == NULL ? one == two : json_equal(one, two);
}

static struct factor factor_of(const struct plotted_runs *runs, const struct run_setting *setting)
{
    struct factor factor = {.values = 0};
    for (size_t g = 0; g < runs->group_count; g++) {
        size_t before = 0;
        while (before < g && !same_value(setting, &runs->groups[before], &runs->groups[g])) {
            before++;
        }
        factor.number[g] = before < g ? factor.number[before] : factor.values++;
    }
    return factor;
}

/* The parts into which two factors cut the groups, as a factor of its own. */
static struct factor cross(const struct factor *one, const struct factor *other, size_t count)
{
    struct factor both = {.values = 0};
    for (size_t g = 0; g < count; g++) {
        size_t before = 0;
        while (before < g && (one->number[before] != one->number[g] ||
                              other->number[before] != other->number[g])) {
            before++;
        }
        both.number[g] = before < g ? both.number[before] : both.values++;
    }
    return both;
}

/* The first two factors; false where it takes more of them to tell the groups apart. */
static bool find_factors(struct factor factors[2], const struct plotted_runs *runs,
                         const struct run_differences *differences)
{
    struct factor parts = {.values = 1};
    size_t found = 0;
    for (size_t i = 0; i < differences->count && parts.values < runs->group_count; i++) {
        if (run_setting_is_repeat(&differences->settings[i])) {
            continue;
        }
        struct factor factor = factor_of(runs, &differences->settings[i]);
        struct factor finer = cross(&parts, &factor, runs->group_count);
        if (finer.values > parts.values) {
            if (found == 2) {
                return false;
            }
            factors[found++] = factor;
            parts = finer;
        }
    }
    return parts.values == runs->group_count;
}

/* The first factor gives the colour, unless the second has too many values for dashes. */
static void look_by_factors(struct plotted_runs *runs, const struct factor factors[2])
{
    bool swap = factors[1].values > DASHES;
    const struct factor *colour = &factors[swap ? 1 : 0], *dash = &factors[swap ? 0 : 1];
    bool fit = colour->values <= COLOURS && dash->values <= DASHES;
    for (size_t g = 0; g < runs->group_count; g++) {
        runs->groups[g].colour = fit ? colour->number[g] : g % COLOURS;
        runs->groups[g].dash = dashes[(fit ? dash->number[g] : g / COLOURS) % DASHES];
    }
}

static bool have_one_loss(const struct plotted_runs *runs)
{
    for (size_t r = 1; r < runs->count; r++) {
        if (!text_same(runs->runs[r].loss, runs->runs[0].loss)) {
            return false;
        }
    }
    return true;
}

/* How bad the saved weights are, by what training chooses them by; losses of several kinds cannot
 * be compared, but accuracies can. */
static double badness(const struct plotted_run *run, bool by_loss)
{
    const struct metrics_row *row = plotted_run_row(run, run->saved);
    if (row == NULL) {
        return HUGE_VAL;
    }
    bool validated = isfinite(row->values[METRICS_VALIDATION_LOSS]);
    double value =
        by_loss ? row->values[validated ? METRICS_VALIDATION_LOSS : METRICS_TRAIN_LOSS]
                : -row->values[validated ? METRICS_VALIDATION_ACCURACY : METRICS_TRAIN_ACCURACY];
    return isfinite(value) ? value : HUGE_VAL;
}

static double mean_badness(const struct run_group *group, bool by_loss)
{
    double sum = 0.0;
    for (size_t r = 0; r < group->count; r++) {
        sum += badness(&group->runs[r], by_loss);
    }
    return sum / (double)group->count;
}

/* Moves the best group of those from `first` on there; the others keep their order. */
static void bring_best(struct plotted_runs *runs, size_t first, bool by_loss)
{
    size_t best = first;
    for (size_t g = first + 1; g < runs->group_count; g++) {
        if (mean_badness(&runs->groups[g], by_loss) < mean_badness(&runs->groups[best], by_loss)) {
            best = g;
        }
    }
    struct run_group group = runs->groups[best];
    memmove(&runs->groups[first + 1], &runs->groups[first], (best - first) * sizeof group);
    runs->groups[first] = group;
}

static void show_best(struct plotted_runs *runs)
{
    bool by_loss = have_one_loss(runs);
    for (size_t g = 0; g < SHOWN_OF_MANY; g++) {
        bring_best(runs, g, by_loss);
        runs->groups[g].colour = g;
    }
    for (size_t g = SHOWN_OF_MANY; g < runs->group_count; g++) {
        runs->groups[g].background = true;
    }
    runs->background = runs->group_count - SHOWN_OF_MANY;
    runs->others = by_loss ? "a higher loss" : "a lower accuracy";
}

void run_looks_choose(struct plotted_runs *runs, const struct run_differences *differences)
{
    if (runs->group_count > LEGIBLE) {
        show_best(runs);
        return;
    }
    struct factor factors[2] = {{.values = 0}};
    bool told_apart = find_factors(factors, runs, differences);
    if (!told_apart) {
        factors[0].values = COLOURS + 1;
    }
    look_by_factors(runs, factors);
}
