/*
 * The steps of an epoch. The order of its samples is a function of the seed and the epoch's number
 * alone, so that an epoch which was interrupted goes on where it was: the samples that are done are
 * passed over.
 */
#include "cli/base/interrupt.h"
#include "cli/train/epoch.h"
#include "cli/train/step.h"

#include <math.h>
#include <stdio.h>

/* Share of a new value in the running means of losses and of gradient norms. */
static const double newest = 0.1;

static descent_status step(struct training *training, struct train_feed *feed, size_t total,
                           struct train_epoch *epoch)
{
    descent_trainer *trainer = training->trainer;
    train_budget_fit(training);
    epoch->learning_rate = train_learning_rate(training, descent_trainer_steps(trainer));
    return train_step(trainer, feed, total, epoch->learning_rate, &epoch->train);
}

static double moved(double mean, double value, bool first)
{
    return first ? value : mean + newest * (value - mean);
}

/* Takes a step into the running means; returns its loss. */
static double watch(struct training *training, const descent_metrics *before,
                    const descent_metrics *after)
{
    descent_progress *done = &training->done;
    bool first = descent_trainer_steps(training->trainer) == 1;
    double loss = (after->loss_sum - before->loss_sum) / (double)(after->samples - before->samples);
    done->loss_mean = moved(done->loss_mean, loss, first);
    if (after->norms > before->norms) {
        double norm = descent_trainer_gradient_norm(training->trainer);
        done->norm_mean = moved(done->norm_mean, norm, first);
    }
    return loss;
}

/* By the budget, or by the samples that are left at this rate. */
static double seconds_left(const struct training *training, const struct train_epoch *epoch,
                           double rate)
{
    if (training->options.budget > 0.0) {
        return fmax(train_budget_left(training), 0.0);
    }
    uint64_t samples = descent_dataset_count(training->data.train) *
                       (training->options.epochs - training->done.epoch);
    return (double)(samples - epoch->train.samples) / rate;
}

static void draw(struct training *training, const struct train_epoch *epoch, double now)
{
    double rate = (double)(epoch->train.samples - epoch->samples_before) / (now - epoch->started);
    struct progress_state state = {
        .epoch = epoch->number,
        .epochs = training->options.epochs,
        .step = epoch->steps,
        .steps = epoch->step_count,
        .loss = descent_metrics_loss(&epoch->train),
        .samples_per_second = rate,
        .seconds_left = seconds_left(training, epoch, rate),
    };
    progress_draw(&training->display, now, &state);
}

static enum exit_status step_failed(struct training *training, const struct train_epoch *epoch,
                                    descent_status status)
{
    char where[64];
    if (status != DESCENT_ERROR_NONFINITE) {
        progress_clear(&training->display);
        return cli_library_failed();
    }
    snprintf(where, sizeof where, "epoch %ju, step %ju", (uintmax_t)epoch->number,
             (uintmax_t)epoch->steps + 1);
    return train_guard_nonfinite(training, where);
}

/* With --recover the checkpoint stays that of an epoch's end: it is where a run goes back to, with
 * or without interruptions. */
static enum exit_status interrupted(struct training *training, const struct train_epoch *epoch)
{
    const descent_metrics *sums = &epoch->train;
    training->seconds += progress_clock() - epoch->started;
    if (training->options.recover) {
        return train_interrupted(training, 0);
    }
    training->done.part.samples = sums->samples;
    training->done.part.correct = sums->correct;
    training->done.part.loss_sum = sums->loss_sum;
    training->done.part.weight_sum = sums->weight_sum;
    training->done.part.square_sum = sums->square_sum;
    training->done.part.norms = sums->norms;
    training->done.part.norm_sum = sums->norm_sum;
    train_budget_note(training);
    enum exit_status status = train_checkpoint_save(training);
    return status == DONE ? train_interrupted(training, epoch->steps) : status;
}

enum exit_status train_steps(struct training *training, struct train_epoch *epoch)
{
    size_t left = descent_dataset_count(training->data.train) - epoch->samples_before;
    size_t batch = train_options_batch(&training->options, left + epoch->samples_before);
    struct train_feed feed =
        train_feed_begin(training->loader, training->model, epoch->number, epoch->samples_before);
    for (; left > 0; epoch->steps++) {
        size_t total = batch < left ? batch : left;
        descent_metrics before = epoch->train;
        descent_status status = step(training, &feed, total, epoch);
        if (status != DESCENT_OK) {
            return step_failed(training, epoch, status);
        }
        double loss = watch(training, &before, &epoch->train);
        if (!train_guard_step(training, epoch, loss)) {
            return FAILED;
        }
        left -= total;
        if (!train_budget_allows_step(training)) {
            break;
        }
        if (left > 0 && interrupt_came()) {
            epoch->steps++;
            return interrupted(training, epoch);
        }
        double now = progress_clock();
        if (progress_due(&training->display, now)) {
            draw(training, epoch, now);
        }
    }
    return DONE;
}
