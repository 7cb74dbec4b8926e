/*
 * Medians, means and intervals over the trials of each setting.
 */
#include "cli/sweep/summary.h"

#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/sweep/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *study_setting_value(const struct study *study, size_t setting, const char *option)
{
    const struct study_axis *axis = study_axis_of(study, option);
    return axis != NULL ? study->settings[setting].values[axis - study->axes] : NULL;
}

void study_name_values(char *text, size_t size, const struct study *study, size_t setting,
                       bool (*wanted)(const struct study *study, const struct study_axis *axis))
{
    for (size_t a = 0; a < study->axis_count; a++) {
        const struct study_axis *axis = &study->axes[a];
        const char *value = study->settings[setting].values[a];
        if (strcmp(value, STUDY_NO_EFFECT) != 0 && (wanted == NULL || wanted(study, axis))) {
            text_append(text, size, "%s%s %s", text[0] == '\0' ? "" : ", ", axis->option, value);
        }
    }
}

static double setting_number(const struct study *study, size_t setting, const char *option)
{
    const char *text = study_setting_value(study, setting, option);
    double number;
    return text != NULL && text_read_number(&number, text) ? number : NAN;
}

/* full is all samples; a batch of more is no larger. */
static double batch_of(const struct study *study, size_t setting)
{
    double batch = setting_number(study, setting, "batch"), samples = (double)study->samples;
    const char *text = study_setting_value(study, setting, "batch");
    bool full = text != NULL && samples > 0.0 && (isnan(batch) || batch > samples);
    return full ? samples : batch;
}

static void name_setting(struct study_summary *row, const struct study *study)
{
    for (size_t a = 0; a < study->axis_count; a++) {
        row->values[a] = study->settings[row->setting].values[a];
    }
    study_name_values(row->name, sizeof row->name, study, row->setting, NULL);
    if (study->axis_count == 0) {
        text_append(row->name, sizeof row->name, "all trials");
    }
}

/* What a figure is taken from: a member of the outcomes. */
struct source {
    size_t outcome, figure; /* offsets */
    bool target;            /* infinite where it is not reached */
};

#define FROM(outcome_member, figure_member, of_target)                                             \
    {                                                                                              \
        offsetof(struct study_outcome, outcome_member),                                            \
            offsetof(struct study_summary, figure_member), of_target                               \
    }

static const struct source SOURCES[] = {
    FROM(target_steps, steps, true),    FROM(target_samples, samples, true),
    FROM(target_epochs, epochs, true),  FROM(validation_accuracy, accuracy, false),
    FROM(validation_r2, r2, false),     FROM(validation_loss, loss, false),
    FROM(validation_rmse, rmse, false), FROM(noise_scale, noise_scale, false),
};

enum { SOURCE_COUNT = sizeof SOURCES / sizeof SOURCES[0] };

/* What all settings share. */
struct scratch {
    double *numbers; /* [trials of the study] */
    struct bootstrap_places places;
};

static enum exit_status summarise_numbers(struct study_figure *figure, struct scratch *scratch,
                                          size_t count)
{
    struct moments moments = {0};
    struct bootstrap_interval interval;
    double *numbers = scratch->numbers;
    bootstrap_sort(numbers, count);
    for (size_t i = 0; i < count; i++) {
        moments_add(&moments, numbers[i]);
    }
    if (!bootstrap_of_median(&interval, &scratch->places, numbers, count)) {
        return cli_failed("out of memory for the intervals of %zu trials", count);
    }
    bool finite = count > 0 && isfinite(numbers[count - 1]);
    *figure = (struct study_figure){
        .count = (double)count,
        .mean = finite ? moments_mean(&moments) : NAN,
        .deviation = finite ? moments_deviation(&moments) : NAN,
        .median = bootstrap_median(numbers, count),
        .low = interval.low,
        .high = interval.high,
    };
    return DONE;
}

static bool has_ended(const struct study *study, size_t trial, size_t setting)
{
    return study->trials[trial].setting == setting && study_trial_has_ended(study, trial);
}

/* A figure's number for each trial of a setting that has one. */
static size_t collect(const struct study *study, size_t setting, const struct source *source,
                      double *numbers)
{
    size_t count = 0;
    for (size_t t = 0; t < study->trial_count; t++) {
        if (has_ended(study, t, setting)) {
            double number = NAN;
            if (study->outcomes[t].state == STUDY_TRIAL_DONE) {
                memcpy(&number, (const char *)&study->outcomes[t] + source->outcome, sizeof number);
            }
            numbers[count] = source->target && isnan(number) ? INFINITY : number;
            count += isnan(numbers[count]) ? 0 : 1;
        }
    }
    return count;
}

size_t study_steps_of(const struct study *study, size_t setting, double *steps)
{
    size_t count = collect(study, setting, &SOURCES[0], steps);
    bootstrap_sort(steps, count);
    return count;
}

static enum exit_status summarise_figure(struct study_summary *row, const struct study *study,
                                         const struct source *source, struct scratch *scratch)
{
    size_t count = collect(study, row->setting, source, scratch->numbers);
    struct study_figure *figure = (struct study_figure *)(void *)((char *)row + source->figure);
    return summarise_numbers(figure, scratch, count);
}

static void count_trials(struct study_summary *row, const struct study *study)
{
    for (size_t t = 0; t < study->trial_count; t++) {
        const struct study_outcome *outcome = &study->outcomes[t];
        if (study->trials[t].setting == row->setting) {
            row->trials += 1.0;
            row->done += outcome->state == STUDY_TRIAL_DONE;
            row->failed += outcome->state == STUDY_TRIAL_FAILED;
            row->epochs_done += outcome->state == STUDY_TRIAL_DONE ? outcome->epochs : 0.0;
            row->dropped = row->dropped || study->trials[t].until > 0;
            row->reached += outcome->state == STUDY_TRIAL_DONE && !isnan(outcome->target_steps);
        }
    }
}

static enum exit_status summarise(struct study_summary *row, const struct study *study,
                                  size_t setting, struct scratch *scratch)
{
    *row = (struct study_summary){
        .setting = setting,
        .combination = study->settings[setting].combination,
        .batch = batch_of(study, setting),
        .lr = setting_number(study, setting, "lr"),
        .threads = NAN,
        .speed = NAN,
        .speed_low = NAN,
        .speed_high = NAN,
        .seconds = {0.0, NAN, NAN, NAN, NAN, NAN},
    };
    name_setting(row, study);
    count_trials(row, study);
    row->epochs_done /= row->done;
    for (size_t s = 0; s < SOURCE_COUNT; s++) {
        CLI_TRY(summarise_figure(row, study, &SOURCES[s], scratch));
    }
    return DONE;
}

static int compare_combinations(const void *left, const void *right)
{
    const struct study_summary *a = left, *b = right;
    return a->combination != b->combination
               ? (a->combination > b->combination) - (a->combination < b->combination)
               : (a->setting > b->setting) - (a->setting < b->setting);
}

enum exit_status study_summarise(struct study_summaries *summaries, const struct study *study)
{
    *summaries = (struct study_summaries){
        .rows = calloc(study->setting_count + 1, sizeof *summaries->rows),
        .target = study_has_target(study),
    };
    struct scratch scratch = {.numbers = calloc(study->trial_count + 1, sizeof(double))};
    enum exit_status status = summaries->rows != NULL && scratch.numbers != NULL
                                  ? DONE
                                  : cli_failed("out of memory for the settings of a study");
    for (size_t s = 0; status == DONE && s < study->setting_count; s++) {
        if (!study->settings[s].tuning) {
            status = summarise(&summaries->rows[summaries->count++], study, s, &scratch);
        }
    }
    bootstrap_places_free(&scratch.places);
    free(scratch.numbers);
    if (summaries->count > 1) {
        qsort(summaries->rows, summaries->count, sizeof *summaries->rows, compare_combinations);
    }
    return status;
}

void study_summaries_free(struct study_summaries *summaries)
{
    free(summaries->rows);
    *summaries = (struct study_summaries){0};
}
