/*
 * A team of threads that go through the phases of a step together.
 */
#ifndef DESCENT_TEAM_H
#define DESCENT_TEAM_H

#include <descent/status.h>
#include <stdatomic.h>

/* Zeroed but for the threads that are wanted, which may be others from one run to the next. */
struct descent_team {
    int threads;
    atomic_int arrived;   /* threads that wait at the barrier */
    atomic_uint barriers; /* how often all have passed it */
};

/* The threads that the machine lets this process use, ≥ 1. */
int descent_team_processors(void);

/* INVALID where a number of threads asked for is out of range: 0, one a processor, to the most. */
descent_status descent_team_check(int threads);

/* The threads that such a number stands for, ≥ 1. */
int descent_team_most(int threads);

/* Calls body once on each of the team's threads, numbered from 0, which is the caller, and returns
 * when all are done. Where fewer threads are to be had, since the system gives no more or another
 * team runs, team->threads is their number from the start of body on. */
void descent_team_run(struct descent_team *team, void (*body)(void *context, int thread),
                      void *context);

/* Waits until every thread of the team has come here; what each wrote before, all see after. */
void descent_team_wait(struct descent_team *team);

#endif
