/*
 * Comparing the speed of several things that take steps. They are measured in turn, a slice each,
 * over and over: whatever slows the machine down for a while slows all of them down, and ratios are
 * taken within one round.
 */
#ifndef DESCENT_CLI_BENCH_COMPARE_H
#define DESCENT_CLI_BENCH_COMPARE_H

#include <descent/status.h>
#include <stddef.h>
#include <stdint.h>

enum { COMPARED_MAX = 8, COMPARE_ROUNDS_MAX = 100 };

struct compared {
    /* One step; adds its samples to *samples. */
    descent_status (*step)(void *context, size_t *samples);
    descent_status (*restart)(void *context); /* before each slice; NULL: nothing */
    void *context;
    uint64_t steps;                   /* of a slice */
    double rates[COMPARE_ROUNDS_MAX]; /* samples a second, of each round */
};

struct comparison {
    struct compared compared[COMPARED_MAX];
    size_t count;
    size_t rounds;
};

/* Measures all, `seconds` for each of them in each round. Errors are those of the steps. */
descent_status comparison_measure(struct comparison *all, double seconds);

struct spread {
    double median, low, high;
};

/* Samples a second of number i over the rounds. */
struct spread comparison_rate(const struct comparison *all, size_t i);

/* The median of one's rate over that of another within each round. */
double comparison_ratio(const struct comparison *all, size_t one, size_t other);

#endif
