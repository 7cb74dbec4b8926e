/*
 * Runs as they are drawn: read, put together where they differ in the seed only, named after what
 * they differ in, and told apart by colour and dash.
 */
#ifndef DESCENT_CLI_RUNS_H
#define DESCENT_CLI_RUNS_H

#include "cli/base/metrics.h"
#include "cli/base/run_folders.h"
#include "cli/plot/figure.h"

#include <jansson.h>

enum { RUN_NAME_SIZE = 96 };

/* Figures of a run, and what its loss is. */
struct plotted_run {
    const char *folder; /* as it was given */
    char *path;         /* resolved, so that "." and links have names too; cut to name the run */
    json_t *config;     /* config.json, or NULL */
    const char *loss;   /* "cross-entropy" or "mse"; NULL where the run does not tell */
    double saved;       /* the epoch whose weights are saved; NaN where there is none yet */
    struct metrics metrics;
};

/* Runs that differ in the seed only, which are drawn as their mean; most often one alone. */
struct run_group {
    char name[RUN_NAME_SIZE]; /* for the legend */
    const struct plotted_run *runs;
    size_t count;
    size_t colour;
    enum figure_style dash;
    bool background; /* one of many, which are not named */
};

struct plotted_runs {
    struct plotted_run *runs;
    size_t count;
    struct run_group *groups;
    size_t group_count;
    size_t repeated;    /* runs left out, of the same settings and seed as others */
    size_t background;  /* how many of the groups */
    const char *others; /* what these have: "a higher loss" */
};

/* Reads the runs in the folders, which are borrowed. Of several, one that cannot be drawn is left
 * out after saying why. FAILED where none is left; the caller frees in any case. */
enum exit_status plotted_runs_load(struct plotted_runs *runs, const struct run_folders *folders);
void plotted_runs_free(struct plotted_runs *runs);

/* Frees run i; those behind it move up. */
void plotted_runs_remove(struct plotted_runs *runs, size_t i);

/* Whether a run has values in a column. */
bool plotted_run_has(const struct plotted_run *run, enum metrics_column column);

/* The row of an epoch's end, NULL where the run has none. */
const struct metrics_row *plotted_run_row(const struct plotted_run *run, double epoch);

/* Makes the groups; each run is one where each is set. Where there are seeds, a run that repeats
 * another is left out: it is the same draw. Runs are put in the order of their settings.
 * Groups differ in colour by the first setting that differs and in dash by the second, where these
 * tell them apart, else each has a look of its own; of more than twelve, all but the three best lie
 * in the background. FAILED where memory is out. */
enum exit_status plotted_runs_group(struct plotted_runs *runs, bool each);

/* What the runs of a group differ in, "seed", "fold", or "run" for both; NULL where each run is a
 * group of its own. */
const char *plotted_runs_repeat(const struct plotted_runs *runs);

/* Says on stderr what is not seen: runs that are left out, and those that a mean does not follow to
 * their ends. */
void plotted_runs_report(const struct plotted_runs *runs);

/* groups.c for itself: names after the folders, where settings do not tell the runs apart. */
void run_groups_name_by_path(struct plotted_runs *runs);

#endif
