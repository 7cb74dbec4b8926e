/*
 * The verdict on a walk in words: what became of it, and why.
 */
#include "cli/base/text.h"
#include "cli/walk/walk.h"

#include <math.h>
#include <string.h>

static const char *const kinds[] = {
    [WALK_MINIMUM] = "minimum", [WALK_SADDLE] = "saddle", [WALK_MAXIMUM] = "maximum"};

/* A curve of one variable has no saddles, but places where it is level for a moment. */
static const char *kind_name(const struct walk *walk, const struct walk_stationary *point)
{
    bool level = point->kind == WALK_SADDLE && walk->setup.function->dimensions == 1;
    return level ? "inflection point" : kinds[point->kind];
}

const char *walk_outcome_name(const struct walk *walk)
{
    static const char *const outcomes[] = {
        [WALK_DIVERGES] = "diverges", [WALK_CONVERGES] = "converges", [WALK_SWINGS] = "swings",
        [WALK_SLOW] = "slow",         [WALK_MOVES] = "moving on",     [WALK_LEAVES] = "leaves",
    };
    const struct walk_verdict *verdict = &walk->verdict;
    bool stays = verdict->outcome == WALK_AT_SADDLE;
    return stays ? kind_name(walk, verdict->at) : outcomes[verdict->outcome];
}

/* A part of a sentence. */
struct words {
    char text[192];
};

/* "w = 2" or "(x, y) = (1, 1)" */
static struct words place(const struct walk *walk, const double *w)
{
    struct words words;
    const struct walk_function *function = walk->setup.function;
    if (function->dimensions == 1) {
        snprintf(words.text, sizeof words.text, "%s = %.6g", function->formula.names[0],
                 w[0] + 0.0);
    } else {
        snprintf(words.text, sizeof words.text, "(x, y) = (%.6g, %.6g)", w[0] + 0.0, w[1] + 0.0);
    }
    return words;
}

/* "the saddle at (x, y) = (0, 0)" */
static struct words stationary(const struct walk *walk, const struct walk_stationary *point)
{
    struct words words;
    snprintf(words.text, sizeof words.text, "the %s at %.64s", kind_name(walk, point),
             place(walk, point->w).text);
    return words;
}

static double loss_at(const struct walk *walk, const double *w)
{
    return walk_evaluate(walk->setup.function, w).value;
}

/* Which minimum it is, where a lower one is known: that is the first. */
static struct words minimum(const struct walk *walk)
{
    struct words words = stationary(walk, walk->verdict.minimum);
    const struct walk_stationary *lowest = &walk->found.points[0];
    double loss = loss_at(walk, walk->verdict.minimum->w), least = loss_at(walk, lowest->w);
    if (loss - least > WALK_EXACT * fmax(1.0, fabs(loss))) {
        text_append(words.text, sizeof words.text,
                    ", which is a local one: the loss there is %.6g, but %.6g at %.64s", loss,
                    least, place(walk, lowest->w).text);
    }
    return words;
}

/* What a distance does from step to step. */
static struct words trend(const struct walk *walk)
{
    struct words words;
    char number[TEXT_SIZE];
    double factor = walk->verdict.factor;
    snprintf(number, sizeof number, "%.6g", factor);
    if (fabs(factor - 1.0) < WALK_EXACT) {
        snprintf(words.text, sizeof words.text, "neither grows nor shrinks");
    } else if (strcmp(number, "1") == 0) {
        snprintf(words.text, sizeof words.text, "hardly changes");
    } else {
        snprintf(words.text, sizeof words.text, "%s by a factor of %s a step",
                 factor > 1.0 ? "grows" : "shrinks", number);
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
        fprintf(out, "diverges: after step %zu the numbers are too large (above 1.8e308)",
                walk->count - 1);
    }
    if (verdict->minimum == NULL) {
        fputs("; no minimum was found that could have stopped it.", out);
    } else if (rate > verdict->limit) {
        fprintf(out,
                ", because the learning rate %.6g is above the stability limit %s (curvature %.6g "
                "at step %zu).",
                rate, limit(walk).text, verdict->curvature, verdict->steepest);
    } else {
        fputs("; the steps are too long: lower the learning rate.", out);
    }
}

/* What comes of it if it goes on. */
static void write_ahead(FILE *out, const struct walk_ahead *ahead)
{
    size_t steps = ahead->arrives > 0  ? ahead->arrives
                   : ahead->leaves > 0 ? ahead->leaves
                                       : ahead->lost;
    const char *lead = steps == 1 ? " leads" : "s lead";
    if (ahead->arrives > 0) {
        fprintf(out, "; %zu more step%s to within %g of it", steps, lead, WALK_ARRIVED);
    } else if (ahead->leaves > 0) {
        fprintf(out, "; but %zu more step%s away again", steps, lead);
    } else if (ahead->lost > 0) {
        fprintf(out, "; but %zu more step%s to where %s", steps, lead,
                ahead->large ? "numbers are too large" : "the formula has no value");
    }
}

static void write_converges(FILE *out, const struct walk *walk)
{
    fprintf(out, "converged at step %zu: from there on within %g of %s", walk->verdict.step,
            WALK_ARRIVED, minimum(walk).text);
    write_ahead(out, &walk->verdict.ahead);
    fputs(".", out);
}

static void write_leaves(FILE *out, const struct walk *walk)
{
    const struct walk_point *last = &walk->points[walk->count - 1];
    const double next[] = {last->w[0] + last->update[0], last->w[1] + last->update[1]};
    fprintf(out,
            "leaves: step %zu leads to %s, where the formula has no value or no slope; a lower "
            "learning rate takes shorter steps.",
            walk->count - 1, place(walk, next).text);
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
    struct jet jet = walk_evaluate(walk->setup.function, walk->points[walk->count - 1].w);
    return hypot(jet.x, jet.y);
}

/* A convex function's |gradient| times distance is at least its height above the minimum; where
 * that is far less, without the noise, it is flat. */
static bool is_flat(const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    if (verdict->minimum == NULL) {
        return false;
    }
    double height = walk->points[walk->count - 1].loss - loss_at(walk, verdict->minimum->w);
    return WALK_FAR * slope_at_end(walk) * verdict->distance < height;
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

/* How far from the minimum it swings. */
static void write_reach(FILE *out, const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    bool noisy = walk->setup.noise > 0.0;
    if (verdict->minimum == NULL) {
        fprintf(out, "%s; no minimum was found.",
                noisy ? "driven by the noise in the gradient" : "back and forth");
    } else if (noisy) {
        fprintf(out,
                "driven by the noise in the gradient, within %.2g of %s; a learning rate that is "
                "lower, or falls, averages more of the noise (--schedule cosine).",
                verdict->farthest, minimum(walk).text);
    } else {
        fprintf(out, "and the distance to %s %s.", stationary(walk, verdict->minimum).text,
                trend(walk).text);
    }
}

static void write_swings(FILE *out, const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    if (verdict->at_limit) {
        fprintf(out,
                "swings for ever: the learning rate %.6g is just the stability limit %s, at which "
                "the steps lead from one side of %s to the other, as far from it as before.",
                walk->setup.schedule.lr, limit(walk).text, stationary(walk, verdict->minimum).text);
        return;
    }
    fprintf(out, "swings: turns round at %zu of the last %zu steps, ", verdict->turns,
            verdict->turnable);
    write_reach(out, walk);
    if (is_flat(walk)) {
        write_flat(out, walk);
    } else if (walk->rate > (1.0 + WALK_EXACT) * verdict->limit) {
        fprintf(out,
                " The learning rate %.6g is above the stability limit at the minimum, so the walk "
                "cannot settle there.",
                walk->rate);
    }
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

/* How far it is from the minimum after these steps, and how that goes on. */
static void write_distance(FILE *out, const struct walk *walk)
{
    fprintf(out, "at a distance of %.3g from %s", walk->verdict.distance, minimum(walk).text);
    if (walk->verdict.outcome == WALK_SLOW && walk->next > 0.0) {
        fprintf(out, ", and the next step is about %.2g long", walk->next);
    } else if (walk->verdict.outcome == WALK_SLOW) {
        fputs(", and the walk stands still", out);
    } else if (walk->verdict.distance > 0.0) {
        fprintf(out, "; the distance %s", trend(walk).text);
    }
    write_ahead(out, &walk->verdict.ahead);
    fputs(".", out);
}

/* Slow, or moving on. */
static void write_way(FILE *out, const struct walk *walk)
{
    size_t steps = walk->count - 1;
    fprintf(out, "%s: after %zu step%s ", walk_outcome_name(walk), steps, steps == 1 ? "" : "s");
    if (walk->verdict.minimum == NULL) {
        fprintf(out, "at %s, where the loss is %.6g; %s.", place(walk, walk->points[steps].w).text,
                walk->points[steps].loss,
                walk->setup.function->own ? "no minimum was found" : "a line has no minimum");
        return;
    }
    write_distance(out, walk);
    if (is_flat(walk)) {
        write_flat(out, walk);
    } else {
        write_reason(out, walk);
    }
}

void walk_write_course(FILE *out, const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    size_t steps = walk->count - 1;
    const char *s = verdict->rises == 1 ? "" : "s";
    if (steps == 0) {
        fputs("That was the first step.", out);
    } else if (verdict->falls == steps) {
        fputs("The loss fell at every step.", out);
    } else if (verdict->rises == steps) {
        fputs("The loss rose at every step.", out);
    } else if (verdict->rises + verdict->falls == 0) {
        fputs("The loss neither fell nor rose.", out);
    } else if (verdict->rises == 0) {
        fprintf(out, "The loss never rose: it fell at %zu of %zu steps.", verdict->falls, steps);
    } else {
        fprintf(out, "The loss rose at %zu step%s of %zu, first at step %zu.", verdict->rises, s,
                steps, verdict->first_rise);
    }
}

void walk_write_verdict(FILE *out, const struct walk *walk)
{
    static void (*const writers[])(FILE *, const struct walk *) = {
        [WALK_DIVERGES] = write_diverges, [WALK_CONVERGES] = write_converges,
        [WALK_AT_SADDLE] = write_saddle,  [WALK_SWINGS] = write_swings,
        [WALK_SLOW] = write_way,          [WALK_MOVES] = write_way,
        [WALK_LEAVES] = write_leaves,
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
    const struct walk_verdict *verdict = &walk->verdict;
    const descent_optimizer *optimizer = &walk->setup.optimizer;
    if (optimizer->kind != DESCENT_OPTIMIZER_SGD) {
        fprintf(out, "%s has no fixed stability limit.", descent_optimizer_name(optimizer->kind));
    } else if (verdict->minimum == NULL) {
        fputs(walk->setup.function->own
                  ? "No minimum is known, and so no stability limit of the learning rate."
                  : "A line does not bend, so there is no stability limit of the learning rate.",
              out);
    } else if (isnan(verdict->limit)) {
        fprintf(out, "The curvature at %s is 0, which sets no stability limit.",
                stationary(walk, verdict->minimum).text);
    } else {
        fprintf(out, "Stability limit of the learning rate at %s: %s (curvature %.6g).",
                stationary(walk, verdict->minimum).text, limit(walk).text, verdict->curvature);
    }
}
