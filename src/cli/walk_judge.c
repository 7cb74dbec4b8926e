/*
 * What has become of a walk: from its points alone, and from what is known of the function.
 */
#include "walk.h"

#include <math.h>

/* A convex function's |gradient| · distance is at least its height above the minimum; where it is
 * this much less, the function is flat. */
static const double flatness = 0.05;

/* Slower than this: the rest of the way would take so many times the steps of the walk. */
static const double patience = 10.0;

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

/* The largest distance to the minimum, and their mean, over `count` points from `first` on. */
struct spread {
    double largest;
    double mean;
};

static struct spread spread_of(const struct walk *walk, const struct walk_stationary *minimum,
                               size_t first, size_t count)
{
    struct spread spread = {0.0, 0.0};
    for (size_t k = first; k < first + count; k++) {
        double distance = distance_at(walk, k, minimum);
        spread.largest = fmax(spread.largest, distance);
        spread.mean += distance / (double)count;
    }
    return spread;
}

/* The spreads of the last two windows, the later one second. */
static void last_spreads(const struct walk *walk, const struct walk_stationary *minimum,
                         struct spread spreads[2])
{
    size_t n = window(walk);
    for (size_t i = 0; i < 2; i++) {
        size_t back = (2 - i) * n;
        size_t first = walk->count > back ? walk->count - back : 0;
        spreads[i] = spread_of(walk, minimum, first, walk->count > n ? n : walk->count);
    }
}

/* Largest distances tell a trend even of a walk that swings. */
static double factor_of(const struct walk *walk, const struct walk_stationary *minimum)
{
    struct spread spreads[2];
    last_spreads(walk, minimum, spreads);
    return pow(spreads[1].largest / spreads[0].largest, 1.0 / (double)window(walk));
}

static double mean_update(const struct walk *walk)
{
    size_t steps = walk->count - 1;
    size_t n = steps < window(walk) ? steps : window(walk);
    double sum = 0.0;
    for (size_t k = steps - n; k < steps; k++) {
        sum += length(walk, walk->points[k].update);
    }
    return n > 0 ? sum / (double)n : 0.0;
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
    bool farther = verdict->factor > 1.0 + 1e-6 && verdict->distance > start;
    double product = walk->points[verdict->steepest].rate * curvature_at(walk, verdict->steepest);
    /* Noise, or one long step over a hill, must not look like it. */
    bool unstable = product > walk_stability(&walk->setup.optimizer);
    return !walk->finite || (higher && farther && unstable);
}

/* The step from which on it stays at the minimum; the last step must be a short one. */
static bool converges(const struct walk *walk, struct walk_verdict *verdict)
{
    size_t k = walk->count;
    while (k > 0 && distance_at(walk, k - 1, verdict->minimum) <= WALK_ARRIVED) {
        k--;
    }
    verdict->step = k;
    size_t last = walk->count - 1;
    return k <= last && last > 0 &&
           length(walk, walk->points[last - 1].update) <= 10 * WALK_ARRIVED;
}

static bool rests(const struct walk *walk, struct walk_verdict *verdict)
{
    const struct walk_function *function = walk->setup.function;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        if (point->kind != WALK_MINIMUM && distance_at(walk, walk->count - 1, point) < WALK_NEAR &&
            mean_update(walk) < WALK_ARRIVED) {
            verdict->at = point;
            return true;
        }
    }
    return false;
}

static bool is_stuck(const struct walk *walk, const struct walk_verdict *verdict)
{
    const struct walk_setup *setup = &walk->setup;
    const struct walk_point *last = &walk->points[walk->count - 1];
    double gradient[WALK_DIMENSIONS_MAX];
    setup->function->differentiate(last->w, setup->condition, gradient);
    double bottom = setup->function->evaluate(verdict->minimum->w, setup->condition);
    bool flat = length(walk, gradient) * verdict->distance < flatness * (last->loss - bottom);
    return flat && mean_update(walk) * (double)walk->count * patience < verdict->distance;
}

static bool hovers(const struct walk *walk, struct walk_verdict *verdict)
{
    struct spread spreads[2];
    last_spreads(walk, verdict->minimum, spreads);
    bool settled = spreads[1].mean > 0.5 * spreads[0].mean;
    bool near = spreads[1].mean < 0.5 * distance_at(walk, 0, verdict->minimum);
    bool hovering = walk->setup.noise > 0.0 && settled && near;
    verdict->distance = hovering ? spreads[1].mean : verdict->distance;
    return hovering;
}

static enum walk_outcome outcome_of(const struct walk *walk, struct walk_verdict *verdict)
{
    if (diverges(walk, verdict)) {
        return WALK_DIVERGES;
    }
    if (converges(walk, verdict)) {
        return WALK_CONVERGES;
    }
    if (rests(walk, verdict)) {
        return WALK_RESTS;
    }
    if (is_stuck(walk, verdict)) {
        return WALK_STUCK;
    }
    if (hovers(walk, verdict)) {
        return WALK_HOVERS;
    }
    bool swings = walk->setup.noise == 0.0 && verdict->turns >= 2;
    return swings ? WALK_OSCILLATES : WALK_MOVES;
}

/* A saddle at which at least three points stood, and which the last one is not at. */
static void find_left(const struct walk *walk, struct walk_verdict *verdict)
{
    const struct walk_function *function = walk->setup.function;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        size_t stays = 0;
        size_t left = 0;
        for (size_t k = 0; k < walk->count && point->kind == WALK_SADDLE; k++) {
            if (distance_at(walk, k, point) < WALK_NEAR) {
                stays++;
                left = k + 1;
            }
        }
        if (stays >= 3 && left < walk->count) {
            verdict->left = point;
            verdict->left_step = left;
        }
    }
}

struct walk_verdict walk_judge(const struct walk *walk)
{
    const struct walk_setup *setup = &walk->setup;
    const double *end = walk->points[walk->count - 1].w;
    struct walk_verdict verdict = {.minimum = walk_nearest_minimum(setup->function, end)};
    verdict.distance = distance_at(walk, walk->count - 1, verdict.minimum);
    verdict.factor = factor_of(walk, verdict.minimum);
    verdict.turns = count_turns(walk);
    verdict.steepest = find_steepest(walk);
    find_left(walk, &verdict);
    verdict.outcome = outcome_of(walk, &verdict);
    verdict.curvature = verdict.outcome == WALK_DIVERGES
                            ? curvature_at(walk, verdict.steepest)
                            : walk_curvature(setup->function, setup->condition, verdict.minimum->w);
    verdict.limit = walk_stability(&setup->optimizer) / verdict.curvature;
    return verdict;
}
