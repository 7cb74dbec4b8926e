/*
 * Recovering from a failed step: how often, and what it does to the learning rate.
 */
#ifndef DESCENT_CLI_RECOVERY_H
#define DESCENT_CLI_RECOVERY_H

#include <math.h>
#include <stdint.h>

enum { RECOVERIES_MAX = 3 };

/* The factor of the schedule's learning rate after so many recoveries. */
static inline double recovery_factor(uint64_t recoveries)
{
    return pow(0.1, (double)recoveries);
}

#endif
