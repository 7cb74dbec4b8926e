/*
 * A fit, as the files of this room share it.
 *
 *     fit.c      its parts: trainer, loaders, models; evaluation
 *     batches.c  batch sizes that change
 *     epoch.c    steps, epoch, judgement
 *     give_up.c  trainings that get nowhere
 *     guard.c    losses that explode or are not finite, and recovery
 *     stop.c     whether it is over
 *     target.c   a figure to reach, and when it was reached
 *     budget.c   time
 *     resume.c   checkpoints
 *     curvature.c  the eigenvalues of the loss's Hessian
 */
#ifndef DESCENT_FIT_PRIVATE_H
#define DESCENT_FIT_PRIVATE_H

#include <descent/fit.h>
#include <descent/loader.h>

/* Cuts the batches of steps out of those of the loader: a step's may be larger. */
struct descent_feed {
    bool begun;
    uint64_t epoch;
    size_t left;        /* samples of this epoch that no step has used yet */
    descent_batch part; /* those of them that the loader has given */
};

/* The time of a fit with a budget, in seconds. */
struct descent_budget {
    bool running;
    bool between;   /* the caller has its turn, after an epoch */
    double before;  /* used up by earlier processes */
    double started; /* on the clock */
    double latest;  /* on the clock, the start of the latest step */
    double ended;   /* on the clock, the end of the latest epoch's steps */
    double step;    /* running mean of the steps' durations */
    double reserve; /* running mean of the time from an epoch's last step to its end */
};

/* Where an alarm leads back to; model is NULL without recoveries and keep_epoch. */
struct descent_refuge {
    descent_model *model;
    float *state; /* [slots × parameter count] */
    uint64_t steps;
    descent_progress progress;
    descent_schedule schedule;
};

struct descent_fit {
    descent_fit_config config;
    const descent_dataset *train;
    const descent_dataset *validation;
    size_t batch;         /* samples of a step in the present epoch */
    descent_model *model; /* the weights as of the last epoch's end */
    descent_model *best;  /* NULL where the last ones are taken */
    descent_metrics best_metrics;
    descent_trainer *trainer;
    descent_loader *batches; /* of training samples, in the order of the epoch */
    descent_loader *whole;   /* all training samples */
    descent_loader *held;    /* all validation samples; NULL: there are none */
    descent_schedule schedule;
    descent_progress progress;
    descent_figures figures;
    struct descent_feed feed;
    struct descent_budget budget;
    struct descent_refuge refuge;
    double guess;      /* the loss of guessing */
    double constant;   /* that of the best constant answer */
    bool started;      /* the untrained network was evaluated */
    descent_stop stop; /* INTERRUPTED, or the guard's reason */
    char alarm[1024];  /* the guard's line */
};

/* Whether the guard has ended it; INVALID with its line if so. */
bool descent_fit_failed(const descent_fit *fit);
descent_status descent_fit_check_alarm(const descent_fit *fit);

/* Loss and correct answers of the present weights on all samples of a loader. */
descent_status descent_fit_visit(descent_fit *fit, descent_loader *loader,
                                 descent_metrics *metrics);

/* The figures by which the network is judged: on the validation samples, or without them those of
 * training. */
static inline const descent_metrics *descent_fit_judged(const descent_fit *fit)
{
    return fit->validation != NULL ? &fit->figures.validation : &fit->figures.train;
}

/* A loader of all samples of a data set in its order, for evaluations; the caller destroys it. */
descent_status descent_fit_load_whole(const descent_fit *fit, descent_loader **loader,
                                      const descent_dataset *dataset);

/* MISMATCH or INVALID where a data set is not one for the fit's model and loss. */
descent_status descent_fit_check_part(const descent_fit *fit, const descent_model *model,
                                      const descent_dataset *dataset);

/* Plans the trainer of a model and the loader of its batches, for the fit's batch. */
descent_status descent_fit_plan_batch(descent_fit *fit, const descent_model *model);

/* batches.c: INVALID where the batch sizes of a configuration are none. */
descent_status descent_batches_check(const descent_fit_config *config);

/* Sets the batch to that of the epoch that comes next; plans it, besides, where it was another. */
void descent_batches_begin(descent_fit *fit);
descent_status descent_batches_follow(descent_fit *fit);

/* The steps of an epoch with the fit's batch. */
uint64_t descent_batches_steps(const descent_fit *fit);

/* A model of the same shape, of zeros; the caller destroys it. */
descent_status descent_fit_copy_shape(descent_model **copy, const descent_model *model);

/* guard.c: the loss of a network that guesses: all classes alike, or the mean of the targets. */
double descent_fit_guess(const descent_fit *fit);

/* give_up.c: the loss of the best constant answer to the training samples; whether the epoch's loss
 * is no lower, where that is to be looked at; and whether a hidden layer has no gradient, which was
 * just measured. */
double descent_fit_constant(const descent_fit *fit);
bool descent_fit_is_in_doubt(const descent_fit *fit);
bool descent_fit_is_cut_off(const descent_fit *fit);

/* OK, or DIVERGED where the running mean of losses is above the limit; loss is the step's. */
descent_status descent_fit_guard(descent_fit *fit, double loss);

/* Keeps an alarm, of which `where` says the place, in the line of last_error; returns its status.
 * Others than NONFINITE pass. */
descent_status descent_fit_alarm_nonfinite(descent_fit *fit, descent_status status,
                                           const char *where);

/* Notes the present state as the one to go back to; goes back to it; does that after an alarm, with
 * a lower learning rate, where a recovery is left, unless the event function stops it there. */
void descent_refuge_take(descent_fit *fit);
void descent_refuge_return(descent_fit *fit);
bool descent_fit_recover(descent_fit *fit);

/* Calls the event function; whether it wants to go on. */
bool descent_fit_tell(descent_fit *fit, descent_event event);

/* stop.c: the gradient over all training samples at the end of an epoch with that progress, where
 * it may be small enough to stop, or is asked for. */
descent_status descent_fit_look_at_gradient(descent_fit *fit, descent_progress *progress);

/* target.c: INVALID where the targets do not go together with each other or the data. */
descent_status descent_target_check_data(const descent_fit *fit);

/* Whether a check has reached the configuration's target; false where there is none. */
bool descent_target_is_reached(const descent_fit_config *config, const descent_check *check);

/* Takes the figures of the present weights into a progress, and the crossing where they are the
 * first to reach the target. */
void descent_target_note(const descent_fit *fit, descent_progress *progress,
                         const descent_metrics *metrics);

/* Of a target that was changed after a check had reached it, that check is the crossing. */
void descent_target_settle(descent_fit *fit);

/* After a step, where one is due: a check within the epoch; whether it has reached the target. The
 * epoch had this many samples behind it before the step. */
descent_status descent_target_check(descent_fit *fit, size_t before, bool *reached);

/* budget.c: the caller's clock. Without a budget the others leave the schedule as it is and allow
 * every step. The time runs from the first start or epoch; before each step the schedule is fitted
 * to it, and after each one it is asked whether there is time for another. The time left excludes
 * the reserve for the end of an epoch; the progress records the time used. */
double descent_fit_clock(const descent_fit *fit);
void descent_budget_run(descent_fit *fit);
void descent_budget_set_aside(descent_fit *fit, double seconds);
void descent_budget_schedule(descent_fit *fit);
bool descent_budget_allows_step(descent_fit *fit);
void descent_budget_note(descent_fit *fit, descent_progress *progress);

#endif
