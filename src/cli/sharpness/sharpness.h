/*
 * What the parts of `descent sharpness` share: a run, and the curvature of its loss.
 *
 *     run folder → data, plan → largest and smallest eigenvalue → what they say → text or JSON
 */
#ifndef DESCENT_CLI_SHARPNESS_H
#define DESCENT_CLI_SHARPNESS_H

#include "cli/train/train.h"

struct sharpness {
    struct training training;
    struct engine_options engine;
    bool json, quiet, best;
    int part;         /* an enum train_part */
    uint64_t samples; /* 0: all */
    uint64_t seed;
    double tolerance;
    const descent_dataset *whole;     /* the part */
    const descent_dataset *dataset;   /* what is measured on: that, or some of it */
    descent_dataset *others, *chosen; /* the two halves of a part that is not taken as a whole */
    descent_curvature curvature;
    uint64_t epoch;      /* at whose end the weights were so */
    double rate;         /* learning rate of the last step; NaN before the first */
    double highest_rate; /* of the schedule */
    double limit;        /* of the learning rate, by the largest eigenvalue; NaN: none is known */
};

/* "train", "validation" or "test"; NULL behind them. */
const char *sharpness_part_name(int part);

/* verdict.c: what kind of point it is where the loss is flat, which it is where the best step along
 * the gradient would hardly lower it, or is too short for floats. */
enum sharpness_point { SHARPNESS_SLOPE, SHARPNESS_MINIMUM, SHARPNESS_SADDLE, SHARPNESS_PLATEAU };
enum sharpness_point sharpness_point(const struct sharpness *sharpness);
const char *sharpness_point_name(enum sharpness_point point);

/* Prints, as sentences, what the learning rate is to that limit, and what kind of point it is. */
void sharpness_print_verdict(const struct sharpness *sharpness);

/* print.c: the result, for people or as JSON. */
enum exit_status sharpness_print(const struct sharpness *sharpness);

#endif
