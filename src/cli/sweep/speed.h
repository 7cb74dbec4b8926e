/*
 * Samples a second of settings in training: they are measured in turn, in several rounds, so that
 * what slows the machine down for a while slows all of them down.
 */
#ifndef DESCENT_CLI_SWEEP_SPEED_H
#define DESCENT_CLI_SWEEP_SPEED_H

#include "cli/sweep/study.h"

enum { SPEED_ROUNDS = 3 };

struct speed {
    const char *setting;      /* borrowed */
    size_t trial;             /* one of the setting's: its options, seed and fold are taken */
    double threads;           /* that took the steps */
    double median, low, high; /* samples a second, over the rounds */
};

/* Measures all. Starts threads: only in a process that forks no more. On failure it says why; the
 * status of the interrupt where one has come. */
enum exit_status speed_measure(const struct study *study, struct speed *speeds, size_t count);

#endif
