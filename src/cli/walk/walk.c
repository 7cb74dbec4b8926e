/*
 * The walk itself: evaluate, add noise, let the optimizer step.
 */
#include "cli/walk/walk.h"

#include <descent/random.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A walk that is under way. */
struct walker {
    const struct walk_setup *setup;
    descent_schedule schedule;
    double w[WALK_DIMENSIONS_MAX];
    double state[2 * WALK_DIMENSIONS_MAX];
    double error[WALK_DIMENSIONS_MAX];
};

static struct walker begin(const struct walk_setup *setup)
{
    return (struct walker){
        .setup = setup, .schedule = setup->schedule, .w = {setup->from[0], setup->from[1]}};
}

/* Fills in a point but for its step; false if a number is no longer one. */
static bool evaluate(struct walk_point *point, const struct walker *walker, struct jet jet,
                     uint64_t step)
{
    const struct walk_setup *setup = walker->setup;
    descent_random random = descent_random_init(setup->seed, DESCENT_STREAM_USER, step);
    *point = (struct walk_point){.lr = setup->schedule.lr,
                                 .step = step,
                                 .w = {walker->w[0], walker->w[1]},
                                 .loss = jet.value,
                                 .gradient = {jet.x, jet.y},
                                 .error = {walker->error[0], walker->error[1]}};
    bool finite = isfinite(point->loss);
    for (size_t d = 0; d < setup->function->dimensions; d++) {
        if (setup->noise > 0.0) {
            point->gradient[d] += setup->noise * descent_random_normal(&random);
        }
        finite = finite && isfinite(point->w[d]) && isfinite(point->gradient[d]);
    }
    return finite;
}

static bool is_plain(const descent_optimizer *optimizer)
{
    return optimizer->kind == DESCENT_OPTIMIZER_SGD && !(optimizer->momentum > 0.0);
}

/* By what a step multiplies an error: by |1 − αh| as the distance to a minimum, and no more than by
 * 1 where that, with momentum or other rates, is not the whole of it. */
static double growth(const descent_optimizer *optimizer, double factor)
{
    return is_plain(optimizer) ? fabs(factor)
           : optimizer->kind == DESCENT_OPTIMIZER_SGD
               ? fmin(1.0, fmax(fabs(factor), optimizer->momentum))
               : 1.0;
}

/* The errors after a step: those of before, and the rounding of this one. Where a walk is chaotic
 * they would outgrow the numbers; ten digits are taken as exact all the same. */
static void carry_errors(struct walker *walker, const struct walk_point *point, struct jet jet)
{
    static const double most = 1e-11, units = 2.0 * DBL_EPSILON;
    const descent_optimizer *optimizer = &walker->setup->optimizer;
    const double *before = point->error;
    const double across =
        walker->setup->function->dimensions == 2 ? fabs(point->rate * jet.xy) : 0.0;
    const double bends[] = {jet.xx, jet.yy};
    for (size_t d = 0; d < WALK_DIMENSIONS_MAX; d++) {
        double size = fabs(point->w[d]) + fabs(point->update[d]);
        double carried = growth(optimizer, 1.0 - point->rate * bends[d]) * before[d] +
                         fmin(across, 1.0) * before[1 - d];
        walker->error[d] = fmin(carried + units * size, most * size);
    }
}

static void step(struct walker *walker, struct walk_point *point, struct jet jet)
{
    size_t n = walker->setup->function->dimensions;
    point->rate = descent_schedule_evaluate(&walker->schedule, point->step);
    descent_optimizer_step_double(&walker->setup->optimizer, n, walker->w, point->gradient,
                                  walker->state, point->rate, point->step + 1);
    for (size_t d = 0; d < n; d++) {
        point->update[d] = isfinite(walker->w[d]) ? walker->w[d] - point->w[d] : NAN;
    }
    carry_errors(walker, point, jet);
    descent_schedule_step(&walker->schedule, point->loss);
}

/* Takes the step of that number from where the walker stands; false where there is no such place.
 */
static bool take_step(struct walker *walker, struct walk_point *point, uint64_t number)
{
    struct jet jet = walk_evaluate(walker->setup->function, walker->w);
    if (!evaluate(point, walker, jet, number)) {
        return false;
    }
    step(walker, point, jet);
    return true;
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

/* Up to `steps` steps; w is left where the next point would be. */
static void take_steps(struct walk *walk, double *w)
{
    struct walker walker = begin(&walk->setup);
    for (size_t k = 0; k <= walk->setup.steps && walk->finite; k++) {
        walk->finite = take_step(&walker, &walk->points[k], k);
        if (walk->finite) {
            walk->count++;
            walk->rate = walk->points[k].rate;
        }
    }
    memcpy(w, walker.w, sizeof walker.w);
}

/* Whether values are infinite here and nearby: at a pole they are just here. */
static bool is_beyond_range(const struct walk_function *function, const double *w)
{
    double away = 1e-6 * fmax(1.0, fmax(fabs(w[0]), fabs(w[1])));
    const double moved[] = {w[0] + away, w[1] + away};
    return isinf(walk_evaluate(function, w).value) && isinf(walk_evaluate(function, moved).value);
}

/* What stops a walk: numbers that become too large, or a place where the formula has none. That
 * they have grown tells the first. */
static bool is_large(const struct walk_function *function, const double *w, double loss_before)
{
    static const double large = 1e100;
    double size = fmax(fabs(w[0]), fabs(w[1]));
    return !(size < large) || fabs(loss_before) > large || is_beyond_range(function, w);
}

/* Whether it stays here for ever: an optimizer with a memory may still move on. */
static bool stands_still(const struct walk_setup *setup, const struct walk_point *point)
{
    return is_plain(&setup->optimizer) && point->update[0] == 0.0 && point->update[1] == 0.0;
}

struct walk_ahead walk_look_ahead(const struct walk *walk, const struct walk_stationary *minimum)
{
    const struct walk_setup *setup = &walk->setup;
    struct walker walker = begin(setup);
    struct walk_point point = {0};
    bool arrived = false;
    struct walk_ahead ahead = {.known = minimum != NULL && setup->noise <= 0.0 &&
                                        setup->schedule.kind == DESCENT_SCHEDULE_CONSTANT};
    for (size_t k = 0; ahead.known && k <= setup->steps + WALK_STEPS_MAX; k++) {
        double loss = point.loss;
        if (!take_step(&walker, &point, k)) {
            ahead.lost = k - setup->steps;
            ahead.large = is_large(setup->function, walker.w, loss);
            break;
        }
        ahead.distance = walk_distance(setup->function, point.w, minimum->w);
        bool near = ahead.distance <= WALK_ARRIVED;
        if (k <= setup->steps) {
            arrived = near;
        } else if (near != arrived) {
            *(arrived ? &ahead.leaves : &ahead.arrives) = k - setup->steps;
            break;
        }
        if (k > setup->steps && stands_still(setup, &point)) {
            break;
        }
    }
    return ahead;
}

static void find_stationary(struct walk *walk)
{
    const struct walk_point *lowest = walk->points;
    for (size_t k = 1; k < walk->count; k++) {
        lowest = walk->points[k].loss < lowest->loss ? &walk->points[k] : lowest;
    }
    double starts[3][WALK_DIMENSIONS_MAX];
    memcpy(starts[0], walk->points[0].w, sizeof starts[0]);
    memcpy(starts[1], lowest->w, sizeof starts[1]);
    memcpy(starts[2], walk->points[walk->count - 1].w, sizeof starts[2]);
    walk_find_stationary(&walk->found, walk->setup.function,
                         (const double(*)[WALK_DIMENSIONS_MAX])starts, 3);
}

enum exit_status walk_run(struct walk *walk, const struct walk_setup *setup)
{
    *walk = (struct walk){.setup = *setup, .finite = true};
    walk->points = calloc(setup->steps + 1, sizeof *walk->points);
    if (walk->points == NULL) {
        return cli_failed("out of memory for a walk of %zu steps", setup->steps);
    }
    double w[WALK_DIMENSIONS_MAX] = {setup->from[0], setup->from[1]};
    take_steps(walk, w);
    if (walk->count == 0) {
        return setup->function->dimensions == 1
                   ? cli_failed(
                         "%s has no finite value and slope at %s = %g: start elsewhere with --from",
                         setup->function->text, setup->function->formula.names[0], setup->from[0])
                   : cli_failed(
                         "%s has no finite value and slope at (%g, %g): start elsewhere with "
                         "--from X,Y",
                         setup->function->text, setup->from[0], setup->from[1]);
    }
    if (walk->finite) {
        end(walk);
    }
    walk->defined =
        walk->finite || is_large(setup->function, w, walk->points[walk->count - 1].loss);
    find_stationary(walk);
    walk->verdict = walk_judge(walk);
    return DONE;
}

void walk_free(struct walk *walk)
{
    free(walk->points);
    *walk = (struct walk){0};
}
