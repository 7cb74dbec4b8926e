/*
 * What training says on the standard error: the block at its start.
 */
#include "cli/base/reading.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

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
    snprintf(text, size, "%s", classes > 0 ? "; by class" : "");
    for (size_t i = 0; i < classes; i++) {
        low = counts[i] < low ? counts[i] : low;
        high = counts[i] > high ? counts[i] : high;
        text_append(text, size, " %zu", counts[i]);
    }
    if (classes > 20) {
        snprintf(text, size, "; by class %zu to %zu", low, high);
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
    char list[160], train[TEXT_SIZE], held[TEXT_SIZE], fold[64] = "", split[320];
    list_counts(list, sizeof list, validation);
    if (training->options.fold.second > 0) {
        snprintf(fold, sizeof fold, "fold %zu of %zu: ", training->options.fold.first,
                 training->options.fold.second);
    }
    snprintf(split, sizeof split, "%s%s to train on, %s for validation%s", fold,
             text_count(train, descent_dataset_count(training->data.train)),
             text_count(held, descent_dataset_count(validation)), list);
    progress_say_parts(&training->display, "split", split);
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

static void log_training(struct training *training)
{
    const struct train_options *options = &training->options;
    size_t samples = descent_dataset_count(training->data.train);
    char batch[TEXT_SIZE], steps[TEXT_SIZE];
    progress_say(&training->display, "training  %s, %s, learning rate %g, schedule %s",
                 descent_loss_name((descent_loss_kind)options->loss),
                 descent_optimizer_name((descent_optimizer_kind)options->optimizer), options->lr,
                 descent_schedule_name((descent_schedule_kind)options->schedule));
    if (training->search.points != NULL) {
        progress_say(&training->display, "          learning rate by a range test of %zu steps: %s",
                     training->search.count, RANGE_TEST_RULE);
    }
    const char *batches = training->batches.count > 0
                              ? options->batch_schedule
                              : text_count(batch, train_options_batch(options, samples));
    if (options->budget > 0.0) {
        progress_say(&training->display,
                     "          weight decay %g, batch %s, as many epochs as %g s allow",
                     options->weight_decay, batches, options->budget);
        return;
    }
    progress_say(&training->display, "          weight decay %g, batch %s, epochs %ju, steps %s",
                 options->weight_decay, batches, (uintmax_t)options->epochs,
                 text_count(steps, descent_fit_schedule(training->fit)->steps));
}

void train_log_data(struct training *training)
{
    log_data(training);
    log_split(training);
    log_inputs(training);
    log_network(training);
}

void train_log_start(struct training *training)
{
    int threads = descent_trainer_threads(descent_fit_trainer(training->fit));
    train_log_data(training);
    log_training(training);
    progress_say(&training->display, "run       %s, seed %ju, %d thread%s, engine %s",
                 training->run.folder, (uintmax_t)training->options.seed, threads,
                 threads == 1 ? "" : "s",
                 engine_describe((descent_engine)training->options.engine.kind).text);
    if (training->checkpoint != NULL) {
        train_log_resumed(training);
    }
    train_log_header(training);
}
