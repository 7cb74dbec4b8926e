/*
 * Short rounds for the kernel and for its limit, after a first one that finds out how many calls
 * these are. The fastest round of each counts, by the time that the processor has spent on it:
 * what else runs on the machine can only slow a round down.
 */
#include "measure.h"

#include <descent/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 9 };

static const double slice = 0.002;

static double now(bool wall)
{
    struct timespec time;
    clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Seconds of one call. */
static double run(body *function, void *context, size_t calls, bool wall)
{
    double start = now(wall);
    for (size_t i = 0; i < calls; i++) {
        function(context);
    }
    return fmax(now(wall) - start, 1e-9) / (double)calls;
}

static size_t calibrate(body *function, void *context, bool wall)
{
    size_t calls = 1;
    double seconds = run(function, context, calls, wall);
    for (; seconds * (double)calls < slice / 4.0; calls *= 2) {
        seconds = run(function, context, 2 * calls, wall);
    }
    double wanted = ceil(slice / seconds);
    return wanted > 1.0 ? (size_t)wanted : 1;
}

void measure_heading(const char *title, const char *unit)
{
    printf("\n%-44s %12s %10s %10s %7s\n", title, "us a call", unit, "limit", "share");
}

void measure(const struct measurement *m)
{
    size_t calls = calibrate(m->kernel, m->kernel_context, m->wall);
    size_t limit_calls = calibrate(m->limit, m->limit_context, m->wall);
    double time = HUGE_VAL, limit_time = HUGE_VAL;
    for (size_t i = 0; i < ROUNDS; i++) {
        time = fmin(time, run(m->kernel, m->kernel_context, calls, m->wall));
        limit_time = fmin(limit_time, run(m->limit, m->limit_context, limit_calls, m->wall));
    }
    double speed = m->kernel_work / time;
    double limit = m->limit_work / limit_time;
    printf("%-44s %12.3f %10.1f %10.1f %5.0f %%\n", m->name, 1e6 * time, 1e-9 * speed, 1e-9 * limit,
           100.0 * speed / limit);
    fflush(stdout);
}

float *measure_zeros(size_t count)
{
    size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    float *values = aligned_alloc(64, bytes);
    if (values == NULL) {
        fprintf(stderr, "out of memory for %zu numbers\n", count);
        exit(EXIT_FAILURE);
    }
    memset(values, 0, bytes);
    return values;
}

float *measure_random(size_t count)
{
    float *values = measure_zeros(count);
    descent_random random = descent_random_init(1, DESCENT_STREAM_USER, 0);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)(2.0 * descent_random_uniform(&random) - 1.0);
    }
    return values;
}
