/*
 * How far the law's numbers are determined: it is fitted again and again to runs drawn from those
 * that there are.
 */
#include "cli/sweep/law_fit.h"

#include <math.h>
#include <stdlib.h>

/* Scratch for draws. */
struct scratch {
    double *steps, *batch, *samples; /* [draws]: what the fits gave */
    double *batches, *logarithms;    /* [count]: a draw's medians */
    size_t *times;                   /* [runs of a batch size] */
};

static size_t most_runs(const struct law_sample *samples, size_t count)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        most = samples[i].count > most ? samples[i].count : most;
    }
    return most;
}

static bool has_several(const struct law_sample *samples, size_t count)
{
    bool several = count > 0;
    for (size_t i = 0; i < count; i++) {
        several = several && samples[i].count > 1;
    }
    return several;
}

/* The medians of a draw that are finite. */
static size_t draw(struct scratch *scratch, descent_random *random,
                   const struct law_sample *samples, size_t count)
{
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        double median = bootstrap_draw(random, samples[i].steps, samples[i].count, scratch->times);
        if (isfinite(median) && median > 0.0) {
            scratch->batches[points] = samples[i].batch;
            scratch->logarithms[points++] = log(median);
        }
    }
    return points;
}

static struct law_intervals intervals_of(struct scratch *scratch, size_t fits)
{
    return (struct law_intervals){
        bootstrap_middle(scratch->steps, fits),
        bootstrap_middle(scratch->batch, fits),
        bootstrap_middle(scratch->samples, fits),
    };
}

static bool open_scratch(struct scratch *scratch, size_t count, size_t runs, size_t draws)
{
    *scratch = (struct scratch){
        .steps = calloc(3 * draws, sizeof(double)),
        .batches = calloc(2 * count, sizeof(double)),
        .times = calloc(runs, sizeof(size_t)),
    };
    bool room = scratch->steps != NULL && scratch->batches != NULL && scratch->times != NULL;
    if (room) {
        scratch->batch = scratch->steps + draws;
        scratch->samples = scratch->batch + draws;
        scratch->logarithms = scratch->batches + count;
    }
    return room;
}

static void close_scratch(struct scratch *scratch)
{
    free(scratch->steps);
    free(scratch->batches);
    free(scratch->times);
}

bool law_bootstrap(struct law_intervals *intervals, const struct law_sample *samples, size_t count,
                   size_t draws)
{
    *intervals = (struct law_intervals){{NAN, NAN}, {NAN, NAN}, {NAN, NAN}};
    if (!has_several(samples, count)) {
        return true;
    }
    struct scratch scratch;
    bool room = open_scratch(&scratch, count, most_runs(samples, count), draws);
    descent_random random = bootstrap_generator();
    size_t fits = 0;
    for (size_t d = 0; room && d < draws; d++) {
        size_t points = draw(&scratch, &random, samples, count);
        if (points >= LAW_POINTS_LEAST) {
            struct law_fit fit = law_fit(scratch.batches, scratch.logarithms, points);
            scratch.steps[fits] = fit.steps;
            scratch.batch[fits] = fit.batch;
            scratch.samples[fits++] = fit.samples;
        }
    }
    if (fits > 0) {
        *intervals = intervals_of(&scratch, fits);
    }
    close_scratch(&scratch);
    return room;
}
