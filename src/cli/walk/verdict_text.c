/*
 * A walk's verdict in words.
 */
#include "cli/base/text.h"
#include "cli/walk/walk.h"

#include <math.h>

/* A convex function's |gradient| · distance is at least its height above the minimum; where it is
 * this much less, the function is flat. */
static const double flatness = 0.05;

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
    if (loss > 1e-9) {
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
    if (fabs(factor - 1.0) < 1e-6) {
        snprintf(words.text, sizeof words.text, "neither grows nor shrinks");
    } else if (fabs(log(factor)) * (double)walk->verdict.window < 0.02) {
        snprintf(words.text, sizeof words.text, "hardly changes (by a factor of %.6g a step)",
                 factor);
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
            "near %s, where the gradient vanishes, though it is no minimum: the distance to it %s",
            stationary(walk, walk->verdict.at).text, trend(walk).text);
    bool rests = walk->verdict.factor <= 1.0 && walk->next < WALK_ARRIVED;
    fputs(!rests                     ? "; more --steps show where the walk goes."
          : walk->setup.noise == 0.0 ? "; noise gets a walk away (--noise 0.01)."
                                     : ".",
          out);
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

static bool is_flat(const struct walk *walk)
{
    double height = walk->points[walk->count - 1].loss - loss_at_minimum(walk);
    return slope_at_end(walk) * walk->verdict.distance < flatness * height;
}

static void write_flat(FILE *out, const struct walk *walk)
{
    const descent_optimizer *optimizer = &walk->setup.optimizer;
    double slope = slope_at_end(walk);
    fprintf(out, " It is on a plateau, where the gradient%s is only %.2g.",
            walk->setup.noise > 0.0 ? " without its noise" : "", slope);
    if (optimizer->kind == DESCENT_OPTIMIZER_SGD && slope > 100.0 * optimizer->epsilon) {
        fputs(" Where the gradient nearly vanishes, adam still takes steps of the learning rate "
              "(--optimizer adam).",
              out);
    }
}

static void write_swings(FILE *out, const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    double rate = walk->rate;
    fprintf(out, "swings: turns round at %zu of the last %zu steps, ", verdict->turns,
            walk->count - 2 - walk->count / 2);
    if (walk->setup.noise > 0.0) {
        fprintf(out,
                "driven by the noise in the gradient, within %.2g of %s; a "
                "learning rate that is lower, or falls, averages more of the noise (--schedule "
                "cosine).",
                verdict->farthest, minimum(walk).text);
    } else {
        fprintf(out, "and the distance to %s %s.", stationary(walk, verdict->minimum).text,
                trend(walk).text);
    }
    if (is_flat(walk)) {
        write_flat(out, walk);
    } else if (rate > (1.0 + 1e-6) * verdict->limit) {
        fprintf(out,
                " The learning rate %.6g is above the stability limit at the minimum, so the walk "
                "cannot settle there.",
                rate);
    }
}

static void write_distance(FILE *out, const struct walk *walk)
{
    size_t steps = walk->count - 1;
    fprintf(out, "after %zu step%s at a distance of %.3g from %s", steps, steps == 1 ? "" : "s",
            walk->verdict.distance, minimum(walk).text);
}

/* What makes it slow: the schedule, the function, or the learning rate itself. */
static void write_slow(FILE *out, const struct walk *walk)
{
    double rate = walk->rate;
    double highest = walk->setup.schedule.lr;
    fputs("slow: ", out);
    write_distance(out, walk);
    if (walk->next > 0.0) {
        fprintf(out, ", and the next step is about %.2g long.", walk->next);
    } else {
        fputs(", and stands still.", out);
    }
    if (rate < 0.1 * highest) {
        fprintf(out,
                " The schedule has the learning rate at %.3g, far below its highest, %g: try more "
                "--steps, or another --lr.",
                rate, highest);
    } else if (is_flat(walk)) {
        write_flat(out, walk);
    } else if (highest < 0.1 * walk->verdict.limit) {
        fprintf(out, " The learning rate %g is far below the stability limit at the minimum.",
                highest);
    }
}

/* Steps that are still to go, to two digits; NaN where nobody can tell. Adam and its like take
 * steps of the learning rate, whatever the distance. */
static double steps_left(const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    bool steady = walk->setup.optimizer.kind != DESCENT_OPTIMIZER_SGD;
    double steps = NAN;
    if (steady && walk->next < verdict->distance) {
        steps = verdict->distance / walk->next;
    } else if (!steady && verdict->factor < 1.0) {
        steps = log(WALK_ARRIVED / verdict->distance) / log(verdict->factor);
    }
    double unit = fmax(1.0, pow(10.0, floor(log10(steps)) - 1.0));
    return ceil(steps / unit) * unit;
}

static void write_moves(FILE *out, const struct walk *walk)
{
    double steps = steps_left(walk);
    fputs("moving on: ", out);
    write_distance(out, walk);
    if (is_flat(walk)) {
        fputs(".", out);
        write_flat(out, walk);
    } else if (steps > 0.0 && walk->setup.noise == 0.0) {
        fprintf(out, "; at the present pace, about %.0f more step%s to within %g.", steps,
                steps > 1.0 ? "s" : "", WALK_ARRIVED);
    } else {
        fputs(".", out);
    }
}

void walk_write_verdict(FILE *out, const struct walk *walk)
{
    static void (*const writers[])(FILE *, const struct walk *) = {
        [WALK_DIVERGES] = write_diverges, [WALK_CONVERGES] = write_converges,
        [WALK_AT_SADDLE] = write_saddle,  [WALK_SWINGS] = write_swings,
        [WALK_SLOW] = write_slow,         [WALK_MOVES] = write_moves,
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
