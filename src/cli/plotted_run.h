/*
 * A run as it is drawn: its figures, what its loss is, and a short name for the legend.
 */
#ifndef DESCENT_CLI_PLOTTED_RUN_H
#define DESCENT_CLI_PLOTTED_RUN_H

#include "metrics.h"

struct plotted_run {
    char *name;
    char *loss; /* "cross-entropy" or "mse"; NULL where the run does not tell */
    struct metrics metrics;
};

/*
 * Reads `count` run folders. On failure it says why and returns FAILED; the caller frees in any
 * case.
 *
 * The names are what tells the paths apart, without the folders that all share at the beginning and
 * at the end; one run is called as its folder. A name that is still long is cut in its middle.
 */
enum exit_status plotted_runs_load(struct plotted_run **runs, const char *const *paths,
                                   size_t count);

/* Frees the runs; NULL is allowed. */
void plotted_runs_free(struct plotted_run *runs, size_t count);

#endif
