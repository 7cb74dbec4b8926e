/*
 * A trial: its folder, and its training in a process of its own. The process is forked from this
 * one, which has not computed anything, and so has no threads: what a user would type goes straight
 * to train.
 */
#include "cli/sweep/study.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct run_path study_trial_folder(const struct study *study, size_t trial)
{
    struct run_path path;
    snprintf(path.text, sizeof path.text, "%.4000s/" STUDY_TRIALS "/%04zu", study->folder,
             trial + 1);
    return path;
}

static _Noreturn void train_here(const struct study_command *command)
{
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    exit((int)cli_finish(command_train((int)command->count, (const char **)command->words)));
}

enum exit_status study_trial_start(const struct study *study, size_t trial, pid_t *process)
{
    struct study_command command;
    enum exit_status status = study_command_of(&command, study, trial);
    fflush(NULL);
    *process = status == DONE ? fork() : -1;
    if (*process == 0) {
        train_here(&command);
    }
    if (status == DONE && *process < 0) {
        status = cli_failed("cannot start a trial: %s", strerror(errno));
    }
    study_command_free(&command);
    return status;
}

enum exit_status study_trial_end(const struct study *study, size_t trial, int wait_status)
{
    struct run_path ended = study_trial_folder(study, trial);
    struct run_path running = ended;
    strcat(running.text, ".running");
    if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0) {
        return cli_failed("trial %zu failed", trial + 1);
    }
    return rename(running.text, ended.text) == 0
               ? DONE
               : cli_failed("%s: cannot rename: %s", running.text, strerror(errno));
}
