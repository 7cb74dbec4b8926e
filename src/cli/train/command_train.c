/*
 * descent train: options, data, plan; a new run or one to continue; epochs; the result.
 */
#include "cli/base/interrupt.h"
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>

/* The one positional argument, DATA, which a resumed run may leave out. */
static enum exit_status read_data_argument(struct training *training)
{
    const char *const *rest = training->arguments.rest;
    if (rest[0] == NULL) {
        return training->options.resume != NULL
                   ? DONE
                   : cli_usage("train: expected DATA: a folder or a name such as digits");
    }
    if (rest[1] != NULL) {
        return cli_usage("train: expected one DATA, found \"%s\" and \"%s\"", rest[0], rest[1]);
    }
    training->data.given = strdup(rest[0]);
    return training->data.given != NULL ? DONE : cli_failed("out of memory");
}

static enum exit_status check_resume(const struct train_options *options)
{
    if (options->resume != NULL && (options->out != NULL || options->force)) {
        return cli_usage("--resume continues in the run's own folder; leave out --out and --force");
    }
    return DONE;
}

static enum exit_status read_options(struct training *training)
{
    CLI_TRY(option_read_command(&TRAIN_OPTIONS, training->argc, training->argv,
                                &training->arguments, &training->options));
    CLI_TRY(check_resume(&training->options));
    return read_data_argument(training);
}

/* Everything that can be refused is refused here, before any file of a run is touched. */
static enum exit_status prepare(struct training *training)
{
    enum exit_status status = DONE;
    training->display = progress_create(training->options.quiet);
    training->data.display = &training->display;
    if (training->options.resume != NULL) {
        status = train_resume_open(training);
    }
    if (status == DONE) {
        status = train_check_options(training);
    }
    if (status == DONE) {
        status = train_data_load(&training->data, &training->options);
    }
    if (status == DONE) {
        status = train_plan(training);
    }
    return status == DONE ? train_config_create(training) : status;
}

/* The checkpoint is a new run's first file: with it there, the run can be resumed. */
static enum exit_status create_run(struct training *training)
{
    const struct train_options *options = &training->options;
    enum exit_status status =
        run_create(&training->run, options->out, training->data.name, options->force);
    return status == DONE ? train_checkpoint_save(training) : status;
}

static enum exit_status start_or_resume(struct training *training)
{
    enum exit_status status =
        training->checkpoint == NULL ? create_run(training) : train_resume_restore(training);
    if (status == DONE) {
        status = train_config_save(training, STOP_NOT);
    }
    if (status == DONE) {
        train_report_start(training);
        train_report_header(training);
        status = train_checkup_start(training);
    }
    train_budget_start(training);
    bool untrained = descent_trainer_steps(training->trainer) == 0;
    return status == DONE && untrained ? train_start(training) : status;
}

void train_destroy(struct training *training)
{
    json_decref(training->config);
    free(training->checkpoint_config);
    descent_checkpoint_destroy(training->checkpoint);
    range_test_free(&training->search);
    descent_loader_destroy(training->loader);
    descent_trainer_destroy(training->trainer);
    descent_model_destroy(training->best);
    descent_model_destroy(training->model);
    free(training->class_weights);
    train_data_destroy(&training->data);
    run_close(&training->run);
    option_free_values(&TRAIN_OPTIONS, &training->options);
    option_free_values(&TRAIN_OPTIONS, &training->stored);
    option_free_arguments(&training->arguments);
}

enum exit_status command_train(int argc, const char **argv)
{
    struct training training = {.argc = argc, .argv = argv, .run = {.lock = -1}};
    enum exit_status status = read_options(&training);
    if (status == DONE) {
        status = prepare(&training);
    }
    if (status == DONE) {
        interrupt_watch();
        status = start_or_resume(&training);
    }
    if (status == DONE) {
        status = train_epochs(&training);
    }
    if (status == DONE) {
        status = train_summary(&training);
    }
    train_destroy(&training);
    return status;
}
