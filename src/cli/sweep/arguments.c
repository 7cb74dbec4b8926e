/*
 * The command line of a trial.
 */
#include "cli/sweep/study.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* train and its data, a few of the trial's own, and NULL. */
enum { OTHER_WORDS = 16 };

/* Where trainings end at a target: a schedule that is planned over a cap would make the steps to
 * the target depend on the cap, and targets that are looked for at the end of epochs alone would
 * look alike for all batch sizes. */
static const char *text_for_target(const char *option)
{
    return strcmp(option, "schedule") == 0      ? "constant"
           : strcmp(option, "check-every") == 0 ? "0.05"
                                                : NULL;
}

/* What is given for all; each trial has a seed of its own. */
static const char *shared_text(const struct study *study, size_t row)
{
    const char *text = study->arguments.texts[row], *name = TRAIN_OPTIONS.rows[row].name;
    if (study_axis_of(study, name) != NULL || !study_option_is_shared(row) ||
        strcmp(name, "seed") == 0) {
        return NULL;
    }
    bool implied = text == NULL && study_has_target(study);
    return implied ? text_for_target(name) : text;
}

static bool copy_texts(struct option_arguments *arguments, const struct study *study,
                       char *const *values)
{
    bool copied = true;
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const char *text = shared_text(study, i);
        for (size_t a = 0; a < study->axis_count; a++) {
            bool has = study->axes[a].row == i && values[a] != NULL;
            text = has && strcmp(values[a], STUDY_NO_EFFECT) != 0 ? values[a] : text;
        }
        arguments->texts[i] = text != NULL ? strdup(text) : NULL;
        copied = copied && (text == NULL || arguments->texts[i] != NULL);
    }
    return copied;
}

enum exit_status study_arguments_of(struct option_arguments *arguments,
                                    struct train_options *options, const struct study *study,
                                    char *const *values)
{
    if (!copy_texts(arguments, study, values)) {
        return cli_failed("out of memory for the options of a trial");
    }
    CLI_TRY(option_defaults(&TRAIN_OPTIONS, options));
    CLI_TRY(option_apply(&TRAIN_OPTIONS, arguments, options));
    if (study->options.folds > 0) { /* any, for what has no effect with one */
        options->fold = (struct option_pair){1, (size_t)study->options.folds};
    }
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct option option = option_row(&TRAIN_OPTIONS, i);
        if (option.applies != NULL && !option.applies((const char *)options + option.base)) {
            free(arguments->texts[i]);
            arguments->texts[i] = NULL;
        }
    }
    return DONE;
}

/* Adds a word; false where memory is out. */
__attribute__((format(printf, 2, 3))) static bool add(struct study_command *command,
                                                      const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *word = length < 0 ? NULL : malloc((size_t)length + 1);
    if (word == NULL) {
        return false;
    }
    va_start(list, format);
    vsnprintf(word, (size_t)length + 1, format, list);
    va_end(list);
    command->words[command->count++] = word;
    return true;
}

/* A flag's text is true or false. */
static bool add_options(struct study_command *command, const struct option_arguments *arguments)
{
    bool added = true;
    for (size_t i = 0; added && i < TRAIN_OPTIONS.count; i++) {
        const struct option option = option_row(&TRAIN_OPTIONS, i);
        const char *text = arguments->texts[i];
        if (text != NULL && option.type != OPTION_FLAG) {
            added = add(command, "--%s=%s", option.name, text);
        } else if (text != NULL && strcmp(text, "true") == 0) {
            added = add(command, "--%s", option.name);
        }
    }
    return added;
}

static bool add_own(struct study_command *command, const struct study *study, size_t trial)
{
    const struct study_trial *one = &study->trials[trial];
    bool added = add(command, "--seed=%ju", (uintmax_t)one->seed);
    if (one->fold > 0) {
        added = added && add(command, "--fold=%ju/%ju", (uintmax_t)one->fold,
                             (uintmax_t)study->options.folds);
    }
    return added && add(command, "--out=%s" STUDY_RUNNING, study_trial_folder(study, trial).text) &&
           add(command, "--force");
}

/* Of this call alone, whether the trial begins or goes on. */
static bool add_passing(struct study_command *command, const struct study *study, size_t trial)
{
    uint64_t until = study->trials[trial].until;
    return (until == 0 || add(command, "--until=%ju", (uintmax_t)until)) &&
           add(command, "--threads=1") && add(command, "--no-test") && add(command, "--quiet");
}

/* NULL ends the words: there is room for all, and one more. */
static bool begin(struct study_command *command, const struct study *study)
{
    size_t room = TRAIN_OPTIONS.count + OTHER_WORDS;
    *command = (struct study_command){.words = calloc(room, sizeof *command->words)};
    return command->words != NULL && add(command, "train") &&
           add(command, "%s", study->options.training.data.given);
}

static enum exit_status finish(bool made)
{
    return made ? DONE : cli_failed("out of memory for the command of a trial");
}

enum exit_status study_command_of(struct study_command *command, const struct study *study,
                                  size_t trial)
{
    struct option_arguments arguments = {0};
    struct train_options options = {0};
    enum exit_status status = study_arguments_of(
        &arguments, &options, study, study->settings[study->trials[trial].setting].values);
    bool made = status == DONE && begin(command, study) && add_options(command, &arguments) &&
                add_own(command, study, trial) && add_passing(command, study, trial);
    option_free(&TRAIN_OPTIONS, &arguments, &options);
    return status == DONE ? finish(made) : status;
}

enum exit_status study_command_resume(struct study_command *command, const struct study *study,
                                      size_t trial)
{
    return finish(
        begin(command, study) &&
        add(command, "--resume=%s" STUDY_RUNNING, study_trial_folder(study, trial).text) &&
        add_passing(command, study, trial));
}

void study_command_free(struct study_command *command)
{
    for (size_t i = 0; i < command->count; i++) {
        free(command->words[i]);
    }
    free(command->words);
}
