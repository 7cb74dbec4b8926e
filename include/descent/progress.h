/*
 * How far a training has come: what a fit moves on, step by step, and a checkpoint keeps.
 */
#ifndef DESCENT_PROGRESS_H
#define DESCENT_PROGRESS_H

#include <descent/network.h>
#include <math.h>

DESCENT_BEGIN

typedef struct descent_progress {
    uint64_t epoch;      /* epochs done */
    uint64_t samples;    /* training samples seen in them */
    uint64_t best_epoch; /* the epoch of the best weights */
    double best_loss;    /* its validation loss, infinity before the first */
    uint64_t bad_epochs; /* epochs in a row without a better validation loss */
    double accuracy;     /* of the last epoch, on the validation samples if there are any */
    double start_loss;   /* of the untrained network on the training samples */
    double loss_mean;    /* exponential mean of the steps' losses */
    double norm_mean;    /* exponential mean of the gradient norms that steps have measured */
    double seconds;      /* used up of a limited time; 0 where there is no limit */
    uint64_t recoveries; /* how often the learning rate was lowered after a failed step */
    struct {
        uint64_t epoch;   /* the end of which it was computed at */
        double norm;      /* infinity before the first */
        double norm_mean; /* the exponential mean at that time */
    } gradient;           /* over all training samples */
    descent_metrics part; /* of an epoch that was interrupted; else zero */
} descent_progress;

/* That of a training that has not begun. */
#define DESCENT_PROGRESS_DEFAULT                                                                   \
    {                                                                                              \
        .best_loss = HUGE_VAL, .gradient = {.norm = HUGE_VAL }                                     \
    }

DESCENT_END

#endif
