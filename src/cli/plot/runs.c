/*
 * Reads runs to be drawn. What else than metrics.csv is in their folders is not needed: anything
 * wrong with it only leaves the axis without the loss's name, and the run with its folder's.
 */
#include "cli/plot/runs.h"

#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/run_settings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool plotted_run_has(const struct plotted_run *run, enum metrics_column column)
{
    for (size_t i = 0; i < run->metrics.rows; i++) {
        if (isfinite(run->metrics.row[i].values[column])) {
            return true;
        }
    }
    return false;
}

/* Epochs mostly follow each other: where an epoch's row would then be, or 0. */
static size_t guess_row(const struct metrics *metrics, double epoch)
{
    double ahead = metrics->rows > 0 ? epoch - metrics->row[0].values[METRICS_EPOCH] : 0.0;
    return ahead >= 0.0 && ahead < (double)metrics->rows ? (size_t)ahead : 0;
}

const struct metrics_row *plotted_run_row(const struct plotted_run *run, double epoch)
{
    size_t low = 0, high = run->metrics.rows, guess = guess_row(&run->metrics, epoch);
    if (guess > 0 && run->metrics.row[guess].values[METRICS_EPOCH] == epoch &&
        run->metrics.row[guess - 1].values[METRICS_EPOCH] < epoch) {
        return &run->metrics.row[guess];
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (run->metrics.row[middle].values[METRICS_EPOCH] < epoch) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct metrics_row *row = &run->metrics.row[low];
    return low < run->metrics.rows && row->values[METRICS_EPOCH] <= epoch ? row : NULL;
}

static double find_saved(const struct plotted_run *run)
{
    const struct metrics_row *row = metrics_saved(&run->metrics);
    return row != NULL ? row->values[METRICS_EPOCH] : NAN;
}

/* The result tells, where the run has ended. */
static double read_saved(const struct plotted_run *run)
{
    json_t *result = run_load_json(run->folder, RUN_RESULT, NULL);
    const json_t *epoch = json_object_get(result, "best_epoch");
    double saved = json_is_integer(epoch) ? json_number_value(epoch) : find_saved(run);
    json_decref(result);
    return saved;
}

static enum exit_status load_run(struct plotted_run *run, const char *folder)
{
    struct run_path metrics = run_file(folder, RUN_METRICS);
    CLI_TRY(metrics_load(&run->metrics, metrics.text));
    if (run->metrics.rows == 0) {
        return cli_failed("%s: no epochs yet, nothing to draw", metrics.text);
    }
    run->folder = folder;
    run->config = run_load_config(folder, NULL);
    run->loss = json_string_value(json_object_get(json_object_get(run->config, "options"), "loss"));
    run->saved = read_saved(run);
    run->path = path_resolved(folder);
    return run->path != NULL ? DONE : cli_failed("%s: expected a run folder, found none", folder);
}

static void free_run(struct plotted_run *run)
{
    metrics_free(&run->metrics);
    free(run->path);
    json_decref(run->config);
    *run = (struct plotted_run){0};
}

void plotted_runs_remove(struct plotted_runs *runs, size_t i)
{
    free_run(&runs->runs[i]);
    runs->count--;
    memmove(&runs->runs[i], &runs->runs[i + 1], (runs->count - i) * sizeof runs->runs[i]);
}

enum exit_status plotted_runs_load(struct plotted_runs *runs, const struct run_folders *folders)
{
    *runs = (struct plotted_runs){.runs = calloc(folders->count, sizeof *runs->runs)};
    if (runs->runs == NULL) {
        return cli_failed("out of memory for %zu runs", folders->count);
    }
    for (size_t i = 0; i < folders->count; i++) {
        struct plotted_run *run = &runs->runs[runs->count];
        if (load_run(run, folders->paths[i]) == DONE) {
            runs->count++;
        } else {
            free_run(run);
        }
    }
    return runs->count > 0 ? DONE : FAILED;
}

void plotted_runs_free(struct plotted_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++) {
        free_run(&runs->runs[i]);
    }
    free(runs->runs);
    free(runs->groups);
    *runs = (struct plotted_runs){0};
}
