/*
 * A trial that is worked on: its folder is NNNN.running until it has ended, and NNNN from then on.
 */
#ifndef DESCENT_CLI_SWEEP_TRIAL_H
#define DESCENT_CLI_SWEEP_TRIAL_H

#include "cli/sweep/study.h"

#include <sys/types.h>

enum { TRIAL_SAID_SIZE = 8192, TRIAL_JOBS_MAX = 1024 };

/* A trial's process; the trial's claim is held by both sides. */
struct trial_process {
    size_t trial;
    pid_t process;
    int claim;
    int messages; /* the process's standard error comes from here; it ends with the process */
    char said[TRIAL_SAID_SIZE]; /* the end of that */
    size_t length;
    double started; /* by progress_clock() */
};

/* trial.c: makes the folder ready for a trial that is claimed, and finds the command: to go on with
 * what is there, or to begin. */
enum exit_status trial_prepare(struct study_command *command, const struct study *study,
                               size_t trial);

/* Keeps what came of a process that has ended with that status of waitpid(): renames the folder
 * where the trial has ended, and leaves it where the trial is unfinished. Updates the outcome, with
 * a message where it is not done. */
enum exit_status trial_keep(struct study *study, const struct trial_process *process, int status);

/* Gives the folder of a trial that came to its end, or to where it is to pause, its final name. */
enum exit_status trial_end(struct study *study, size_t trial);

/* Notes that a trial cannot be finished by this process. */
enum exit_status trial_leave(struct study *study, size_t trial, const char *why);

/* Why a trial failed, as its folder says it, in one line that the caller frees; NULL where it has
 * not failed. */
char *study_trial_error(const struct study *study, size_t trial);

/* trial_process.c: runs a command in a process of its own, which holds none of the others' claims.
 * Where the starting process is killed, the other one is told to end. */
enum exit_status trial_start(struct trial_process *process, const struct study_command *command,
                             const struct trial_process *others, size_t count);

/* In a process that was forked from `parent`: it gets SIGTERM where that is killed, for then nobody
 * waits for it. */
void trial_end_with(pid_t parent);

/* Waits for a process that was forked; its status of waitpid(). */
int trial_end_of(pid_t process);

/* Waits for so many seconds at most until one of several has something to say or has ended; the
 * place of one that has ended and its status, or count. */
size_t trial_wait(struct trial_process *processes, size_t count, double seconds, int *status);

#endif
