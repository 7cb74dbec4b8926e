/*
 * Differences between settings, and the noise of runs.
 */
#include "cli/sweep/rivals.h"

#include <math.h>

static bool medians_differ(const struct study_figure *one, const struct study_figure *other)
{
    bool known = !isnan(one->low) && !isnan(other->low);
    return known ? one->high < other->low || other->high < one->low : one->median != other->median;
}

bool rivals_means_differ(const struct study_figure *one, const struct study_figure *other)
{
    bool known = !isnan(one->deviation) && !isnan(other->deviation);
    double error = sqrt(one->deviation * one->deviation / one->count +
                        other->deviation * other->deviation / other->count);
    return fabs(one->mean - other->mean) > (known ? 2.0 * error : 0.0);
}

static bool differs(const struct study_report *report, const struct study_summary *other)
{
    enum study_measure measure = report->chosen.measure;
    const struct study_figure *mine = study_measured(report->chosen.setting, measure);
    const struct study_figure *theirs = study_measured(other, measure);
    return measure <= STUDY_BY_REACHED ? medians_differ(mine, theirs)
                                       : rivals_means_differ(mine, theirs);
}

static bool is_rival(const struct study_report *report, const struct study_summary *row)
{
    const struct study_figure *figure = study_measured(row, report->chosen.measure);
    bool medians = report->chosen.measure <= STUDY_BY_REACHED;
    return row != report->chosen.setting && row->done > 0.0 &&
           isfinite(medians ? figure->median : figure->mean);
}

const struct study_summary *rivals_next(const struct study_report *report)
{
    const struct study_summary *found = NULL;
    enum study_measure measure = report->chosen.measure;
    for (size_t s = 0; s < report->summaries.count; s++) {
        const struct study_summary *row = &report->summaries.rows[s];
        if (is_rival(report, row) && differs(report, row) &&
            (found == NULL ||
             study_measured(row, measure)->median < study_measured(found, measure)->median)) {
            found = row;
        }
    }
    return found;
}

size_t rivals_tied(const struct study_report *report, const struct study_summary **first)
{
    size_t ties = 0;
    for (size_t s = 0; s < report->summaries.count; s++) {
        const struct study_summary *row = &report->summaries.rows[s];
        if (is_rival(report, row) && !differs(report, row)) {
            *first = ties == 0 ? row : *first;
            ties++;
        }
    }
    return ties;
}
