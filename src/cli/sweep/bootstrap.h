/*
 * Medians of numbers that may be infinite, and what a sample says of them: intervals by the
 * percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter
 * 13). The draws come from a generator of a fixed seed: the same numbers give the same interval.
 */
#ifndef DESCENT_CLI_SWEEP_BOOTSTRAP_H
#define DESCENT_CLI_SWEEP_BOOTSTRAP_H

#include <descent/random.h>
#include <stdbool.h>
#include <stddef.h>

enum { BOOTSTRAP_DRAWS = 10000 };

struct bootstrap_interval {
    double low, high;
};

/* Ascending, in place; none may be NaN. */
void bootstrap_sort(double *numbers, size_t count);

/* Of sorted numbers; of an even count the mean of the middle two. NaN without numbers. */
double bootstrap_median(const double *sorted, size_t count);

/* The generator of all draws. */
descent_random bootstrap_generator(void);

/* The median of as many draws from sorted numbers, with replacement. times [count] is scratch. */
double bootstrap_draw(descent_random *random, const double *sorted, size_t count, size_t *times);

/* The middle 95 % of what so many draws gave, which get sorted. */
struct bootstrap_interval bootstrap_middle(double *draws, size_t count);

/* The draws of so many numbers, as the places of the two in their middle: they depend on the count
 * alone, and serve all samples of that count. Starts as {0}. */
struct bootstrap_places {
    size_t count; /* of numbers */
    size_t length;
    struct bootstrap_place *list; /* [length], each with how often it was drawn; owned */
};
void bootstrap_places_free(struct bootstrap_places *places);

/* The 95 % interval of the median of sorted numbers: NaN for fewer than two, for one number says
 * nothing of others. Draws places where those are of another count. False where memory is out. */
bool bootstrap_of_median(struct bootstrap_interval *interval, struct bootstrap_places *places,
                         const double *sorted, size_t count);

/* How often the range of so many numbers holds the median of all that there could be, which no
 * interval from them can exceed: 1 − 2^(1 − count). */
double bootstrap_most(size_t count);

#endif
