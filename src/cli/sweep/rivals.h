/*
 * The chosen setting beside the others: which differ from it by more than the noise of runs. Means
 * do by more than twice the standard error of their difference, medians where their intervals do
 * not meet. Of single runs nothing is known, and any difference counts.
 */
#ifndef DESCENT_CLI_SWEEP_RIVALS_H
#define DESCENT_CLI_SWEEP_RIVALS_H

#include "cli/sweep/report.h"

bool rivals_means_differ(const struct study_figure *one, const struct study_figure *other);

/* The best of those that differ from the chosen one in its measure, or NULL. */
const struct study_summary *rivals_next(const struct study_report *report);

/* How many do not; and the first of them, where there is one. */
size_t rivals_tied(const struct study_report *report, const struct study_summary **first);

#endif
