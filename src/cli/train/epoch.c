/*
 * The epochs: what follows the steps of each, and the files at its end.
 */
#include "cli/train/epoch.h"

#include "cli/base/interrupt.h"

#include <stdio.h>
#include <string.h>

double train_accuracy(const descent_metrics *metrics)
{
    return (double)metrics->correct / (double)metrics->samples;
}

/* Updates what is best, and what the schedule knows. */
static descent_status judge(struct training *training, const descent_metrics *train,
                            const descent_metrics *validation)
{
    descent_progress *done = &training->done;
    if (training->best == NULL) {
        done->best_epoch = done->epoch;
        done->accuracy = train_accuracy(train);
        descent_schedule_step(&training->schedule, descent_metrics_loss(train));
        return DESCENT_OK;
    }
    done->accuracy = train_accuracy(validation);
    double loss = descent_metrics_loss(validation);
    descent_schedule_step(&training->schedule, loss);
    done->bad_epochs++;
    if (loss < done->best_loss) {
        done->best_loss = loss;
        done->best_epoch = done->epoch;
        done->bad_epochs = 0;
        training->best_validation = *validation;
        return descent_trainer_save(training->trainer, training->best);
    }
    return DESCENT_OK;
}

static void fill_train(struct metrics_row *row, const struct train_figures *figures)
{
    row->values[METRICS_TRAIN_LOSS] = figures->loss;
    row->values[METRICS_TRAIN_ACCURACY] = figures->accuracy;
    row->values[METRICS_TRAIN_R2] = figures->r2;
    row->values[METRICS_TRAIN_RMSE] = figures->rmse;
}

static void fill_validation(struct metrics_row *row, const struct train_figures *figures)
{
    row->values[METRICS_VALIDATION_LOSS] = figures->loss;
    row->values[METRICS_VALIDATION_ACCURACY] = figures->accuracy;
    row->values[METRICS_VALIDATION_R2] = figures->r2;
    row->values[METRICS_VALIDATION_RMSE] = figures->rmse;
}

static struct metrics_row row_of(const struct training *training, const descent_metrics *train,
                                 const descent_metrics *validation)
{
    struct metrics_row row = metrics_row_empty();
    struct train_figures figures = train_figures(training, TRAIN_PART, train);
    row.values[METRICS_EPOCH] = (double)training->done.epoch;
    row.values[METRICS_STEP] = (double)descent_trainer_steps(training->trainer);
    row.values[METRICS_SAMPLES] = (double)training->done.samples;
    row.values[METRICS_SECONDS] = training->seconds;
    fill_train(&row, &figures);
    if (validation->samples > 0) {
        figures = train_figures(training, VALIDATION_PART, validation);
        fill_validation(&row, &figures);
    }
    return row;
}

enum exit_status train_checkpoint_save(struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_CHECKPOINT);
    const descent_model *best = training->done.epoch > 0 ? training->best : NULL;
    if (descent_trainer_save(training->trainer, training->model) != DESCENT_OK ||
        descent_checkpoint_save(path.text, training->trainer, training->model, best,
                                &training->schedule, &training->done,
                                training->checkpoint_config) != DESCENT_OK) {
        return cli_library_failed();
    }
    return DONE;
}

/* The row first, then the model, then the checkpoint: whatever is lost in between is done again,
 * with the same result, from the checkpoint before. */
static enum exit_status save(struct training *training, const struct metrics_row *row)
{
    enum exit_status status =
        metrics_append(run_path(&training->run, RUN_METRICS).text, train_columns(training), row);
    if (status == DONE && descent_trainer_save(training->trainer, training->model) != DESCENT_OK) {
        status = cli_library_failed();
    }
    if (status == DONE) {
        status = train_layers_append(training);
    }
    if (status == DONE) {
        status = train_model_save(training);
    }
    return status == DONE ? train_checkpoint_save(training) : status;
}

static enum exit_status evaluation_failed(struct training *training, descent_status status)
{
    char where[64];
    if (status != DESCENT_ERROR_NONFINITE) {
        progress_clear(&training->display);
        return cli_library_failed();
    }
    snprintf(where, sizeof where, "epoch %ju, after its steps", (uintmax_t)training->done.epoch);
    training->done.epoch--; /* the checkpoint keeps the one before */
    return train_guard_nonfinite(training, where);
}

/* What is known of the network at an epoch's end. */
static descent_status evaluate_epoch(struct training *training, const descent_metrics *train,
                                     descent_metrics *validation)
{
    descent_status status = DESCENT_OK;
    if (training->data.validation != NULL) {
        status = train_evaluate(training, training->data.validation, validation);
    }
    if (status == DESCENT_OK) {
        status = judge(training, train, validation);
    }
    return status == DESCENT_OK ? train_stop_measure(training) : status;
}

/* Validation, the files, and the line about an epoch whose steps are done. */
static enum exit_status finish_epoch(struct training *training, const struct train_epoch *epoch)
{
    double ended = progress_clock(), trained = ended - epoch->started;
    size_t samples = epoch->train.samples - epoch->samples_before;
    training->train_seconds += trained;
    training->train_samples += samples;
    training->done.epoch++;
    training->done.samples += epoch->train.samples;
    memset(&training->done.part, 0, sizeof training->done.part);

    descent_metrics validation = {0};
    descent_status status = evaluate_epoch(training, &epoch->train, &validation);
    if (status != DESCENT_OK) {
        return evaluation_failed(training, status);
    }
    training->seconds += progress_clock() - epoch->started;
    struct metrics_row row = row_of(training, &epoch->train, &validation);
    row.values[METRICS_LEARNING_RATE] = epoch->learning_rate;
    row.values[METRICS_GRADIENT_NORM] = epoch->train.norm_sum / (double)epoch->train.norms;
    row.values[METRICS_SAMPLES_PER_SECOND] = (double)samples / trained;
    train_budget_note(training); /* the model file says why a run has ended */
    enum exit_status saved = save(training, &row);
    if (saved == DONE) {
        train_report_row(training, &row);
        saved = train_checkup_row(training, &row);
    }
    train_budget_set_aside(training, progress_clock() - ended);
    return saved;
}

/* The next epoch from its start, or from where it was interrupted. */
static enum exit_status train_epoch(struct training *training)
{
    const descent_progress *done = &training->done;
    size_t samples = descent_dataset_count(training->data.train);
    size_t batch = train_options_batch(&training->options, samples);
    struct train_epoch epoch = {
        .number = done->epoch + 1,
        .steps = done->part.samples / batch,
        .step_count = train_options_batches(&training->options, samples),
        .train = {.loss_sum = done->part.loss_sum,
                  .weight_sum = done->part.weight_sum,
                  .square_sum = done->part.square_sum,
                  .correct = (size_t)done->part.correct,
                  .samples = (size_t)done->part.samples,
                  .norm_sum = done->part.norm_sum,
                  .norms = (size_t)done->part.norms},
        .samples_before = (size_t)done->part.samples,
        .started = progress_clock(),
    };
    enum exit_status status = train_steps(training, &epoch);
    return status == DONE ? finish_epoch(training, &epoch) : status;
}

enum exit_status train_start(struct training *training)
{
    descent_metrics train = {0}, validation = {0};
    descent_status status = train_evaluate(training, training->data.train, &train);
    double trained = progress_clock();
    if (status == DESCENT_OK && training->data.validation != NULL) {
        status = train_evaluate(training, training->data.validation, &validation);
    }
    train_budget_set_aside(training, progress_clock() - trained);
    if (status != DESCENT_OK) {
        return cli_library_failed();
    }
    training->done.start_loss = descent_metrics_loss(&train);
    struct run_path path = run_path(&training->run, RUN_METRICS);
    struct metrics_row row = row_of(training, &train, &validation);
    enum exit_status started = metrics_start(path.text, train_columns(training));
    if (started == DONE) {
        started = metrics_append(path.text, train_columns(training), &row);
    }
    if (started == DONE) {
        started = train_layers_start(training);
    }
    if (started == DONE) {
        train_report_row(training, &row);
        started = train_checkup_row(training, &row);
    }
    return started;
}

enum exit_status train_interrupted(struct training *training, uint64_t steps)
{
    char part[64] = "";
    if (steps > 0) {
        snprintf(part, sizeof part, " and %ju steps of the next", (uintmax_t)steps);
    }
    progress_say(&training->display,
                 "Interrupted; epoch %ju%s is saved. To continue:\n"
                 "  descent train --resume %s",
                 (uintmax_t)training->done.epoch, part, training->run.folder);
    enum exit_status status = train_config_save(training, STOP_INTERRUPTED);
    return status == DONE ? INTERRUPTED : status;
}

enum exit_status train_epochs(struct training *training)
{
    enum exit_status status = DONE;
    while (status == DONE && train_stop_reason(training) == STOP_NOT) {
        status = interrupt_came() ? train_interrupted(training, 0) : train_epoch(training);
        if (training->alarm.reason != STOP_NOT) {
            status = train_guard_answer(training);
        }
    }
    return status == DONE ? train_config_save(training, train_stop_reason(training)) : status;
}
