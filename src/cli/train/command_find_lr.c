/*
 * descent find-lr: the learning-rate range test, on weights that nobody keeps.
 */
#include "cli/train/find_lr.h"

#include <stdio.h>
#include <stdlib.h>

static enum exit_status search(struct find_lr *find)
{
    struct training *training = &find->training;
    const struct range_test_setup setup = {
        .from = find->from, .to = find->to, .steps = (size_t)find->steps};
    training->display = progress_create(training->options.quiet);
    training->data.display = &training->display;
    CLI_TRY(train_check_options(training));
    CLI_TRY(train_data_load(&training->data, &training->options));
    CLI_TRY(train_plan_fit(training));
    train_log_data(training);
    double started = progress_clock();
    CLI_TRY(range_test_run(&training->search, &setup, training->fit));
    find->seconds = progress_clock() - started;
    return DONE;
}

/* The result is printed even where a file cannot be written. */
static enum exit_status show(const struct find_lr *find)
{
    bool json = find->training.options.json;
    bool drawn = !json && !find->no_plot;
    enum exit_status status = DONE;
    if (find->csv != NULL) {
        status = find_lr_save_csv(&find->training.search, find->csv);
    }
    if (status == DONE && drawn) {
        status = find_lr_draw(find, NULL);
    }
    if (status == DONE && find->out != NULL) {
        status = find_lr_draw(find, find->out);
    }
    if (drawn) {
        putchar('\n');
    }
    enum exit_status printed = json ? find_lr_print_json(find) : find_lr_print_text(find);
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
    free(find.csv);
    free(find.out);
    return status;
}
