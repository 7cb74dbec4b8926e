/*
 * A trial's process. It is forked from this one, which has not computed anything, and so has no
 * threads: what a user would type goes straight to train.
 */
#include "cli/sweep/trial.h"

#include "cli/base/interrupt.h"
#include "cli/base/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

void trial_end_with(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    if (getppid() != parent) {
        exit(FAILED);
    }
}

static void say_to(int messages)
{
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    dup2(messages, STDERR_FILENO);
    close(nowhere);
    close(messages);
}

static enum exit_status train(const struct study_command *command)
{
    const struct command *found;
    CLI_TRY(command_find(&found, command->words[0]));
    cli_start(found);
    return found->run((int)command->count, (const char **)command->words);
}

/* What the library calls invalid are options that no other attempt makes valid. */
static bool is_refused(enum exit_status status)
{
    return status == FAILED && cli_library_failure() == DESCENT_ERROR_INVALID;
}

static _Noreturn void train_here(const struct study_command *command, int messages, pid_t parent)
{
    interrupt_follow();
    say_to(messages);
    trial_end_with(parent);
    enum exit_status status = cli_finish(train(command));
    exit((int)(is_refused(status) ? USAGE : status));
}

static void close_all(const struct trial_process *processes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close(processes[i].claim);
        close(processes[i].messages);
    }
}

enum exit_status trial_start(struct trial_process *process, const struct study_command *command,
                             const struct trial_process *others, size_t count)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return cli_failed("cannot start a trial: %s", strerror(errno));
    }
    pid_t parent = getpid();
    fflush(NULL);
    process->process = fork();
    if (process->process == 0) {
        close_all(others, count);
        close(ends[0]);
        train_here(command, ends[1], parent);
    }
    int error = errno;
    close(ends[1]);
    if (process->process < 0) {
        close(ends[0]);
        return cli_failed("cannot start a trial: %s", strerror(error));
    }
    process->messages = ends[0];
    process->length = 0;
    process->said[0] = '\0';
    process->started = progress_clock();
    return DONE;
}

/* Keeps the end of what is said; false where nothing more will come. */
static bool listen_to(struct trial_process *process)
{
    enum { HALF = TRIAL_SAID_SIZE / 2 };
    if (process->length >= HALF) {
        memmove(process->said, process->said + process->length - HALF / 2, HALF / 2);
        process->length = HALF / 2;
    }
    ssize_t got = read(process->messages, process->said + process->length, HALF - 1);
    if (got < 0) {
        return errno == EINTR || errno == EAGAIN;
    }
    process->length += (size_t)got;
    process->said[process->length] = '\0';
    return got > 0;
}

int trial_end_of(pid_t process)
{
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

size_t trial_wait(struct trial_process *processes, size_t count, double seconds, int *status)
{
    struct pollfd waits[TRIAL_JOBS_MAX];
    for (size_t i = 0; i < count; i++) {
        waits[i] = (struct pollfd){.fd = processes[i].messages, .events = POLLIN};
    }
    if (poll(waits, (nfds_t)count, (int)(1000.0 * seconds)) <= 0) {
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        if (waits[i].revents != 0 && !listen_to(&processes[i])) {
            close(processes[i].messages);
            *status = trial_end_of(processes[i].process);
            return i;
        }
    }
    return count;
}
