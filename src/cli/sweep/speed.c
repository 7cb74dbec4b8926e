/*
 * A setting is trained from its first step as train would, by the options that its trial got, for a
 * while; nothing of it is kept.
 */
#include "cli/sweep/speed.h"

#include "cli/base/interrupt.h"
#include "cli/base/progress.h"
#include "cli/sweep/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Seconds of steps: before what counts, for caches, threads and the processor's clock; and of what
 * counts. */
static const double WARM_UP = 0.1, MEASURED = 0.5;

/* So low that nothing diverges, whatever the setting; a step takes as long with any other. */
static const double LEARNING_RATE = 1e-4;

/* Steps for so many seconds, one at the least. */
static enum exit_status take_steps(struct training *training, double seconds, double *speed)
{
    double started = progress_clock(), now;
    descent_metrics metrics = {0};
    do {
        CLI_TRY_LIBRARY(descent_fit_step(training->fit, LEARNING_RATE, &metrics));
        now = progress_clock();
    } while (now - started < seconds && !interrupt_came());
    *speed = (double)metrics.samples / fmax(now - started, 1e-9);
    return interrupt_came() ? interrupt_status() : DONE;
}

/* All that train does before its first epoch, on other threads. */
static enum exit_status plan(struct training *training, const struct study *study,
                             const struct study_command *command)
{
    CLI_TRY(option_read_command(&TRAIN_OPTIONS, (int)command->count, (const char **)command->words,
                                &training->arguments, &training->options));
    training->options.threads = study->options.threads;
    training->display = progress_create(true);
    CLI_TRY(train_read_data(training, "sweep"));
    CLI_TRY(train_check_options(training));
    CLI_TRY(train_data_load(training));
    return train_plan_fit(training);
}

static enum exit_status measure_planned(struct training *training, double *threads, double *speed)
{
    double ignored;
    CLI_TRY(take_steps(training, WARM_UP, &ignored));
    CLI_TRY(take_steps(training, MEASURED, speed));
    *threads = (double)descent_trainer_threads(descent_fit_trainer(training->fit));
    return DONE;
}

static enum exit_status measure(const struct study *study, size_t trial, double *threads,
                                double *speed)
{
    struct training training = {.run = {.lock = -1}};
    struct study_command command = {0};
    enum exit_status status = study_command_of(&command, study, trial);
    if (status == DONE) {
        status = plan(&training, study, &command);
    }
    if (status == DONE) {
        status = measure_planned(&training, threads, speed);
    }
    train_destroy(&training);
    study_command_free(&command);
    return status;
}

static enum exit_status measure_rounds(const struct study *study, struct speed *speeds,
                                       size_t count, double *found)
{
    struct progress display = progress_create(study->options.quiet);
    for (size_t i = 0; i < count * SPEED_ROUNDS; i++) {
        struct speed *one = &speeds[i % count];
        double *speed = &found[i % count * SPEED_ROUNDS + i / count];
        double now = progress_clock();
        if (display.terminal && progress_due(&display, now)) {
            progress_draw_work(&display, now, "timing", i, count * SPEED_ROUNDS);
        }
        CLI_TRY(measure(study, one->trial, &one->threads, speed));
    }
    progress_clear(&display);
    return DONE;
}

enum exit_status speed_measure(const struct study *study, struct speed *speeds, size_t count)
{
    double *found = calloc(count * SPEED_ROUNDS, sizeof *found);
    if (found == NULL) {
        return cli_failed("out of memory for the speeds of %zu settings", count);
    }
    enum exit_status status = measure_rounds(study, speeds, count, found);
    for (size_t i = 0; status == DONE && i < count; i++) {
        double *rounds = found + i * SPEED_ROUNDS;
        bootstrap_sort(rounds, SPEED_ROUNDS);
        speeds[i].low = rounds[0];
        speeds[i].median = bootstrap_median(rounds, SPEED_ROUNDS);
        speeds[i].high = rounds[SPEED_ROUNDS - 1];
    }
    free(found);
    return status;
}
