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

/* Adds a word, which frees nothing where memory is out: the caller looks at the last one. */
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

static bool add_option(struct study_command *command, const char *name, const char *value)
{
    return add(command, "--%s=%s", name, value);
}

static bool add_shared(struct study_command *command, const struct study *study)
{
    bool added = true;
    for (size_t i = 0; added && i < TRAIN_OPTIONS.count; i++) {
        struct option option = option_row(&TRAIN_OPTIONS, i);
        const char *text = study->arguments.texts[i];
        if (text != NULL && study_option_is_shared(i)) {
            added = option.type == OPTION_FLAG ? add(command, "--%s", option.name)
                                               : add_option(command, option.name, text);
        }
    }
    return added;
}

static bool add_own(struct study_command *command, const struct study *study, size_t trial)
{
    const struct study_trial *one = &study->trials[trial];
    const struct study_setting *setting = &study->settings[one->setting];
    bool added = add(command, "--seed=%ju", (uintmax_t)one->seed);
    for (size_t a = 0; added && a < study->axis_count; a++) {
        added = add_option(command, study->axes[a].option, setting->values[a]);
    }
    return added && add(command, "--out=%s.running", study_trial_folder(study, trial).text) &&
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
    size_t room = TRAIN_OPTIONS.count + study->axis_count + OTHER_WORDS;
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
    return finish(begin(command, study) && add_shared(command, study) &&
                  add_own(command, study, trial) && add_passing(command, study, trial));
}

enum exit_status study_command_resume(struct study_command *command, const struct study *study,
                                      size_t trial)
{
    return finish(begin(command, study) &&
                  add(command, "--resume=%s.running", study_trial_folder(study, trial).text) &&
                  add_passing(command, study, trial));
}

void study_command_free(struct study_command *command)
{
    for (size_t i = 0; i < command->count; i++) {
        free(command->words[i]);
    }
    free(command->words);
}
