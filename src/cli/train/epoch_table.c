/*
 * The table of epochs on the standard error: about twenty rows of a run, of which metrics.csv has
 * them all, in columns that fit 80; in a narrower terminal the last of them are left out.
 */
#include "cli/base/lines.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

/* A row of the table, and as many of its characters as the terminal has room for: whole columns. */
struct line {
    char text[256];
    size_t shown, room;
};

static void add_column(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_column(struct line *line, const char *format, ...)
{
    char cell[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(cell, sizeof cell, format, arguments);
    va_end(arguments);
    text_append(line->text, sizeof line->text, "%s", cell);
    size_t length = strlen(line->text);
    line->shown = length <= line->room || line->shown == 0 ? length : line->shown;
}

static struct line line_of(void)
{
    return (struct line){.room = lines_width(stderr)};
}

/* Where more is asked for, numbers that are predicted leave no room for the error, which follows
 * from R2. */
static bool shows_error(const struct training *training)
{
    const struct train_options *options = &training->options;
    return options->source.regression && !options->log_test && !options->log_sharpness &&
           !options->log_noise_scale;
}

static void add_heading(struct line *line, const struct training *training, const char *loss)
{
    add_column(line, "  %10s", loss);
    add_column(line, "  %8s", training->options.source.regression ? "R2" : "accuracy");
    if (shows_error(training)) {
        add_column(line, "  %9s", "RMSE");
    }
}

/* The validation's columns are left out where there is none. Where numbers are predicted there is
 * no room for the learning rate. */
void train_log_header(struct training *training)
{
    struct line line = line_of();
    add_column(&line, "epoch");
    add_column(&line, "     step");
    add_heading(&line, training, "train loss");
    if (training->data.validation != NULL) {
        add_heading(&line, training, "valid loss");
    }
    if (training->options.log_test) {
        add_heading(&line, training, "test loss");
    } else if (training->options.log_sharpness) {
        add_column(&line, "       rate");
        add_column(&line, "  sharpness");
    } else if (training->options.log_noise_scale) {
        add_column(&line, "       rate");
        add_column(&line, "      noise");
    } else if (!training->options.source.regression) {
        add_column(&line, "  learning rate");
    }
    progress_say(&training->display, "%s", "");
    progress_say_row(&training->display, line.text, line.shown);
}

/* A loss, and what stands beside it: accuracy, or R² and RMSE. */
static void add_figures(struct line *line, const struct training *training,
                        const struct train_figures *figures)
{
    char accuracy[TEXT_SIZE], r2[TEXT_SIZE];
    add_column(line, fabs(figures->loss) < 1000.0 ? "  %10.6f" : "  %10.4e", figures->loss);
    if (!isnan(figures->accuracy)) {
        add_column(line, "  %8s", text_percent(accuracy, figures->accuracy));
        return;
    }
    add_column(line, "  %8s", text_r2(r2, figures->r2));
    if (shows_error(training)) {
        add_column(line, "  %9.4g", figures->rmse);
    }
}

/* The untrained network has no learning rate, and not every epoch a sharpness. */
static void add_number(struct line *line, int width, const char *format, double number)
{
    char own[TEXT_SIZE] = "-";
    if (!isnan(number)) {
        snprintf(own, sizeof own, format, number);
    }
    add_column(line, "  %*s", width, own);
}

/* Behind training and validation: the test samples' figures, or else the learning rate, and beside
 * it the sharpness or the noise scale. */
static void add_rest(struct line *line, const struct training *training,
                     const struct metrics_row *row)
{
    double rate = row->values[METRICS_LEARNING_RATE];
    if (training->options.log_test) {
        struct train_figures test = train_figures(&training->data, TEST_PART, &training->tested);
        add_figures(line, training, &test);
    } else if (training->options.log_sharpness) {
        add_number(line, 9, "%.3e", rate);
        add_number(line, 9, "%.4g", row->values[METRICS_SHARPNESS]);
    } else if (training->options.log_noise_scale) {
        add_number(line, 9, "%.3e", rate);
        add_number(line, 9, "%.4g", row->values[METRICS_NOISE_SCALE]);
    } else if (!training->options.source.regression) {
        add_number(line, 13, "%.3e", rate);
    }
}

static struct line row_line(const struct training *training, const struct metrics_row *row)
{
    const descent_figures *done = descent_fit_figures(training->fit);
    const struct train_data *data = &training->data;
    struct train_figures train = train_figures(data, TRAIN_PART, &done->train);
    struct line line = line_of();
    add_column(&line, "%5.0f", row->values[METRICS_EPOCH]);
    add_column(&line, "  %7.0f", row->values[METRICS_STEP]);
    add_figures(&line, training, &train);
    if (data->validation != NULL) {
        struct train_figures held = train_figures(data, VALIDATION_PART, &done->validation);
        add_figures(&line, training, &held);
    }
    add_rest(&line, training, row);
    return line;
}

/* Of a row that is not shown it cannot be known whether it will stay the best. */
static void keep_best(struct training *training, const struct line *line, bool shown)
{
    const descent_progress *done = train_progress(training);
    if (training->data.validation == NULL || done->best_epoch != done->epoch) {
        return;
    }
    size_t blanks = strspn(line->text, " ");
    size_t width = blanks + strspn(line->text + blanks, "0123456789");
    training->best_row.shown = line->shown;
    snprintf(training->best_row.text, sizeof training->best_row.text, "%*s%s", (int)width, "best",
             line->text + width);
    if (shown) {
        training->best_row.text[0] = '\0';
    }
}

void train_log_row(struct training *training, const struct metrics_row *row)
{
    bool shown = is_shown(training);
    struct line line = row_line(training, row);
    keep_best(training, &line, shown);
    if (shown) {
        progress_say_row(&training->display, line.text, line.shown);
    }
    if (train_stop(training) != DESCENT_STOP_NONE && training->best_row.text[0] != '\0') {
        progress_say_row(&training->display, training->best_row.text, training->best_row.shown);
    }
}
