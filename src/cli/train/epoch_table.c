/*
 * The table of epochs on the standard error: about twenty rows of a run, of which metrics.csv has
 * them all, in columns that fit 80.
 */
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdio.h>

/* The least of 1, 2, 5, 10, 20, 50 … of which `count` reach this epoch. */
static uint64_t round_step(uint64_t epoch, uint64_t count)
{
    static const uint64_t firsts[] = {1, 2, 5};
    for (uint64_t decade = 1;; decade *= 10) {
        for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
            if (firsts[i] * decade * count >= epoch) {
                return firsts[i] * decade;
            }
        }
    }
}

/* Steps of one length through the run, and before the first of them 1, 2, 5, 10 … Where nobody
 * knows how many epochs there will be, steps that grow. */
static bool is_chosen(uint64_t epoch, uint64_t epochs)
{
    uint64_t step = epochs == 0 ? round_step(epoch, 4) : epochs > 20 ? round_step(epochs, 16) : 1;
    return epoch % step == 0 || (epochs > 0 && epoch < step && epoch == round_step(epoch, 1));
}

static bool is_shown(const struct training *training)
{
    const struct train_options *options = &training->options;
    uint64_t epoch = train_progress(training)->epoch;
    if (train_stop(training) != DESCENT_STOP_NONE) {
        return true;
    }
    return options->log_every == 0 ? is_chosen(epoch, options->budget > 0.0 ? 0 : options->epochs)
                                   : epoch % options->log_every == 0;
}

static const char *rest_columns(const struct training *training)
{
    if (training->options.source.regression) {
        return "";
    }
    return training->options.log_test        ? "   test loss  accuracy"
           : training->options.log_sharpness ? "       rate  sharpness"
                                             : "  learning rate";
}

/* The validation's columns are left out where there is none. */
void train_log_header(struct training *training)
{
    const char *figures = training->options.source.regression ? "      R2       RMSE" : "accuracy";
    char validation[64] = "";
    if (training->data.validation != NULL) {
        snprintf(validation, sizeof validation, "  valid loss  %s", figures);
    }
    progress_say(&training->display, "\nepoch     step  train loss  %s%s%s", figures, validation,
                 rest_columns(training));
}

/* A loss, and what stands beside it: accuracy, or R² and RMSE. */
static void append_figures(char *text, size_t size, const struct train_figures *figures)
{
    char accuracy[TEXT_SIZE], r2[TEXT_SIZE];
    text_append(text, size, fabs(figures->loss) < 1000.0 ? "  %10.6f" : "  %10.4e", figures->loss);
    if (!isnan(figures->accuracy)) {
        text_append(text, size, "  %8s", text_percent(accuracy, figures->accuracy));
    } else {
        text_append(text, size, "  %8s  %9.4g", text_r2(r2, figures->r2), figures->rmse);
    }
}

/* The untrained network has no learning rate, and not every epoch a sharpness. */
static void append_number(char *text, size_t size, int width, const char *format, double number)
{
    char own[TEXT_SIZE] = "-";
    if (!isnan(number)) {
        snprintf(own, sizeof own, format, number);
    }
    text_append(text, size, "  %*s", width, own);
}

/* Behind training and validation: the test samples' figures, or else the learning rate, and beside
 * it the sharpness. Where numbers are predicted there is no room for any. */
static void append_rest(char *text, size_t size, const struct training *training, double rate)
{
    if (training->options.source.regression) {
        return;
    }
    if (training->options.log_test) {
        struct train_figures test = train_figures(&training->data, TEST_PART, &training->tested);
        append_figures(text, size, &test);
    } else if (training->options.log_sharpness) {
        append_number(text, size, 9, "%.3e", rate);
        append_number(text, size, 9, "%.4g", training->sharpness);
    } else {
        append_number(text, size, 13, "%.3e", rate);
    }
}

void train_log_row(struct training *training, const struct metrics_row *row)
{
    const descent_figures *done = descent_fit_figures(training->fit);
    const struct train_data *data = &training->data;
    struct train_figures train = train_figures(data, TRAIN_PART, &done->train);
    char figures[6 * TEXT_SIZE] = "";
    if (!is_shown(training)) {
        return;
    }
    append_figures(figures, sizeof figures, &train);
    if (data->validation != NULL) {
        struct train_figures held = train_figures(data, VALIDATION_PART, &done->validation);
        append_figures(figures, sizeof figures, &held);
    }
    append_rest(figures, sizeof figures, training, row->values[METRICS_LEARNING_RATE]);
    progress_say(&training->display, "%5.0f  %7.0f%s", row->values[METRICS_EPOCH],
                 row->values[METRICS_STEP], figures);
}
