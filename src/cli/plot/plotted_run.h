/*
 * A run as it is drawn: its figures, what its loss is, and a short name for the legend.
 */
#ifndef DESCENT_CLI_PLOTTED_RUN_H
#define DESCENT_CLI_PLOTTED_RUN_H

#include "cli/base/metrics.h"

#include <jansson.h>

struct plotted_run {
    char *name;
    const char *folder; /* as it was given */
    json_t *config;     /* config.json, or NULL */
    const char *loss;   /* "cross-entropy" or "mse"; NULL where the run does not tell */
    struct metrics metrics;
};

/*
 * Reads `count` run folders. On failure it says why and returns FAILED; the caller frees in any
 * case.
 *
 * Several runs are named after what differs between their configurations; where that does not tell
 * them apart, after what tells their paths apart, without the folders that all share at the
 * beginning and at the end. One run is called as its folder. A path that is still long is cut in
 * its middle.
 */
enum exit_status plotted_runs_load(struct plotted_run **runs, const char *const *paths,
                                   size_t count);

/* Frees the runs; NULL is allowed. */
void plotted_runs_free(struct plotted_run *runs, size_t count);

#endif
