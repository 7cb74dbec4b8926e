/*
 * Runs as they are drawn, and the panels that are made of them: what can be drawn, over what, and
 * in which range.
 */
#ifndef DESCENT_CLI_RUNS_H
#define DESCENT_CLI_RUNS_H

#include "cli/base/metrics.h"
#include "cli/base/run_folders.h"
#include "cli/plot/figure.h"

#include <jansson.h>

enum { PLOTTED_RUN_NAME_SIZE = 64 };

/* Figures of a run, what its loss is, and a short name for the legend. */
struct plotted_run {
    char name[PLOTTED_RUN_NAME_SIZE];
    char *path;         /* resolved, so that "." and links have names too; cut to name the run */
    const char *folder; /* as it was given */
    json_t *config;     /* config.json, or NULL */
    const char *loss;   /* "cross-entropy" or "mse"; NULL where the run does not tell */
    struct metrics metrics;
};

/* Reads the runs in the folders, which are borrowed, and names them. On failure it says why and
 * returns FAILED; the caller frees in any case. */
enum exit_status plotted_runs_load(struct plotted_run **runs, const struct run_folders *folders);

/* Frees the runs; NULL is allowed. */
void plotted_runs_free(struct plotted_run *runs, size_t count);

/* What the curves are drawn over. */
struct abscissa {
    const char *name;
    const char *label;
    enum metrics_column column;
};

/* Row i of the table, or NULL behind the last. */
const struct abscissa *run_curves_abscissa(size_t i);

/* The name of a panel on the command line, or NULL behind the last. */
const char *run_curves_name(size_t i);

struct run_curves {
    const struct plotted_run *runs;
    size_t count;
    const struct abscissa *abscissa;
    bool logarithmic;
    bool one_a_run; /* the validation curve alone where there is one: for a crowded terminal */
};

/* Adds the panel of that name; none where there is not a number to draw. On failure it says why and
 * returns FAILED. */
enum exit_status run_curves_add(struct figure *figure, const char *name,
                                const struct run_curves *curves);

#endif
