/*
 * descent find-lr: the learning-rate range test, on weights that nobody keeps.
 */
#include "cli/train/find_lr.h"

#include <stdio.h>

static enum exit_status search(struct find_lr *search)
{
    struct training *training = &search->training;
    const struct range_test_setup setup = {
        .from = search->options.from,
        .to = search->options.to,
        .steps = (size_t)search->options.steps,
    };
    training->display = progress_create(training->options.quiet);
    training->data.display = &training->display;
    enum exit_status status = train_check_options(training);
    if (status == DONE) {
        status = train_data_load(&training->data, &training->options);
    }
    if (status == DONE) {
        status = train_plan_trainer(training);
    }
    if (status == DONE) {
        train_report_data(training);
    }
    double started = progress_clock();
    if (status == DONE) {
        status = train_range_test(training, &setup, &training->search);
    }
    search->seconds = progress_clock() - started;
    return status;
}

static enum exit_status show(const struct find_lr *search)
{
    const struct find_lr_options *options = &search->options;
    bool json = search->training.options.json;
    enum exit_status status = DONE;
    if (options->csv != NULL) {
        status = find_lr_save_csv(&search->training.search, options->csv);
    }
    if (status == DONE && !json && !options->no_plot) {
        status = find_lr_draw(search, NULL);
    }
    if (status == DONE && options->out != NULL) {
        status = find_lr_draw(search, options->out);
    }
    if (!json && !options->no_plot) {
        putchar('\n');
    }
    enum exit_status printed = json ? find_lr_print_json(search) : find_lr_print_text(search);
    return status == DONE ? printed : status;
}

enum exit_status command_find_lr(int argc, const char **argv)
{
    struct find_lr find = {.training = {.run = {.lock = -1}}};
    enum exit_status status = find_lr_options_read(&find, argc, argv);
    if (status == DONE) {
        status = search(&find);
    }
    if (status == DONE) {
        status = show(&find);
    }
    train_destroy(&find.training);
    find_lr_options_free(&find.options);
    return status;
}
