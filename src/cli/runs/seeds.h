/*
 * Runs that differ in their seed alone, as one row: mean and standard deviation.
 */
#ifndef DESCENT_CLI_RUN_SEEDS_H
#define DESCENT_CLI_RUN_SEEDS_H

#include "cli/runs/run_row.h"

/* The settings but for the seed. */
struct run_differences seeds_differences(const struct run_differences *differences);

/* Makes rows of so many runs' that are done, in place of them: of each setting the first run's,
 * with the means of figures and seconds over its runs, and the standard deviations (divided by one
 * less than their number; NaN of one run). The differences are those without the seed. *count
 * becomes the number of rows, *left_out that of the runs that are not done. */
enum exit_status seeds_summarise(struct run_row *rows, size_t *count, size_t *left_out,
                                 const struct run_differences *differences);

#endif
