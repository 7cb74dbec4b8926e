/*
 * What is told of a setting, and which is the best.
 */
#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/base/trained_model.h"
#include "cli/compare/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As the columns of a spreadsheet are called. */
static void write_label(char label[COMPARE_LABEL_SIZE], size_t i)
{
    if (i < 26) {
        snprintf(label, COMPARE_LABEL_SIZE, "%c", (int)('A' + i));
    } else {
        snprintf(label, COMPARE_LABEL_SIZE, "%c%c", (int)('A' + i / 26 - 1), (int)('A' + i % 26));
    }
}

/* By what tells the settings apart: what was chosen, and else all. */
static void write_name(struct compare_setting *setting, const struct run_settings *settings)
{
    enum { PART_SIZE = 160, LONGEST = 4096 };
    char name[LONGEST] = "", part[PART_SIZE];
    for (int given = 1; given >= 0; given--) {
        for (size_t s = 0; s < settings->differences.count; s++) {
            if (settings->parts[s] && settings->given[s] == (given == 1)) {
                run_setting_describe(&settings->differences.settings[s], setting->runs->config,
                                     part, sizeof part);
                text_append(name, sizeof name, "%s%s", name[0] == '\0' ? "" : ", ", part);
            }
        }
    }
    text_cut(setting->name, sizeof setting->name, name);
}

static double mean_of(const struct compare_setting *setting, size_t member)
{
    struct moments moments = {0};
    for (size_t i = 0; i < setting->count; i++) {
        moments_add(&moments, run_row_number(&setting->runs[i], member));
    }
    return moments_mean(&moments);
}

#define MEAN_OF(setting, member) mean_of(setting, offsetof(struct run_row, member))

static void summarise(struct compare_setting *setting, const struct compare *compare)
{
    struct moments moments = {0};
    const struct compare_figure *figure = setting->figure = compare->figure;
    setting->lowest = HUGE_VAL;
    setting->highest = -HUGE_VAL;
    for (size_t i = 0; i < setting->count; i++) {
        double number = run_row_number(&setting->runs[i], figure->member);
        moments_add(&moments, number);
        setting->lowest = fmin(setting->lowest, number);
        setting->highest = fmax(setting->highest, number);
    }
    setting->mean = moments_mean(&moments);
    setting->deviation = moments_deviation(&moments);
    setting->validation = MEAN_OF(setting, validation.rank);
    setting->loss = MEAN_OF(setting, validation.loss);
    setting->epochs = MEAN_OF(setting, epochs);
    setting->seconds = MEAN_OF(setting, seconds);
    setting->samples = compare->target != NULL ? MEAN_OF(setting, target_samples) : NAN;
    setting->reached = compare->target != NULL ? 0.0 : NAN;
    for (size_t i = 0; compare->target != NULL && i < setting->count; i++) {
        setting->reached += isfinite(setting->runs[i].target_samples);
    }
}

/* The best first; of equal ones that with the lower validation loss, as a study chooses. */
static int compare_ranks(const void *one, const void *other)
{
    const struct compare_setting *a = one, *b = other;
    int order = (a->rank < b->rank) - (a->rank > b->rank);
    order = order != 0 ? order : (a->loss > b->loss) - (a->loss < b->loss);
    return order != 0 ? order : a->runs < b->runs ? -1 : 1;
}

/* By the validation samples, as runs are ranked everywhere, where it is the test samples' figures
 * that are compared: the best of many by these looks better than it is. */
static void sort_settings(struct compare *compare)
{
    struct compare_setting *settings = compare->settings;
    size_t first;
    compare->by_validation =
        strncmp(compare->figure->name, "test", 4) == 0 &&
        compare_other_samples(compare, TRAINED_MODEL_TRAIN, &first) == compare->count;
    for (size_t s = 0; s < compare->setting_count; s++) {
        compare->by_validation = compare->by_validation && !isnan(settings[s].validation);
    }
    for (size_t s = 0; s < compare->setting_count; s++) {
        double mean = compare->figure->highest_best ? settings[s].mean : -settings[s].mean;
        settings[s].rank = compare->by_validation ? settings[s].validation : mean;
    }
    qsort(settings, compare->setting_count, sizeof *settings, compare_ranks);
    bool validation = compare->by_validation || strcmp(compare->figure->name, "validation") == 0;
    settings[0].mark = validation ? "*" : "";
    for (size_t s = 0; s < compare->setting_count; s++) {
        write_label(settings[s].label, s);
    }
}

void compare_summarise(struct compare *compare)
{
    for (size_t s = 0; s < compare->setting_count; s++) {
        write_name(&compare->settings[s], &compare->differences);
        summarise(&compare->settings[s], compare);
    }
    sort_settings(compare);
}

bool compare_repeats(const struct compare *compare)
{
    return compare->count > compare->setting_count;
}
