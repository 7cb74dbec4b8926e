/*
 * The progress of a training: a fit advances it step by step, a checkpoint stores it.
 */
#ifndef DESCENT_PROGRESS_H
#define DESCENT_PROGRESS_H

#include <descent/network.h>
#include <math.h>

DESCENT_BEGIN

typedef struct descent_progress {
    uint64_t epoch;      /* epochs done */
    uint64_t samples;    /* training samples seen in these epochs */
    uint64_t best_epoch; /* the epoch of the best weights */
    double best_loss;    /* its validation loss; infinity before the first epoch */
    uint64_t bad_epochs; /* epochs in a row without a better validation loss */
    uint64_t
        lost_epochs;   /* in a row without anything to be learned: see descent_fit_config.give_up */
    double accuracy;   /* of the last epoch, on the validation samples if there are any */
    double start_loss; /* of the untrained network on the training samples */
    double loss_mean;  /* exponential mean of the steps' losses */
    double norm_mean;  /* exponential mean of the steps' measured gradient norms */
    double seconds;    /* used of the budget; 0 without a budget */
    uint64_t recoveries; /* how often the learning rate was lowered after a failed step */
    struct {
        uint64_t epoch;   /* at whose end it was last computed */
        double norm;      /* infinity before that */
        double norm_mean; /* the exponential mean above, at that time */
    } gradient;           /* over all training samples */
    descent_metrics part; /* of an interrupted epoch; zero otherwise */
} descent_progress;

/* The progress of a training that has not begun. */
#define DESCENT_PROGRESS_DEFAULT                                                                   \
    {                                                                                              \
        .best_loss = HUGE_VAL, .gradient = {.norm = HUGE_VAL }                                     \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_progress descent_progress_default(void);

DESCENT_END

#endif
