/*
 * A team of threads that go through the phases of a step together.
 */
#ifndef DESCENT_TEAM_H
#define DESCENT_TEAM_H

#include "base/pace.h"

#include <descent/status.h>
#include <stdatomic.h>

/* Zeroed but for the threads that are wanted, which may be others from one run to the next. */
struct descent_team {
    int threads;
    atomic_int arrived;        /* threads that wait at the barrier */
    atomic_uint barriers;      /* how often all have passed it */
    struct descent_pace *pace; /* learns from the present run, or NULL; */
    double work;               /* how much that is */
    double begun;              /* when it was readied */
};

/* The threads that the machine lets this process use, ≥ 1. */
int descent_team_processors(void);

/* INVALID where a number of threads asked for is out of range: 0, one a processor, to the most. */
descent_status descent_team_check(int threads);

/* The threads that such a number stands for, ≥ 1. */
int descent_team_most(int threads);

/* Readies the team for a run of so much work on up to `threads` threads: on one where that is the
 * faster at present, as the pace has learned from the runs before it. */
void descent_team_follow(struct descent_team *team, int threads, struct descent_pace *pace,
                         double work);

/* Whether such runs were last made on all of their threads: what is too short to learn from, or
 * only prepares them, follows. */
bool descent_team_is_together(void);

/* Calls body once on each of the team's threads, numbered from 0, which is the caller, and returns
 * when all are done. Where fewer threads are to be had, since the system gives no more or another
 * team runs, team->threads is their number from the start of body on. */
void descent_team_run(struct descent_team *team, void (*body)(void *context, int thread),
                      void *context);

/* Waits until every thread of the team has come here; what each wrote before, all see after. */
void descent_team_wait(struct descent_team *team);

#endif
