/*
 * What training says on the standard error: one block at the start, one line an epoch.
 */
#include "cli/base/reading.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void log_data(struct training *training)
{
    const struct train_data *data = &training->data;
    const descent_shape *shape = descent_dataset_shape(data->source);
    char sizes[128] = "", train[TEXT_SIZE], held[TEXT_SIZE], test[2 * TEXT_SIZE] = "";
    for (size_t i = 0; i < shape->rank; i++) {
        text_append(sizes, sizeof sizes, "%s%zu", i == 0 ? "" : "x", shape->sizes[i]);
    }
    if (shape->rank == 1) {
        text_append(sizes, sizeof sizes, " input%s", shape->sizes[0] == 1 ? "" : "s");
    }
    size_t outputs = train_outputs(data);
    const struct source_options *source = &training->options.source;
    const char *one = source->regression ? "target" : source->multi_label ? "label" : "class";
    const char *many = source->regression ? "targets" : source->multi_label ? "labels" : "classes";
    if (data->test != NULL) {
        snprintf(test, sizeof test, " and %s test",
                 text_count(held, descent_dataset_count(data->test)));
    }
    progress_say(&training->display, "data      %s: %s training%s samples, %s, %zu %s", data->name,
                 text_count(train, descent_dataset_count(data->source)), test, sizes, outputs,
                 outputs == 1 ? one : many);
    char table[256];
    reading_describe(table, sizeof table, data->source);
    if (table[0] != '\0') {
        progress_say(&training->display, "table     %s", table);
    }
}

/* Where there are many classes, the least and the most. */
static void list_counts(char *text, size_t size, const descent_dataset *dataset)
{
    const size_t *counts = descent_dataset_class_counts(dataset);
    size_t classes = descent_dataset_classes(dataset);
    size_t low = classes > 0 ? counts[0] : 0, high = low;
    snprintf(text, size, "%s", classes > 0 ? ", by class" : "");
    for (size_t i = 0; i < classes; i++) {
        low = counts[i] < low ? counts[i] : low;
        high = counts[i] > high ? counts[i] : high;
        text_append(text, size, " %zu", counts[i]);
    }
    if (classes > 20) {
        snprintf(text, size, ", by class %zu to %zu", low, high);
    }
}

/* What is not held back, and why. */
static void log_whole(struct training *training)
{
    const struct train_data *data = &training->data;
    bool small = descent_dataset_count(data->source) < DESCENT_SPLIT_LEAST;
    const char *what = data->validation != NULL ? "testing"
                       : data->test != NULL     ? "validation"
                                                : "testing or validation";
    if (data->test == NULL || (data->validation == NULL && small)) {
        progress_say(&training->display, "split     none held back for %s%s", what,
                     small ? ": fewer than 20 samples" : "");
    }
}

/* The validation set, with its samples of each class: a split that has lost one is seen at once. */
static void log_split(struct training *training)
{
    const descent_dataset *validation = training->data.validation;
    log_whole(training);
    if (validation == NULL) {
        return;
    }
    char list[160], train[TEXT_SIZE], held[TEXT_SIZE];
    list_counts(list, sizeof list, validation);
    progress_say(&training->display, "split     %s to train on, %s for validation%s",
                 text_count(train, descent_dataset_count(training->data.train)),
                 text_count(held, descent_dataset_count(validation)), list);
}

/* What becomes of the features, where anything does. */
static void log_inputs(struct training *training)
{
    static const char *const ways[DESCENT_STANDARDIZE_COUNT] = {
        [DESCENT_STANDARDIZE_FEATURE] = "standardised by feature",
        [DESCENT_STANDARDIZE_SET] = "standardised over the whole set",
    };
    const char *way = ways[training->options.standardize];
    char columns[400];
    reading_inputs(columns, sizeof columns, training->data.source);
    if (way != NULL || columns[0] != '\0') {
        text_append(columns, sizeof columns, "%s%s", way != NULL && columns[0] != '\0' ? "; " : "",
                    way != NULL ? way : "");
        progress_say_parts(&training->display, "inputs", columns);
    }
}

static void log_network(struct training *training)
{
    const struct train_options *options = &training->options;
    const descent_model *model = descent_fit_model(training->fit);
    char description[TRAIN_DESCRIPTION_SIZE], parameters[TEXT_SIZE];
    descent_model_describe(model, description, sizeof description);
    bool zeros = options->init_from != NULL || strcmp(options->init_bias, "zeros") == 0;
    progress_say(&training->display, "network   %s, %s parameters, init %s%s%s%s", description,
                 text_count(parameters, descent_model_parameter_count(model)),
                 options->init_from != NULL ? options->init_from
                                            : descent_init_name((descent_init)options->init),
                 training->last_layer_new ? ", last layer new" : "", zeros ? "" : ", biases ",
                 zeros ? "" : options->init_bias);
}

/* A long run tells one epoch in 2, 5, 10, 20 … so that it has a hundred lines at most. */
static uint64_t told_every(uint64_t epochs)
{
    const uint64_t lines = 100;
    uint64_t every = 1;
    while (every * lines < epochs) {
        every *= 10;
    }
    bool fifth = every / 5 * lines >= epochs, half = every / 2 * lines >= epochs;
    return every == 1 ? 1 : every / (fifth ? 5 : half ? 2 : 1);
}

static void log_training(struct training *training)
{
    const struct train_options *options = &training->options;
    size_t samples = descent_dataset_count(training->data.train);
    char batch[TEXT_SIZE], steps[TEXT_SIZE];
    progress_say(
        &training->display, "training  %s, %s, learning rate %g, schedule %s, weight decay %g",
        descent_loss_name((descent_loss_kind)options->loss),
        descent_optimizer_name((descent_optimizer_kind)options->optimizer), options->lr,
        descent_schedule_name((descent_schedule_kind)options->schedule), options->weight_decay);
    if (training->search.points != NULL) {
        progress_say(&training->display, "          learning rate by a range test of %zu steps: %s",
                     training->search.count, RANGE_TEST_RULE);
    }
    text_count(batch, train_options_batch(options, samples));
    if (options->budget > 0.0) {
        progress_say(&training->display, "          batch %s, as many epochs as %g s allow", batch,
                     options->budget);
        return;
    }
    uint64_t every = told_every(options->epochs);
    progress_say(&training->display, "          batch %s, epochs %ju, steps %s", batch,
                 (uintmax_t)options->epochs,
                 text_count(steps, descent_fit_schedule(training->fit)->steps));
    if (every > 1) {
        progress_say(&training->display,
                     "          shown: one epoch in %ju, or one a second; all are in " RUN_METRICS
                     "",
                     (uintmax_t)every);
    }
}

void train_log_data(struct training *training)
{
    log_data(training);
    log_split(training);
    log_inputs(training);
    log_network(training);
}

/* The test's columns take the place of learning rate and speed. Those of numbers are too wide. */
static bool shows_test(const struct training *training)
{
    return training->options.log_test && !training->options.source.regression;
}

/* Columns of one line: the validation's are left out where there is none. */
static void log_header(struct training *training)
{
    const char *figures = training->options.source.regression ? "      R2       RMSE" : "accuracy";
    const char *rest =
        shows_test(training) ? "   test loss  accuracy" : "  learning rate  samples/s";
    char validation[64] = "";
    if (training->data.validation != NULL) {
        snprintf(validation, sizeof validation, "  valid loss  %s", figures);
    }
    progress_say(&training->display, "\nepoch     step  train loss  %s%s%s", figures, validation,
                 rest);
}

void train_log_start(struct training *training)
{
    int threads = descent_trainer_threads(descent_fit_trainer(training->fit));
    train_log_data(training);
    log_training(training);
    progress_say(&training->display, "run       %s, seed %ju, %d thread%s", training->run.folder,
                 (uintmax_t)training->options.seed, threads, threads == 1 ? "" : "s");
    if (training->checkpoint != NULL) {
        train_log_resumed(training);
    }
    log_header(training);
}

/* A loss, and what stands beside it: accuracy, or R² and RMSE. */
static void append_figures(char *text, size_t size, const struct train_figures *figures)
{
    char accuracy[TEXT_SIZE], r2[TEXT_SIZE];
    if (!isnan(figures->accuracy)) {
        text_append(text, size, "  %10.6f  %8s", figures->loss,
                    text_percent(accuracy, figures->accuracy));
    } else {
        text_append(text, size, "  %10.6f  %8s  %9.4g", figures->loss, text_r2(r2, figures->r2),
                    figures->rmse);
    }
}

/* Long epochs are told each: nobody waits for more than a second. */
static bool is_told(struct training *training)
{
    double now = progress_clock();
    bool told = train_progress(training)->epoch % told_every(training->options.epochs) == 0 ||
                train_stop(training) != DESCENT_STOP_NONE || now >= training->told_at + 1.0;
    training->told_at = told ? now : training->told_at;
    return told;
}

void train_log_row(struct training *training, const struct metrics_row *row)
{
    const double *values = row->values;
    const descent_figures *done = descent_fit_figures(training->fit);
    const struct train_data *data = &training->data;
    struct train_figures train = train_figures(data, TRAIN_PART, &done->train);
    char figures[6 * TEXT_SIZE] = "", rate[TEXT_SIZE] = "-", speed[TEXT_SIZE];
    if (!is_told(training)) {
        return;
    }
    append_figures(figures, sizeof figures, &train);
    if (data->validation != NULL) {
        struct train_figures held = train_figures(data, VALIDATION_PART, &done->validation);
        append_figures(figures, sizeof figures, &held);
    }
    if (shows_test(training)) {
        struct train_figures test = train_figures(data, TEST_PART, &training->tested);
        append_figures(figures, sizeof figures, &test);
        progress_say(&training->display, "%5.0f  %7.0f%s", values[METRICS_EPOCH],
                     values[METRICS_STEP], figures);
        return;
    }
    if (!isnan(values[METRICS_LEARNING_RATE])) { /* the untrained network has none */
        snprintf(rate, sizeof rate, "%.3e", values[METRICS_LEARNING_RATE]);
    }
    progress_say(&training->display, "%5.0f  %7.0f%s  %13s  %9s", values[METRICS_EPOCH],
                 values[METRICS_STEP], figures, rate,
                 text_whole(speed, values[METRICS_SAMPLES_PER_SECOND]));
}
