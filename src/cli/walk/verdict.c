/*
 * What has become of a walk, from its points and from what is known of the function; and the same
 * in words.
 */
#include "cli/base/text.h"
#include "cli/walk/walk.h"

#include <math.h>

/* So many times less is far less. */
static const double far = 10.0;

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
    return k < walk->count && walk->next <= far * WALK_ARRIVED && !by_chance;
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
    const struct walk_function *function = walk->setup.function;
    for (size_t i = 0; i < function->stationary_count; i++) {
        const struct walk_stationary *point = &function->stationary[i];
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
    double share = walk->setup.noise > 0.0 ? (double)verdict->turnable / far : 0.0;
    return verdict->turns >= 2 && (double)verdict->turns >= share;
}

static enum walk_outcome outcome_of(const struct walk *walk, struct walk_verdict *verdict)
{
    double reach = far * walk->next * (double)(walk->count - 1);
    return diverges(walk, verdict)     ? WALK_DIVERGES
           : converges(walk, verdict)  ? WALK_CONVERGES
           : verdict->at != NULL       ? WALK_AT_SADDLE
           : swings(walk, verdict)     ? WALK_SWINGS
           : reach < verdict->distance ? WALK_SLOW
                                       : WALK_MOVES;
}

struct walk_verdict walk_judge(const struct walk *walk)
{
    const struct walk_setup *setup = &walk->setup;
    const double *end = walk->points[walk->count - 1].w;
    struct walk_verdict verdict = {.minimum = walk_nearest_minimum(setup->function, end)};
    verdict.distance = distance_at(walk, walk->count - 1, verdict.minimum);
    verdict.farthest = largest_distance(walk, verdict.minimum, walk->count - window(walk));
    verdict.factor = factor_of(walk, verdict.minimum);
    count_turns(walk, &verdict);
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

static const char *const kinds[] = {
    [WALK_MINIMUM] = "minimum", [WALK_SADDLE] = "saddle", [WALK_MAXIMUM] = "maximum"};

const char *walk_outcome_name(const struct walk *walk)
{
    static const char *const outcomes[] = {
        [WALK_DIVERGES] = "diverges", [WALK_CONVERGES] = "converges", [WALK_SWINGS] = "swings",
        [WALK_SLOW] = "slow",         [WALK_MOVES] = "moving on",
    };
    const struct walk_verdict *verdict = &walk->verdict;
    bool stays = verdict->outcome == WALK_AT_SADDLE;
    return stays ? kinds[verdict->at->kind] : outcomes[verdict->outcome];
}

/* A part of a sentence. */
struct words {
    char text[192];
};

/* "w = 2" or "(x, y) = (1, 1)" */
static struct words place(const struct walk *walk, const double *w)
{
    struct words words;
    if (walk->setup.function->dimensions == 1) {
        snprintf(words.text, sizeof words.text, "w = %.6g", w[0]);
    } else {
        snprintf(words.text, sizeof words.text, "(x, y) = (%.6g, %.6g)", w[0], w[1]);
    }
    return words;
}

/* "the saddle at (x, y) = (0, 0)" */
static struct words stationary(const struct walk *walk, const struct walk_stationary *point)
{
    struct words words;
    snprintf(words.text, sizeof words.text, "the %s at %.64s", kinds[point->kind],
             place(walk, point->w).text);
    return words;
}

static double loss_at_minimum(const struct walk *walk)
{
    return walk->setup.function->evaluate(walk->verdict.minimum->w, walk->setup.condition);
}

/* Which minimum it is, where others are deeper. */
static struct words minimum(const struct walk *walk)
{
    struct words words = stationary(walk, walk->verdict.minimum);
    double loss = loss_at_minimum(walk);
    if (loss > exactness) {
        text_append(words.text, sizeof words.text,
                    ", which is a local one: the loss there is %.6g, but 0 at %.64s", loss,
                    place(walk, walk->setup.function->stationary[0].w).text);
    }
    return words;
}

/* What a distance does from step to step. */
static struct words trend(const struct walk *walk)
{
    struct words words;
    double factor = walk->verdict.factor;
    if (fabs(factor - 1.0) < exactness) {
        snprintf(words.text, sizeof words.text, "neither grows nor shrinks");
    } else {
        snprintf(words.text, sizeof words.text, "%s by a factor of %.6g a step",
                 factor > 1.0 ? "grows" : "shrinks", factor);
    }
    return words;
}

/* "2 / curvature = 1" */
static struct words limit(const struct walk *walk)
{
    struct words words;
    const descent_optimizer *optimizer = &walk->setup.optimizer;
    const char *formula = optimizer->nesterov ? "2 (1 + momentum) / (1 + 2 momentum) / curvature"
                          : optimizer->momentum > 0.0 ? "2 (1 + momentum) / curvature"
                                                      : "2 / curvature";
    snprintf(words.text, sizeof words.text, "%s = %.6g", formula, walk->verdict.limit);
    return words;
}

static void write_diverges(FILE *out, const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    double rate = walk->points[verdict->steepest].rate;
    if (walk->finite) {
        fprintf(out, "diverges: the distance to the minimum %s", trend(walk).text);
    } else {
        fprintf(out, "diverges: after step %zu the numbers are too large for floats",
                walk->count - 1);
    }
    if (rate > verdict->limit) {
        fprintf(out,
                ", because the learning rate %.6g is above the stability limit %s (curvature %.6g "
                "at step %zu).",
                rate, limit(walk).text, verdict->curvature, verdict->steepest);
    } else {
        fputs("; the steps are too long: lower the learning rate.", out);
    }
}

static void write_converges(FILE *out, const struct walk *walk)
{
    fprintf(out, "converged at step %zu: from there on within %g of %s.", walk->verdict.step,
            WALK_ARRIVED, minimum(walk).text);
}

static void write_saddle(FILE *out, const struct walk *walk)
{
    fprintf(out,
            "near %s, where the gradient vanishes, though it is no minimum: the distance to it "
            "%s%s.",
            stationary(walk, walk->verdict.at).text, trend(walk).text,
            walk->setup.noise == 0.0 ? "; noise moves the walk away (--noise 0.01)" : "");
}

/* The length of the gradient at the last point, without its noise. */
static double slope_at_end(const struct walk *walk)
{
    static const double zero[WALK_DIMENSIONS_MAX] = {0.0};
    const struct walk_setup *setup = &walk->setup;
    double gradient[WALK_DIMENSIONS_MAX];
    setup->function->differentiate(walk->points[walk->count - 1].w, setup->condition, gradient);
    return walk_distance(setup->function, gradient, zero);
}

/* A convex function's |gradient| times distance is at least its height above the minimum; where
 * that is far less, without the noise, it is flat. */
static bool is_flat(const struct walk *walk)
{
    double height = walk->points[walk->count - 1].loss - loss_at_minimum(walk);
    return far * slope_at_end(walk) * walk->verdict.distance < height;
}

static void write_flat(FILE *out, const struct walk *walk)
{
    const descent_optimizer *optimizer = &walk->setup.optimizer;
    double slope = slope_at_end(walk);
    fprintf(out, " It is on a plateau, where the gradient%s is only %.2g.",
            walk->setup.noise > 0.0 ? " without its noise" : "", slope);
    if (optimizer->kind == DESCENT_OPTIMIZER_SGD && slope > optimizer->epsilon) {
        fputs(" Where the gradient nearly vanishes, adam still takes long steps (--optimizer "
              "adam).",
              out);
    }
}

static void write_swings(FILE *out, const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    fprintf(out, "swings: turns round at %zu of the last %zu steps, ", verdict->turns,
            verdict->turnable);
    if (walk->setup.noise > 0.0) {
        fprintf(out,
                "driven by the noise in the gradient, within %.2g of %s; a learning rate that is "
                "lower, or falls, averages more of the noise (--schedule cosine).",
                verdict->farthest, minimum(walk).text);
    } else {
        fprintf(out, "and the distance to %s %s.", stationary(walk, verdict->minimum).text,
                trend(walk).text);
    }
    if (is_flat(walk)) {
        write_flat(out, walk);
    } else if (walk->rate > (1.0 + exactness) * verdict->limit) {
        fprintf(out,
                " The learning rate %.6g is above the stability limit at the minimum, so the walk "
                "cannot settle there.",
                walk->rate);
    }
}

/* The steps that are still to go at this pace, to two digits; NaN where the pace will not last.
 * Plain descent shrinks the distance by a factor, the other optimizers' steps have a length that
 * hardly depends on the gradient's. */
static double steps_left(const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    if (walk->setup.noise > 0.0 || walk->setup.schedule.kind != DESCENT_SCHEDULE_CONSTANT ||
        verdict->factor > 1.0 - exactness || is_flat(walk)) {
        return NAN;
    }
    double steps = walk->setup.optimizer.kind == DESCENT_OPTIMIZER_SGD
                       ? log(WALK_ARRIVED / verdict->distance) / log(verdict->factor)
                       : verdict->distance / walk->next;
    double unit = fmax(1.0, pow(10.0, floor(log10(steps)) - 1.0));
    return ceil(steps / unit) * unit;
}

/* Why it takes so long: the schedule, or the learning rate. */
static void write_reason(FILE *out, const struct walk *walk)
{
    double highest = walk->setup.schedule.lr;
    if (far * walk->rate < highest) {
        fprintf(out,
                " The schedule has the learning rate at %.3g, far below its highest, %g: try more "
                "--steps, or another --lr.",
                walk->rate, highest);
    } else if (far * highest < walk->verdict.limit) {
        fprintf(out, " The learning rate %g is far below the stability limit at the minimum.",
                highest);
    }
}

/* Slow, or moving on. */
static void write_way(FILE *out, const struct walk *walk)
{
    size_t steps = walk->count - 1;
    bool slow = walk->verdict.outcome == WALK_SLOW;
    double left = steps_left(walk);
    fprintf(out, "%s: after %zu step%s at a distance of %.3g from %s", walk_outcome_name(walk),
            steps, steps == 1 ? "" : "s", walk->verdict.distance, minimum(walk).text);
    if (!slow) {
        fprintf(out, "; the distance %s", trend(walk).text);
    } else if (walk->next > 0.0) {
        fprintf(out, ", and the next step is about %.2g long", walk->next);
    } else {
        fputs(", and the walk stands still", out);
    }
    if (left > 0.0) {
        fprintf(out, "; at this pace, about %.0f more steps to within %g", left, WALK_ARRIVED);
    }
    fputs(".", out);
    if (is_flat(walk)) {
        write_flat(out, walk);
    } else {
        write_reason(out, walk);
    }
}

void walk_write_verdict(FILE *out, const struct walk *walk)
{
    static void (*const writers[])(FILE *, const struct walk *) = {
        [WALK_DIVERGES] = write_diverges, [WALK_CONVERGES] = write_converges,
        [WALK_AT_SADDLE] = write_saddle,  [WALK_SWINGS] = write_swings,
        [WALK_SLOW] = write_way,          [WALK_MOVES] = write_way,
    };
    const struct walk_verdict *verdict = &walk->verdict;
    if (verdict->left != NULL) {
        fprintf(out, "left %s at step %zu; ", stationary(walk, verdict->left).text,
                verdict->left_step);
    }
    writers[verdict->outcome](out, walk);
}

void walk_write_limit(FILE *out, const struct walk *walk)
{
    if (isnan(walk->verdict.limit)) {
        fprintf(out, "%s has no fixed stability limit.",
                descent_optimizer_name(walk->setup.optimizer.kind));
        return;
    }
    fprintf(out, "Stability limit of the learning rate at %s: %s (curvature %.6g).",
            stationary(walk, walk->verdict.minimum).text, limit(walk).text,
            walk->verdict.curvature);
}
