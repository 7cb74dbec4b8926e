/*
 * Reads runs to be drawn.
 */
#include "cli/plot/plotted_run.h"

#include "cli/base/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What config.json says is not needed otherwise, so that anything wrong with it only leaves the
 * axis without the loss's name, and the run with its folder's. */
static void load_config(struct plotted_run *run)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/" RUN_CONFIG, run->folder);
    run->config = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    run->loss = json_string_value(json_object_get(json_object_get(run->config, "options"), "loss"));
}

static enum exit_status load_run(struct plotted_run *run, const char *folder)
{
    char path[PATH_MAX + 32];
    int length = snprintf(path, sizeof path, "%s/" RUN_METRICS, folder);
    if (length < 0 || length >= (int)sizeof path) {
        return cli_failed("run folder: expected a path of up to %d bytes, found %d", PATH_MAX,
                          length);
    }
    if (access(path, F_OK) != 0) {
        return cli_failed("%s: not a run folder: expected " RUN_METRICS " in it, found none",
                          folder);
    }
    CLI_TRY(metrics_load(&run->metrics, path));
    if (run->metrics.rows == 0) {
        return cli_failed("%s: no epochs yet, nothing to draw", path);
    }
    run->folder = folder;
    load_config(run);
    run->path = realpath(folder, NULL);
    return run->path != NULL ? DONE : cli_failed("%s: cannot resolve the path", folder);
}

enum exit_status plotted_runs_load(struct plotted_run **runs, const char *const *paths,
                                   size_t count)
{
    *runs = calloc(count, sizeof **runs);
    if (*runs == NULL) {
        return cli_failed("out of memory for %zu runs", count);
    }
    for (size_t r = 0; r < count; r++) {
        CLI_TRY(load_run(&(*runs)[r], paths[r]));
    }
    plotted_runs_name(*runs, count);
    return DONE;
}

void plotted_runs_free(struct plotted_run *runs, size_t count)
{
    for (size_t r = 0; runs != NULL && r < count; r++) {
        metrics_free(&runs[r].metrics);
        free(runs[r].path);
        json_decref(runs[r].config);
    }
    free(runs);
}
