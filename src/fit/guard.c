/*
 * The guard over a fit. A step that is not finite has changed nothing; a loss that explodes is
 * noticed by its running mean, a few steps after it began. With a recovery left the fit goes back
 * to the last epoch's end and on with a lower learning rate; without, it is over. It can then be
 * saved only where it has kept that end: otherwise the last checkpoint stays good.
 */
#include "fit/fit_private.h"

#include "base/elementary.h"
#include "base/fail.h"

#include <math.h>
#include <stdio.h>

double descent_recovery_factor(uint64_t recoveries)
{
    return descent_pow_double(0.1, (double)recoveries);
}

double descent_fit_rate(const descent_schedule *schedule, const descent_progress *progress,
                        uint64_t step)
{
    return descent_schedule_evaluate(schedule, step) *
           descent_recovery_factor(progress->recoveries);
}

bool descent_fit_failed(const descent_fit *fit)
{
    return fit->stop == DESCENT_STOP_NONFINITE || fit->stop == DESCENT_STOP_EXPLODED;
}

descent_status descent_fit_check_alarm(const descent_fit *fit)
{
    return !descent_fit_failed(fit)
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_INVALID,
                              "fit: expected one that has not failed, found: %s", fit->alarm);
}

/* ln(classes) for each sample, weighted as the loss weighs it: see descent_loss. */
static double guess_of_classes(const descent_loss *loss, const descent_dataset *train)
{
    const size_t *counts = descent_dataset_class_counts(train);
    size_t classes = descent_dataset_classes(train);
    double labels = 0.0, all = 0.0; /* the mean weight of the samples' labels, and of the classes */
    for (size_t c = 0; c < classes; c++) {
        double weight = loss->class_weights != NULL ? (double)loss->class_weights[c] : 1.0;
        labels += weight * (double)counts[c] / (double)descent_dataset_count(train);
        all += weight / (double)classes;
    }
    double smoothing = loss->label_smoothing;
    return descent_log_double((double)classes) * (1.0 - smoothing + smoothing * all / labels);
}

/* The variance of one output's targets, in the unit that the network learns. */
static double variance_of(const descent_fit *fit, size_t output)
{
    const descent_preparation *preparation = fit->config.preparation;
    const float *deviations =
        preparation != NULL ? descent_preparation_target_deviation(preparation) : NULL;
    double unit = deviations != NULL ? (double)deviations[output] : 1.0;
    size_t count = descent_dataset_count(fit->train);
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) { /* Welford 1962 */
        double target = (double)descent_dataset_target(fit->train, i)[output] / unit;
        double off = target - mean;
        mean += off / (double)(i + 1);
        squares += off * (target - mean);
    }
    return squares / (double)count;
}

double descent_fit_guess(const descent_fit *fit)
{
    size_t outputs = descent_dataset_outputs(fit->train);
    double classes = (double)descent_dataset_classes(fit->train), sum = 0.0;
    if (fit->config.trainer.loss.kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY) {
        return (double)descent_model_outputs(fit->model) *
               descent_log_double(2.0); /* yes as likely as no */
    }
    if (fit->config.trainer.loss.kind == DESCENT_LOSS_CROSS_ENTROPY) {
        return guess_of_classes(&fit->config.trainer.loss, fit->train);
    }
    if (outputs == 0) {
        return (1.0 - 1.0 / classes) / classes;
    }
    for (size_t o = 0; o < outputs; o++) {
        sum += variance_of(fit, o) / (double)outputs;
    }
    return sum;
}

/* Where the gradient is largest by now, or already beyond all numbers. */
static void describe_gradient(descent_fit *fit, char *text, size_t size)
{
    const descent_trainer *trainer = fit->trainer;
    size_t layers = descent_model_layers(fit->model), steepest = 0;
    if (descent_fit_measure(fit) != DESCENT_OK) {
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

/* Keeps what last_error says. */
static descent_status alarm(descent_fit *fit, descent_stop stop, descent_status status)
{
    snprintf(fit->alarm, sizeof fit->alarm, "%s", descent_last_error());
    fit->stop = stop;
    return status;
}

descent_status descent_fit_guard(descent_fit *fit, double loss)
{
    double limit = fit->config.loss_limit * fmax(fit->progress.start_loss, fit->guess);
    if (limit <= 0.0 || fit->progress.loss_mean <= limit) {
        return DESCENT_OK;
    }
    char gradient[512];
    describe_gradient(fit, gradient, sizeof gradient);
    descent_fail(DESCENT_ERROR_DIVERGED,
                 "epoch %ju, step %ju: the loss explodes: expected a running mean up to %.4g (loss "
                 "limit %g times an untrained network's), found %.4g, in this step %.4g; %s",
                 (uintmax_t)fit->progress.epoch + 1, (uintmax_t)fit->figures.steps, limit,
                 fit->config.loss_limit, fit->progress.loss_mean, loss, gradient);
    return alarm(fit, DESCENT_STOP_EXPLODED, DESCENT_ERROR_DIVERGED);
}

descent_status descent_fit_alarm_nonfinite(descent_fit *fit, descent_status status,
                                           const char *where)
{
    if (status != DESCENT_ERROR_NONFINITE) {
        return status;
    }
    char what[sizeof fit->alarm];
    snprintf(what, sizeof what, "%s", descent_last_error());
    descent_fail(status, "epoch %ju, %s: %s", (uintmax_t)fit->progress.epoch + 1, where, what);
    return alarm(fit, DESCENT_STOP_NONFINITE, status);
}

void descent_refuge_take(descent_fit *fit)
{
    struct descent_refuge *refuge = &fit->refuge;
    if (refuge->model == NULL) {
        return;
    }
    size_t count = descent_model_parameter_count(refuge->model);
    descent_trainer_save(fit->trainer, refuge->model);
    for (size_t s = 0; s < descent_trainer_slots(fit->trainer); s++) {
        descent_trainer_save_state(fit->trainer, s, refuge->state + s * count);
    }
    refuge->steps = descent_trainer_steps(fit->trainer);
    refuge->progress = fit->progress;
    refuge->schedule = fit->schedule;
}

void descent_refuge_return(descent_fit *fit)
{
    const struct descent_refuge *refuge = &fit->refuge;
    size_t count = descent_model_parameter_count(refuge->model);
    descent_trainer_load(fit->trainer, refuge->model);
    for (size_t s = 0; s < descent_trainer_slots(fit->trainer); s++) {
        descent_trainer_load_state(fit->trainer, s, refuge->state + s * count);
    }
    descent_trainer_resume(fit->trainer, refuge->steps);
    fit->progress = refuge->progress;
    fit->schedule = refuge->schedule;
}

bool descent_fit_tell(descent_fit *fit, descent_event event)
{
    return fit->config.watch == NULL || fit->config.watch(fit->config.context, fit, event);
}

bool descent_fit_recover(descent_fit *fit)
{
    bool over = fit->progress.recoveries >= fit->config.recoveries;
    descent_fit_tell(fit, DESCENT_EVENT_ALARM);
    if (!over || fit->config.keep_epoch) {
        descent_refuge_return(fit);
    }
    if (over) {
        return false;
    }
    fit->progress.recoveries++;
    fit->refuge.progress.recoveries++;
    fit->stop = DESCENT_STOP_NONE;
    if (!descent_fit_tell(fit, DESCENT_EVENT_RECOVERY)) {
        fit->stop = DESCENT_STOP_INTERRUPTED;
    }
    return true;
}
