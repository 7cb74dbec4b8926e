/*
 * The epochs: steps, validation, and the files at the end of each.
 */
#include "interrupt.h"
#include "train.h"
#include "train_step.h"

#include <math.h>

/* Sums over one epoch. */
struct epoch {
    uint64_t number;
    uint64_t steps;
    uint64_t step_count; /* when all are done */
    descent_metrics train;
    double learning_rate; /* of the last step */
    double started;
};

static double accuracy(const descent_metrics *metrics)
{
    return (double)metrics->correct / (double)metrics->samples;
}

static void draw(struct training *training, const struct epoch *epoch, double now)
{
    double rate = (double)epoch->train.samples / (now - epoch->started);
    uint64_t samples = descent_dataset_count(training->data.train) *
                       (training->options.epochs - training->done.epoch);
    struct progress_state state = {
        .epoch = epoch->number,
        .epochs = training->options.epochs,
        .step = epoch->steps,
        .steps = epoch->step_count,
        .loss = descent_metrics_loss(&epoch->train),
        .samples_per_second = rate,
        .seconds_left = (double)(samples - epoch->train.samples) / rate,
    };
    progress_draw(&training->display, now, &state);
}

static enum exit_status step_failed(struct training *training, const struct epoch *epoch,
                                    descent_status status)
{
    progress_clear(&training->display);
    if (status != DESCENT_ERROR_NONFINITE) {
        return cli_library_failed();
    }
    return cli_failed("epoch %ju, step %ju: %s; try a learning rate below %.4g (--lr); %s keeps "
                      "epoch %ju",
                      (uintmax_t)epoch->number, (uintmax_t)epoch->steps + 1, descent_last_error(),
                      epoch->learning_rate, run_path(&training->run, RUN_CHECKPOINT).text,
                      (uintmax_t)training->done.epoch);
}

/* The checkpoint of the last epoch's end is there already: a half epoch is not kept, so that a
 * resumed run gives the same bytes as one that was not interrupted. */
static enum exit_status interrupted(struct training *training)
{
    progress_say(&training->display,
                 "Interrupted; epoch %ju is saved. To continue:\n"
                 "  descent train --resume %s",
                 (uintmax_t)training->done.epoch, training->run.folder);
    return INTERRUPTED;
}

static descent_status step(struct training *training, struct train_feed *feed, size_t total,
                           struct epoch *epoch)
{
    descent_trainer *trainer = training->trainer;
    epoch->learning_rate =
        descent_schedule_evaluate(&training->schedule, descent_trainer_steps(trainer));
    return train_step(trainer, feed, total, epoch->learning_rate, &epoch->train);
}

static enum exit_status train_steps(struct training *training, struct epoch *epoch)
{
    size_t left = descent_dataset_count(training->data.train);
    size_t batch = train_options_batch(&training->options, left);
    struct train_feed feed = train_feed_create(training->loader, training->model);
    descent_loader_shuffle(training->loader, epoch->number);
    for (; left > 0; epoch->steps++) {
        size_t total = batch < left ? batch : left;
        descent_status status = step(training, &feed, total, epoch);
        if (status != DESCENT_OK) {
            return step_failed(training, epoch, status);
        }
        if (interrupt_came()) {
            return interrupted(training);
        }
        left -= total;
        double now = progress_clock();
        if (progress_due(&training->display, now)) {
            draw(training, epoch, now);
        }
    }
    return DONE;
}

/* Updates what is best, and what the schedule knows. */
static descent_status judge(struct training *training, const descent_metrics *train,
                            const descent_metrics *validation)
{
    descent_progress *done = &training->done;
    if (training->best == NULL) {
        done->best_epoch = done->epoch;
        descent_schedule_step(&training->schedule, descent_metrics_loss(train));
        return DESCENT_OK;
    }
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

static void fill_validation(struct metrics_row *row, const descent_metrics *validation)
{
    if (validation->samples > 0) {
        row->values[METRICS_VALIDATION_LOSS] = descent_metrics_loss(validation);
        row->values[METRICS_VALIDATION_ACCURACY] = accuracy(validation);
    }
}

static struct metrics_row row_of(const struct training *training, const descent_metrics *train,
                                 const descent_metrics *validation)
{
    struct metrics_row row = metrics_row_empty();
    row.values[METRICS_EPOCH] = (double)training->done.epoch;
    row.values[METRICS_STEP] = (double)descent_trainer_steps(training->trainer);
    row.values[METRICS_SAMPLES] = (double)training->done.samples;
    row.values[METRICS_TRAIN_LOSS] = descent_metrics_loss(train);
    row.values[METRICS_TRAIN_ACCURACY] = accuracy(train);
    row.values[METRICS_SECONDS] = training->seconds;
    fill_validation(&row, validation);
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
    enum exit_status status = metrics_append(run_path(&training->run, RUN_METRICS).text, row);
    if (status == DONE && descent_trainer_save(training->trainer, training->model) != DESCENT_OK) {
        status = cli_library_failed();
    }
    if (status == DONE) {
        status = train_model_save(training);
    }
    return status == DONE ? train_checkpoint_save(training) : status;
}

static enum exit_status evaluation_failed(struct training *training, descent_status status)
{
    progress_clear(&training->display);
    if (status != DESCENT_ERROR_NONFINITE) {
        return cli_library_failed();
    }
    return cli_failed("epoch %ju: the validation loss is not finite; try a lower learning rate "
                      "than --lr %.4g",
                      (uintmax_t)training->done.epoch, training->options.lr);
}

/* Validation, the files, and the line about an epoch whose steps are done. */
static enum exit_status finish_epoch(struct training *training, const struct epoch *epoch)
{
    double trained = progress_clock() - epoch->started;
    size_t samples = epoch->train.samples;
    training->train_seconds += trained;
    training->train_samples += samples;
    training->done.epoch++;
    training->done.samples += samples;

    descent_metrics validation = {0};
    descent_status status = DESCENT_OK;
    if (training->data.validation != NULL) {
        status = train_evaluate(training->data.validation, training->trainer, &validation);
    }
    if (status == DESCENT_OK) {
        status = judge(training, &epoch->train, &validation);
    }
    if (status != DESCENT_OK) {
        return evaluation_failed(training, status);
    }
    training->seconds += progress_clock() - epoch->started;
    struct metrics_row row = row_of(training, &epoch->train, &validation);
    row.values[METRICS_LEARNING_RATE] = epoch->learning_rate;
    row.values[METRICS_GRADIENT_NORM] = epoch->train.norm_sum / (double)epoch->train.norms;
    row.values[METRICS_SAMPLES_PER_SECOND] = (double)samples / trained;
    enum exit_status saved = save(training, &row);
    if (saved == DONE) {
        train_report_row(training, &row);
    }
    return saved;
}

static enum exit_status train_epoch(struct training *training)
{
    size_t samples = descent_dataset_count(training->data.train);
    struct epoch epoch = {
        .number = training->done.epoch + 1,
        .step_count = train_options_batches(&training->options, samples),
        .started = progress_clock(),
    };
    enum exit_status status = train_steps(training, &epoch);
    return status == DONE ? finish_epoch(training, &epoch) : status;
}

enum exit_status train_start(struct training *training)
{
    descent_metrics train = {0}, validation = {0};
    descent_status status = train_evaluate(training->data.train, training->trainer, &train);
    if (status == DESCENT_OK && training->data.validation != NULL) {
        status = train_evaluate(training->data.validation, training->trainer, &validation);
    }
    if (status != DESCENT_OK) {
        return cli_library_failed();
    }
    struct run_path path = run_path(&training->run, RUN_METRICS);
    struct metrics_row row = row_of(training, &train, &validation);
    enum exit_status started = metrics_start(path.text);
    if (started == DONE) {
        started = metrics_append(path.text, &row);
    }
    if (started == DONE) {
        train_report_row(training, &row);
    }
    return started;
}

enum exit_status train_epochs(struct training *training)
{
    enum exit_status status = DONE;
    interrupt_watch();
    while (status == DONE && training->done.epoch < training->options.epochs) {
        status = train_epoch(training);
    }
    return status;
}
