/*
 * The progress of a training: a fit advances it step by step, a checkpoint stores it.
 */
#ifndef DESCENT_PROGRESS_H
#define DESCENT_PROGRESS_H

#include <descent/network.h>
#include <math.h>

DESCENT_BEGIN

/* What a fit may have to reach: a figure of the validation samples, or in training without them. */
typedef enum descent_target {
    DESCENT_TARGET_NONE,
    DESCENT_TARGET_ACCURACY, /* at least */
    DESCENT_TARGET_LOSS,     /* at most */
    DESCENT_TARGET_RMSE,     /* at most; of MSE on targets, in their own units */
    DESCENT_TARGET_COUNT
} descent_target;

/* The figures that targets are about, at one time of a training; NaN where they are not known. */
typedef struct descent_check {
    uint64_t samples, steps; /* of training until then */
    double accuracy, loss, rmse;
} descent_check;

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
    descent_check check;  /* the last one: of the untrained network, at an epoch's end, or within an
                             epoch by descent_fit_config.check_every */
    struct {
        uint64_t target; /* the descent_target that was reached; NONE: none yet */
        double value;    /* of that target */
        double samples;  /* of training until then: interpolated linearly between the last check
                            that had not reached it and the first that had */
        double steps;    /* interpolated likewise */
    } crossing;
    descent_metrics part; /* of an interrupted epoch; zero otherwise */
} descent_progress;

/* The progress of a training that has not begun. */
#define DESCENT_PROGRESS_DEFAULT                                                                   \
    {                                                                                              \
        .best_loss = HUGE_VAL, .gradient = {.norm = HUGE_VAL}, .check = {                          \
            .accuracy = NAN,                                                                       \
            .loss = NAN,                                                                           \
            .rmse = NAN                                                                            \
        }                                                                                          \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_progress descent_progress_default(void);

DESCENT_END

#endif
