/*
 * What has become of a walk: from its points alone, and from what is known of the function.
 */
#include "cli/walk/walk.h"

#include <math.h>

/* Slow: so many times the steps of the walk, each as long as the next one, would not do. */
static const double patience = 10.0;

/* How far a walk has come, as a share of its steps' lengths, is less than this for one that only
 * its noise drives: about 1 / √n of n steps; of fewer than these nothing is said. */
static const double straightness = 0.3;
enum { STRAIGHT_MIN = 15 };

/* So many points near one that is no minimum did not just come past. */
enum { STAYS_MIN = 3 };

/* What curvatures from differences, and floats, cannot tell from 1. */
static const double exactness = 1e-6;

double walk_stability(const descent_optimizer *optimizer)
{
    double momentum = optimizer->momentum;
    if (optimizer->kind != DESCENT_OPTIMIZER_SGD) {
        return NAN;
    }
    return 2.0 * (1.0 + momentum) / (optimizer->nesterov ? 1.0 + 2.0 * momentum : 1.0);
}

static double length(const struct walk *walk, const double *vector)
{
    static const double zero[WALK_DIMENSIONS_MAX] = {0.0};
    return walk_distance(walk->setup.function, vector, zero);
}

static double distance_at(const struct walk *walk, size_t k, const struct walk_stationary *point)
{
    return walk_distance(walk->setup.function, walk->points[k].w, point->w);
}

/* A third of the points: long enough to see a trend, and the first third is not part of it. */
static size_t window(const struct walk *walk)
{
    return walk->count < 6 ? 1 : walk->count / 3;
}

static double largest_distance(const struct walk *walk, const struct walk_stationary *point,
                               size_t first, size_t count)
{
    double largest = 0.0;
    for (size_t k = first; k < first + count; k++) {
        largest = fmax(largest, distance_at(walk, k, point));
    }
    return largest;
}

/* From the largest distances of the last two windows, which tell a trend even of a walk that
 * swings. */
static double factor_of(const struct walk *walk, const struct walk_stationary *point)
{
    size_t n = window(walk);
    if (walk->count < 2 * n) {
        return 1.0;
    }
    double before = largest_distance(walk, point, walk->count - 2 * n, n);
    double after = largest_distance(walk, point, walk->count - n, n);
    return before > 0.0 && after > 0.0 ? pow(after / before, 1.0 / (double)n) : 1.0;
}

static size_t count_turns(const struct walk *walk)
{
    size_t turns = 0;
    for (size_t k = walk->count / 2; k + 2 < walk->count; k++) {
        const double *now = walk->points[k].update;
        const double *next = walk->points[k + 1].update;
        double product = 0.0;
        for (size_t d = 0; d < walk->setup.function->dimensions; d++) {
            product += now[d] * next[d];
        }
        turns += product < 0.0;
    }
    return turns;
}

static double curvature_at(const struct walk *walk, size_t k)
{
    return walk_curvature(walk->setup.function, walk->setup.condition, walk->points[k].w);
}

static size_t find_steepest(const struct walk *walk)
{
    size_t steepest = 0;
    double most = -HUGE_VAL;
    for (size_t k = 0; k < walk->count && walk->points[k].loss <= walk->points[0].loss; k++) {
        double product = walk->points[k].rate * curvature_at(walk, k);
        if (product > most) {
            most = product;
            steepest = k;
        }
    }
    return steepest;
}

static bool diverges(const struct walk *walk, const struct walk_verdict *verdict)
{
    double start = distance_at(walk, 0, verdict->minimum);
    bool higher = walk->points[walk->count - 1].loss > walk->points[0].loss;
    bool farther = verdict->factor > 1.0 + exactness && verdict->distance > start;
    double product = walk->points[verdict->steepest].rate * curvature_at(walk, verdict->steepest);
    /* Noise, or one long step over a hill, must not look like it. */
    bool unstable = product > (1.0 + exactness) * walk_stability(&walk->setup.optimizer);
    return !walk->finite || (higher && farther && unstable);
}

/* The step from which on it stays at the minimum. The next one must be short, as a long one only
 * comes past, and noise must not have taken it there just now. */
static bool converges(const struct walk *walk, struct walk_verdict *verdict)
{
    size_t k = walk->count;
    while (k > 0 && distance_at(walk, k - 1, verdict->minimum) <= WALK_ARRIVED) {
        k--;
    }
    verdict->step = k;
    bool by_chance = walk->setup.noise > 0.0 && verdict->farthest > WALK_ARRIVED;
    return k < walk->count && walk->next <= 10 * WALK_ARRIVED && !by_chance;
}

/* The most points in a row near this one; `left` is the step behind the last so many. */
static size_t count_stays(const struct walk *walk, const struct walk_stationary *point,
                          size_t *left)
{
    size_t stays = 0, most = 0;
    for (size_t k = 0; k < walk->count; k++) {
        stays = distance_at(walk, k, point) < WALK_NEAR ? stays + 1 : 0;
        if (stays > 0 && stays >= most) {
            most = stays;
            *left = k + 1;
        }
    }
    return most;
}

/* Looks for points that are no minimum and where the walk stood: at its end, or, of saddles, before
 * it left them. */
static void find_stays(const struct walk *walk, struct walk_verdict *verdict)
{
    const struct walk_function *function = walk->setup.function;
    size_t least = walk->count < STAYS_MIN ? walk->count : STAYS_MIN;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        size_t left = 0;
        if (point->kind == WALK_MINIMUM || count_stays(walk, point, &left) < least) {
            continue;
        }
        if (distance_at(walk, walk->count - 1, point) < WALK_NEAR) {
            verdict->at = point;
        } else if (point->kind == WALK_SADDLE) {
            verdict->left = point;
            verdict->left_step = left;
        }
    }
}

/* Whether noise leads the last steps nowhere: their sum is short beside their lengths. */
static bool is_driven_by_noise(const struct walk *walk)
{
    size_t n = window(walk), last = walk->count - 1;
    if (walk->setup.noise <= 0.0 || n < STRAIGHT_MIN) {
        return false;
    }
    double way = 0.0;
    for (size_t k = last - n; k < last; k++) {
        way += length(walk, walk->points[k].update);
    }
    return walk_distance(walk->setup.function, walk->points[last].w, walk->points[last - n].w) <
           straightness * way;
}

static enum walk_outcome outcome_of(const struct walk *walk, struct walk_verdict *verdict)
{
    if (diverges(walk, verdict)) {
        return WALK_DIVERGES;
    }
    if (converges(walk, verdict)) {
        return WALK_CONVERGES;
    }
    if (verdict->at != NULL) {
        return WALK_AT_SADDLE;
    }
    if (is_driven_by_noise(walk)) {
        return WALK_SWINGS;
    }
    if (walk->next * patience * (double)(walk->count - 1) < verdict->distance) {
        return WALK_SLOW;
    }
    return walk->setup.noise == 0.0 && verdict->turns >= 2 ? WALK_SWINGS : WALK_MOVES;
}

struct walk_verdict walk_judge(const struct walk *walk)
{
    const struct walk_setup *setup = &walk->setup;
    const double *end = walk->points[walk->count - 1].w;
    struct walk_verdict verdict = {.minimum = walk_nearest_minimum(setup->function, end)};
    verdict.distance = distance_at(walk, walk->count - 1, verdict.minimum);
    verdict.window = window(walk);
    verdict.farthest =
        largest_distance(walk, verdict.minimum, walk->count - verdict.window, verdict.window);
    verdict.factor = factor_of(walk, verdict.minimum);
    verdict.turns = count_turns(walk);
    verdict.steepest = find_steepest(walk);
    find_stays(walk, &verdict);
    verdict.outcome = outcome_of(walk, &verdict);
    if (verdict.outcome == WALK_AT_SADDLE) {
        verdict.factor = factor_of(walk, verdict.at);
    }
    verdict.curvature = verdict.outcome == WALK_DIVERGES
                            ? curvature_at(walk, verdict.steepest)
                            : walk_curvature(setup->function, setup->condition, verdict.minimum->w);
    verdict.limit =
        verdict.curvature > 0.0 ? walk_stability(&setup->optimizer) / verdict.curvature : NAN;
    return verdict;
}
