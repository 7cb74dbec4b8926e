/*
 * What has become of a walk, from its points and from what is known of the function.
 */
#include "cli/walk/walk.h"

#include <math.h>

/* So many points near one that is no minimum did not just come past. */
enum { STAYS_MIN = 3 };

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
                               size_t first)
{
    double largest = 0.0;
    for (size_t k = first; k < first + window(walk); k++) {
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
    double before = largest_distance(walk, point, walk->count - 2 * n);
    double after = largest_distance(walk, point, walk->count - n);
    return before > 0.0 && after > 0.0 ? pow(after / before, 1.0 / (double)n) : 1.0;
}

static void count_turns(const struct walk *walk, struct walk_verdict *verdict)
{
    for (size_t k = walk->count / 2; k + 2 < walk->count; k++) {
        const double *now = walk->points[k].update;
        const double *next = walk->points[k + 1].update;
        verdict->turnable++;
        verdict->turns += now[0] * next[0] + now[1] * next[1] < 0.0;
    }
}

/* Steps at which the loss changed by more than rounding does. */
static void count_rises(const struct walk *walk, struct walk_verdict *verdict)
{
    for (size_t k = 0; k + 1 < walk->count; k++) {
        double rise = walk->points[k + 1].loss - walk->points[k].loss;
        double error = walk_loss_error(walk, k) + walk_loss_error(walk, k + 1);
        if (rise > error && verdict->rises++ == 0) {
            verdict->first_rise = k;
        }
        verdict->falls += -rise > error;
    }
}

static double curvature_at(const struct walk *walk, size_t k)
{
    return walk_curvatures(walk->setup.function, walk->points[k].w).high;
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
    bool higher = walk->points[walk->count - 1].loss > walk->points[0].loss;
    if (!walk->finite || verdict->minimum == NULL) {
        return !walk->finite;
    }
    double start = distance_at(walk, 0, verdict->minimum);
    bool farther = verdict->factor > 1.0 + WALK_EXACT && verdict->distance > start;
    double product = walk->points[verdict->steepest].rate * curvature_at(walk, verdict->steepest);
    /* Noise, or one long step over a hill, must not look like it. */
    bool unstable = product > (1.0 + WALK_EXACT) * descent_curvature_limit(&walk->setup.optimizer);
    if (!higher || !farther) {
        return false;
    }
    /* Where the curvature changes, a few steps too long may lead to where it is less. */
    struct walk_ahead ahead = walk_look_ahead(walk, verdict->minimum);
    bool returns = ahead.arrives > 0 || ahead.distance <= verdict->distance;
    return ahead.known ? ahead.large || (unstable && !returns) : unstable;
}

/* The step from which on it stays at the minimum. The next one must be short, as a long one only
 * comes past, and noise must not have taken it there just now. */
static bool converges(const struct walk *walk, struct walk_verdict *verdict)
{
    size_t k = walk->count;
    if (verdict->minimum == NULL) {
        return false;
    }
    while (k > 0 && distance_at(walk, k - 1, verdict->minimum) <= WALK_ARRIVED) {
        k--;
    }
    verdict->step = k;
    bool by_chance = walk->setup.noise > 0.0 && verdict->farthest > WALK_ARRIVED;
    return k < walk->count && walk->next <= WALK_FAR * WALK_ARRIVED && !by_chance;
}

/* The step behind the last at which the walk stood near this point; 0 if it never did. */
static size_t find_end_of_stay(const struct walk *walk, const struct walk_stationary *point)
{
    size_t least = walk->count < STAYS_MIN ? walk->count : STAYS_MIN;
    size_t stays = 0, end = 0;
    for (size_t k = 0; k < walk->count; k++) {
        stays = distance_at(walk, k, point) < WALK_NEAR ? stays + 1 : 0;
        end = stays >= least ? k + 1 : end;
    }
    return end;
}

/* Looks for points that are no minimum and where the walk stood: at its end, or, of saddles, before
 * it left them. */
static void find_stays(const struct walk *walk, struct walk_verdict *verdict)
{
    for (size_t i = 0; i < walk->found.count; i++) {
        const struct walk_stationary *point = &walk->found.points[i];
        size_t end = point->kind == WALK_MINIMUM ? 0 : find_end_of_stay(walk, point);
        if (end == walk->count) {
            verdict->at = point;
        } else if (end > 0 && point->kind == WALK_SADDLE) {
            verdict->left = point;
            verdict->left_step = end;
        }
    }
}

/* Noise alone turns every other step; a walk that it only disturbs goes on. */
static bool swings(const struct walk *walk, const struct walk_verdict *verdict)
{
    double share = walk->setup.noise > 0.0 ? (double)verdict->turnable / WALK_FAR : 0.0;
    return verdict->turns >= 2 && (double)verdict->turns >= share;
}

static enum walk_outcome outcome_of(const struct walk *walk, struct walk_verdict *verdict)
{
    double reach = WALK_FAR * walk->next * (double)(walk->count - 1);
    bool away = verdict->factor > 1.0 + WALK_EXACT;
    return !walk->defined                       ? WALK_LEAVES
           : diverges(walk, verdict)            ? WALK_DIVERGES
           : converges(walk, verdict)           ? WALK_CONVERGES
           : verdict->at != NULL                ? WALK_AT_SADDLE
           : swings(walk, verdict)              ? WALK_SWINGS
           : reach < verdict->distance && !away ? WALK_SLOW
                                                : WALK_MOVES;
}

/* A learning rate on the limit to within rounding, and a distance that stays. */
static bool is_at_limit(const struct walk *walk, const struct walk_verdict *verdict)
{
    const struct walk_setup *setup = &walk->setup;
    return verdict->outcome == WALK_SWINGS && setup->noise <= 0.0 &&
           setup->schedule.kind == DESCENT_SCHEDULE_CONSTANT &&
           fabs(setup->schedule.lr / verdict->limit - 1.0) < WALK_EXACT &&
           fabs(verdict->factor - 1.0) < WALK_EXACT;
}

/* What is told of the nearest minimum. */
static void measure(const struct walk *walk, struct walk_verdict *verdict)
{
    const double *end = walk->points[walk->count - 1].w;
    verdict->minimum = walk_nearest_minimum(&walk->found, walk->setup.function, end);
    verdict->distance = verdict->farthest = verdict->factor = NAN;
    if (verdict->minimum != NULL) {
        verdict->distance = distance_at(walk, walk->count - 1, verdict->minimum);
        verdict->farthest = largest_distance(walk, verdict->minimum, walk->count - window(walk));
        verdict->factor = factor_of(walk, verdict->minimum);
    }
}

static double curvature_of(const struct walk *walk, const struct walk_verdict *verdict)
{
    const struct walk_stationary *minimum = verdict->minimum;
    return verdict->outcome == WALK_DIVERGES ? curvature_at(walk, verdict->steepest)
           : minimum != NULL ? walk_curvatures(walk->setup.function, minimum->w).high
                             : NAN;
}

struct walk_verdict walk_judge(const struct walk *walk)
{
    struct walk_verdict verdict = {0};
    measure(walk, &verdict);
    count_turns(walk, &verdict);
    count_rises(walk, &verdict);
    verdict.steepest = find_steepest(walk);
    find_stays(walk, &verdict);
    verdict.outcome = outcome_of(walk, &verdict);
    if (verdict.outcome == WALK_SLOW || verdict.outcome == WALK_MOVES ||
        verdict.outcome == WALK_CONVERGES) {
        verdict.ahead = walk_look_ahead(walk, verdict.minimum);
    }
    if (verdict.outcome == WALK_AT_SADDLE) {
        verdict.factor = factor_of(walk, verdict.at);
    }
    verdict.curvature = curvature_of(walk, &verdict);
    verdict.limit = verdict.curvature > 0.0
                        ? descent_curvature_limit(&walk->setup.optimizer) / verdict.curvature
                        : NAN;
    verdict.at_limit = is_at_limit(walk, &verdict);
    return verdict;
}
