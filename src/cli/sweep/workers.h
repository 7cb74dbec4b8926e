/*
 * A worker: one process that works on a study, beside others that may do so here or on other
 * machines, and that it knows by their claims alone.
 */
#ifndef DESCENT_CLI_SWEEP_WORKERS_H
#define DESCENT_CLI_SWEEP_WORKERS_H

#include "cli/sweep/trial.h"

struct study_worker {
    struct study *study;
    struct trial_process *processes; /* [jobs], of which so many run */
    size_t running, jobs;
    size_t ended;      /* trials that this worker has done */
    double overhead;   /* seconds of these in all beside their epochs */
    bool waits;        /* for trials of others, which decide about the next ones */
    bool held;         /* others have the claim of a trial that is missing and decides about none */
    double held_since; /* when that was seen first, by progress_clock(); 0: it was not */
    bool news;         /* a trial has been ended by others since the last look */
    double look; /* when to look again for what others have left or ended, by progress_clock() */
    struct progress display;
};

/* work_choice.c: claims the next trial that is for this worker, and is not there and not claimed: a
 * claim of −1 where there is none. In a study whose list grows, a trial of another shard too, where
 * none of that shard is being trained: others wait for it. */
enum exit_status work_choose(struct study_worker *worker, size_t *trial, int *claim);

/* Whether a trial is for this worker's shard. */
bool work_is_for_here(const struct study *study, size_t trial);

/* work_progress.c: draws how far the study has come, where it is time to; says that a trial has not
 * been done, and at the end what is left. */
void work_draw(struct study_worker *worker);
void work_say_trouble(struct study_worker *worker, size_t trial);
enum exit_status work_say_end(struct study_worker *worker);

#endif
