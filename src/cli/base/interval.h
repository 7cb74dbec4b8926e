/*
 * The uncertainty of an accuracy that was measured on finitely many samples.
 */
#ifndef DESCENT_CLI_INTERVAL_H
#define DESCENT_CLI_INTERVAL_H

#include <stddef.h>

/* Wilson's 95 % interval (Wilson 1927) of a proportion: correct of total. With total 0 nothing is
 * known, and the interval is [0, 1]. */
void cli_wilson(size_t correct, size_t total, double *low, double *high);

#endif
