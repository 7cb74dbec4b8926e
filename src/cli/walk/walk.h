/*
 * A walk: gradient descent on a function of one or two variables, with the optimizer and the
 * schedule that train networks, and what is to be said about it afterwards.
 */
#ifndef DESCENT_CLI_WALK_H
#define DESCENT_CLI_WALK_H

#include "cli/base/cli.h"
#include "cli/plot/figure.h"
#include "cli/walk/stationary.h"

#include <descent/curvature.h>
#include <descent/optimizer.h>
#include <descent/schedule.h>
#include <stdio.h>

enum { WALK_STEPS_MAX = 100000 };

struct walk_setup {
    const struct walk_function *function;
    double from[WALK_DIMENSIONS_MAX];
    size_t steps; /* 1 … WALK_STEPS_MAX */
    descent_optimizer optimizer;
    descent_schedule schedule; /* told the loss after every step, as if that were an epoch */
    double noise;              /* deviation of what is added to each component of the gradient */
    uint64_t seed;             /* of the noise */
};

/* Where a walk stands before a step, and the step: all in double, as exact as by hand. */
struct walk_point {
    double lr; /* the highest of the walk */
    size_t step;
    double w[WALK_DIMENSIONS_MAX];
    double loss;
    double gradient[WALK_DIMENSIONS_MAX]; /* with its noise, as the optimizer gets it */
    double rate;                          /* of the step from here; NaN where there is none */
    double update[WALK_DIMENSIONS_MAX];   /* that step; NaN where it left the range of numbers */
    double error[WALK_DIMENSIONS_MAX];    /* how far rounding may have put w off */
};

/* How near to a point counts as having arrived, or as being at a saddle. */
#define WALK_ARRIVED 1e-3
#define WALK_NEAR 0.1

/* So many times less is far less; and what a factor must differ from 1 by. */
#define WALK_FAR 10.0
#define WALK_EXACT 1e-9

enum walk_outcome {
    WALK_DIVERGES,  /* ever farther away, or out of the range of numbers */
    WALK_LEAVES,    /* where the formula has no value or no slope */
    WALK_CONVERGES, /* stays within WALK_ARRIVED of a minimum */
    WALK_AT_SADDLE, /* stays near a stationary point that is no minimum */
    WALK_SWINGS,    /* turns round again and again, by itself or by noise */
    WALK_SLOW,      /* its steps are so short that ten times as many would not do */
    WALK_MOVES      /* none of these: moving on */
};

/* What becomes of a walk if it goes on for as many as WALK_STEPS_MAX steps; nothing is known where
 * noise or a schedule decides that. */
struct walk_ahead {
    bool known;
    size_t arrives; /* the steps to within WALK_ARRIVED of its minimum; 0: no, or it is there */
    size_t leaves;  /* where it is there, the steps to farther away again; 0: it stays */
    size_t lost;    /* the steps to where numbers are too large or the formula has none; 0: never */
    bool large;     /* the first of these */
    double distance; /* to the minimum, at its end */
};

struct walk_verdict {
    enum walk_outcome outcome;
    const struct walk_stationary *minimum; /* the nearest to the last point; NULL: none is known */
    const struct walk_stationary *at;      /* the saddle or maximum that it is near, or NULL */
    const struct walk_stationary *left;    /* a saddle that it stood at and left, or NULL */
    size_t left_step;
    size_t step;             /* at which it arrived, where it converges */
    struct walk_ahead ahead; /* where it is on its way, or has arrived */
    double distance; /* to the minimum, of the last point; this and the next two NaN without one */
    double farthest; /* from the minimum, of the last third of the points */
    double factor;   /* by which the distance, to `at` where it stays there, changes a step */
    size_t rises;    /* at how many steps the loss rose, and at how many it fell: by more than */
    size_t falls;    /* rounding does */
    size_t first_rise; /* the first step of those that made it rise */
    size_t turns;      /* how often the last half of the steps turned round */
    size_t turnable;   /* how often they could have */
    size_t steepest;   /* the step with the largest product of rate and curvature, before the loss
                          first rose above that of the start */
    double curvature;  /* there if it diverges, else at the minimum */
    double limit;  /* of the learning rate for that curvature; NaN: none, as where it is ≤ 0 */
    bool at_limit; /* swings for ever: the learning rate is just that limit */
};

struct walk {
    struct walk_setup setup;
    struct walk_point *points;
    size_t count; /* of the points: steps + 1, or fewer where numbers became too large */
    bool finite;  /* whether they did not */
    bool defined; /* whether the formula has values and slopes wherever it came */
    double rate;  /* that the schedule has at the last point */
    double next;  /* how long the next step would be */
    struct walk_found found;
    struct walk_verdict verdict;
};

/* A point with its numbers as short as they are exact: the shortest decimals within what rounding
 * may have put them off. */
struct walk_point walk_exact_point(const struct walk *walk, size_t k);

/* How far rounding may have put the loss off. */
double walk_loss_error(const struct walk *walk, size_t k);

/* The future of a walk that has ended where numbers still are. */
struct walk_ahead walk_look_ahead(const struct walk *walk, const struct walk_stationary *minimum);

/* Walks, and judges the walk. On failure it says why and returns FAILED; the caller frees in any
 * case. */
enum exit_status walk_run(struct walk *walk, const struct walk_setup *setup);

/* Frees the points; a zeroed walk is allowed. */
void walk_free(struct walk *walk);

/* What has become of a walk; the end of walk_run(). */
struct walk_verdict walk_judge(const struct walk *walk);

/* The outcome in a word or two. */
const char *walk_outcome_name(const struct walk *walk);

/* Whether the loss fell at every step, in a sentence. */
void walk_write_course(FILE *out, const struct walk *walk);

/* The verdict in words: some sentences on one line, without its end. */
void walk_write_verdict(FILE *out, const struct walk *walk);

/* A sentence on the stability limit, for walks that do not diverge: the verdict on those has it. */
void walk_write_limit(FILE *out, const struct walk *walk);

/* A single walk is a table of its steps; several are a table of where they ended. */
enum exit_status walk_print_text(const struct walk *walks, size_t count);
enum exit_status walk_print_json(const struct walk *walks, size_t count);

/* All steps of all walks into a file, which is written whole or not at all. */
enum exit_status walk_save_csv(const struct walk *walks, size_t count, const char *path);

/* The loss over the steps and the path over the function, drawn into the file that path names, or
 * on the terminal where it is NULL. */
enum exit_status walk_draw(const struct walk *walks, size_t count, const char *path,
                           const struct figure_look *look, bool quiet);

/* function_read.c: the function that the arguments name, or the formula that they are, with the
 * value of its parameter. USAGE after saying what is expected, or where in a formula it is wrong.
 */
enum exit_status walk_function_read(struct walk_function *function, const char *const *rest,
                                    double condition, double slope);

/* A title with the whole formula. */
enum { WALK_TITLE_MAX = WALK_TEXT_MAX + 256 };

/* "parabola: L(w) = (w − 2)², sgd with momentum 0.9, learning rate 0.3"; without the rate where
 * several are compared. Cut to size. */
void walk_describe(char *text, size_t size, const struct walk *walk, bool with_rate);

#endif
