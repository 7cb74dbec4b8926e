/*
 * How groups of runs are told apart in a picture.
 */
#ifndef DESCENT_CLI_RUN_LOOKS_H
#define DESCENT_CLI_RUN_LOOKS_H

#include "cli/base/run_settings.h"
#include "cli/plot/runs.h"

/* Gives each group its colour and dash, or puts it into the background. The best groups, of which
 * the others then are the background, come first. */
void run_looks_choose(struct plotted_runs *runs, const struct run_differences *differences);

#endif
