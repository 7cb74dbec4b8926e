/*
 * A slice is a number of steps that a first, untimed round has found to take the wanted time.
 */
#include "cli/bench/compare.h"

#include "cli/base/cli.h"
#include "cli/base/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Takes a number of steps; *seconds gets their time, *samples how many samples they were. */
static descent_status run(struct compared *one, uint64_t steps, double *seconds, size_t *samples)
{
    double start = progress_clock();
    *samples = 0;
    for (uint64_t i = 0; i < steps; i++) {
        LIBRARY_TRY(one->step(one->context, samples));
    }
    *seconds = fmax(progress_clock() - start, 1e-9);
    return DESCENT_OK;
}

/* Fills the caches. */
static descent_status settle(struct compared *one)
{
    double seconds;
    size_t samples;
    return run(one, 1 + one->steps / 16, &seconds, &samples);
}

/* Finds out how many steps take that long. */
static descent_status calibrate(struct compared *one, double wanted)
{
    double seconds = 0.0;
    size_t samples;
    uint64_t steps = 1;
    LIBRARY_TRY(settle(one));
    LIBRARY_TRY(run(one, steps, &seconds, &samples));
    while (seconds < wanted / 4.0) {
        steps *= 2;
        LIBRARY_TRY(run(one, steps, &seconds, &samples));
    }
    one->steps = (uint64_t)fmax(1.0, ceil((double)steps * wanted / seconds));
    return DESCENT_OK;
}

static descent_status measure_slice(struct compared *one, size_t round)
{
    double seconds;
    size_t samples;
    if (one->restart != NULL) {
        LIBRARY_TRY(one->restart(one->context));
    }
    LIBRARY_TRY(settle(one));
    LIBRARY_TRY(run(one, one->steps, &seconds, &samples));
    one->rates[round] = (double)samples / seconds;
    return DESCENT_OK;
}

descent_status comparison_measure(struct comparison *all, double seconds)
{
    for (size_t i = 0; i < all->count; i++) {
        LIBRARY_TRY(calibrate(&all->compared[i], seconds));
    }
    for (size_t i = 0; i < all->rounds * all->count; i++) {
        LIBRARY_TRY(measure_slice(&all->compared[i % all->count], i / all->count));
    }
    return DESCENT_OK;
}

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static struct spread spread_of(const double *values, size_t count)
{
    double sorted[COMPARE_ROUNDS_MAX] = {0};
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_numbers);
    return (struct spread){
        .median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0,
        .low = sorted[0],
        .high = sorted[count - 1],
    };
}

struct spread comparison_rate(const struct comparison *all, size_t i)
{
    return spread_of(all->compared[i].rates, all->rounds);
}

double comparison_ratio(const struct comparison *all, size_t one, size_t other)
{
    double ratios[COMPARE_ROUNDS_MAX] = {0};
    for (size_t r = 0; r < all->rounds; r++) {
        ratios[r] = all->compared[one].rates[r] / all->compared[other].rates[r];
    }
    return spread_of(ratios, all->rounds).median;
}
