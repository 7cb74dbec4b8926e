/*
 * Continuing a run: its options and data first, so that what was given can be laid over them; its
 * state last, when everything that must fit it is there.
 */
#include "cli/base/paths.h"
#include "cli/base/source.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An option's value as text, stored and now. */
struct change {
    char before[4096];
    char now[4096];
};

/* Reads the configuration in the checkpoint. */
static enum exit_status load_saved(struct training *training)
{
    json_error_t error;
    struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
    const char *text = descent_checkpoint_config(training->checkpoint);
    training->saved = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (training->saved == NULL) {
        return cli_failed("%s: configuration: %s", path.text, error.text);
    }
    bool complete = json_is_object(json_object_get(training->saved, TRAIN_CONFIG_OPTIONS)) &&
                    json_is_object(json_object_get(training->saved, TRAIN_CONFIG_DATA));
    return complete ? DONE
                    : cli_failed("%s: expected a configuration with options and data, found none",
                                 path.text);
}

/* NULL where there is none. */
static char *copy_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL) {
        path_keep("out of memory for the run's configuration");
    }
    return copy;
}

/* Run and data may have been moved together, or to another machine: where the stored folder is
 * gone, what was given is looked for again. The fingerprint will tell whether it is the same. */
static void find_moved(struct train_data *data)
{
    if (data->folder != NULL && data->given != NULL && !path_is_there(data->folder) &&
        data_is_there(data->given)) {
        free(data->folder);
        data->folder = cli_data_find(data->given);
    }
}

/* The data that were given win; else those of the stored folder are taken. */
static enum exit_status choose_data(struct training *training)
{
    struct train_data *data = &training->data;
    const json_t *stored = json_object_get(training->config, TRAIN_CONFIG_DATA);
    data->name = copy_of(json_object_get(training->saved, TRAIN_CONFIG_DATA), "name");
    if (data->given == NULL) {
        data->given = copy_of(stored, "given");
        data->folder = copy_of(stored, "folder");
        find_moved(data);
    }
    data->preparation_text = copy_of(training->saved, TRAIN_CONFIG_PREPARATION);
    const char *columns = json_string_value(json_object_get(training->saved, TRAIN_CONFIG_COLUMNS));
    if (columns != NULL && descent_columns_load(&data->known_columns, columns) != DESCENT_OK) {
        return cli_failed("%s: configuration: columns: %s",
                          run_path(&training->run, RUN_CHECKPOINT).text, descent_last_error());
    }
    return DONE;
}

/* Writes an option's stored value and the present one; false where they are the same. */
static bool differs(const struct training *training, const struct option *option,
                    struct change *change)
{
    option_format(option, &training->stored, change->before, sizeof change->before);
    option_format(option, &training->options, change->now, sizeof change->now);
    return option->storage != OPTION_PASSING && strcmp(change->before, change->now) != 0;
}

static enum exit_status refuse_changes(const struct training *training)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct option option = option_row(&TRAIN_OPTIONS, i);
        struct change change;
        if (option.fixed && differs(training, &option, &change)) {
            return cli_usage("--%s cannot change when a run is resumed: expected %s, found %s",
                             option.name, change.before[0] == '\0' ? "none" : change.before,
                             change.now);
        }
    }
    return DONE;
}

static void log_changes(struct training *training)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct option option = option_row(&TRAIN_OPTIONS, i);
        bool engine = strcmp(option.name, "engine") == 0;
        struct change change;
        if (differs(training, &option, &change)) {
            progress_say(&training->display, "changed   --%s %s, was %s%s", option.name, change.now,
                         change.before,
                         engine ? ": same weights, other rounding from here on" : "");
        }
    }
}

void train_log_resumed(struct training *training)
{
    const descent_schedule *before = descent_checkpoint_schedule(training->checkpoint);
    const descent_schedule *schedule = descent_fit_schedule(training->fit);
    const descent_progress *done = train_progress(training);
    char part[64] = "", recovered[64] = "";
    if (done->part.samples > 0) {
        snprintf(part, sizeof part, " and %ju samples of the next", (uintmax_t)done->part.samples);
    }
    if (done->recoveries > 0) {
        snprintf(recovered, sizeof recovered, ", recovered %ju times", (uintmax_t)done->recoveries);
    }
    if (!descent_checkpoint_is_sealed(training->checkpoint)) {
        progress_say(&training->display, "note      the checkpoint is of an earlier version, whose "
                                         "header has no checksum");
    }
    progress_say(&training->display, "resumed   after epoch %ju%s%s", (uintmax_t)done->epoch, part,
                 recovered);
    log_changes(training);
    if (training->options.budget > 0.0) {
        progress_say(&training->display, "budget    %.1f s of %g s are left",
                     fmax(training->options.budget - done->seconds, 0.0), training->options.budget);
    } else if (schedule->steps != before->steps) {
        progress_say(&training->display, "changed   the schedule spans %ju steps, was %ju",
                     (uintmax_t)schedule->steps, (uintmax_t)before->steps);
    }
}

static enum exit_status read_stored(const struct training *training, struct train_options *options)
{
    CLI_TRY(option_from_json(&TRAIN_OPTIONS,
                             json_object_get(training->config, TRAIN_CONFIG_OPTIONS), options,
                             run_path(&training->run, RUN_CONFIG).text));
    return option_from_json(&TRAIN_OPTIONS, json_object_get(training->saved, TRAIN_CONFIG_OPTIONS),
                            options, run_path(&training->run, RUN_CHECKPOINT).text);
}

/* What auto was found to be is stored; a run from before there was auto has none. */
static void resolve_auto(struct training *training)
{
    struct train_options *stored = &training->stored, *options = &training->options;
    if (stored->standardize == TRAIN_STANDARDIZE_AUTO) {
        stored->standardize = (int)DESCENT_STANDARDIZE_NONE;
    }
    if (options->standardize == TRAIN_STANDARDIZE_AUTO) {
        options->standardize = stored->standardize;
    }
}

/* The stored options, and over them the ones that were given. */
static enum exit_status merge_options(struct training *training)
{
    CLI_TRY(option_defaults(&TRAIN_OPTIONS, &training->stored));
    CLI_TRY(read_stored(training, &training->stored));
    CLI_TRY(read_stored(training, &training->options));
    CLI_TRY(option_apply(&TRAIN_OPTIONS, &training->arguments, &training->options));
    if (training->options.lr == OPTION_SECOND) {
        return cli_usage("--lr: expected a number when a run is resumed, found \"auto\"; without "
                         "--lr the run keeps its learning rate");
    }
    resolve_auto(training);
    training->options.source.bytes_are_pixels = training->data.known_columns == NULL;
    return refuse_changes(training);
}

enum exit_status train_resume_read(struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
    CLI_TRY_LIBRARY(descent_checkpoint_load(&training->checkpoint, path.text));
    CLI_TRY(load_saved(training));
    /* It may be lost: what it says of places can be given again. */
    training->config = run_load_json(training->run.folder, RUN_CONFIG,
                                     "what it says of places and of threads is left out");
    CLI_TRY(choose_data(training));
    return merge_options(training);
}

enum exit_status train_resume_find_data(const struct training *training)
{
    const struct train_data *data = &training->data;
    if (data->given == NULL) {
        return cli_failed("%s: expected the data's folder in the file, found none; give DATA",
                          run_path(&training->run, RUN_CONFIG).text);
    }
    return data->folder == NULL || path_is_there(data->folder)
               ? DONE
               : cli_failed("%s: the run's data %s are not there any more; give DATA",
                            training->run.folder, data->folder);
}

static enum exit_status refuse_past(const struct training *training)
{
    uint64_t until = training->options.until, epoch = train_progress(training)->epoch;
    return until == 0 || epoch <= until
               ? DONE
               : cli_usage("--until %ju: expected an epoch from %ju on, where the run in %s is",
                           (uintmax_t)until, (uintmax_t)epoch, training->run.folder);
}

enum exit_status train_resume_open(struct training *training)
{
    CLI_TRY(run_open(&training->run, training->options.resume));
    CLI_TRY(train_resume_read(training));
    CLI_TRY(run_check_place(&training->run));
    CLI_TRY(refuse_past(training));
    return train_resume_find_data(training);
}

static enum exit_status check_fingerprint(const struct training *training, const char *key,
                                          const descent_dataset *dataset)
{
    const json_t *data = json_object_get(training->saved, TRAIN_CONFIG_DATA);
    const char *expected = json_string_value(json_object_get(data, key));
    struct fingerprint found = {"(none)"};
    if (dataset != NULL) {
        found = fingerprint_of(dataset);
    }
    if (expected == NULL ? dataset != NULL : strcmp(expected, found.text) != 0) {
        return cli_failed("%s: not the data of the run in %s: expected the %s %s, found %s",
                          training->data.folder, training->run.folder, key,
                          expected == NULL ? "(none)" : expected, found.text);
    }
    return DONE;
}

enum exit_status train_resume_check(const struct training *training)
{
    CLI_TRY(check_fingerprint(training, TRAINED_MODEL_TRAIN, training->data.source));
    return check_fingerprint(training, TRAINED_MODEL_TEST, training->data.test);
}

/* The time of an epoch that was interrupted stands in no row. */
static void restore_seconds(struct training *training)
{
    const json_t *seconds = json_object_get(training->config, TRAIN_CONFIG_SECONDS);
    if (train_progress(training)->part.samples > 0 &&
        json_number_value(seconds) > training->seconds) {
        training->seconds = json_number_value(seconds);
    }
}

enum exit_status train_resume_place(struct training *training)
{
    bool placed = descent_fit_restore(training->fit, training->checkpoint) == DESCENT_OK;
    return placed ? DONE
                  : cli_failed("%s: %s", run_path(&training->run, RUN_CHECKPOINT).text,
                               descent_last_error());
}

enum exit_status train_resume_restore(struct training *training)
{
    const descent_progress *done = train_progress(training);
    CLI_TRY(train_resume_check(training));
    CLI_TRY(train_resume_place(training));
    CLI_TRY(metrics_cut(run_path(&training->run, RUN_METRICS).text, train_form(training),
                        done->epoch, &training->seconds));
    if (training->options.log_layers) {
        CLI_TRY(record_cut(&LAYERS_RECORD, run_path(&training->run, RUN_LAYERS).text, "layers",
                           done->epoch));
    }
    restore_seconds(training);
    training->saved_epoch = done->epoch;
    training->saved_at = progress_clock();
    /* A run that was killed between the two files may have a model that is ahead. */
    return done->epoch > 0 && done->part.samples == 0 ? train_model_save(training) : DONE;
}
