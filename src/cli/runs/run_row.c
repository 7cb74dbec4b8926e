/*
 * A run that is over says all in its result; one that is under way, was stopped, or is of the time
 * before there were results, in its metrics. Files may have been edited: what is of another kind
 * than expected is taken as absent.
 */
#include "cli/runs/run_row.h"

#include "cli/base/metrics.h"
#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/run.h"
#include "cli/base/text.h"

#include <descent/fit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What comes of a file that cannot be read. */
static const char WITHOUT[] = "the run is listed without it";

static const struct run_figures NO_FIGURES = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};

static struct run_figures figures_of(const json_t *result, const char *part)
{
    const json_t *found = json_object_get(result, part);
    return (struct run_figures){
        .loss = cli_json_read(found, "loss"),
        .accuracy = cli_json_read(found, "accuracy"),
        .low = cli_json_read(found, "accuracy_low"),
        .high = cli_json_read(found, "accuracy_high"),
        .r2 = cli_json_read(found, "r2"),
        .rmse = cli_json_read(found, "rmse"),
    };
}

static void list_findings(struct run_row *row, const json_t *names)
{
    const json_t *name;
    size_t i;
    row->finding_count = json_is_array(names) ? (double)json_array_size(names) : NAN;
    json_array_foreach(names, i, name)
    {
        text_append(row->findings, sizeof row->findings, "%s%s", i == 0 ? "" : ", ",
                    json_is_string(name) ? json_string_value(name) : "?");
    }
}

static void read_result(struct run_row *row)
{
    const json_t *result = row->result;
    row->epochs = cli_json_read(result, "epochs");
    row->best_epoch = cli_json_read(result, "best_epoch");
    row->train = figures_of(result, "train");
    row->validation = figures_of(result, "validation");
    row->test = figures_of(result, "test");
    row->seconds = cli_json_read(result, "seconds");
    const json_t *target = json_object_get(result, "target");
    row->target_samples = cli_json_read(target, "samples");
    row->target_steps = cli_json_read(target, "steps");
    row->date = json_string_value(json_object_get(result, "date"));
    row->version = json_string_value(json_object_get(result, "descent"));
    list_findings(row, json_object_get(result, "warnings"));
}

/* What a row of the metrics has at its end is the figures of that epoch's weights, but for the
 * training samples, whose figures are means over the epoch. */
static void read_metrics(struct run_row *row, const struct metrics *metrics)
{
    if (metrics->rows == 0) {
        return;
    }
    const double *last = metrics->row[metrics->rows - 1].values;
    const struct metrics_row *saved = metrics_saved(metrics);
    row->epochs = last[METRICS_EPOCH];
    row->seconds = last[METRICS_SECONDS];
    if (saved != NULL) {
        const double *best = saved->values;
        row->best_epoch = best[METRICS_EPOCH];
        row->validation.loss = best[METRICS_VALIDATION_LOSS];
        row->validation.accuracy = best[METRICS_VALIDATION_ACCURACY];
        row->validation.r2 = best[METRICS_VALIDATION_R2];
        row->validation.rmse = best[METRICS_VALIDATION_RMSE];
        row->test.loss = best[METRICS_TEST_LOSS];
        row->test.accuracy = best[METRICS_TEST_ACCURACY];
        row->test.r2 = best[METRICS_TEST_R2];
        row->test.rmse = best[METRICS_TEST_RMSE];
    }
}

static enum exit_status load_metrics(struct run_row *row)
{
    struct metrics metrics;
    enum exit_status status = metrics_load(&metrics, run_file(row->folder, RUN_METRICS).text);
    if (status == DONE) {
        read_metrics(row, &metrics);
    }
    metrics_free(&metrics);
    return status;
}

/* The name of a way to stop, or NULL. */
static const char *stop_named(const char *name)
{
    const char *found = text_same(name, RUN_PAUSED) ? RUN_PAUSED : NULL;
    for (int s = 0; name != NULL && s < DESCENT_STOP_COUNT; s++) {
        const char *stop = descent_stop_name((descent_stop)s);
        found = stop != NULL && strcmp(stop, name) == 0 ? stop : found;
    }
    return found;
}

static bool is_end(const char *stop)
{
    static const descent_stop others[] = {DESCENT_STOP_INTERRUPTED, DESCENT_STOP_NONFINITE,
                                          DESCENT_STOP_EXPLODED};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(stop, descent_stop_name(others[i])) == 0) {
            return false;
        }
    }
    return strcmp(stop, RUN_PAUSED) != 0;
}

static void find_state(struct run_row *row)
{
    const json_t *holder = row->result != NULL ? row->result : row->config;
    row->stop_reason = stop_named(json_string_value(json_object_get(holder, "stop_reason")));
    row->state = row->result != NULL            ? "done"
                 : run_is_training(row->folder) ? "running"
                 : row->config == NULL          ? "unknown"
                 : row->stop_reason == NULL     ? "killed"
                 : is_end(row->stop_reason)     ? "done"
                                                : row->stop_reason;
    row->unfinished = run_row_is_done(row) ? NULL : row->state;
}

static void rank(struct run_figures *figures)
{
    figures->rank = isnan(figures->accuracy) ? figures->r2 : figures->accuracy;
}

enum exit_status run_row_load(struct run_row *row, const char *folder)
{
    size_t failures = path_failures();
    *row = (struct run_row){
        .folder = folder,
        .mark = "",
        .epochs = NAN,
        .best_epoch = NAN,
        .train = NO_FIGURES,
        .validation = NO_FIGURES,
        .test = NO_FIGURES,
        .seconds = NAN,
        .target_samples = NAN,
        .target_steps = NAN,
        .finding_count = NAN,
        .runs = 1.0,
        .validation_deviation = NAN,
        .test_deviation = NAN,
        .loss_deviation = NAN,
        .config = run_load_config(folder, WITHOUT),
        .result = run_load_json(folder, RUN_RESULT, WITHOUT),
    };
    row->version = json_string_value(json_object_get(row->config, "descent"));
    row->data = json_string_value(json_object_get(json_object_get(row->config, "data"), "name"));
    find_state(row);
    if (row->result != NULL) {
        read_result(row);
    } else {
        CLI_TRY(load_metrics(row));
    }
    if (json_is_true(json_object_get(json_object_get(row->config, "options"), "no-test"))) {
        row->test = NO_FIGURES;
    }
    json_t *names = json_object_get(row->result, "warnings");
    row->warnings = json_is_array(names) ? json_incref(names) : json_null();
    rank(&row->train);
    rank(&row->validation);
    rank(&row->test);
    return path_failures() == failures ? DONE : FAILED; /* what is missing would be shown as none */
}

enum exit_status run_row_set(struct run_row *row, const struct run_differences *differences)
{
    row->settings = json_object();
    row->setting_texts = calloc(differences->count + 1, sizeof *row->setting_texts);
    if (row->setting_texts == NULL) {
        return cli_failed("out of memory for the settings of %s", row->folder);
    }
    for (size_t i = 0; i < differences->count; i++) {
        const struct run_setting *setting = &differences->settings[i];
        const json_t *value = run_setting_value(setting, row->config);
        cli_json_set(&row->settings, setting->name,
                     value != NULL ? json_deep_copy(value) : json_null());
        run_setting_text(setting, row->config, row->setting_texts[i], RUN_SETTING_SIZE);
        row->setting[i] = row->setting_texts[i];
    }
    return DONE;
}

void run_row_give(struct run_row *row)
{
    row->warnings = NULL;
    row->settings = NULL;
}

void run_row_free(struct run_row *row)
{
    json_decref(row->warnings);
    json_decref(row->settings);
    free(row->setting_texts);
    json_decref(row->config);
    json_decref(row->result);
    *row = (struct run_row){0};
}

bool run_row_is_done(const struct run_row *row)
{
    return strcmp(row->state, "done") == 0;
}
