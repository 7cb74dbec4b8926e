/*
 * What is shared by those who make combinations of values and those who plan their trials.
 */
#ifndef DESCENT_CLI_SWEEP_VALUES_H
#define DESCENT_CLI_SWEEP_VALUES_H

#include "cli/base/text.h"
#include "cli/sweep/study.h"

/* The batch size that usual learning rates are for. */
#define STUDY_USUAL_BATCH 32.0

/* The number at a share of a range, from 0 to 1, as it would be given. */
void study_range_value(char text[TEXT_SIZE], const struct study_axis *axis, double share);

#endif
