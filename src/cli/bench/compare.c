/*
 * A slice is a number of steps that a first, untimed round has found to take the wanted time.
 */
#include "cli/bench/compare.h"

#include "cli/base/cli.h"
#include "cli/base/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Takes a number of steps; *samples gets how many samples they were. */
static descent_status run(struct compared *one, uint64_t steps, size_t *samples)
{
    descent_status status = DESCENT_OK;
    *samples = 0;
    for (uint64_t i = 0; i < steps && status == DESCENT_OK; i++) {
        status = one->step(one->context, samples);
    }
    return status;
}

static descent_status run_timed(struct compared *one, uint64_t steps, double *seconds,
                                size_t *samples)
{
    double start = progress_clock();
    descent_status status = run(one, steps, samples);
    *seconds = fmax(progress_clock() - start, 1e-9);
    return status;
}

/* Fills the caches. */
static descent_status settle(struct compared *one)
{
    size_t samples;
    return run(one, 1 + one->steps / 16, &samples);
}

/* Finds out how many steps take that long. */
static descent_status calibrate(struct compared *one, double wanted)
{
    double seconds = wanted;
    size_t samples;
    uint64_t steps = 1;
    descent_status status = settle(one);
    for (; status == DESCENT_OK; steps *= 2) {
        status = run_timed(one, steps, &seconds, &samples);
        if (seconds >= wanted / 4.0) {
            break;
        }
    }
    one->steps = (uint64_t)fmax(1.0, ceil((double)steps * wanted / seconds));
    return status;
}

static descent_status measure_slice(struct compared *one, size_t round)
{
    double seconds;
    size_t samples;
    descent_status status = one->restart == NULL ? DESCENT_OK : one->restart(one->context);
    if (status == DESCENT_OK) {
        status = settle(one);
    }
    if (status == DESCENT_OK) {
        status = run_timed(one, one->steps, &seconds, &samples);
        one->rates[round] = (double)samples / seconds;
    }
    return status;
}

descent_status comparison_measure(struct comparison *all, double seconds)
{
    descent_status status = DESCENT_OK;
    for (size_t i = 0; i < all->count && status == DESCENT_OK; i++) {
        status = calibrate(&all->compared[i], seconds);
    }
    for (size_t i = 0; i < all->rounds * all->count && status == DESCENT_OK; i++) {
        status = measure_slice(&all->compared[i % all->count], i / all->count);
    }
    return status;
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

double comparison_ratio(const struct comparison *all, size_t i)
{
    double ratios[COMPARE_ROUNDS_MAX] = {0};
    for (size_t r = 0; r < all->rounds; r++) {
        ratios[r] = all->compared[0].rates[r] / all->compared[i].rates[r];
    }
    return spread_of(ratios, all->rounds).median;
}
