/*
 * One epoch: its steps, and what is judged at its end. The order of its samples is a function of
 * the seed and the epoch's number alone, so that an interrupted epoch continues where it
 * stopped: the samples already used are skipped.
 */
#include "fit/fit_private.h"

#include "base/fail.h"

#include <math.h>
#include <stdio.h>

/* Share of a new value in the running means of losses and of gradient norms. */
static const double newest = 0.1;

/* Up to `most` of the next samples; the epoch must have some left. */
static descent_batch take(descent_fit *fit, size_t most)
{
    struct descent_feed *feed = &fit->feed;
    descent_batch *part = &feed->part;
    if (part->n == 0) {
        descent_loader_next(fit->batches, part);
    }
    descent_batch taken = *part;
    taken.n = taken.n < most ? taken.n : most;
    part->features += taken.n * descent_model_inputs(fit->model);
    part->labels = part->labels == NULL ? NULL : part->labels + taken.n;
    part->targets =
        part->targets == NULL ? NULL : part->targets + taken.n * descent_model_outputs(fit->model);
    part->n -= taken.n;
    feed->left -= taken.n;
    return taken;
}

/* An epoch from its start, but for so many of its samples. */
static void begin_feed(descent_fit *fit, uint64_t epoch, size_t samples)
{
    fit->feed = (struct descent_feed){
        .begun = true, .epoch = epoch, .left = descent_dataset_count(fit->train)};
    descent_loader_shuffle(fit->batches, epoch);
    while (samples > 0) {
        samples -= take(fit, samples).n;
    }
}

static void begin_feed_of_progress(descent_fit *fit)
{
    begin_feed(fit, fit->progress.epoch + 1, fit->progress.part.samples);
}

descent_status descent_fit_step(descent_fit *fit, double learning_rate, descent_metrics *metrics)
{
    DESCENT_RETURN_UNLESS(fit != NULL);
    if (!fit->feed.begun) {
        begin_feed_of_progress(fit);
    } else if (fit->feed.left == 0) {
        begin_feed(fit, fit->feed.epoch + 1, 0);
    }
    size_t left = fit->batch < fit->feed.left ? fit->batch : fit->feed.left, total = left;
    descent_batch batch = take(fit, left);
    if (batch.n == total) {
        return descent_trainer_step(fit->trainer, &batch, learning_rate, metrics);
    }
    DESCENT_TRY(descent_trainer_backward(fit->trainer, &batch, total, metrics));
    for (left -= batch.n; left > 0; left -= batch.n) {
        batch = take(fit, left);
        DESCENT_TRY(descent_trainer_backward(fit->trainer, &batch, total, metrics));
    }
    return descent_trainer_step(fit->trainer, NULL, learning_rate, metrics);
}

static double moved(double mean, double value, bool first)
{
    return first ? value : mean + newest * (value - mean);
}

/* Takes a step into the running means; returns its loss. */
static double follow(descent_fit *fit, const descent_metrics *before, const descent_metrics *after)
{
    descent_progress *progress = &fit->progress;
    bool first = descent_trainer_steps(fit->trainer) == 1;
    double loss = (after->loss_sum - before->loss_sum) / (after->weight_sum - before->weight_sum);
    progress->loss_mean = moved(progress->loss_mean, loss, first);
    if (after->norms > before->norms) {
        double norm = descent_trainer_gradient_norm(fit->trainer);
        progress->norm_mean = moved(progress->norm_mean, norm, first);
    }
    return loss;
}

static descent_status step(descent_fit *fit)
{
    descent_figures *figures = &fit->figures;
    descent_metrics before = figures->train;
    descent_budget_schedule(fit);
    figures->learning_rate =
        descent_fit_rate(&fit->schedule, &fit->progress, descent_trainer_steps(fit->trainer));
    figures->steps++;
    descent_status status = descent_fit_step(fit, figures->learning_rate, &figures->train);
    if (status != DESCENT_OK) {
        char where[32];
        snprintf(where, sizeof where, "step %ju", (uintmax_t)figures->steps);
        return descent_fit_alarm_nonfinite(fit, status, where);
    }
    figures->samples += figures->train.samples - before.samples;
    DESCENT_TRY(descent_fit_guard(fit, follow(fit, &before, &figures->train)));
    fit->progress.part = figures->train;
    descent_budget_note(fit, &fit->progress);
    return DESCENT_OK;
}

/* A step, and what looks at it; whether the epoch ends with it, by its samples, its time or the
 * target. The time of a check is not that of steps, and moves their start. */
static descent_status take_step(descent_fit *fit, double *started, bool *ends)
{
    size_t before = fit->progress.part.samples;
    bool reached = false;
    DESCENT_TRY(step(fit));
    bool allowed = descent_budget_allows_step(fit);
    fit->budget.ended = descent_fit_clock(fit);
    fit->figures.step_seconds = fit->budget.ended - *started;
    if (allowed) {
        DESCENT_TRY(descent_target_check(fit, before, &reached));
        *started += descent_fit_clock(fit) - fit->budget.ended;
    }
    *ends = !allowed || reached || fit->feed.left == 0;
    return DESCENT_OK;
}

/* Takes the remaining steps of an epoch; returns whether the event function has stopped them early.
 */
static descent_status run_steps(descent_fit *fit, double started, bool *interrupted)
{
    begin_feed_of_progress(fit);
    for (bool ends = false; !ends && !*interrupted;) {
        DESCENT_TRY(take_step(fit, &started, &ends));
        if (!descent_fit_tell(fit, DESCENT_EVENT_STEP)) {
            fit->stop = DESCENT_STOP_INTERRUPTED;
            *interrupted = !ends;
        }
    }
    return DESCENT_OK;
}

/* Updates the best weights, and the losses that the schedule has seen. */
static descent_status judge(descent_fit *fit)
{
    descent_progress *progress = &fit->progress;
    double loss = progress->check.loss;
    progress->accuracy = progress->check.accuracy;
    descent_schedule_step(&fit->schedule, loss);
    if (fit->validation == NULL) {
        progress->best_epoch = progress->epoch;
        return DESCENT_OK;
    }
    progress->bad_epochs++;
    if (!(loss < progress->best_loss)) {
        return DESCENT_OK;
    }
    progress->best_loss = loss;
    progress->best_epoch = progress->epoch;
    progress->bad_epochs = 0;
    fit->best_metrics = fit->figures.validation;
    return fit->best != NULL ? descent_trainer_save(fit->trainer, fit->best) : DESCENT_OK;
}

/* What is known of the network at an epoch's end, before anything is made of it: a loss that is not
 * finite leaves the best weights and the progress as they were. */
static descent_status evaluate(descent_fit *fit, descent_progress *ended)
{
    if (fit->validation != NULL) {
        DESCENT_TRY(descent_fit_visit(fit, fit->held, &fit->figures.validation));
    }
    return descent_fit_look_at_gradient(fit, ended);
}

static descent_status end_epoch(descent_fit *fit, double started)
{
    descent_progress ended = fit->progress;
    ended.epoch++;
    ended.samples += fit->figures.train.samples;
    ended.part = (descent_metrics){0};
    descent_status status = evaluate(fit, &ended);
    DESCENT_TRY(descent_fit_alarm_nonfinite(fit, status, "after its steps"));
    descent_target_note(fit, &ended, descent_fit_judged(fit));
    fit->progress = ended;
    DESCENT_TRY(judge(fit));
    DESCENT_TRY(descent_trainer_save(fit->trainer, fit->model));
    fit->figures.seconds = descent_fit_clock(fit) - started;
    descent_budget_note(fit, &fit->progress);
    descent_refuge_take(fit);
    if (!descent_fit_tell(fit, DESCENT_EVENT_EPOCH)) {
        fit->stop = DESCENT_STOP_INTERRUPTED;
    }
    return DESCENT_OK;
}

/* With recoveries the epoch begins anew: a fit goes back to its start with or without
 * interruptions. */
static void interrupt(descent_fit *fit, double started)
{
    fit->figures.seconds = descent_fit_clock(fit) - started;
    if (fit->config.recoveries > 0) {
        descent_refuge_return(fit);
    }
}

static descent_status run_epoch(descent_fit *fit)
{
    double started = descent_fit_clock(fit);
    DESCENT_TRY(descent_batches_follow(fit));
    fit->figures = (descent_figures){
        .steps = fit->progress.part.samples / fit->batch,
        .step_count = descent_batches_steps(fit),
        .train = fit->progress.part,
        .learning_rate = NAN,
    };
    bool interrupted = false;
    DESCENT_TRY(run_steps(fit, started, &interrupted));
    if (interrupted) {
        interrupt(fit, started);
        return DESCENT_OK;
    }
    fit->budget.between = true;
    return end_epoch(fit, started);
}

descent_status descent_fit_epoch(descent_fit *fit)
{
    DESCENT_RETURN_UNLESS(fit != NULL);
    DESCENT_TRY(descent_fit_check_alarm(fit));
    descent_budget_run(fit);
    if (!fit->started && descent_trainer_steps(fit->trainer) == 0) {
        DESCENT_TRY(descent_fit_start(fit));
    }
    fit->stop = DESCENT_STOP_NONE;
    descent_status status = run_epoch(fit);
    while (descent_fit_failed(fit) && descent_fit_recover(fit)) {
        status = fit->stop == DESCENT_STOP_INTERRUPTED ? DESCENT_OK : run_epoch(fit);
    }
    return descent_fit_failed(fit) ? descent_fail(status, "%s", fit->alarm) : status;
}
