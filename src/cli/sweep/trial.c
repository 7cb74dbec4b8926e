/*
 * A trial's folder, from what a worker finds in it to what came of the trial.
 */
#include "cli/sweep/trial.h"

#include "cli/base/controls.h"
#include "cli/base/paths.h"
#include "cli/base/text.h"

#include <descent/file.h>
#include <descent/fit.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the folder of a trial that failed: why. */
#define TRIAL_ERROR "error.txt"

/* Bytes of a message that is kept, and of the file that keeps it, which anybody may have edited. */
enum { MESSAGE_SIZE = 1024, ERROR_FILE_LIMIT = 1 << 16 };

struct run_path study_trial_folder(const struct study *study, size_t trial)
{
    struct run_path path;
    snprintf(path.text, sizeof path.text, "%.4000s/" STUDY_TRIALS "/%04zu", study->folder,
             trial + 1);
    return path;
}

static struct run_path running_folder(const struct study *study, size_t trial)
{
    struct run_path path = study_trial_folder(study, trial);
    text_append(path.text, sizeof path.text, STUDY_RUNNING);
    return path;
}

static enum exit_status rename_folder(const struct run_path *from, const struct run_path *to)
{
    return rename(from->text, to->text) == 0 ? DONE
                                             : cli_failed("%s: cannot be renamed to %s: %s",
                                                          from->text, to->text, strerror(errno));
}

/* A trial that had ended and goes on: to a later epoch, or since its result is lost. */
static enum exit_status reopen(const struct study *study, size_t trial)
{
    struct run_path ended = study_trial_folder(study, trial);
    struct run_path running = running_folder(study, trial);
    struct stat found;
    if (lstat(ended.text, &found) != 0) {
        return DONE;
    }
    return S_ISDIR(found.st_mode)
               ? rename_folder(&ended, &running)
               : cli_failed("%s: expected the folder of a trial, found a file; remove it",
                            ended.text);
}

/* Whether a word of a command decides what is trained: where the run is kept and where it pauses
 * does not, nor does where the data lie, since the run knows which they are. */
static bool decides(const char *word)
{
    return strncmp(word, "--", 2) == 0 && strncmp(word, "--out=", 6) != 0 &&
           strncmp(word, "--until=", 8) != 0;
}

/* The next word from i on that decides, or NULL. */
static const char *next_word(const json_t *words, size_t *i)
{
    const char *word;
    while ((word = json_string_value(json_array_get(words, *i))) != NULL && !decides(word)) {
        *i += 1;
    }
    *i += 1;
    return word;
}

/* Whether the run that is there was begun by the same options as this command gives. */
static bool was_begun_by(const struct study_command *command, const char *folder)
{
    json_t *config = run_load_json(folder, RUN_CONFIG, NULL);
    const json_t *words = json_array_get(json_object_get(config, TRAIN_CONFIG_COMMANDS), 0);
    size_t next = 0;
    bool same = true;
    for (size_t i = 0; same && i < command->count; i++) {
        same = !decides(command->words[i]) || text_same(command->words[i], next_word(words, &next));
    }
    same = same && next_word(words, &next) == NULL;
    json_decref(config);
    return same;
}

enum exit_status trial_prepare(struct study_command *command, const struct study *study,
                               size_t trial)
{
    struct run_path running = running_folder(study, trial);
    CLI_TRY(reopen(study, trial));
    CLI_TRY(study_command_of(command, study, trial));
    if (!path_is_there(run_file(running.text, RUN_CHECKPOINT).text) ||
        !was_begun_by(command, running.text)) {
        return path_check();
    }
    study_command_free(command);
    return study_command_resume(command, study, trial);
}

/* The last line of what was said, without the command's name before it. */
static void last_line(char message[MESSAGE_SIZE], const char *said)
{
    static const char NAME[] = "descent: ";
    size_t end = strlen(said);
    while (end > 0 && said[end - 1] == '\n') {
        end--;
    }
    size_t start = end;
    while (start > 0 && said[start - 1] != '\n') {
        start--;
    }
    start += strncmp(said + start, NAME, strlen(NAME)) == 0 ? strlen(NAME) : 0;
    snprintf(message, MESSAGE_SIZE, "%.*s", (int)(end - start), said + start);
    controls_remove(message);
    text_cut(message, MESSAGE_SIZE, message);
}

char *study_trial_error(const struct study *study, size_t trial)
{
    char message[MESSAGE_SIZE], *text;
    size_t size;
    struct run_path path = run_file(study_trial_folder(study, trial).text, TRIAL_ERROR);
    if (descent_file_load(&text, &size, path.text, ERROR_FILE_LIMIT) != DESCENT_OK) {
        return NULL;
    }
    last_line(message, text);
    free(text);
    return strdup(message);
}

/* A last part that says what the folder keeps is of no use: that is renamed, and in another study
 * has another name. */
static void leave_out_folder(char *message, const char *folder)
{
    char *part = strrchr(message, ';');
    if (part != NULL && strstr(part, folder) != NULL) {
        *part = '\0';
    }
}

/* Whether training gave up by itself, and would again. */
static bool gave_up(const struct study *study, size_t trial, int status)
{
    if (!WIFEXITED(status) || WEXITSTATUS(status) != FAILED) {
        return WIFEXITED(status) && WEXITSTATUS(status) == USAGE;
    }
    json_t *config = run_load_json(running_folder(study, trial).text, RUN_CONFIG, NULL);
    const char *reason = json_string_value(json_object_get(config, TRAIN_CONFIG_STOP));
    bool gave = text_same(reason, descent_stop_name(DESCENT_STOP_NONFINITE)) ||
                text_same(reason, descent_stop_name(DESCENT_STOP_EXPLODED));
    json_decref(config);
    return reason != NULL && gave;
}

/* One that was refused has no folder yet. */
static enum exit_status keep_error(const struct study *study, size_t trial, const char *message)
{
    struct run_path running = running_folder(study, trial);
    struct run_path ended = study_trial_folder(study, trial);
    struct run_path error = run_file(running.text, TRIAL_ERROR);
    mkdir(running.text, 0777);
    CLI_TRY_LIBRARY(descent_file_save(error.text, message, strlen(message)));
    return rename_folder(&running, &ended);
}

enum exit_status trial_leave(struct study *study, size_t trial, const char *why)
{
    struct study_outcome *outcome = &study->outcomes[trial];
    outcome->state = STUDY_TRIAL_UNFINISHED;
    free(outcome->message);
    outcome->message = strdup(why);
    return outcome->message != NULL ? DONE : cli_failed("out of memory for a message");
}

/* Why a process that was not told to end did so, where it has not said it. */
static void describe_end(char message[MESSAGE_SIZE], int status)
{
    int number = WIFSIGNALED(status)         ? WTERMSIG(status)
                 : WEXITSTATUS(status) > 128 ? WEXITSTATUS(status) - 128
                                             : 0;
    if (number > 0) {
        snprintf(message, MESSAGE_SIZE, "ended by signal %d (%s)", number, strsignal(number));
    } else if (message[0] == '\0') {
        snprintf(message, MESSAGE_SIZE, "ended with exit status %d", WEXITSTATUS(status));
    }
}

enum exit_status trial_end(struct study *study, size_t trial)
{
    struct run_path running = running_folder(study, trial);
    struct run_path ended = study_trial_folder(study, trial);
    CLI_TRY(rename_folder(&running, &ended));
    CLI_TRY(study_look_at(study, trial));
    return study->outcomes[trial].state != STUDY_TRIAL_MISSING
               ? DONE
               : trial_leave(study, trial, "training left no result");
}

enum exit_status trial_keep(struct study *study, const struct trial_process *process, int status)
{
    char message[MESSAGE_SIZE];
    size_t trial = process->trial;
    if (WIFEXITED(status) && WEXITSTATUS(status) == DONE) {
        return trial_end(study, trial);
    }
    last_line(message, process->said);
    describe_end(message, status);
    if (!gave_up(study, trial, status)) {
        return trial_leave(study, trial, message);
    }
    leave_out_folder(message, running_folder(study, trial).text);
    CLI_TRY(keep_error(study, trial, message));
    return study_look_at(study, trial);
}
