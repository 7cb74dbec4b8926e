/*
 * The verdict on a walk in words: what became of it, and why.
 */
#include "cli/base/text.h"
#include "cli/walk/walk.h"

#include <math.h>

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
    if (loss > WALK_EXACT) {
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
    if (fabs(factor - 1.0) < WALK_EXACT) {
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
    return WALK_FAR * slope_at_end(walk) * walk->verdict.distance < height;
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
    } else if (walk->rate > (1.0 + WALK_EXACT) * verdict->limit) {
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
        verdict->factor > 1.0 - WALK_EXACT || is_flat(walk)) {
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
    if (WALK_FAR * walk->rate < highest) {
        fprintf(out,
                " The schedule has the learning rate at %.3g, far below its highest, %g: try more "
                "--steps, or another --lr.",
                walk->rate, highest);
    } else if (WALK_FAR * highest < walk->verdict.limit) {
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
