/*
 * How fast settings train: measured alone, after all trials, for trials run side by side and hold
 * each other up. timing.csv keeps what was measured; a study that has grown measures what is
 * missing.
 */
#ifndef DESCENT_CLI_SWEEP_TIMING_H
#define DESCENT_CLI_SWEEP_TIMING_H

#include "cli/sweep/summary.h"

/* Measures the settings that timing.csv does not have, in a process of its own, where the study
 * asks for times: it compares batch sizes or trains to a target, and all trials have ended. */
enum exit_status study_timing_measure(const struct study *study,
                                      const struct study_summaries *summaries);

/* Puts speeds, and seconds to the target, into the summaries; where nothing was measured they stay
 * absent. FAILED where the file is broken. */
enum exit_status study_timing_apply(const struct study *study, struct study_summaries *summaries);

#endif
