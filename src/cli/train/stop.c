/*
 * When a run is over. Whether it is follows from the options and the progress alone, so that a
 * checkpoint need not say it, and a run that was stopped goes on where an option allows more.
 *
 * The gradient over all training samples costs about as much as an epoch, so it is computed only
 * when it may be small enough: its norm is taken to be in the same proportion to the running mean
 * of the minibatches' norms as it was the last time.
 */
#include "cli/train/epoch.h"

#include <stdio.h>

/* The gradient is computed where it is expected to be within this factor of the tolerance, and once
 * in so many epochs anyway, to learn the proportion anew. */
static const double nearly = 2.0;
enum { MEASURE_PERIOD = 10 };

static bool has_accuracy(const struct training *training)
{
    const struct train_options *options = &training->options;
    return options->target_accuracy > 0.0 && training->done.accuracy >= options->target_accuracy;
}

static bool has_flat_gradient(const struct training *training)
{
    const descent_progress *done = &training->done;
    return training->options.gradient_tolerance > 0.0 && done->gradient.epoch == done->epoch &&
           done->gradient.norm <= training->options.gradient_tolerance;
}

static bool is_out_of_patience(const struct training *training)
{
    uint64_t patience = training->options.patience;
    return patience > 0 && training->done.bad_epochs >= patience;
}

static bool has_no_time(const struct training *training)
{
    return training->options.budget > 0.0 && training->done.seconds >= training->options.budget;
}

static bool has_all_epochs(const struct training *training)
{
    return training->options.budget <= 0.0 && training->done.epoch >= training->options.epochs;
}

static const struct {
    const char *name;
    bool (*holds)(const struct training *training);
} reasons[STOP_REASONS] = {
    [STOP_ACCURACY] = {"target-accuracy", has_accuracy},
    [STOP_GRADIENT] = {"gradient-tolerance", has_flat_gradient},
    [STOP_PATIENCE] = {"patience", is_out_of_patience},
    [STOP_BUDGET] = {"budget", has_no_time},
    [STOP_EPOCHS] = {"epochs", has_all_epochs},
    [STOP_INTERRUPTED] = {"interrupted", NULL},
    [STOP_NONFINITE] = {"not-finite", NULL},
    [STOP_EXPLODED] = {"exploded", NULL},
};

enum stop_reason train_stop_reason(const struct training *training)
{
    for (int r = STOP_NOT + 1; training->done.epoch > 0 && r < STOP_REASONS; r++) {
        if (reasons[r].holds != NULL && reasons[r].holds(training)) {
            return (enum stop_reason)r;
        }
    }
    return STOP_NOT;
}

const char *train_stop_name(enum stop_reason reason)
{
    return reasons[reason].name;
}

void train_stop_describe(const struct training *training, char *text, size_t size)
{
    const struct train_options *options = &training->options;
    const descent_progress *done = &training->done;
    switch (train_stop_reason(training)) {
    case STOP_ACCURACY:
        snprintf(text, size, "%s accuracy %.4f reaches --target-accuracy %g",
                 options->validation > 0.0 ? "validation" : "training", done->accuracy,
                 options->target_accuracy);
        break;
    case STOP_GRADIENT:
        snprintf(text, size,
                 "gradient norm %.4g over all training samples, within "
                 "--gradient-tolerance %g",
                 done->gradient.norm, options->gradient_tolerance);
        break;
    case STOP_PATIENCE:
        snprintf(text, size, "%ju epoch%s without a better validation loss, --patience %ju",
                 (uintmax_t)done->bad_epochs, done->bad_epochs == 1 ? "" : "s",
                 (uintmax_t)options->patience);
        break;
    case STOP_BUDGET:
        snprintf(text, size, "the time is up, --budget %g", options->budget);
        break;
    default:
        snprintf(text, size, "all epochs done");
    }
}

static bool is_worth_measuring(const struct training *training)
{
    const descent_progress *done = &training->done;
    double proportion = done->gradient.norm / done->gradient.norm_mean;
    return done->epoch >= done->gradient.epoch + MEASURE_PERIOD ||
           !(done->norm_mean * proportion > nearly * training->options.gradient_tolerance) ||
           done->gradient.epoch == 0;
}

descent_status train_stop_measure(struct training *training)
{
    descent_progress *done = &training->done;
    bool worth = training->options.gradient_tolerance > 0.0 && is_worth_measuring(training);
    if (!worth && !training->options.log_layers) {
        return DESCENT_OK;
    }
    descent_status status = train_measure(training, training->data.train);
    if (status == DESCENT_OK && worth) {
        done->gradient.epoch = done->epoch;
        done->gradient.norm = descent_trainer_gradient_norm(training->trainer);
        done->gradient.norm_mean = done->norm_mean;
    }
    return status;
}
