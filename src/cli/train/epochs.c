/*
 * The epochs of a run: messages during the fit, and the files at the end of each epoch.
 */
#include "cli/base/interrupt.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>

/* By the budget, or by the samples that are left at this rate. */
static double seconds_left(const struct training *training, double rate)
{
    if (training->options.budget > 0.0) {
        return fmax(descent_fit_seconds_left(training->fit), 0.0);
    }
    uint64_t samples = descent_dataset_count(training->data.train) *
                       (training->options.epochs - train_progress(training)->epoch);
    return (double)(samples - descent_fit_figures(training->fit)->train.samples) / rate;
}

static void draw(struct training *training, double now)
{
    const descent_figures *figures = descent_fit_figures(training->fit);
    double rate = (double)figures->samples / figures->step_seconds;
    struct progress_state state = {
        .epoch = train_progress(training)->epoch + 1,
        .epochs = training->options.epochs,
        .step = figures->steps,
        .steps = figures->step_count,
        .loss = descent_metrics_loss(&figures->train),
        .samples_per_second = rate,
        .seconds_left = seconds_left(training, rate),
    };
    progress_draw(&training->display, now, &state);
}

enum exit_status train_checkpoint_save(struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
    CLI_TRY(train_config_update(training));
    CLI_TRY_LIBRARY(descent_fit_save(training->fit, path.text, training->checkpoint_config));
    training->saved_epoch = train_progress(training)->epoch;
    training->saved_at = progress_clock();
    return DONE;
}

/* The rows first, then the model, then the checkpoint: whatever is lost in between is done again,
 * with the same result, from the checkpoint before. */
static enum exit_status save(struct training *training)
{
    CLI_TRY(record_sync(run_path(&training->run, RUN_METRICS).text));
    if (training->options.log_layers) {
        CLI_TRY(record_sync(run_path(&training->run, RUN_LAYERS).text));
    }
    CLI_TRY(train_model_save(training));
    return train_checkpoint_save(training);
}

/* Epochs that end in quick succession wait for the next save. */
static bool is_due(const struct training *training)
{
    double period = training->options.checkpoint_every;
    return period != OPTION_AUTO && progress_clock() - training->saved_at >= period;
}

static enum exit_status save_what_waits(struct training *training)
{
    bool waits = train_progress(training)->epoch > training->saved_epoch;
    return waits ? save(training) : DONE;
}

/* A recovery is saved at once: a resumed run goes on from there as this one does. */
static void recover(struct training *training)
{
    const descent_progress *done = train_progress(training);
    progress_say(&training->display, "%s", descent_last_error());
    progress_say(
        &training->display,
        "recovery %ju of %d: back to the end of epoch %ju, with the learning rate times %g",
        (uintmax_t)done->recoveries, TRAIN_RECOVERIES_MAX, (uintmax_t)done->epoch,
        descent_recovery_factor(done->recoveries));
    training->recovered = save(training);
}

bool train_watch(void *context, descent_fit *fit, descent_event event)
{
    struct training *training = context;
    double now = progress_clock();
    (void)fit;
    if (event == DESCENT_EVENT_STEP && progress_due(&training->display, now)) {
        draw(training, now);
    } else if (event == DESCENT_EVENT_RECOVERY) {
        recover(training);
    }
    return training->recovered == DONE && !interrupt_came();
}

/* Of the epoch that is done, or of the untrained network. */
static struct metrics_row row_of(const struct training *training)
{
    const descent_figures *figures = descent_fit_figures(training->fit);
    const descent_progress *done = train_progress(training);
    struct train_figures train = train_figures(&training->data, TRAIN_PART, &figures->train);
    struct train_figures held =
        train_figures(&training->data, VALIDATION_PART, &figures->validation);
    struct train_figures test = train_figures(&training->data, TEST_PART, &training->tested);
    uint64_t steps = descent_trainer_steps(descent_fit_trainer(training->fit));
    const descent_optimizer optimizer = train_options_optimizer(&training->options);
    return (struct metrics_row){{
        [METRICS_EPOCH] = (double)done->epoch,
        [METRICS_STEP] = (double)steps,
        [METRICS_SAMPLES] = (double)done->samples,
        [METRICS_LEARNING_RATE] = figures->learning_rate,
        [METRICS_TRAIN_LOSS] = train.loss,
        [METRICS_TRAIN_ACCURACY] = train.accuracy,
        [METRICS_VALIDATION_LOSS] = held.loss,
        [METRICS_VALIDATION_ACCURACY] = held.accuracy,
        [METRICS_GRADIENT_NORM] = figures->train.norm_sum / (double)figures->train.norms,
        [METRICS_SECONDS] = training->seconds,
        [METRICS_SAMPLES_PER_SECOND] = (double)figures->samples / figures->step_seconds,
        [METRICS_TRAIN_R2] = train.r2,
        [METRICS_TRAIN_RMSE] = train.rmse,
        [METRICS_VALIDATION_R2] = held.r2,
        [METRICS_VALIDATION_RMSE] = held.rmse,
        [METRICS_TEST_LOSS] = test.loss,
        [METRICS_TEST_ACCURACY] = test.accuracy,
        [METRICS_TEST_R2] = test.r2,
        [METRICS_TEST_RMSE] = test.rmse,
        [METRICS_SHARPNESS] = training->sharpness,
        [METRICS_SHARPNESS_LIMIT] = descent_curvature_limit(&optimizer) / figures->learning_rate,
        [METRICS_NOISE_SCALE] = descent_metrics_noise_scale(&figures->train),
    }};
}

struct metrics_form train_form(const struct training *training)
{
    return (struct metrics_form){.regression = training->options.source.regression,
                                 .test = training->options.log_test,
                                 .sharpness = training->options.log_sharpness,
                                 .noise = training->options.log_noise_scale};
}

/* The test samples at an epoch's end: looked at, and never learned from. */
static enum exit_status test(struct training *training)
{
    training->tested = (descent_metrics){0};
    return !training->options.log_test
               ? DONE
               : cli_library(descent_fit_evaluate(training->fit, NULL, training->data.test,
                                                  &training->tested));
}

/* A function of weights and samples alone, so that a resumed run gets the same. */
static enum exit_status measure_sharpness(struct training *training)
{
    const struct train_options *options = &training->options;
    descent_curvature_config config = DESCENT_CURVATURE_DEFAULT;
    descent_curvature curvature;
    training->sharpness = NAN;
    if (!options->log_sharpness ||
        train_progress(training)->epoch % options->sharpness_every != 0) {
        return DONE;
    }
    config.smallest = false;
    descent_status status =
        descent_fit_curvature(training->fit, NULL, training->data.train, &config, &curvature);
    if (status == DESCENT_OK && curvature.largest.converged) {
        training->sharpness = curvature.largest.value;
    }
    return status == DESCENT_ERROR_NONFINITE ? DONE : cli_library(status);
}

static enum exit_status append(const struct training *training, const struct metrics_row *row)
{
    return metrics_append(run_path(&training->run, RUN_METRICS).text, train_form(training), row);
}

double train_layer_norm(const descent_layer *layer)
{
    double sum = 0.0;
    for (size_t i = 0; i < layer->inputs * layer->outputs; i++) {
        sum += (double)layer->weights[i] * (double)layer->weights[i];
    }
    for (size_t i = 0; i < layer->outputs; i++) {
        sum += (double)layer->bias[i] * (double)layer->bias[i];
    }
    return sqrt(sum);
}

/* The norms by layer, of the gradient that was just measured and of the weights. */
static enum exit_status append_layers(const struct training *training)
{
    struct layers_row rows[DESCENT_LAYERS_MAX];
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    const descent_model *model = descent_fit_model(training->fit);
    size_t count = descent_model_layers(model);
    for (size_t l = 0; l < count; l++) {
        descent_layer layer = descent_model_layer(model, l);
        rows[l] = (struct layers_row){
            .epoch = (double)train_progress(training)->epoch,
            .step = (double)descent_trainer_steps(trainer),
            .layer = (double)(l + 1),
            .gradient_norm = descent_trainer_layer_norm(trainer, l),
            .weight_norm = train_layer_norm(&layer),
        };
    }
    return record_append(&LAYERS_RECORD, run_path(&training->run, RUN_LAYERS).text, rows, count);
}

static enum exit_status tell(struct training *training, const struct metrics_row *row)
{
    train_log_row(training, row);
    return train_checkup_row(training, row);
}

static enum exit_status finish_epoch(struct training *training)
{
    const descent_figures *figures = descent_fit_figures(training->fit);
    training->seconds += figures->seconds;
    training->train_seconds += figures->step_seconds;
    training->train_samples += figures->samples;
    CLI_TRY(test(training));
    CLI_TRY(measure_sharpness(training));
    struct metrics_row row = row_of(training);
    CLI_TRY(append(training, &row));
    if (training->options.log_layers) {
        CLI_TRY(append_layers(training));
    }
    CLI_TRY(tell(training, &row));
    return is_due(training) ? save(training) : DONE;
}

/* Its weights or the data may be so large that not even the first loss is finite. */
static enum exit_status evaluate_untrained(const struct training *training)
{
    descent_status started = descent_fit_start(training->fit);
    enum exit_status status = cli_library(started);
    if (started == DESCENT_ERROR_NONFINITE) {
        train_config_save(training, descent_stop_name(DESCENT_STOP_NONFINITE));
    }
    return status;
}

enum exit_status train_start(struct training *training)
{
    CLI_TRY(evaluate_untrained(training));
    CLI_TRY(test(training));
    CLI_TRY(measure_sharpness(training));
    struct metrics_row row = row_of(training);
    CLI_TRY(metrics_start(run_path(&training->run, RUN_METRICS).text, train_form(training)));
    CLI_TRY(append(training, &row));
    if (training->options.log_layers) {
        CLI_TRY(record_start(&LAYERS_RECORD, run_path(&training->run, RUN_LAYERS).text));
        CLI_TRY_LIBRARY(descent_fit_measure(training->fit));
        CLI_TRY(append_layers(training));
    }
    return tell(training, &row);
}

/* With --recover the fit has gone back to its epoch's start, and there is nothing to save. */
static enum exit_status interrupted(struct training *training)
{
    const descent_progress *done = train_progress(training);
    char part[64] = "";
    CLI_TRY(save_what_waits(training));
    run_follow(&training->run);
    if (done->part.samples > 0) {
        training->seconds += descent_fit_figures(training->fit)->seconds;
        CLI_TRY(train_checkpoint_save(training));
        snprintf(part, sizeof part, " and %ju steps of the next",
                 (uintmax_t)descent_fit_figures(training->fit)->steps);
    }
    progress_say_lines(&training->display,
                       "Interrupted; epoch %ju%s is saved. To continue:\n"
                       "  descent train --resume %s",
                       (uintmax_t)done->epoch, part, training->run.folder);
    CLI_TRY(train_config_save(training, descent_stop_name(DESCENT_STOP_INTERRUPTED)));
    return interrupt_status();
}

/* The fit is back at the last epoch's end. */
static enum exit_status failed(struct training *training)
{
    const descent_fit *fit = training->fit;
    const descent_progress *done = train_progress(training);
    descent_stop stop = descent_fit_stopped(fit);
    if (stop != DESCENT_STOP_NONFINITE && stop != DESCENT_STOP_EXPLODED) {
        return cli_library_failed();
    }
    char what[1024];
    snprintf(what, sizeof what, "%s", descent_last_error());
    double rate = descent_fit_figures(fit)->learning_rate;
    CLI_TRY(save_what_waits(training));
    train_config_save(training, descent_stop_name(stop));
    return cli_failed("%s; try a learning rate far below %.3g (--lr), --clip-norm 1%s; %s keeps "
                      "epoch %ju",
                      what, rate,
                      training->options.recover ? " or another --init" : " or --recover",
                      run_file(training->run.folder, RUN_CHECKPOINT).text, (uintmax_t)done->epoch);
}

bool train_is_paused(const struct training *training)
{
    const descent_progress *done = train_progress(training);
    uint64_t until = training->options.until;
    return until > 0 && done->epoch >= until && train_stop(training) == DESCENT_STOP_NONE;
}

/* The next epoch, or as much of it as was done before an interruption. */
static enum exit_status train_epoch(struct training *training)
{
    uint64_t before = train_progress(training)->epoch;
    descent_status status = descent_fit_epoch(training->fit);
    CLI_TRY(training->recovered);
    if (status != DESCENT_OK) {
        progress_clear(&training->display);
        return failed(training);
    }
    return train_progress(training)->epoch > before ? finish_epoch(training) : DONE;
}

enum exit_status train_epochs(struct training *training)
{
    descent_stop stop;
    while ((stop = descent_fit_stopped(training->fit)) == DESCENT_STOP_NONE &&
           !train_is_paused(training) && !interrupt_came()) {
        CLI_TRY(train_epoch(training));
    }
    bool paused = train_is_paused(training);
    if (!paused && (stop == DESCENT_STOP_NONE || stop == DESCENT_STOP_INTERRUPTED)) {
        return interrupted(training);
    }
    CLI_TRY(save_what_waits(training));
    return train_config_save(training, paused ? RUN_PAUSED : descent_stop_name(stop));
}
