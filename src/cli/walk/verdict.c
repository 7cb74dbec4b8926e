/*
 * A walk's verdict in words.
 */
#include "cli/walk/walk.h"

#include <math.h>

/* A convex function's |gradient| · distance is at least its height above the minimum; where it is
 * this much less, the function is flat. */
static const double flatness = 0.05;

static const char *const kinds[] = {
    [WALK_MINIMUM] = "minimum", [WALK_SADDLE] = "saddle", [WALK_MAXIMUM] = "maximum"};

const char *walk_outcome_name(const struct walk_verdict *verdict)
{
    static const char *const outcomes[] = {
        [WALK_DIVERGES] = "diverges", [WALK_CONVERGES] = "converges", [WALK_SWINGS] = "swings",
        [WALK_SLOW] = "slow",         [WALK_MOVES] = "moving on",
    };
    return verdict->outcome == WALK_AT_SADDLE ? kinds[verdict->at->kind]
                                              : outcomes[verdict->outcome];
}

/* "w = 2" or "(x, y) = (1, 1)" */
static void write_place(FILE *out, const struct walk_function *function, const double *w)
{
    if (function->dimensions == 1) {
        fprintf(out, "w = %.6g", w[0]);
    } else {
        fprintf(out, "(x, y) = (%.6g, %.6g)", w[0], w[1]);
    }
}

static void write_stationary(FILE *out, const struct walk_function *function,
                             const struct walk_stationary *point)
{
    fprintf(out, "the %s at ", kinds[point->kind]);
    write_place(out, function, point->w);
}

/* Which minimum it is, where others are deeper. */
static void write_minimum(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    const struct walk_function *function = walk->setup.function;
    double loss = function->evaluate(verdict->minimum->w, walk->setup.condition);
    write_stationary(out, function, verdict->minimum);
    if (loss > 1e-9) {
        fprintf(out, ", which is a local one: the loss there is %.6g, but 0 at ", loss);
        write_place(out, function, function->stationary[0].w);
    }
}

static void write_trend(FILE *out, const struct walk_verdict *verdict)
{
    double factor = verdict->factor;
    if (fabs(factor - 1.0) < 1e-6) {
        fputs("neither grows nor shrinks", out);
    } else if (fabs(log(factor)) * (double)verdict->window < 0.02) {
        fprintf(out, "hardly changes (by a factor of %.6g a step)", factor);
    } else {
        fprintf(out, "%s by a factor of %.6g a step", factor > 1.0 ? "grows" : "shrinks", factor);
    }
}

static void write_limit(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    const descent_optimizer *optimizer = &walk->setup.optimizer;
    const char *formula = optimizer->nesterov ? "2 (1 + momentum) / (1 + 2 momentum) / curvature"
                          : optimizer->momentum > 0.0 ? "2 (1 + momentum) / curvature"
                                                      : "2 / curvature";
    fprintf(out, "%s = %.6g", formula, verdict->limit);
}

static void write_diverges(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    double rate = walk->points[verdict->steepest].rate;
    fputs("diverges: ", out);
    if (walk->finite) {
        fputs("the distance to the minimum ", out);
        write_trend(out, verdict);
    } else {
        fprintf(out, "after step %zu the numbers are too large for floats", walk->count - 1);
    }
    if (rate > verdict->limit) {
        fprintf(out, ", because the learning rate %.6g is above the stability limit ", rate);
        write_limit(out, verdict, walk);
        fprintf(out, " (curvature %.6g at step %zu).", verdict->curvature, verdict->steepest);
    } else {
        fputs("; the steps are too long: lower the learning rate.", out);
    }
}

static void write_converges(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fprintf(out, "converged at step %zu: from there on within %g of ", verdict->step, WALK_ARRIVED);
    write_minimum(out, verdict, walk);
    fputs(".", out);
}

static void write_saddle(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fputs("near ", out);
    write_stationary(out, walk->setup.function, verdict->at);
    fputs(", where the gradient vanishes, though it is no minimum: the distance to it ", out);
    write_trend(out, verdict);
    fputs(verdict->factor > 1.0      ? "; more --steps show where the walk goes."
          : walk->setup.noise == 0.0 ? "; noise gets a walk away (--noise 0.01)."
                                     : ".",
          out);
}

static void write_distance(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    size_t steps = walk->count - 1;
    fprintf(out, "after %zu step%s at a distance of %.3g from ", steps, steps == 1 ? "" : "s",
            verdict->distance);
    write_minimum(out, verdict, walk);
}

/* The gradient without its noise. */
static double slope_at_end(const struct walk *walk)
{
    static const double zero[WALK_DIMENSIONS_MAX] = {0.0};
    const struct walk_setup *setup = &walk->setup;
    double gradient[WALK_DIMENSIONS_MAX];
    setup->function->differentiate(walk->points[walk->count - 1].w, setup->condition, gradient);
    return walk_distance(setup->function, gradient, zero);
}

/* If the function is flat at the last point, says so; else returns false. */
static bool write_flat(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    const struct walk_setup *setup = &walk->setup;
    double slope = slope_at_end(walk);
    double bottom = setup->function->evaluate(verdict->minimum->w, setup->condition);
    double height = walk->points[walk->count - 1].loss - bottom;
    if (slope * verdict->distance >= flatness * height) {
        return false;
    }
    fprintf(out, " It is on a plateau, where the gradient%s is only %.2g.",
            setup->noise > 0.0 ? " without its noise" : "", slope);
    if (setup->optimizer.kind == DESCENT_OPTIMIZER_SGD &&
        slope > 100.0 * setup->optimizer.epsilon) {
        fputs(" Where the gradient nearly vanishes, adam still takes steps of the learning rate "
              "(--optimizer adam).",
              out);
    }
    return true;
}

static void write_swings(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    size_t pairs = walk->count - 2 - walk->count / 2;
    fprintf(out, "swings: turns round at %zu of the last %zu steps, ", verdict->turns, pairs);
    if (walk->setup.noise > 0.0) {
        fprintf(out, "driven by the noise in the gradient, at a mean distance of %.2g from ",
                verdict->mean_distance);
        write_minimum(out, verdict, walk);
        fputs("; a learning rate that is lower, or falls, averages more of the noise (--schedule "
              "cosine).",
              out);
    } else {
        fputs("and the distance to ", out);
        write_stationary(out, walk->setup.function, verdict->minimum);
        fputs(" ", out);
        write_trend(out, verdict);
        fputs(".", out);
    }
    if (write_flat(out, verdict, walk)) {
        return;
    }
    double rate = walk->points[walk->count - 1].rate;
    if (rate > (1.0 + 1e-6) * verdict->limit) {
        fprintf(out,
                " The learning rate %.6g is above the stability limit at the minimum, so the walk "
                "cannot settle there.",
                rate);
    }
}

/* What makes it slow: the schedule, the function, or the learning rate itself. */
static void write_slow(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    double rate = walk->points[walk->count - 1].rate;
    double highest = walk->setup.schedule.lr;
    fputs("slow: ", out);
    write_distance(out, verdict, walk);
    if (verdict->next > 0.0) {
        fprintf(out, ", and the next step is about %.2g long.", verdict->next);
    } else {
        fputs(", and stands still.", out);
    }
    if (rate < 0.1 * highest) {
        fprintf(out, " The schedule has the learning rate at %.3g, far below its highest, %g.",
                rate, highest);
    } else if (!write_flat(out, verdict, walk) && highest < 0.1 * verdict->limit) {
        fprintf(out, " The learning rate %g is far below the stability limit at the minimum.",
                highest);
    }
}

/* Steps that are still to go, to two digits; NaN where nobody can tell. Adam and its like take
 * steps of the learning rate, whatever the distance. */
static double steps_left(const struct walk_verdict *verdict, const struct walk *walk)
{
    double steps =
        walk->setup.optimizer.kind != DESCENT_OPTIMIZER_SGD ? verdict->distance / verdict->next
        : verdict->factor < 1.0 ? log(WALK_ARRIVED / verdict->distance) / log(verdict->factor)
                                : NAN;
    double unit = fmax(1.0, pow(10.0, floor(log10(steps)) - 1.0));
    return ceil(steps / unit) * unit;
}

static void write_moves(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    double steps = steps_left(verdict, walk);
    fputs("moving on: ", out);
    write_distance(out, verdict, walk);
    if (steps > 0.0 && walk->setup.noise == 0.0) {
        fprintf(out, "; at the present pace, about %.0f more steps to within %g.", steps,
                WALK_ARRIVED);
    } else {
        fputs(".", out);
    }
}

void walk_verdict_write(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    static void (*const writers[])(FILE *, const struct walk_verdict *, const struct walk *) = {
        [WALK_DIVERGES] = write_diverges, [WALK_CONVERGES] = write_converges,
        [WALK_AT_SADDLE] = write_saddle,  [WALK_SWINGS] = write_swings,
        [WALK_SLOW] = write_slow,         [WALK_MOVES] = write_moves,
    };
    if (verdict->left != NULL) {
        fputs("left ", out);
        write_stationary(out, walk->setup.function, verdict->left);
        fprintf(out, " at step %zu; ", verdict->left_step);
    }
    writers[verdict->outcome](out, verdict, walk);
}

void walk_verdict_write_limit(FILE *out, const struct walk_verdict *verdict,
                              const struct walk *walk)
{
    if (isnan(verdict->limit)) {
        fprintf(out, "%s has no fixed stability limit.",
                descent_optimizer_name(walk->setup.optimizer.kind));
        return;
    }
    fputs("Stability limit of the learning rate at ", out);
    write_stationary(out, walk->setup.function, verdict->minimum);
    fputs(": ", out);
    write_limit(out, verdict, walk);
    fprintf(out, " (curvature %.6g).", verdict->curvature);
}
