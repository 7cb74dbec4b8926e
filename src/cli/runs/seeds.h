/*
 * Runs that differ in seed and fold alone, as one row: mean and standard deviation.
 */
#ifndef DESCENT_CLI_RUN_SEEDS_H
#define DESCENT_CLI_RUN_SEEDS_H

#include "cli/runs/run_row.h"

/* The settings but for the seed. */
struct run_differences seeds_differences(const struct run_differences *differences);

/* Runs that are not counted: not done; of a setting and seed that another one is of. */
struct seeds_left_out {
    size_t unfinished, repeated;
};

/* Makes rows of settings in place of those of so many runs: of each setting the first run's, with
 * the means of figures and seconds over its runs, and the standard deviations (divided by one less
 * than their number; NaN of one run). The differences are those without the seed. *count becomes
 * the number of rows. */
struct seeds_left_out seeds_summarise(struct run_row *rows, size_t *count,
                                      const struct run_differences *differences);

#endif
