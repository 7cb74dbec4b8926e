/*
 * The guard over a run. A step that is not finite has changed nothing; a loss that explodes is
 * noticed by its running mean, a few steps after it began. The checkpoint of the last epoch's end
 * is as it was, and with --recover the run goes back to it and on with a lower learning rate.
 */
#include "cli/base/recovery.h"
#include "cli/train/epoch.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

double train_learning_rate(const struct training *training, uint64_t step)
{
    return descent_schedule_evaluate(&training->schedule, step) *
           recovery_factor(training->done.recoveries);
}

static enum exit_status alarm(struct training *training, enum stop_reason reason,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum exit_status alarm(struct training *training, enum stop_reason reason,
                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(training->alarm.text, sizeof training->alarm.text, format, arguments);
    va_end(arguments);
    training->alarm.reason = reason;
    return FAILED;
}

enum exit_status train_guard_nonfinite(struct training *training, const char *where)
{
    return alarm(training, STOP_NONFINITE, "%s: %s", where, descent_last_error());
}

/* Where the gradient is largest by now, or already beyond all numbers. */
static void describe_gradient(struct training *training, char *text, size_t size)
{
    const descent_trainer *trainer = training->trainer;
    size_t layers = descent_model_layers(training->model), steepest = 0;
    if (train_measure(training, training->data.train) != DESCENT_OK) {
        snprintf(text, size, "%s", descent_last_error());
        return;
    }
    for (size_t l = 1; l < layers; l++) {
        if (descent_trainer_layer_norm(trainer, l) >
            descent_trainer_layer_norm(trainer, steepest)) {
            steepest = l;
        }
    }
    snprintf(text, size, "the gradient is largest in layer %zu of %zu, norm %.3g of %.3g",
             steepest + 1, layers, descent_trainer_layer_norm(trainer, steepest),
             descent_trainer_gradient_norm(trainer));
}

/* The loss of a network that knows nothing: the untrained one's, or that of guessing. */
static double ignorant_loss(const struct training *training)
{
    size_t classes = descent_dataset_classes(training->data.source);
    bool cross_entropy = training->options.loss == DESCENT_LOSS_CROSS_ENTROPY;
    double guessing = classes == 0 ? 0.0 : cross_entropy ? log((double)classes) : 1.0;
    return fmax(training->done.start_loss, guessing);
}

bool train_guard_step(struct training *training, const struct train_epoch *epoch, double loss)
{
    double limit = training->options.loss_limit * ignorant_loss(training);
    if (limit <= 0.0 || training->done.loss_mean <= limit) {
        return true;
    }
    char gradient[512];
    describe_gradient(training, gradient, sizeof gradient);
    alarm(
        training, STOP_EXPLODED,
        "epoch %ju, step %ju: the loss explodes: expected a running mean up to %.4g (--loss-limit "
        "%g times an untrained network's), found %.4g, in this step %.4g; %s",
        (uintmax_t)epoch->number, (uintmax_t)epoch->steps + 1, limit, training->options.loss_limit,
        training->done.loss_mean, loss, gradient);
    return false;
}

/* The state of the last checkpoint, with one recovery more, which is saved at once: a resumed run
 * goes on from there as this one does. */
static enum exit_status go_back(struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
    descent_checkpoint *checkpoint;
    if (descent_checkpoint_load(&checkpoint, path.text) != DESCENT_OK) {
        return cli_library_failed();
    }
    double start_loss = training->done.start_loss;
    enum exit_status status = train_state_restore(training, checkpoint);
    descent_checkpoint_destroy(checkpoint);
    if (status != DONE) {
        return status;
    }
    training->done.start_loss = start_loss; /* the first checkpoint is older than it */
    training->done.recoveries++;
    return train_checkpoint_save(training);
}

static enum exit_status give_up(struct training *training)
{
    double rate = train_learning_rate(training, descent_trainer_steps(training->trainer));
    train_config_save(training, training->alarm.reason);
    return cli_failed(
        "%s; try a learning rate far below %.3g (--lr), --clip-norm 1%s; %s keeps epoch "
        "%ju",
        training->alarm.text, rate,
        training->options.recover ? " or another --init" : " or --recover",
        run_path(&training->run, RUN_CHECKPOINT).text, (uintmax_t)training->done.epoch);
}

enum exit_status train_guard_answer(struct training *training)
{
    progress_clear(&training->display);
    if (!training->options.recover || training->done.recoveries >= RECOVERIES_MAX) {
        return give_up(training);
    }
    enum exit_status status = go_back(training);
    training->alarm.reason = STOP_NOT;
    if (status == DONE) {
        progress_say(&training->display, "%s", training->alarm.text);
        progress_say(
            &training->display,
            "recovery %ju of %d: back to the end of epoch %ju, with the learning rate times %g",
            (uintmax_t)training->done.recoveries, RECOVERIES_MAX, (uintmax_t)training->done.epoch,
            recovery_factor(training->done.recoveries));
    }
    return status;
}
