/*
 * Which setting is the best by the validation samples.
 */
#include "cli/sweep/chosen.h"

#include <math.h>

const char *study_measure_name(enum study_measure measure)
{
    static const char *const names[] = {
        [STUDY_BY_SECONDS] = "seconds to the target",
        [STUDY_BY_SAMPLES] = "samples to the target",
        [STUDY_BY_REACHED] = "runs that reached the target",
        [STUDY_BY_ACCURACY] = "validation accuracy",
        [STUDY_BY_R2] = "validation R2",
        [STUDY_BY_LOSS] = "validation loss",
    };
    return names[measure];
}

const struct study_figure *study_measured(const struct study_summary *setting,
                                          enum study_measure measure)
{
    switch (measure) {
    case STUDY_BY_SECONDS:
        return &setting->seconds;
    case STUDY_BY_SAMPLES:
    case STUDY_BY_REACHED:
        return &setting->samples;
    case STUDY_BY_ACCURACY:
        return &setting->accuracy;
    case STUDY_BY_R2:
        return &setting->r2;
    default:
        return &setting->loss;
    }
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
 * validation loss. Settings of which trials failed come last, and those that have nothing to
 * compare are infinite. */
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

static bool is_better(const struct study_summary *one, const struct study_summary *other,
                      enum study_measure measure)
{
    bool whole = one->done == one->trials, other_whole = other->done == other->trials;
    double bad = badness(one, measure), other_bad = badness(other, measure);
    if (whole != other_whole) {
        return whole;
    }
    return bad < other_bad || (bad == other_bad && one->loss.mean < other->loss.mean);
}

struct study_chosen study_choose(const struct study_summaries *summaries)
{
    struct study_chosen chosen = {.measure = measure_of(summaries)};
    for (size_t s = 0; s < summaries->count; s++) {
        const struct study_summary *row = &summaries->rows[s];
        if (row->done > 0.0) {
            chosen.among++;
            if (chosen.setting == NULL || is_better(row, chosen.setting, chosen.measure)) {
                chosen.setting = row;
            }
        }
    }
    return chosen;
}
