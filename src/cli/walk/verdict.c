/*
 * A walk's verdict in words.
 */
#include "cli/walk/walk.h"

#include <math.h>

static const char *const outcomes[] = {
    [WALK_DIVERGES] = "diverges",
    [WALK_CONVERGES] = "converges",
    [WALK_RESTS] = "stuck at no minimum",
    [WALK_LINGERS] = "lingers at no minimum",
    [WALK_STUCK] = "stuck on a plateau",
    [WALK_STARVES] = "out of learning rate",
    [WALK_HOVERS] = "hovers",
    [WALK_WANDERS] = "wanders",
    [WALK_OSCILLATES] = "oscillates",
    [WALK_MOVES] = "on its way",
};

const char *walk_outcome_name(enum walk_outcome outcome)
{
    return outcomes[outcome];
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
    static const char *const kinds[] = {"minimum", "saddle", "maximum"};
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
    fprintf(out, "the distance to %s ", verdict->at != NULL ? "it" : "the minimum");
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

static void write_rests(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fputs("stuck at ", out);
    write_stationary(out, walk->setup.function, verdict->at);
    fputs(": the gradient vanishes there, though it is no minimum", out);
    fputs(walk->setup.noise > 0.0 ? "." : "; noise gets a walk away (--noise 0.01).", out);
}

static void write_lingers(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fputs("near ", out);
    write_stationary(out, walk->setup.function, verdict->at);
    fputs(", where the gradient vanishes, though it is no minimum: ", out);
    write_trend(out, verdict);
    fputs("; more --steps show where the walk goes.", out);
}

static void write_stuck(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    const struct walk_setup *setup = &walk->setup;
    const struct walk_point *last = &walk->points[walk->count - 1];
    double gradient[WALK_DIMENSIONS_MAX];
    static const double zero[WALK_DIMENSIONS_MAX] = {0.0};
    setup->function->differentiate(last->w, setup->condition, gradient);
    double slope = walk_distance(setup->function, gradient, zero);
    fputs("stuck on a plateau: at ", out);
    write_place(out, setup->function, last->w);
    fprintf(out, " the loss is %.6g, but the gradient%s only %.2g, and ", last->loss,
            setup->noise > 0.0 ? " without its noise" : "", slope);
    write_stationary(out, setup->function, verdict->minimum);
    fputs(" is far.", out);
    if (setup->optimizer.kind == DESCENT_OPTIMIZER_SGD &&
        slope > 100.0 * setup->optimizer.epsilon) {
        fputs(" Where the gradient nearly vanishes, adam still takes steps of the learning rate "
              "(--optimizer adam).",
              out);
    }
}

static void write_starves(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fprintf(out, "ended at a distance of %.3g from ", verdict->distance);
    write_minimum(out, verdict, walk);
    fprintf(out,
            ": the schedule has brought the learning rate down to %.3g, which takes it nowhere; "
            "try more --steps, another --lr, or a --schedule that falls later.",
            walk->points[walk->count - 1].rate);
}

static void write_hovers(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fputs("hovers around ", out);
    write_minimum(out, verdict, walk);
    fprintf(out,
            ": the distance stays near %.2g, because of the noise in the gradient; a learning rate "
            "that falls brings it nearer (--schedule cosine).",
            verdict->distance);
}

static void write_wanders(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    fprintf(
        out,
        "wanders to and fro, driven by the noise in the gradient: after %zu steps at a distance "
        "of %.3g from ",
        walk->count - 1, verdict->distance);
    write_minimum(out, verdict, walk);
    fputs("; a lower --lr averages more of the noise.", out);
}

static void write_oscillates(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    size_t pairs = walk->count - 2 - walk->count / 2;
    if (verdict->at != NULL) {
        fputs("oscillates across ", out);
        write_stationary(out, walk->setup.function, verdict->at);
    } else {
        fputs("oscillates around ", out);
        write_minimum(out, verdict, walk);
    }
    fprintf(out, ": turns round at %zu of the last %zu steps, and ", verdict->turns, pairs);
    write_trend(out, verdict);
    fputs(".", out);
}

/* Steps that are still to go, to two digits; NaN where nobody can tell. */
static double steps_left(const struct walk_verdict *verdict)
{
    double steps = verdict->pace > 0.0 ? verdict->distance / verdict->pace
                   : verdict->factor < 1.0
                       ? log(WALK_ARRIVED / verdict->distance) / log(verdict->factor)
                       : NAN;
    double unit = fmax(1.0, pow(10.0, floor(log10(steps)) - 1.0));
    return ceil(steps / unit) * unit;
}

static void write_moves(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    size_t count = walk->count - 1;
    fprintf(out, "still on its way after %zu step%s: at a distance of %.3g from ", count,
            count == 1 ? "" : "s", verdict->distance);
    write_minimum(out, verdict, walk);
    double steps = steps_left(verdict);
    if (steps > 0.0 && walk->setup.noise == 0.0) {
        fprintf(out, "; at the present pace, about %.0f more steps to within %g.", steps,
                WALK_ARRIVED);
    } else {
        fputs(".", out);
    }
}

/* A learning rate on the wrong side of the limit at the minimum, or far on the right one. */
static void write_relation(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    double rate = walk->setup.schedule.lr;
    if (verdict->outcome == WALK_OSCILLATES && rate > (1.0 + 1e-6) * verdict->limit) {
        fprintf(out,
                " The learning rate %g is above the stability limit at the minimum, so the walk "
                "cannot settle there.",
                rate);
    } else if (verdict->outcome == WALK_MOVES && rate < 0.1 * verdict->limit) {
        fprintf(out, " The learning rate %g is far below the stability limit there.", rate);
    }
}

static void (*const writers[])(FILE *, const struct walk_verdict *, const struct walk *) = {
    [WALK_DIVERGES] = write_diverges,     [WALK_CONVERGES] = write_converges,
    [WALK_RESTS] = write_rests,           [WALK_LINGERS] = write_lingers,
    [WALK_STUCK] = write_stuck,           [WALK_STARVES] = write_starves,
    [WALK_HOVERS] = write_hovers,         [WALK_WANDERS] = write_wanders,
    [WALK_OSCILLATES] = write_oscillates, [WALK_MOVES] = write_moves,
};

void walk_verdict_write(FILE *out, const struct walk_verdict *verdict, const struct walk *walk)
{
    if (verdict->left != NULL) {
        fputs("left ", out);
        write_stationary(out, walk->setup.function, verdict->left);
        fprintf(out, " at step %zu; ", verdict->left_step);
    }
    writers[verdict->outcome](out, verdict, walk);
    write_relation(out, verdict, walk);
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
