/*
 * Saves a fit to a checkpoint and restores it. A checkpoint holds the state; whatever follows from
 * data and configuration is computed again.
 */
#include "fit/fit_private.h"

#include "base/fail.h"

#include <stdio.h>

descent_status descent_fit_save(const descent_fit *fit, const char *path, const char *text)
{
    DESCENT_RETURN_UNLESS(fit != NULL && path != NULL);
    if (!fit->config.keep_epoch) {
        DESCENT_TRY(descent_fit_check_alarm(fit));
    }
    const descent_model *best = fit->progress.epoch > 0 ? fit->best : NULL;
    return descent_checkpoint_save(path, fit->trainer, fit->model, best, &fit->schedule,
                                   &fit->progress, text);
}

/* An epoch that has begun must be one of these data. */
static descent_status check(const descent_fit *fit, const descent_checkpoint *checkpoint)
{
    const descent_progress *progress = descent_checkpoint_progress(checkpoint);
    size_t samples = descent_dataset_count(fit->train);
    if (progress->part.samples >= samples || progress->part.correct > progress->part.samples) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "expected less than %zu samples of an epoch that has begun, found %zu",
                            samples, progress->part.samples);
    }
    if (fit->best != NULL && progress->epoch > 0 && descent_checkpoint_best(checkpoint) == NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "expected the best weights of a run with validation, found none");
    }
    return DESCENT_OK;
}

/* The best weights so far, by way of the trainer, which checks their shapes; their figures are
 * measured again, which gives the same ones. */
static descent_status restore_best(descent_fit *fit, const descent_model *best)
{
    if (best == NULL || fit->best == NULL) {
        return DESCENT_OK;
    }
    DESCENT_TRY(descent_trainer_load(fit->trainer, best));
    DESCENT_TRY(descent_trainer_save(fit->trainer, fit->best));
    fit->best_metrics = (descent_metrics){0};
    return descent_fit_visit(fit, fit->held, &fit->best_metrics);
}

descent_status descent_fit_restore(descent_fit *fit, const descent_checkpoint *checkpoint)
{
    DESCENT_RETURN_UNLESS(fit != NULL && checkpoint != NULL);
    const descent_schedule *schedule = descent_checkpoint_schedule(checkpoint);
    DESCENT_TRY(check(fit, checkpoint));
    DESCENT_TRY(restore_best(fit, descent_checkpoint_best(checkpoint)));
    DESCENT_TRY(descent_checkpoint_restore(checkpoint, fit->trainer));
    DESCENT_TRY(descent_trainer_save(fit->trainer, fit->model));
    fit->progress = *descent_checkpoint_progress(checkpoint);
    fit->schedule.plateau = schedule->plateau;
    if (schedule->lr != fit->schedule.lr) {
        fit->progress.recoveries =
            0; /* a learning rate that is chosen anew is the one that counts */
    }
    descent_target_settle(fit);
    fit->figures = (descent_figures){.learning_rate = NAN};
    fit->feed.begun = false;
    fit->budget = (struct descent_budget){0};
    fit->started = false;
    fit->stop = DESCENT_STOP_NONE;
    descent_refuge_take(fit);
    return DESCENT_OK;
}

descent_status descent_fit_load(descent_fit *fit, const char *path)
{
    DESCENT_RETURN_UNLESS(fit != NULL && path != NULL);
    descent_checkpoint *checkpoint;
    DESCENT_TRY(descent_checkpoint_load(&checkpoint, path));
    descent_status status = descent_fit_restore(fit, checkpoint);
    descent_checkpoint_destroy(checkpoint);
    if (status != DESCENT_OK) {
        char what[512];
        snprintf(what, sizeof what, "%s", descent_last_error());
        return descent_fail(status, "%s: %s", path, what);
    }
    return DESCENT_OK;
}

static descent_status save(const descent_fit *fit, const char *path)
{
    return path == NULL ? DESCENT_OK : descent_fit_save(fit, path, NULL);
}

descent_status descent_fit_run(descent_fit *fit, const char *path)
{
    DESCENT_RETURN_UNLESS(fit != NULL);
    descent_status status = path == NULL ? DESCENT_OK : descent_fit_load(fit, path);
    if (status != DESCENT_ERROR_NOT_FOUND) {
        DESCENT_TRY(status);
    }
    fit->stop = descent_fit_failed(fit) ? fit->stop : DESCENT_STOP_NONE;
    while (descent_fit_stopped(fit) == DESCENT_STOP_NONE) {
        DESCENT_TRY(descent_fit_epoch(fit));
        DESCENT_TRY(save(fit, path));
    }
    return DESCENT_OK;
}
