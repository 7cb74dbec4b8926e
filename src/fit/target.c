/*
 * A figure to reach, and how much training it took. It is looked at in checks: of the untrained
 * network, at the end of each epoch, and in between where that is asked for. The crossing is a
 * function of two neighbouring checks, so that progress keeps the last one.
 */
#include "fit/fit_private.h"

#include "base/fail.h"

#include <math.h>
#include <stdio.h>

#define FIGURE(member) offsetof(descent_check, member)
#define VALUE(member) offsetof(descent_fit_config, member)

static const struct {
    const char *name;
    size_t figure, value; /* in a check and in the configuration */
    bool above;           /* whether it is reached from below */
} targets[DESCENT_TARGET_COUNT] = {
    [DESCENT_TARGET_ACCURACY] = {"accuracy", FIGURE(accuracy), VALUE(target_accuracy), true},
    [DESCENT_TARGET_LOSS] = {"loss", FIGURE(loss), VALUE(target_loss), false},
    [DESCENT_TARGET_RMSE] = {"rmse", FIGURE(rmse), VALUE(target_rmse), false},
};

static double number_at(const void *holder, size_t offset)
{
    return *(const double *)((const char *)holder + offset);
}

const char *descent_target_name(descent_target target)
{
    return (unsigned)target < DESCENT_TARGET_COUNT ? targets[target].name : NULL;
}

descent_target descent_target_of(const descent_fit_config *config, double *value)
{
    *value = 0.0;
    for (int t = DESCENT_TARGET_NONE + 1; t < DESCENT_TARGET_COUNT; t++) {
        *value = number_at(config, targets[t].value);
        if (*value > 0.0) {
            return (descent_target)t;
        }
    }
    return DESCENT_TARGET_NONE;
}

static descent_status check_kinds(const descent_fit *fit)
{
    const descent_fit_config *config = &fit->config;
    bool labels = descent_dataset_outputs(fit->train) == 0;
    bool mse = config->trainer.loss.kind == DESCENT_LOSS_MSE;
    if (!labels && mse && config->target_accuracy > 0.0) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "fit: expected labels with target_accuracy, found targets");
    }
    return (!labels && mse) || config->target_rmse == 0.0
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_INVALID,
                              "fit: expected targets and MSE with target_rmse, found %s",
                              labels ? "labels" : "binary cross-entropy");
}

descent_status descent_target_check_data(const descent_fit *fit)
{
    const descent_fit_config *config = &fit->config;
    int given =
        (config->target_accuracy > 0.0) + (config->target_loss > 0.0) + (config->target_rmse > 0.0);
    if (given > 1) {
        return descent_fail(DESCENT_ERROR_INVALID, "fit: expected at most one target, found %d",
                            given);
    }
    if (config->check_every > 0 && fit->validation == NULL) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "fit: expected validation samples with check_every, found none");
    }
    return check_kinds(fit);
}

static bool reaches(descent_target target, double figure, double value)
{
    return targets[target].above ? figure >= value : figure <= value;
}

bool descent_target_is_reached(const descent_fit_config *config, const descent_check *check)
{
    double value;
    descent_target target = descent_target_of(config, &value);
    return target != DESCENT_TARGET_NONE &&
           reaches(target, number_at(check, targets[target].figure), value);
}

static double between(uint64_t before, uint64_t now, double share)
{
    return (double)before + share * (double)(now - before);
}

/* Where the present check is the first that is known to have reached the target: whatever came
 * before it has not, or is not known. */
static void cross(const descent_fit_config *config, descent_progress *progress,
                  const descent_check *before)
{
    double value, share = 1.0;
    descent_target target = descent_target_of(config, &value);
    const descent_check *now = &progress->check;
    bool known = progress->crossing.target == target && progress->crossing.value == value;
    if (known || !descent_target_is_reached(config, now)) {
        return;
    }
    double from = number_at(before, targets[target].figure);
    if (isfinite(from)) {
        share = (value - from) / (number_at(now, targets[target].figure) - from);
    }
    progress->crossing.target = target;
    progress->crossing.value = value;
    progress->crossing.samples = between(before->samples, now->samples, share);
    progress->crossing.steps = between(before->steps, now->steps, share);
}

void descent_target_note(const descent_fit *fit, descent_progress *progress,
                         const descent_metrics *metrics)
{
    const descent_check before = progress->check;
    bool squares = fit->config.trainer.loss.kind == DESCENT_LOSS_MSE &&
                   descent_dataset_outputs(fit->train) > 0;
    progress->check = (descent_check){
        .samples = progress->samples + progress->part.samples,
        .steps = descent_trainer_steps(fit->trainer),
        .accuracy = (double)metrics->correct / (double)metrics->samples,
        .loss = descent_metrics_loss(metrics),
        .rmse = squares ? descent_metrics_rmse(metrics) : NAN,
    };
    cross(&fit->config, progress, &before);
}

void descent_target_settle(descent_fit *fit)
{
    static const descent_check unknown = {.accuracy = NAN, .loss = NAN, .rmse = NAN};
    cross(&fit->config, &fit->progress, &unknown);
}

/* The end of an epoch is a check in any case. */
static bool is_due(const descent_fit *fit, size_t before)
{
    double value;
    const descent_progress *progress = &fit->progress;
    uint64_t every = fit->config.check_every;
    return every > 0 && fit->feed.left > 0 &&
           descent_target_of(&fit->config, &value) != DESCENT_TARGET_NONE &&
           (progress->samples + progress->part.samples) / every >
               (progress->samples + before) / every;
}

descent_status descent_target_check(descent_fit *fit, size_t before, bool *reached)
{
    *reached = false;
    if (!is_due(fit, before)) {
        return DESCENT_OK;
    }
    char where[48];
    descent_metrics held = {0};
    snprintf(where, sizeof where, "in the check after step %ju", (uintmax_t)fit->figures.steps);
    descent_status status = descent_fit_visit(fit, fit->held, &held);
    DESCENT_TRY(descent_fit_alarm_nonfinite(fit, status, where));
    descent_target_note(fit, &fit->progress, &held);
    *reached = descent_target_is_reached(&fit->config, &fit->progress.check);
    return DESCENT_OK;
}
