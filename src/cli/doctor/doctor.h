/*
 * What the parts of `descent doctor` share: a run that is looked at, and what shows.
 *
 *     run folder → configuration, data, plan → measurements → findings → text or JSON
 *
 * The run is planned as one that is resumed, from its checkpoint, but nothing is locked or written.
 */
#ifndef DESCENT_CLI_DOCTOR_H
#define DESCENT_CLI_DOCTOR_H

#include "cli/train/train.h"

/* A layer; its norms and shares are NaN where they are not known. */
struct doctor_layer {
    size_t number; /* from 1 */
    size_t inputs, outputs;
    const char *activation;
    double norm;     /* of the weights, biases included, as all norms here */
    double rms;      /* the same as a root of the mean square */
    double gradient; /* norm of the loss's gradient over all training samples */
    double update;   /* norm of what the next step changes, as a share of the weights' norm */
    double highest;  /* the same if that step had the schedule's highest learning rate */
    double dead, saturated;
};

/* Checks that need what only the doctor knows. */
enum { DOCTOR_CHECKS = 5 };

struct doctor {
    struct training training;
    struct engine_options engine;
    bool json;
    bool quiet;
    bool files_only;
    char left_out[512]; /* why the data were not looked at; empty: they were */
    char trouble[1024]; /* why gradient or step could not be computed; empty: they could */
    double rate;        /* of the next step */
    double highest_rate;
    bool ended; /* the schedule */
    size_t layers;
    struct doctor_layer layer[DESCENT_LAYERS_MAX];
    size_t findings;
    struct checkup_finding finding[CHECKUP_CHECKS + DOCTOR_CHECKS];
};

/* look.c: reads the run in training.run, its data where they are there, and measures. On
 * failure it says why and returns FAILED or USAGE. */
enum exit_status doctor_look(struct doctor *doctor);

/* findings.c: the check-up's findings, and those that need what only the doctor knows. */
void doctor_find(struct doctor *doctor);

/* Why the run is over as its files have it: the name in config.json, or NULL; and in words. */
const char *doctor_stop_name(const struct doctor *doctor);
void doctor_stop_describe(const struct doctor *doctor, char *text, size_t size);

/* print.c: the result, for people or as JSON. */
enum exit_status doctor_print(const struct doctor *doctor);

#endif
