/*
 * The chosen setting beside the others: which differ from it by more than the noise of runs. Seed
 * by seed and fold by fold, corrected for the number of settings, as `descent compare --against
 * best` does; of times and samples to a target by their logarithms. Two or three runs of a setting
 * say next to nothing of its noise: with fewer than RIVALS_RUNS_LEAST it is taken to be the same
 * for all, and found from all together. Of single runs nothing is known, and any difference counts.
 */
#ifndef DESCENT_CLI_SWEEP_RIVALS_H
#define DESCENT_CLI_SWEEP_RIVALS_H

#include "cli/sweep/chosen.h"

enum { RIVALS_RUNS_LEAST = 5 };

struct study_rival {
    const struct study_summary *setting;
    double excess; /* its mean above the chosen one's: of the measure, or of its logarithm */
    double p;      /* two-sided, corrected; NaN where nothing is known */
    bool differs;
};

struct study_rivals {
    struct study_rival *rows; /* settings all of whose runs have the measure, and that halving has
                                 not dropped; without the chosen */
    size_t count;
};

/* The caller frees in any case. FAILED where memory is out. */
enum exit_status study_rivals_find(struct study_rivals *rivals, const struct study *study,
                                   const struct study_summaries *summaries,
                                   const struct study_summary *chosen, enum study_measure measure);
void study_rivals_free(struct study_rivals *rivals);

#endif
