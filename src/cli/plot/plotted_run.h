/*
 * A run as it is drawn: its figures, what its loss is, and a short name for the legend.
 */
#ifndef DESCENT_CLI_PLOTTED_RUN_H
#define DESCENT_CLI_PLOTTED_RUN_H

#include "cli/base/metrics.h"

#include <jansson.h>

enum { PLOTTED_RUN_NAME_SIZE = 64 };

struct plotted_run {
    char name[PLOTTED_RUN_NAME_SIZE];
    char *path;         /* resolved, so that "." and links have names too; cut to name the run */
    const char *folder; /* as it was given */
    json_t *config;     /* config.json, or NULL */
    const char *loss;   /* "cross-entropy" or "mse"; NULL where the run does not tell */
    struct metrics metrics;
};

/* Reads `count` run folders, and names the runs. On failure it says why and returns FAILED; the
 * caller frees in any case. */
enum exit_status plotted_runs_load(struct plotted_run **runs, const char *const *paths,
                                   size_t count);

/*
 * Several runs are named after what differs between their configurations, such as "optimizer sgd,
 * lr 0.1"; where that does not tell them apart, after what tells their paths apart, without the
 * folders that all share at the beginning and at the end. One run is called as its folder. A path
 * that is still long is cut in its middle.
 */
void plotted_runs_name(struct plotted_run *runs, size_t count);

/* Frees the runs; NULL is allowed. */
void plotted_runs_free(struct plotted_run *runs, size_t count);

#endif
