/*
 * Whether a team's next run is faster on all of its threads or on one. On a machine with other work
 * a thread that is not running holds up all that wait for it, for as long as the scheduler pleases:
 * a run then takes ten times as long as on one thread. What a run computes does not depend on the
 * number of its threads, so a team may change its size from one run to the next.
 *
 *     alone ──(a few runs)──> together ──(too much time was lost)──> alone, for a rest
 *                                 ^                                      │
 *                                 └─────────(the rest is over)───────────┘
 *
 * Lost is what runs together take longer than alone, less what others of late have won. A rest is
 * at least twice as long as the one before and many times what was lost, and shorter again where
 * runs together have won enough, so that finding out costs little however long the other work
 * takes. The time of a run alone is measured in each rest, and in a few runs now and then.
 */
#ifndef DESCENT_PACE_H
#define DESCENT_PACE_H

#include <stdbool.h>

/* Starts as {0}; times are in seconds. */
struct descent_pace {
    bool together; /* how the team runs at present */
    bool known;    /* how long runs alone take: */
    double alone;  /* of late, for a unit of work */
    double check;  /* when that is to be measured again */
    double until;  /* when the present runs alone are over */
    double rest;   /* how long the next rest is */
    double lost;   /* by runs together; below 0: won */

    /* Of the present measurement of runs alone. */
    int runs;
    double work, seconds;

    unsigned long long all, most; /* runs so far, and those on all threads */
};

/* Whether the run that begins now, by a clock that never jumps, is for all threads. */
bool descent_pace_choose(struct descent_pace *pace, double now);

/* What that run did: units of work > 0, the same for the same computation, and when it began and
 * ended. */
void descent_pace_learn(struct descent_pace *pace, double work, double begin, double now);

#endif
