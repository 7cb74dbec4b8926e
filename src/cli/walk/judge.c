/*
 * What has become of a walk: from its points alone, and from what is known of the function.
 */
#include "cli/walk/walk.h"

#include <math.h>

/* A convex function's |gradient| · distance is at least its height above the minimum; where it is
 * this much less, the function is flat. */
static const double flatness = 0.05;

/* Slower than this: the rest of the way would take so many times the steps of the walk. */
static const double patience = 10.0;

/* A share of the highest learning rate that takes a walk nowhere. */
static const double starving = 0.01;

/* Of the steps before, what the last ones are at least where the pace is a steady one. */
static const double steady = 0.8;

/* How far a walk has come, as a share of its steps' lengths, is less than this for one that only
 * its noise drives: about 1 / √n of n steps; of fewer than these nothing is said. */
static const double straightness = 0.3;
enum { STRAIGHT_MIN = 15 };

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

/* The length of the step from the last point, where the gradient alone decides it, or else of the
 * last step: one that is long only passes by. */
static double next_step(const struct walk *walk)
{
    const struct walk_point *last = &walk->points[walk->count - 1];
    const descent_optimizer *optimizer = &walk->setup.optimizer;
    if (optimizer->kind == DESCENT_OPTIMIZER_SGD && optimizer->momentum <= 0.0) {
        return last->rate * length(walk, last->gradient);
    }
    return walk->count > 1 ? length(walk, walk->points[walk->count - 2].update) : 0.0;
}

/* The step from which on it stays at the minimum; the next must be a short one. */
static bool converges(const struct walk *walk, struct walk_verdict *verdict)
{
    size_t k = walk->count;
    while (k > 0 && distance_at(walk, k - 1, verdict->minimum) <= WALK_ARRIVED) {
        k--;
    }
    verdict->step = k;
    return k < walk->count && next_step(walk) <= 10 * WALK_ARRIVED;
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

/* So many points near one that is no minimum did not just come past. */
enum { STAYS_MIN = 3 };

/* Whether the last step is no longer than the one a window before: what leaves a saddle speeds up,
 * while what brought it there still dies down. */
static bool slows_down(const struct walk *walk)
{
    size_t n = window(walk), steps = walk->count - 1;
    return steps <= n || length(walk, walk->points[steps - 1].update) <=
                             length(walk, walk->points[steps - 1 - n].update);
}

/* The last point's outcome where it stands near a point that is no minimum; else WALK_MOVES. */
static enum walk_outcome outcome_near(const struct walk *walk, struct walk_verdict *verdict)
{
    const struct walk_function *function = walk->setup.function;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        size_t left = 0;
        if (point->kind == WALK_MINIMUM || distance_at(walk, walk->count - 1, point) >= WALK_NEAR) {
            continue;
        }
        double factor = factor_of(walk, point);
        bool resting =
            mean_update(walk) < WALK_ARRIVED && !(factor > 1.0 + 1e-6) && slows_down(walk);
        if (resting || count_stays(walk, point, &left) >= STAYS_MIN) {
            verdict->at = point;
            verdict->factor = factor;
            return resting ? WALK_RESTS : WALK_LINGERS;
        }
    }
    return WALK_MOVES;
}

/* Whether it falls short of the minimum because of the schedule, and not of a warm-up that lasts.
 */
static bool starves(const struct walk *walk)
{
    double rate = walk->points[walk->count - 1].rate;
    return rate < starving * walk->setup.schedule.lr && rate < walk->points[walk->count / 2].rate;
}

static bool is_stuck(const struct walk *walk, const struct walk_verdict *verdict)
{
    const struct walk_setup *setup = &walk->setup;
    const struct walk_point *last = &walk->points[walk->count - 1];
    double gradient[WALK_DIMENSIONS_MAX];
    setup->function->differentiate(last->w, setup->condition, gradient);
    double bottom = setup->function->evaluate(verdict->minimum->w, setup->condition);
    bool flat = length(walk, gradient) * verdict->distance < flatness * (last->loss - bottom);
    /* Noise moves it, but not along; what takes steps of the learning rate is slow, not stuck. */
    double way = setup->noise > 0.0 ? distance_at(walk, 0, verdict->minimum) - verdict->distance
                                    : mean_update(walk) * (double)walk->count;
    return flat && way * patience < verdict->distance && mean_update(walk) < last->rate / 2.0;
}

/* Whether the distance to the minimum has stopped falling, on the mean. */
static bool has_settled(const struct walk *walk, const struct walk_verdict *verdict)
{
    struct spread spreads[2];
    last_spreads(walk, verdict->minimum, spreads);
    return spreads[1].mean > 0.5 * spreads[0].mean;
}

/* Whether the last steps led nowhere: their sum is short beside their lengths. */
static bool wanders(const struct walk *walk, const struct walk_verdict *verdict)
{
    size_t n = window(walk), last = walk->count - 1;
    if (walk->setup.noise <= 0.0 || n < STRAIGHT_MIN || !has_settled(walk, verdict)) {
        return false;
    }
    double way =
        walk_distance(walk->setup.function, walk->points[last].w, walk->points[last - n].w);
    return way < straightness * mean_update(walk) * (double)n;
}

static bool hovers(const struct walk *walk, struct walk_verdict *verdict)
{
    struct spread spreads[2];
    last_spreads(walk, verdict->minimum, spreads);
    bool near = spreads[1].mean < 0.5 * distance_at(walk, 0, verdict->minimum);
    bool hovering = walk->setup.noise > 0.0 && near && has_settled(walk, verdict);
    verdict->distance = hovering ? spreads[1].mean : verdict->distance;
    return hovering;
}

/* A stationary point in the middle of the last half of the points that is no minimum: what swings
 * across a ridge does not swing around the valley that its last point happens to be nearest to. */
static void find_crossed(const struct walk *walk, struct walk_verdict *verdict)
{
    const struct walk_function *function = walk->setup.function;
    double middle[WALK_DIMENSIONS_MAX] = {0.0};
    size_t first = walk->count / 2;
    for (size_t k = first; k < walk->count; k++) {
        for (size_t d = 0; d < function->dimensions; d++) {
            middle[d] += walk->points[k].w[d] / (double)(walk->count - first);
        }
    }
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        if (point->kind != WALK_MINIMUM && walk_distance(function, middle, point->w) < WALK_NEAR) {
            verdict->at = point;
            verdict->factor = factor_of(walk, point);
        }
    }
}

static enum walk_outcome outcome_of(const struct walk *walk, struct walk_verdict *verdict)
{
    if (diverges(walk, verdict)) {
        return WALK_DIVERGES;
    }
    if (converges(walk, verdict)) {
        /* Noise may have taken it there in its last steps, and would take it away again. */
        bool by_chance = hovers(walk, verdict) && verdict->distance > WALK_ARRIVED;
        return by_chance ? WALK_HOVERS : WALK_CONVERGES;
    }
    enum walk_outcome near = outcome_near(walk, verdict);
    if (near != WALK_MOVES) {
        return near;
    }
    if (is_stuck(walk, verdict)) {
        return WALK_STUCK;
    }
    if (starves(walk)) {
        return WALK_STARVES;
    }
    if (hovers(walk, verdict)) {
        return WALK_HOVERS;
    }
    if (wanders(walk, verdict)) {
        return WALK_WANDERS;
    }
    if (walk->setup.noise == 0.0 && verdict->turns >= 2) {
        find_crossed(walk, verdict);
        return WALK_OSCILLATES;
    }
    return WALK_MOVES;
}

/* A saddle at which points stood, and which the last one is not at. */
static void find_left(const struct walk *walk, struct walk_verdict *verdict)
{
    const struct walk_function *function = walk->setup.function;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
        size_t left = 0;
        if (point->kind == WALK_SADDLE && count_stays(walk, point, &left) >= STAYS_MIN &&
            left < walk->count) {
            verdict->left = point;
            verdict->left_step = left;
        }
    }
}

/* Adam and its like take steps of the learning rate, whatever the distance, until they are near. */
static double pace_of(const struct walk *walk, const struct walk_verdict *verdict)
{
    size_t n = verdict->window, last = walk->count - 1;
    if (walk->setup.optimizer.kind == DESCENT_OPTIMIZER_SGD || last < 2 * n) {
        return 0.0;
    }
    double before = distance_at(walk, last - n, verdict->minimum);
    double earlier = distance_at(walk, last - 2 * n, verdict->minimum);
    double pace = (before - verdict->distance) / (double)n;
    return pace >= steady * (earlier - before) / (double)n ? fmax(pace, 0.0) : 0.0;
}

struct walk_verdict walk_judge(const struct walk *walk)
{
    const struct walk_setup *setup = &walk->setup;
    const double *end = walk->points[walk->count - 1].w;
    struct walk_verdict verdict = {.minimum = walk_nearest_minimum(setup->function, end)};
    verdict.distance = distance_at(walk, walk->count - 1, verdict.minimum);
    verdict.factor = factor_of(walk, verdict.minimum);
    verdict.window = window(walk);
    verdict.pace = pace_of(walk, &verdict);
    verdict.turns = count_turns(walk);
    verdict.steepest = find_steepest(walk);
    find_left(walk, &verdict);
    verdict.outcome = outcome_of(walk, &verdict);
    verdict.curvature = verdict.outcome == WALK_DIVERGES
                            ? curvature_at(walk, verdict.steepest)
                            : walk_curvature(setup->function, setup->condition, verdict.minimum->w);
    verdict.limit =
        verdict.curvature > 0.0 ? walk_stability(&setup->optimizer) / verdict.curvature : NAN;
    return verdict;
}
