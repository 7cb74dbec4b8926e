/*
 * When a fit is over. Whether it is follows from configuration and progress alone, so that a
 * checkpoint need not say it.
 *
 * The gradient over all training samples costs about as much as an epoch, so it is computed only
 * when it may be small enough: its norm is taken to be in the same proportion to the running mean
 * of the minibatches' norms as it was the last time.
 */
#include "fit/fit_private.h"

/* The gradient is computed where it is expected to be within this factor of the tolerance, and once
 * in so many epochs anyway, to learn the proportion anew. */
static const double nearly = 2.0;
enum { MEASURE_PERIOD = 10 };

static bool has_accuracy(const descent_fit_config *config, const descent_progress *progress)
{
    return config->target_accuracy > 0.0 && progress->accuracy >= config->target_accuracy;
}

/* An epoch that has begun ends first. */
static bool has_target(const descent_fit_config *config, const descent_progress *progress)
{
    return progress->part.samples == 0 && descent_target_is_reached(config, &progress->check);
}

static bool has_loss(const descent_fit_config *config, const descent_progress *progress)
{
    return config->target_loss > 0.0 && has_target(config, progress);
}

static bool has_rmse(const descent_fit_config *config, const descent_progress *progress)
{
    return config->target_rmse > 0.0 && has_target(config, progress);
}

static bool has_flat_gradient(const descent_fit_config *config, const descent_progress *progress)
{
    return config->gradient_tolerance > 0.0 && progress->gradient.epoch == progress->epoch &&
           progress->gradient.norm <= config->gradient_tolerance;
}

static bool is_out_of_patience(const descent_fit_config *config, const descent_progress *progress)
{
    return config->patience > 0 && progress->bad_epochs >= config->patience;
}

static bool is_lost(const descent_fit_config *config, const descent_progress *progress)
{
    return config->give_up && progress->lost_epochs >= DESCENT_LOST_EPOCHS;
}

static bool has_no_time(const descent_fit_config *config, const descent_progress *progress)
{
    return config->budget > 0.0 && progress->seconds >= config->budget;
}

static bool has_all_epochs(const descent_fit_config *config, const descent_progress *progress)
{
    return config->epochs > 0 && progress->epoch >= config->epochs;
}

static const struct {
    const char *name;
    bool (*holds)(const descent_fit_config *config, const descent_progress *progress);
} reasons[DESCENT_STOP_COUNT] = {
    [DESCENT_STOP_ACCURACY] = {"target-accuracy", has_accuracy},
    [DESCENT_STOP_LOSS] = {"target-loss", has_loss},
    [DESCENT_STOP_RMSE] = {"target-rmse", has_rmse},
    [DESCENT_STOP_GRADIENT] = {"gradient-tolerance", has_flat_gradient},
    [DESCENT_STOP_PATIENCE] = {"patience", is_out_of_patience},
    [DESCENT_STOP_GIVEN_UP] = {"given-up", is_lost},
    [DESCENT_STOP_BUDGET] = {"budget", has_no_time},
    [DESCENT_STOP_EPOCHS] = {"epochs", has_all_epochs},
    [DESCENT_STOP_INTERRUPTED] = {"interrupted", NULL},
    [DESCENT_STOP_NONFINITE] = {"not-finite", NULL},
    [DESCENT_STOP_EXPLODED] = {"exploded", NULL},
};

const char *descent_stop_name(descent_stop stop)
{
    return (unsigned)stop < DESCENT_STOP_COUNT ? reasons[stop].name : NULL;
}

descent_stop descent_stop_of(const descent_fit_config *config, const descent_progress *progress)
{
    for (int r = 0; progress->epoch > 0 && r < DESCENT_STOP_COUNT; r++) {
        if (reasons[r].holds != NULL && reasons[r].holds(config, progress)) {
            return (descent_stop)r;
        }
    }
    return DESCENT_STOP_NONE;
}

descent_stop descent_fit_stopped(const descent_fit *fit)
{
    descent_stop stop = descent_stop_of(&fit->config, &fit->progress);
    return descent_fit_failed(fit) || stop == DESCENT_STOP_NONE ? fit->stop : stop;
}

static bool is_worth_measuring(const descent_fit *fit, const descent_progress *progress)
{
    double proportion = progress->gradient.norm / progress->gradient.norm_mean;
    return progress->epoch >= progress->gradient.epoch + MEASURE_PERIOD ||
           !(progress->norm_mean * proportion > nearly * fit->config.gradient_tolerance) ||
           progress->gradient.epoch == 0;
}

descent_status descent_fit_look_at_gradient(descent_fit *fit, descent_progress *progress)
{
    bool worth = fit->config.gradient_tolerance > 0.0 && is_worth_measuring(fit, progress);
    bool doubtful = descent_fit_is_in_doubt(fit);
    uint64_t lost = progress->lost_epochs;
    progress->lost_epochs = 0;
    if (!worth && !doubtful && !fit->config.measure_gradient) {
        return DESCENT_OK;
    }
    descent_status status = descent_fit_measure(fit);
    if (status == DESCENT_OK && doubtful && descent_fit_is_cut_off(fit)) {
        progress->lost_epochs = lost + 1;
    }
    if (status == DESCENT_OK && worth) {
        progress->gradient.epoch = progress->epoch;
        progress->gradient.norm = descent_trainer_gradient_norm(fit->trainer);
        progress->gradient.norm_mean = progress->norm_mean;
    }
    return status;
}
