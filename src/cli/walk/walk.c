/*
 * The walk itself: evaluate, add noise, let the optimizer step.
 */
#include "cli/walk/walk.h"

#include <descent/random.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Fills in a point but for its step; false if a number is no longer one, or not within floats. */
static bool evaluate(struct walk_point *point, const struct walk_setup *setup, const float *w,
                     uint64_t step)
{
    const struct walk_function *function = setup->function;
    descent_random random = descent_random_init(setup->seed, DESCENT_STREAM_USER, step);
    for (size_t d = 0; d < WALK_DIMENSIONS_MAX; d++) {
        point->w[d] = (double)w[d];
    }
    point->loss = function->evaluate(point->w, setup->condition);
    function->differentiate(point->w, setup->condition, point->gradient);
    bool finite = isfinite(point->loss);
    for (size_t d = 0; d < function->dimensions; d++) {
        if (setup->noise > 0.0) {
            point->gradient[d] += setup->noise * descent_random_normal(&random);
        }
        finite = finite && isfinite(point->w[d]) && fabs(point->gradient[d]) <= (double)FLT_MAX;
    }
    return finite;
}

static void step(struct walk_point *point, const struct walk_setup *setup, float *w, float *state,
                 uint64_t number)
{
    size_t n = setup->function->dimensions;
    float gradient[WALK_DIMENSIONS_MAX];
    for (size_t d = 0; d < n; d++) {
        gradient[d] = (float)point->gradient[d];
    }
    descent_optimizer_step(&setup->optimizer, n, w, gradient, state, point->rate, number);
    for (size_t d = 0; d < n; d++) {
        point->update[d] = isfinite(w[d]) ? (double)w[d] - point->w[d] : NAN;
    }
}

/* The last step is not taken. */
static void end(struct walk *walk)
{
    static const double zero[WALK_DIMENSIONS_MAX] = {0.0};
    struct walk_point *last = &walk->points[walk->count - 1];
    walk->next = walk_distance(walk->setup.function, last->update, zero);
    walk->next = isnan(walk->next) ? INFINITY : walk->next;
    last->rate = last->update[0] = last->update[1] = NAN;
}

enum exit_status walk_run(struct walk *walk, const struct walk_setup *setup)
{
    *walk = (struct walk){.setup = *setup, .finite = true};
    walk->points = calloc(setup->steps + 1, sizeof *walk->points);
    if (walk->points == NULL) {
        return cli_failed("out of memory for a walk of %zu steps", setup->steps);
    }
    descent_schedule schedule = setup->schedule;
    float state[2 * WALK_DIMENSIONS_MAX] = {0};
    float w[WALK_DIMENSIONS_MAX] = {(float)setup->from[0], (float)setup->from[1]};
    for (size_t k = 0; k <= setup->steps; k++) {
        struct walk_point *point = &walk->points[k];
        walk->finite = evaluate(point, setup, w, k);
        if (!walk->finite) {
            break;
        }
        walk->count++;
        point->lr = setup->schedule.lr;
        point->step = k;
        point->rate = walk->rate = descent_schedule_evaluate(&schedule, k);
        step(point, setup, w, state, k + 1);
        descent_schedule_step(&schedule, point->loss);
    }
    if (walk->finite) {
        end(walk);
    }
    walk->verdict = walk_judge(walk);
    return DONE;
}

void walk_free(struct walk *walk)
{
    free(walk->points);
    *walk = (struct walk){0};
}
