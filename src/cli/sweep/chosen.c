/*
 * Which setting is the best by the validation samples.
 */
#include "cli/sweep/chosen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MEASURE(words, figure_member, outcome_member)                                              \
    {                                                                                              \
        words, offsetof(struct study_summary, figure_member),                                      \
            offsetof(struct study_outcome, outcome_member)                                         \
    }

static const struct {
    const char *name;
    size_t figure, outcome; /* of a setting, and of a trial: what it follows from */
} MEASURES[] = {
    [STUDY_BY_SECONDS] = MEASURE("seconds to the target", seconds, target_samples),
    [STUDY_BY_SAMPLES] = MEASURE("samples to the target", samples, target_samples),
    [STUDY_BY_REACHED] = MEASURE("runs that reached the target", samples, target_samples),
    [STUDY_BY_ACCURACY] = MEASURE("validation accuracy", accuracy, validation_accuracy),
    [STUDY_BY_R2] = MEASURE("validation R2", r2, validation_r2),
    [STUDY_BY_LOSS] = MEASURE("validation loss", loss, validation_loss),
};

const char *study_measure_name(enum study_measure measure)
{
    return MEASURES[measure].name;
}

const struct study_figure *study_measured(const struct study_summary *setting,
                                          enum study_measure measure)
{
    return (const void *)((const char *)setting + MEASURES[measure].figure);
}

double study_trial_measured(const struct study_outcome *outcome, enum study_measure measure)
{
    double number;
    memcpy(&number, (const char *)outcome + MEASURES[measure].outcome, sizeof number);
    return outcome->state == STUDY_TRIAL_DONE ? number : NAN;
}

static bool all_reached(const struct study_summary *row)
{
    return row->reached > 0.0 && row->reached == row->trials;
}

/* What all settings with results can be compared by. */
static enum study_measure measure_of(const struct study_summaries *summaries)
{
    bool timed = true, complete = false, some = false, accuracy = true, r2 = true;
    for (size_t s = 0; s < summaries->count; s++) {
        const struct study_summary *row = &summaries->rows[s];
        if (row->done > 0.0) {
            timed = timed && (!all_reached(row) || !isnan(row->speed));
            complete = complete || all_reached(row);
            some = some || row->reached > 0.0;
            accuracy = accuracy && !isnan(row->accuracy.mean);
            r2 = r2 && !isnan(row->r2.mean);
        }
    }
    if (complete) {
        return timed ? STUDY_BY_SECONDS : STUDY_BY_SAMPLES;
    }
    return some       ? STUDY_BY_REACHED
           : accuracy ? STUDY_BY_ACCURACY
           : r2       ? STUDY_BY_R2
                      : STUDY_BY_LOSS;
}

/* Below that of another where a setting is better: by the measure, and where it is the same by the
 * validation loss. Those that have nothing to compare are infinite. */
static double badness(const struct study_summary *row, enum study_measure measure)
{
    const struct study_figure *figure = study_measured(row, measure);
    double bad = NAN;
    if (measure <= STUDY_BY_SAMPLES) {
        bad = all_reached(row) ? figure->median : NAN;
    } else if (measure == STUDY_BY_REACHED) {
        bad = -row->reached / row->trials;
    } else {
        bad = measure == STUDY_BY_LOSS ? figure->mean : -figure->mean;
    }
    return row->done == 0.0 || isnan(bad) ? INFINITY : bad;
}

/* A setting that halving dropped, or of which trials failed, comes behind those that are whole. */
static int incompleteness(const struct study_summary *row)
{
    return row->done == 0.0 ? 3 : row->dropped ? 2 : row->done < row->trials ? 1 : 0;
}

static int order(const struct study_summary *one, const struct study_summary *other,
                 enum study_measure measure)
{
    const double keys[][2] = {
        {incompleteness(one), incompleteness(other)},
        {badness(one, measure), badness(other, measure)},
        {one->loss.mean, other->loss.mean},
        {(double)one->setting, (double)other->setting},
    };
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        if (keys[k][0] < keys[k][1] || keys[k][0] > keys[k][1]) {
            return keys[k][0] < keys[k][1] ? -1 : 1;
        }
    }
    return 0;
}

struct ranked {
    const struct study_summary *row;
    enum study_measure measure;
};

static int compare(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    return order(a->row, b->row, a->measure);
}

enum exit_status study_rank(struct study_summary *sorted, const struct study_summaries *summaries,
                            enum study_measure measure)
{
    struct ranked *ranked = calloc(summaries->count + 1, sizeof *ranked);
    if (ranked == NULL) {
        return cli_failed("out of memory for the order of %zu settings", summaries->count);
    }
    for (size_t s = 0; s < summaries->count; s++) {
        ranked[s] = (struct ranked){&summaries->rows[s], measure};
    }
    qsort(ranked, summaries->count, sizeof *ranked, compare);
    for (size_t s = 0; s < summaries->count; s++) {
        sorted[s] = *ranked[s].row;
    }
    free(ranked);
    return DONE;
}

struct study_chosen study_choose(const struct study_summaries *summaries)
{
    struct study_chosen chosen = {.measure = measure_of(summaries)};
    for (size_t s = 0; s < summaries->count; s++) {
        const struct study_summary *row = &summaries->rows[s];
        if (row->done > 0.0) {
            chosen.among++;
            bool comparable = isfinite(badness(row, chosen.measure));
            bool better = chosen.setting == NULL || order(row, chosen.setting, chosen.measure) < 0;
            chosen.setting = comparable && better ? row : chosen.setting;
        }
    }
    return chosen;
}
