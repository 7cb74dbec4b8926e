/*
 * study.json: what a study is, for all that work on it.
 */
#include "cli/sweep/study_file.h"

#include "cli/base/paths.h"
#include "cli/base/record.h"
#include "cli/base/replacement.h"
#include "cli/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Samples that are trained on. */
static uint64_t samples_of(const struct study_stored *stored)
{
    const json_t *data = json_object_get(stored->root, TRAIN_CONFIG_DATA);
    return (uint64_t)json_integer_value(json_object_get(data, STUDY_KEY_SAMPLES));
}

static const char *data_text(const struct study_stored *stored, const char *key)
{
    return json_string_value(
        json_object_get(json_object_get(stored->root, TRAIN_CONFIG_DATA), key));
}

/* What does not stand on the command line is as it was. */
static enum exit_status take_over(struct study *study, const struct study_stored *stored)
{
    const struct option_table *table = study_options_table();
    struct train_data *data = &study->options.training.data;
    for (size_t i = 0; i < table->count; i++) {
        char **text = &study->arguments.texts[i];
        if (*text == NULL && stored->arguments.texts[i] != NULL) {
            *text = strdup(stored->arguments.texts[i]);
            if (*text == NULL) {
                return cli_failed("out of memory");
            }
        }
    }
    CLI_TRY(option_apply(table, &study->arguments, &study->options));
    data->given = strdup(data_text(stored, STUDY_KEY_FOLDER));
    return data->given != NULL ? DONE : cli_failed("out of memory");
}

static enum exit_status recall(struct study *study, struct study_stored *stored)
{
    if (study->options.force) {
        return cli_usage("--force: expected DATA for the study that takes the place of the one in "
                         "the folder");
    }
    CLI_TRY(study_folder_settle(study));
    CLI_TRY(study_stored_read(stored, study->folder));
    if (stored->root == NULL) {
        return cli_usage("sweep: expected DATA, or --out with a study to go on with, found none in "
                         "%.200s",
                         study->folder);
    }
    CLI_TRY(take_over(study, stored));
    const char *folder = study->options.training.data.given;
    return path_is_there(folder)
               ? DONE
               : cli_failed("%s: the study's data %s are not there any more; give DATA",
                            study->folder, folder);
}

enum exit_status study_recall(struct study *study)
{
    struct study_stored stored = {0};
    enum exit_status status = recall(study, &stored);
    study_stored_free(&stored);
    return status;
}

static json_t *options_to_json(const struct study *study)
{
    const struct option_table *table = study_options_table();
    json_t *options = json_object();
    for (size_t i = 0; i < table->count; i++) {
        const struct option row = option_row(table, i);
        if (study->arguments.texts[i] != NULL && study_option_is_kept(&row)) {
            cli_json_set(&options, row.name, json_string(study->arguments.texts[i]));
        }
    }
    return options;
}

static json_t *stages_to_json(const struct study *study)
{
    json_t *stages = json_array();
    for (size_t s = 0; s < study->stage_count; s++) {
        const struct study_stage *stage = &study->stages[s];
        cli_json_append(&stages, json_pack("{s:I, s:I}", "trials", (json_int_t)stage->trials,
                                           "seeds", (json_int_t)stage->seeds));
    }
    return stages;
}

static json_t *data_to_json(const struct study *study, const struct study_data *data)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s*, s:I}", "name", data->name, STUDY_KEY_GIVEN,
                     study->options.training.data.given, STUDY_KEY_FOLDER, data->folder,
                     TRAINED_MODEL_TRAIN, data->train.text, TRAINED_MODEL_TEST,
                     data->test.text[0] != '\0' ? data->test.text : NULL, STUDY_KEY_SAMPLES,
                     (json_int_t)data->samples);
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* What is about to be done, and what follows from a target. */
static void say_start(const struct study *study)
{
    const struct study_options *options = &study->options;
    struct progress display = progress_create(options->quiet);
    char text[512] = "", count[TEXT_SIZE];
    size_t settings = study->stages[study->stage_count - 1].combinations;
    uint64_t seeds = study->stages[study->stage_count - 1].seeds;
    text_append(text, sizeof text, "%s setting%s", text_count(count, settings), plural(settings));
    text_append(text, sizeof text, " x %ju seed%s", (uintmax_t)seeds, plural(seeds));
    if (options->folds > 0) {
        text_append(text, sizeof text, " x %ju folds", (uintmax_t)options->folds);
    }
    if (study_tunes(options)) {
        text_append(text, sizeof text, ", and trials that tune learning rates before");
    }
    progress_say(&display, "study         %s: %s", study->folder, text);
    if (study_has_target(study) && study_axis_of(study, "schedule") == NULL &&
        !option_given(&TRAIN_OPTIONS, &study->arguments, "schedule")) {
        progress_say(&display, "schedule      constant, so that the steps to the target do not "
                               "depend on --epochs; --schedule gives another");
    }
}

/* Data that are there already stay as they are. */
static enum exit_status save(const struct study *study, const char *folder,
                             const struct study_stored *stored, const struct study_data *data)
{
    const struct training *command = &study->options.training;
    json_t *stored_data = json_object_get(stored->root, TRAIN_CONFIG_DATA);
    json_t *root = json_pack(
        "{s:s, s:o, s:o, s:o, s:o}", "descent", DESCENT_VERSION, TRAIN_CONFIG_COMMANDS,
        train_commands_to_json(stored->root, command->argc, command->argv), TRAIN_CONFIG_DATA,
        stored_data != NULL ? json_incref(stored_data) : data_to_json(study, data),
        TRAIN_CONFIG_OPTIONS, options_to_json(study), STUDY_KEY_STAGES, stages_to_json(study));
    enum exit_status status = train_json_save(run_file(folder, STUDY_CONFIG).text, root, 15);
    json_decref(root);
    return status;
}

static enum exit_status check_fingerprint(const struct study *study,
                                          const struct study_stored *stored, const char *key,
                                          const struct fingerprint *found)
{
    const char *expected = data_text(stored, key);
    expected = expected != NULL ? expected : "";
    return strcmp(expected, found->text) == 0
               ? DONE
               : cli_failed("%s: not the data of the study in %s: expected the %s %s, found %s",
                            study->options.training.data.given, study->folder, key,
                            expected[0] != '\0' ? expected : "(none)",
                            found->text[0] != '\0' ? found->text : "(none)");
}

static void adopt_stages(struct study *study, const struct study_stored *stored)
{
    for (size_t s = 0; s < stored->stage_count; s++) {
        study->stages[s] = stored->stages[s];
    }
    study->stage_count = stored->stage_count;
}

/* What is asked for now, behind what was: the list of trials goes on where that is flat. */
static enum exit_status add_stage(struct study *study, const struct study_stored *stored,
                                  bool *grows)
{
    struct study_stage wanted = study->stages[0];
    const struct study_stage *last = &stored->stages[stored->stage_count - 1];
    adopt_stages(study, stored);
    *grows = wanted.trials != last->trials || wanted.seeds != last->seeds;
    if (!*grows) {
        return DONE;
    }
    if (study->stage_count == STUDY_STAGES_MAX) {
        return cli_failed("%s: a study can grow %d times, and has done so", study->folder,
                          STUDY_STAGES_MAX - 1);
    }
    study->stages[study->stage_count++] = wanted;
    return DONE;
}

static enum exit_status go_on(struct study *study, const struct study_stored *stored,
                              const struct study_data *data)
{
    bool grows;
    CLI_TRY(study_compare(study, stored));
    CLI_TRY(check_fingerprint(study, stored, TRAINED_MODEL_TRAIN, &data->train));
    CLI_TRY(check_fingerprint(study, stored, TRAINED_MODEL_TEST, &data->test));
    CLI_TRY(add_stage(study, stored, &grows));
    study->samples = samples_of(stored);
    CLI_TRY(study_combine(study));
    if (grows) {
        CLI_TRY(save(study, study->folder, stored, data));
        say_start(study);
    }
    return DONE;
}

static enum exit_status replace(const struct study *study, const struct study_stored *none,
                                const struct study_data *data, int lock)
{
    int claim;
    CLI_TRY(study_folder_begin(&claim, study, lock));
    struct run_path begun = run_file(study->folder, REPLACEMENT_BEGUN);
    return study_folder_end(claim, study, lock, save(study, begun.text, none, data));
}

/* With the folder locked. */
static enum exit_status begin_or_go_on(struct study *study, struct study_stored *stored,
                                       const struct study_data *data, int lock)
{
    bool force = study->options.force;
    CLI_TRY(force ? DONE : study_stored_read(stored, study->folder));
    if (stored->root != NULL) {
        CLI_TRY(go_on(study, stored, data));
    } else {
        study->samples = data->samples;
        CLI_TRY(force ? replace(study, stored, data, lock)
                      : save(study, study->folder, stored, data));
        say_start(study);
    }
    struct run_path trials = run_file(study->folder, STUDY_TRIALS);
    return mkdir(trials.text, 0777) == 0 || errno == EEXIST
               ? DONE
               : cli_failed("%s: cannot create the folder: %s", trials.text, strerror(errno));
}

/* Rates are tuned, and settings halved, by validation samples. */
static enum exit_status check_validated(const struct study *study, const struct study_data *data)
{
    bool needs = study->options.lr_rule != STUDY_LR_AS_GIVEN || study->options.halving > 0;
    return !needs || data->validated
               ? DONE
               : cli_usage("--%s: expected samples held back for validation, found none",
                           study->options.halving > 0 ? "halving" : "lr-rule");
}

enum exit_status study_open(struct study *study)
{
    struct study_data data = {.samples = 0};
    CLI_TRY(study_data_check(&data, study));
    CLI_TRY(check_validated(study, &data));
    struct study_stored stored = {0};
    int lock = -1;
    enum exit_status status = study_folder_open(&lock, study);
    if (status == DONE) {
        status = begin_or_go_on(study, &stored, &data, lock);
    }
    if (status == DONE) {
        status = study_folder_hold(study);
    }
    study_stored_free(&stored);
    if (lock >= 0) {
        close(lock);
    }
    return status;
}

static enum exit_status load(struct study *study, struct study_stored *stored)
{
    CLI_TRY(study_stored_read(stored, study->folder));
    if (stored->root == NULL) {
        return cli_failed("%s: not a study: expected " STUDY_CONFIG " in it, found none",
                          study->folder);
    }
    CLI_TRY(option_defaults(study_options_table(), &study->options));
    CLI_TRY(take_over(study, stored));
    adopt_stages(study, stored);
    study->samples = samples_of(stored);
    CLI_TRY(study_configure(study));
    return study_update(study);
}

enum exit_status study_load(struct study *study, const char *folder)
{
    struct study_stored stored = {0};
    int length = snprintf(study->folder, sizeof study->folder, "%s", folder);
    enum exit_status status = length < STUDY_FOLDER_SIZE
                                  ? load(study, &stored)
                                  : cli_failed("%.100s...: expected a path of at most %d bytes",
                                               folder, STUDY_FOLDER_SIZE - 1);
    study_stored_free(&stored);
    return status;
}
