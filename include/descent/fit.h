/*
 * A fit: a whole training, epoch by epoch, until there is a reason to stop.
 *
 *     create → (load) → epoch, save, epoch, save, … until descent_fit_stopped() has a reason → best
 *              `────────────────── descent_fit_run() ──────────────────´
 *
 * An epoch is the steps over all training samples in a fresh order, the evaluation on the
 * validation samples, and the judgement: are these the best weights so far, is it time to stop,
 * does a plateau schedule lower its rate. A guard watches the loss of every step. The result is a
 * function of the configuration and the data alone: a training that is interrupted after any step,
 * saved, and loaded by another process gives the same bits. A budget is the exception, since it
 * depends on time.
 *
 * A fit borrows its data sets and the objects its configuration points to; it reads no clock but
 * the caller's. Create, load, save and the evaluation of other data sets allocate; steps and epochs
 * do not, but for an epoch that begins with another batch size.
 */
#ifndef DESCENT_FIT_H
#define DESCENT_FIT_H

#include <descent/augment.h>
#include <descent/checkpoint.h>
#include <descent/curvature.h>
#include <descent/dataset.h>
#include <descent/preparation.h>
#include <descent/progress.h>
#include <descent/schedule.h>
#include <descent/trainer.h>

DESCENT_BEGIN

typedef struct descent_fit descent_fit;

/* Why a fit has stopped: the first of these that holds. */
typedef enum descent_stop {
    DESCENT_STOP_NONE,        /* it goes on */
    DESCENT_STOP_ACCURACY,    /* target_accuracy is reached */
    DESCENT_STOP_LOSS,        /* target_loss is reached */
    DESCENT_STOP_RMSE,        /* target_rmse is reached */
    DESCENT_STOP_GRADIENT,    /* the gradient is within gradient_tolerance */
    DESCENT_STOP_PATIENCE,    /* no better validation loss for `patience` epochs */
    DESCENT_STOP_GIVEN_UP,    /* nothing more can be learned: see give_up */
    DESCENT_STOP_BUDGET,      /* the time is up */
    DESCENT_STOP_EPOCHS,      /* all epochs are done */
    DESCENT_STOP_INTERRUPTED, /* the event function asked for it; descent_fit_epoch() continues */
    DESCENT_STOP_NONFINITE,   /* a loss or gradient was not finite */
    DESCENT_STOP_EXPLODED,    /* the loss was above its limit */
    DESCENT_STOP_COUNT
} descent_stop;

/* What has happened, for the event function. */
typedef enum descent_event {
    DESCENT_EVENT_STEP,    /* a step is done */
    DESCENT_EVENT_EPOCH,   /* an epoch is done, its evaluation included */
    DESCENT_EVENT_ALARM,   /* the guard has fired: descent_last_error() says why */
    DESCENT_EVENT_RECOVERY /* after an alarm: the fit is back at the last epoch's end, may be saved,
                              and continues from there with a lower learning rate */
} descent_event;

/* Called from within descent_fit_epoch(). Returns false to stop here, at a point that can be saved
 * and continued; after the last step of an epoch the epoch is finished first. May read the fit and,
 * except on an alarm, save it; must not train it. */
typedef bool descent_watch(void *context, descent_fit *fit, descent_event event);

enum { DESCENT_LOST_EPOCHS = 5, DESCENT_BATCH_STAGES_MAX = 32 };

/* When `epoch` epochs are done, a step has `batch` samples from then on; 0 or more than there are:
 * all of them. Of several, epochs are ≥ 1 and ascend. A batch that grows can take the place of a
 * learning rate that falls (Smith et al. 2018, "Don't decay the learning rate, increase the batch
 * size"). */
typedef struct descent_batch_stage {
    uint64_t epoch;
    size_t batch;
} descent_batch_stage;

typedef struct descent_fit_config {
    /* Engine, loss, optimizer, dropout, clipping, seed, threads. Here `batch` is a step's samples,
     * 0 or more than there are: all of them; batches of more than 4,096 are summed up in parts, so
     * that memory stays small. With evaluation_batch 0 it is 512. norm_period and
     * noise_period are lowered to an epoch's steps. The seed also decides order and augmentation.
     */
    descent_trainer_config trainer;
    size_t batch_stages; /* batch sizes that follow trainer.batch, [batch_stages]; 0: none */
    descent_batch_stage batch_stage[DESCENT_BATCH_STAGES_MAX];
    descent_schedule schedule;              /* its steps are set to those of all epochs:
                                               descent_schedule_over() */
    bool no_shuffle;                        /* take the samples in the data set's order */
    descent_augment augment;                /* of the training samples */
    const descent_preparation *preparation; /* of all samples; NULL: none */

    uint64_t epochs;           /* at most; ≥ 1. 0 with a budget: as many as it allows */
    uint64_t patience;         /* stop after so many epochs in a row without a better validation
                                  loss; 0: never */
    bool give_up;              /* stop after DESCENT_LOST_EPOCHS epochs in a row whose loss is no
                                  lower than that of the best constant answer and at whose end a
                                  hidden layer has no gradient over all training samples: it has
                                  blown up, and does not get away from there */
    double target_accuracy;    /* stop at this accuracy on the validation samples, or in training if
                                  there are none; 0: never */
    double target_loss;        /* stop at this loss or less there; 0: never */
    double target_rmse;        /* stop at this root of the mean squared error or less there: of MSE
                                  on targets, in their own units; 0: never. At most one of the
                                  three targets */
    uint64_t check_every;      /* with a target: evaluate the validation samples after every so many
                                  training samples, at the end of the first step at or behind each
                                  multiple, and end the epoch there if the target is reached; 0: at
                                  epochs' ends alone. Changes no step; its time is not counted in
                                  step_seconds */
    double gradient_tolerance; /* stop when the L2 norm of the loss's gradient over all training
                                  samples is at most this at an epoch's end; 0: never */
    bool measure_gradient;     /* compute that gradient at each epoch's end, whatever the tolerance,
                                  for descent_trainer_layer_norm() */
    bool forget_best;          /* keep no copy of the best weights by validation loss; the last ones
                                  take their place */

    double loss_limit;   /* alarm if the running mean of the steps' losses exceeds this many times
                            the loss of an ignorant network: the untrained one's, or that of
                            guessing (all classes alike, the mean of the targets, or ½ for
                            each output of binary cross-entropy), whichever is more; 0: no
                            limit */
    uint64_t recoveries; /* how many alarms lead back to the last epoch's end and on with a tenth of
                            the learning rate, before one ends the fit. Keeps the weights and the
                            optimizer's state of that time in memory. An interrupted epoch then
                            begins anew. */
    bool keep_epoch;     /* an alarm that ends the fit leaves it at the last epoch's end, where it
                            can still be saved; for callers that do not save each epoch. Keeps the
                            same in memory as recoveries do */

    double budget;                  /* seconds for all epochs, their evaluations and the caller's
                                       work between them; the schedule is fitted to it; 0: none */
    double (*clock)(void *context); /* a steady clock in seconds, from any start; NULL: all times
                                       are 0, and a budget is refused */

    descent_watch *watch; /* the event function; NULL: none */
    void *context;        /* passed to clock and watch */
} descent_fit_config;

/* Plain SGD, with a learning rate that falls from 0.1 by a cosine; 10 epochs. */
#define DESCENT_FIT_DEFAULT                                                                        \
    {                                                                                              \
        .trainer = {.loss = {.kind = DESCENT_LOSS_CROSS_ENTROPY},                                  \
                    .optimizer = DESCENT_OPTIMIZER_DEFAULT,                                        \
                    .batch = 32,                                                                   \
                    .norm_period = 16},                                                            \
        .schedule = {.kind = DESCENT_SCHEDULE_COSINE,                                              \
                     .lr = 0.1,                                                                    \
                     .period_factor = 1,                                                           \
                     .power = 1.0,                                                                 \
                     .warmup_fraction = 0.3,                                                       \
                     .start_divisor = 25.0,                                                        \
                     .final_divisor = 1e4,                                                         \
                     .patience = 10,                                                               \
                     .threshold = 1e-4,                                                            \
                     .plateau = {.best = HUGE_VAL}},                                               \
        .epochs = 10, .loss_limit = 100.0                                                          \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_fit_config descent_fit_default(void);

/* Figures of the present epoch so far, or of the last one. */
typedef struct descent_figures {
    uint64_t steps;             /* done in this epoch, of step_count */
    uint64_t step_count;        /* of a whole epoch */
    descent_metrics train;      /* over its steps, as of before each update; before the first epoch
                                   the untrained network's, evaluated */
    descent_metrics validation; /* at its end; without samples if there is no validation */
    double learning_rate;       /* of the last step; NaN before the first */
    size_t samples;             /* trained on by this process in this epoch */
    double step_seconds;        /* time for these samples, by the caller's clock */
    double seconds; /* and for the evaluation; 0 until the epoch ends or is interrupted */
} descent_figures;

/* "target-accuracy", "target-loss", "target-rmse", "gradient-tolerance", "patience", "given-up",
 * "budget", "epochs", "interrupted", "not-finite" or "exploded"; NULL for NONE and any other
 * number. */
DESCENT_API const char *descent_stop_name(descent_stop stop);

/* "accuracy", "loss" or "rmse"; NULL for NONE and any other number. */
DESCENT_API const char *descent_target_name(descent_target target);

/* The target of a configuration, and its value; NONE and 0 where there is none. */
DESCENT_API descent_target descent_target_of(const descent_fit_config *config, double *value);

/* Why a training with this configuration and progress is over, or NONE. Knows neither interruptions
 * nor the guard. */
DESCENT_API descent_stop descent_stop_of(const descent_fit_config *config,
                                         const descent_progress *progress);

/* How many steps `epochs` epochs over `samples` samples have; UINT64_MAX if that overflows. */
DESCENT_API uint64_t descent_fit_steps(const descent_fit_config *config, size_t samples,
                                       uint64_t epochs);

/* A fit of a model to training samples. The model's weights are copied; it may be destroyed
 * afterwards. validation may be NULL: then the best weights are the last, and patience and
 * check_every are refused. The data sets must outlive the fit. The caller destroys it. Errors:
 * INVALID (says which number is out of range), MISMATCH (model and data differ in their sizes),
 * MEMORY. */
DESCENT_API descent_status descent_fit_create(descent_fit **fit, const descent_model *model,
                                              const descent_dataset *train,
                                              const descent_dataset *validation,
                                              const descent_fit_config *config);

/* Frees a fit; NULL is allowed. */
DESCENT_API void descent_fit_destroy(descent_fit *fit);

/* Evaluates the untrained network, for the figures before the first epoch and for the guard, and
 * starts the budget's time. If not called, the first epoch does so. Errors: INVALID (the loss reads
 * logits, and the last layer's activation is not the identity), NONFINITE. */
DESCENT_API descent_status descent_fit_start(descent_fit *fit);

/*
 * One epoch, or the rest of an interrupted one. Also returns OK when the watch interrupts it:
 * descent_fit_stopped() tells. Errors: NONFINITE and DIVERGED (no recovery was left; the line says
 * where it began). After an error the fit no longer trains, nor is it saved, so that the last
 * checkpoint stays good, unless it has gone back to the last epoch's end: see keep_epoch.
 */
DESCENT_API descent_status descent_fit_epoch(descent_fit *fit);

/* Epoch after epoch, until there is a reason to stop. With a path it first continues from the
 * checkpoint there, if there is one, and saves one after each epoch; with NULL it does neither.
 * Errors as descent_fit_load(), descent_fit_epoch() and descent_fit_save(). */
DESCENT_API descent_status descent_fit_run(descent_fit *fit, const char *path);

/* Why it has stopped, or NONE: an error first, then descent_stop_of(), then an interruption. A
 * training that is over continues when its checkpoint is loaded with a configuration that allows
 * more. */
DESCENT_API descent_stop descent_fit_stopped(const descent_fit *fit);

/* Borrowed: the weights of the last epoch's end, and the best ones by validation loss. Without
 * validation, and before the first epoch, both are the last weights. */
DESCENT_API const descent_model *descent_fit_model(const descent_fit *fit);
DESCENT_API const descent_model *descent_fit_best(const descent_fit *fit);

/* Borrowed: progress, schedule with its state, figures, and the best weights' figures on the
 * validation samples, without samples where there are none. */
DESCENT_API const descent_progress *descent_fit_progress(const descent_fit *fit);
DESCENT_API const descent_schedule *descent_fit_schedule(const descent_fit *fit);
DESCENT_API const descent_figures *descent_fit_figures(const descent_fit *fit);
DESCENT_API const descent_metrics *descent_fit_best_metrics(const descent_fit *fit);

/* Seconds of the budget that steps may still take; infinity without a budget. */
DESCENT_API double descent_fit_seconds_left(const descent_fit *fit);

/* The factor on the schedule's learning rates after so many recoveries. */
DESCENT_API double descent_recovery_factor(uint64_t recoveries);

/* The learning rate of a step (from 0) of a training with this progress: the schedule's, times the
 * recovery factor. */
DESCENT_API double descent_fit_rate(const descent_schedule *schedule,
                                    const descent_progress *progress, uint64_t step);

/* Writes a checkpoint, atomically, with the caller's text (may be NULL), which
 * descent_checkpoint_config() gives back. Errors as descent_checkpoint_save(), and INVALID after an
 * epoch that has failed without keep_epoch. */
DESCENT_API descent_status descent_fit_save(const descent_fit *fit, const char *path,
                                            const char *text);

/* Continues from the checkpoint of a fit with the same architecture, optimizer and data; the rest
 * of the configuration may differ. A different learning rate resets the recoveries. Errors as
 * descent_checkpoint_load() (NOT_FOUND: there is no such file), and MISMATCH or FORMAT if the state
 * does not belong to these data. If the file was read and an error follows, destroy the fit. */
DESCENT_API descent_status descent_fit_load(descent_fit *fit, const char *path);

/* The same from a loaded checkpoint. */
DESCENT_API descent_status descent_fit_restore(descent_fit *fit,
                                               const descent_checkpoint *checkpoint);

/*
 * The parts of an epoch, for range tests, benchmarks and check-ups. None of them advances the
 * progress, the schedule or the budget.
 */

/* One step on the next samples, with this learning rate. The first call takes the samples that the
 * fit's next step would take; after the last samples of an epoch come the first of the next. Errors
 * as descent_trainer_step(). */
DESCENT_API descent_status descent_fit_step(descent_fit *fit, double learning_rate,
                                            descent_metrics *metrics);

/* Measures the gradient of the present weights over all training samples, without dropout and
 * augmentation: descent_trainer_gradient_norm() and descent_trainer_layer_norm() then return its
 * norms. Error: NONFINITE. */
DESCENT_API descent_status descent_fit_measure(descent_fit *fit);

/* Adds the loss and correct answers on a whole data set to metrics: of a model of the same
 * architecture, or with NULL of the present weights. Errors: MISMATCH, NONFINITE, MEMORY. */
DESCENT_API descent_status descent_fit_evaluate(descent_fit *fit, const descent_model *model,
                                                const descent_dataset *dataset,
                                                descent_metrics *metrics);

/* The curvature of the loss over a whole data set, with the weight decay that its optimizer adds to
 * the gradient, and without dropout and augmentation: of a model that the data fit, or with NULL of
 * the weights of the last epoch's end. Works on a copy. Errors: MISMATCH, and as
 * descent_curvature_measure(). */
DESCENT_API descent_status descent_fit_curvature(const descent_fit *fit, const descent_model *model,
                                                 const descent_dataset *dataset,
                                                 const descent_curvature_config *config,
                                                 descent_curvature *curvature);

/* Its trainer, borrowed, until an epoch begins with another batch size. */
DESCENT_API descent_trainer *descent_fit_trainer(const descent_fit *fit);

DESCENT_END

#endif
