/*
 * descent train: options, data, plan; a new run or one to continue; epochs; the result.
 */
#include "cli/base/interrupt.h"
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>

enum exit_status train_read_data(struct training *training, const char *command)
{
    const char *const *rest = training->arguments.rest;
    if (rest[0] == NULL && training->options.resume != NULL) {
        return DONE;
    }
    if (rest[0] == NULL) {
        return cli_usage("%s: expected DATA: a folder or a name such as digits", command);
    }
    if (rest[1] != NULL) {
        return cli_usage("%s: expected one DATA, found \"%s\" and \"%s\"", command, rest[0],
                         rest[1]);
    }
    training->data.given = strdup(rest[0]);
    return training->data.given != NULL ? DONE : cli_failed("out of memory");
}

static enum exit_status read_options(struct training *training)
{
    const struct train_options *options = &training->options;
    CLI_TRY(option_read_command(&TRAIN_OPTIONS, training->argc, training->argv,
                                &training->arguments, &training->options));
    if (options->resume != NULL && (options->out != NULL || options->force)) {
        return cli_usage("--resume continues in the run's own folder; leave out --out and --force");
    }
    return train_read_data(training, "train");
}

enum exit_status train_check_options(struct training *training)
{
    struct train_options *options = &training->options;
    bool given = TRAIN_OPTION_GIVEN(&training->arguments, loss);
    if (options->source.regression) {
        if (given && options->loss != DESCENT_LOSS_MSE) {
            return cli_usage("--loss %s needs classes: with --regression expected mse",
                             descent_loss_name((descent_loss_kind)options->loss));
        }
        options->loss = DESCENT_LOSS_MSE;
    }
    double deviation;
    CLI_TRY(train_read_init_bias(&deviation, options->init_bias));
    if (options->resume == NULL) {
        CLI_TRY(train_check_output_activation(options));
    }
    return option_check_effects(&TRAIN_OPTIONS, &training->arguments, options);
}

/* Everything that can be refused is refused here, before any file of a run is touched. */
static enum exit_status prepare(struct training *training)
{
    training->display = progress_create(training->options.quiet);
    if (training->options.resume != NULL) {
        CLI_TRY(train_resume_open(training));
    }
    CLI_TRY(train_check_options(training));
    CLI_TRY(train_data_load(training));
    CLI_TRY(train_plan(training));
    return train_config_create(training);
}

/* The checkpoint is a new run's first file: with it there, the run can be resumed. */
static enum exit_status start_or_resume(struct training *training)
{
    const struct train_options *options = &training->options;
    if (training->checkpoint != NULL) {
        CLI_TRY(train_resume_restore(training));
    } else {
        CLI_TRY(run_create(&training->run, options->out, training->data.name, options->force));
        CLI_TRY(train_checkpoint_save(training));
    }
    CLI_TRY(train_config_save(training, DESCENT_STOP_NONE));
    train_log_start(training);
    CLI_TRY(train_checkup_start(training));
    bool untrained = descent_trainer_steps(descent_fit_trainer(training->fit)) == 0;
    return untrained ? train_start(training) : DONE;
}

void train_destroy(struct training *training)
{
    json_decref(training->saved);
    json_decref(training->config);
    free(training->checkpoint_config);
    descent_checkpoint_destroy(training->checkpoint);
    free(training->search.points);
    descent_fit_destroy(training->fit);
    trained_model_free(&training->initial);
    descent_model_destroy(training->model);
    free(training->class_weights);
    train_data_destroy(&training->data);
    run_close(&training->run);
    option_free_values(&TRAIN_OPTIONS, &training->options);
    option_free_values(&TRAIN_OPTIONS, &training->stored);
    option_free_arguments(&training->arguments);
}

static enum exit_status train(struct training *training)
{
    CLI_TRY(read_options(training));
    CLI_TRY(prepare(training));
    interrupt_watch();
    CLI_TRY(start_or_resume(training));
    CLI_TRY(train_epochs(training));
    return train_result(training);
}

enum exit_status command_train(int argc, const char **argv)
{
    struct training training = {
        .argc = argc, .argv = argv, .run = {.lock = -1}, .started = progress_clock()};
    enum exit_status status = train(&training);
    train_destroy(&training);
    return status;
}
