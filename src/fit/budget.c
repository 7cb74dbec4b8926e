/*
 * Training that ends where its time ends. A schedule is a function of the step and of the number of
 * steps, and that number is unknown; but with s steps done in a share u of the time, it will be
 * s / u at this pace. The schedule is rebuilt for that number before every step, so that its
 * position is the share of the time that has passed, whatever happens to the pace, while lengths
 * given in steps, such as a warm-up, stay in steps.
 *
 * The time counts from before the evaluation of the untrained network, everything included. The
 * time after an epoch's last step, for validation and for the caller, is set aside: as much as it
 * has taken so far.
 */
#include "fit/fit_private.h"

#include <math.h>

/* Share of the latest duration in the running means of them. */
static const double newest = 0.1;

/* A share of the time that is too small to estimate the pace. */
static const double least_share = 1e-9;

double descent_fit_clock(const descent_fit *fit)
{
    return fit->config.clock != NULL ? fit->config.clock(fit->config.context) : 0.0;
}

static bool limited(const descent_fit *fit)
{
    return fit->config.budget > 0.0;
}

static double averaged(double mean, double latest)
{
    return mean == 0.0 ? latest : mean + newest * (latest - mean);
}

void descent_budget_set_aside(descent_fit *fit, double seconds)
{
    fit->budget.reserve = averaged(fit->budget.reserve, seconds);
}

void descent_budget_run(descent_fit *fit)
{
    struct descent_budget *budget = &fit->budget;
    double now = descent_fit_clock(fit);
    if (!budget->running) {
        budget->running = true;
        budget->before = fit->progress.seconds;
        budget->started = now;
    }
    if (budget->between) {
        descent_budget_set_aside(fit, now - budget->ended);
        budget->between = false;
    }
}

static double used(const descent_fit *fit)
{
    const struct descent_budget *budget = &fit->budget;
    return budget->running ? budget->before + descent_fit_clock(fit) - budget->started
                           : fit->progress.seconds;
}

/* Time left for steps: all but the reserve. */
static double usable(const descent_fit *fit)
{
    return fit->config.budget - fit->budget.reserve;
}

double descent_fit_seconds_left(const descent_fit *fit)
{
    return limited(fit) ? usable(fit) - used(fit) : HUGE_VAL;
}

void descent_budget_schedule(descent_fit *fit)
{
    uint64_t step = descent_trainer_steps(fit->trainer);
    if (!limited(fit)) {
        return;
    }
    fit->budget.latest = descent_fit_clock(fit);
    if (step == 0) {
        return; /* before the first step any number of steps will do: it stands at the start */
    }
    double all = usable(fit);
    double share = all > 0.0 ? fmin(fmax(used(fit) / all, least_share), 1.0) : 1.0;
    double steps = fmax(round((double)step / share), (double)step + 1.0);
    descent_schedule schedule = descent_schedule_over(&fit->config.schedule, (uint64_t)steps);
    schedule.plateau = fit->schedule.plateau;
    fit->schedule = schedule;
}

bool descent_budget_allows_step(descent_fit *fit)
{
    struct descent_budget *budget = &fit->budget;
    if (!limited(fit)) {
        return true;
    }
    budget->step = averaged(budget->step, descent_fit_clock(fit) - budget->latest);
    return descent_fit_seconds_left(fit) >= budget->step;
}

void descent_budget_note(descent_fit *fit, descent_progress *progress)
{
    if (!limited(fit)) {
        return;
    }
    /* Too little for another step is nothing, but an epoch that was interrupted must go on. */
    bool over = progress->part.samples == 0 && descent_fit_seconds_left(fit) < fit->budget.step;
    progress->seconds = over ? fit->config.budget : used(fit);
}
