/*
 * What options are to the library: batches, steps, optimizer and schedule.
 */
#include "cli/train/options.h"

#include <descent/descent.h>

#include <math.h>

size_t train_options_batch(const struct train_options *options, size_t samples)
{
    bool full = options->batch == 0 || options->batch > samples;
    return full ? samples : (size_t)options->batch;
}

uint64_t train_options_batches(const struct train_options *options, size_t samples)
{
    size_t batch = train_options_batch(options, samples);
    return samples / batch + (samples % batch != 0);
}

/* Small data need many epochs before anything is learned: count steps rather than epochs. */
uint64_t train_options_epochs(const struct train_options *options, size_t samples)
{
    uint64_t batches = train_options_batches(options, samples);
    const uint64_t least = 10, most = 100, steps = 3000;
    uint64_t epochs = (steps + batches - 1) / batches;
    return epochs < least ? least : epochs > most ? most : epochs;
}

uint64_t train_options_steps(const struct train_options *options, size_t samples)
{
    uint64_t epochs =
        options->epochs != 0 ? options->epochs : train_options_epochs(options, samples);
    return epochs * train_options_batches(options, samples);
}

/* Rounded up: a fourth cycle or drop must not begin with the last steps. */
static uint64_t third(uint64_t steps)
{
    return steps / 3 + (steps % 3 != 0);
}

static double default_decay_factor(int schedule, uint64_t steps)
{
    return schedule == DESCENT_SCHEDULE_EXPONENTIAL ? pow(0.01, 1.0 / (double)steps) : 0.1;
}

descent_optimizer train_options_optimizer(const struct train_options *options)
{
    return (descent_optimizer){
        .kind = (descent_optimizer_kind)options->optimizer,
        .momentum = options->momentum,
        .nesterov = options->nesterov,
        .beta1 = options->beta1,
        .beta2 = options->beta2,
        .alpha = options->alpha,
        .epsilon = options->epsilon,
        .weight_decay = options->weight_decay,
    };
}

descent_schedule train_options_schedule(const struct train_options *options, uint64_t steps)
{
    descent_schedule schedule = DESCENT_SCHEDULE_DEFAULT;
    schedule.kind = (descent_schedule_kind)options->schedule;
    schedule.lr = options->lr;
    schedule.lr_final = options->lr_final;
    schedule.warmup = options->warmup;
    schedule.steps = steps;
    schedule.period = options->decay_period != 0 ? options->decay_period : third(steps);
    schedule.gamma = options->decay_factor != OPTION_AUTO
                         ? options->decay_factor
                         : default_decay_factor(options->schedule, steps);
    schedule.period_factor = options->restart_factor;
    schedule.power = options->power;
    schedule.warmup_fraction = options->rise_fraction;
    schedule.start_divisor = options->start_divisor;
    schedule.final_divisor = options->final_divisor;
    schedule.patience = options->plateau_patience;
    schedule.threshold = options->plateau_threshold;
    return schedule;
}
