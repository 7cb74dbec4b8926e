/*
 * One epoch, between the files that make it: its steps, what is judged at its end, and what stops
 * or guards a run.
 */
#ifndef DESCENT_CLI_TRAIN_EPOCH_H
#define DESCENT_CLI_TRAIN_EPOCH_H

#include "cli/train/train.h"

struct train_epoch {
    uint64_t number;
    uint64_t steps;
    uint64_t step_count; /* when all are done */
    descent_metrics train;
    size_t samples_before; /* of the train metrics that an interrupted process has left */
    double learning_rate;  /* of the last step */
    double started;
};

/* train_steps.c: what is left of an epoch's steps. INTERRUPTED after saving; an alarm is left in
 * the training, with FAILED. */
enum exit_status train_steps(struct training *training, struct train_epoch *epoch);

/* train_stop.c: at an epoch's end, the gradient over all training samples, where it may be
 * small enough to stop, or is to be logged. */
descent_status train_stop_measure(struct training *training);

/* train_guard.c: sees a step; false where its loss has exploded, and then leaves an alarm. `loss`
 * is the mean of the step's samples. */
bool train_guard_step(struct training *training, const struct train_epoch *epoch, double loss);

/* Leaves an alarm about a number that is not finite; FAILED. */
enum exit_status train_guard_nonfinite(struct training *training, const char *where);

/* What an alarm leads to: back to the checkpoint with a lower learning rate, or the end. */
enum exit_status train_guard_answer(struct training *training);

/* The share of correct answers. */
double train_accuracy(const descent_metrics *metrics);

#endif
