/*
 * Training that ends where its time ends. A schedule is a function of the step and of the number of
 * steps, and that number is unknown; but with s steps done in a share u of the time, s / u is what
 * it comes to at this pace. The schedule is made anew for that number before every step, so that
 * its position is the share of the time that has passed, whatever happens to the pace, while what
 * the options say in steps, such as a warm-up, stays in steps.
 *
 * The time counts from before the evaluation of the untrained network, everything included. What
 * follows the last step (validation and the files) is set aside: as much as it has taken so far.
 */
#include "cli/train/train.h"

#include <math.h>

/* Share of the latest duration in the running means of them. */
static const double newest = 0.1;

/* A share of the time that is too small to say anything. */
static const double least_share = 1e-9;

void train_budget_start(struct training *training)
{
    training->budget.before = training->done.seconds;
    training->budget.started = progress_clock();
}

static double averaged(double mean, double latest)
{
    return mean == 0.0 ? latest : mean + newest * (latest - mean);
}

void train_budget_set_aside(struct training *training, double seconds)
{
    training->budget.reserve = averaged(training->budget.reserve, seconds);
}

static double used(const struct training *training)
{
    return training->budget.before + progress_clock() - training->budget.started;
}

/* For steps: all but what is set aside. */
static double usable(const struct training *training)
{
    return training->options.budget - training->budget.reserve;
}

double train_budget_left(const struct training *training)
{
    return usable(training) - used(training);
}

void train_budget_fit(struct training *training)
{
    uint64_t step = descent_trainer_steps(training->trainer);
    training->budget.latest = progress_clock();
    if (training->options.budget <= 0.0 || step == 0) {
        return; /* before the first step any number of steps will do: it stands at the start */
    }
    double all = usable(training);
    double share = all > 0.0 ? fmin(fmax(used(training) / all, least_share), 1.0) : 1.0;
    double steps = fmax(round((double)step / share), (double)step + 1.0);
    descent_schedule schedule = train_options_schedule(&training->options, (uint64_t)steps);
    schedule.plateau = training->schedule.plateau;
    training->schedule = schedule;
}

bool train_budget_allows_step(struct training *training)
{
    struct train_budget *budget = &training->budget;
    budget->step = averaged(budget->step, progress_clock() - budget->latest);
    return training->options.budget <= 0.0 || train_budget_left(training) >= budget->step;
}

void train_budget_note(struct training *training)
{
    if (training->options.budget <= 0.0 || training->budget.started == 0.0) {
        return;
    }
    /* Too little for another step is nothing, but an epoch that was interrupted must go on. */
    bool over =
        training->done.part.samples == 0 && train_budget_left(training) < training->budget.step;
    training->done.seconds = over ? training->options.budget : used(training);
}
