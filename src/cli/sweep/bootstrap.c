/*
 * Intervals by drawing again from what there is.
 */
#include "cli/sweep/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BOOTSTRAP_SEED = 1, BOOTSTRAP_STREAM = DESCENT_STREAM_USER + 20 };

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void bootstrap_sort(double *numbers, size_t count)
{
    if (count > 0) {
        qsort(numbers, count, sizeof *numbers, compare);
    }
}

double bootstrap_median(const double *sorted, size_t count)
{
    return count > 0 ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0 : NAN;
}

descent_random bootstrap_generator(void)
{
    return descent_random_init(BOOTSTRAP_SEED, BOOTSTRAP_STREAM, 0);
}

/* The number at a place among the draws in their order. */
static double at_place(const double *sorted, const size_t *times, size_t place)
{
    size_t i = 0;
    for (size_t before = times[0]; before <= place; before += times[i]) {
        i++;
    }
    return sorted[i];
}

/* Counting how often each is drawn takes the place of sorting the draws. */
double bootstrap_draw(descent_random *random, const double *sorted, size_t count, size_t *times)
{
    memset(times, 0, count * sizeof *times);
    for (size_t i = 0; i < count; i++) {
        times[descent_random_below(random, count)]++;
    }
    return (at_place(sorted, times, (count - 1) / 2) + at_place(sorted, times, count / 2)) / 2.0;
}

struct bootstrap_interval bootstrap_middle(double *draws, size_t count)
{
    size_t beyond = count / 40; /* 2.5 % */
    bootstrap_sort(draws, count);
    return (struct bootstrap_interval){draws[beyond], draws[count - 1 - beyond]};
}

bool bootstrap_of_median(struct bootstrap_interval *interval, const double *sorted, size_t count)
{
    *interval = (struct bootstrap_interval){NAN, NAN};
    if (count < 2) {
        return true;
    }
    double *draws = calloc(BOOTSTRAP_DRAWS, sizeof *draws);
    size_t *times = calloc(count, sizeof *times);
    bool room = draws != NULL && times != NULL;
    descent_random random = bootstrap_generator();
    for (size_t d = 0; room && d < BOOTSTRAP_DRAWS; d++) {
        draws[d] = bootstrap_draw(&random, sorted, count, times);
    }
    if (room) {
        *interval = bootstrap_middle(draws, BOOTSTRAP_DRAWS);
    }
    free(times);
    free(draws);
    return room;
}

double bootstrap_most(size_t count)
{
    return count > 0 ? 1.0 - ldexp(2.0, -(int)count) : 0.0;
}
