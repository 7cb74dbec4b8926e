/*
 * descent train: options, data, plan; a new run or one to continue; epochs; the result.
 */
#include "cli/base/interrupt.h"
#include "cli/base/paths.h"
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* What is learned may leave one loss only: it is taken, and any other that was given refused. */
static enum exit_status settle_loss(struct training *training, descent_loss_kind loss,
                                    const char *what)
{
    struct train_options *options = &training->options;
    descent_loss_kind found = (descent_loss_kind)options->loss;
    if (TRAIN_OPTION_GIVEN(&training->arguments, loss) && found != loss) {
        return cli_usage("--loss %s: expected %s with %s", descent_loss_name(found),
                         descent_loss_name(loss), what);
    }
    options->loss = (int)loss;
    return DONE;
}

static enum exit_status settle_labels(struct training *training)
{
    const struct source_options *source = &training->options.source;
    if (source->regression && source->multi_label) {
        return cli_usage("expected one of --regression and --multi-label, found both");
    }
    if (source->regression) {
        return settle_loss(training, DESCENT_LOSS_MSE, "--regression");
    }
    return source->multi_label
               ? settle_loss(training, DESCENT_LOSS_BINARY_CROSS_ENTROPY, "--multi-label")
               : DONE;
}

enum exit_status train_check_options(struct training *training)
{
    struct train_options *options = &training->options;
    CLI_TRY(engine_use(&options->engine, (descent_engine)options->engine.kind));
    CLI_TRY(settle_labels(training));
    CLI_TRY(train_target_settle(training));
    CLI_TRY(train_batches_read(training));
    if (TRAIN_OPTION_GIVEN(&training->arguments, activation) && options->hidden.count == 0) {
        return cli_usage("--activation has an effect only with hidden layers");
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

static enum exit_status go_on(struct training *training)
{
    CLI_TRY(run_enter(&training->run));
    CLI_TRY(train_resume_restore(training));
    CLI_TRY(train_result_remove(training));
    return train_config_save(training, NULL);
}

static bool is_same_folder(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* A run among the files of a data set would be in the way of whoever reads either. */
static enum exit_status refuse_data(const struct training *training)
{
    const char *out = training->options.out, *data = training->data.folder;
    if (out == NULL || path_is_there(run_file(out, RUN_CHECKPOINT).text) ||
        path_is_there(run_file(out, RUN_STUDY).text)) {
        return DONE; /* who makes the run's folder knows these */
    }
    char *name = data_file_in(out);
    bool found = name != NULL || (data != NULL && is_same_folder(out, data));
    enum exit_status status =
        !found
            ? DONE
            : cli_failed("%s: expected a new folder for the run, an empty one, or that of a run, "
                         "found data%s%s; give another one to --out",
                         out, name != NULL ? ": " : "", name != NULL ? name : "");
    free(name);
    return status;
}

/* A run has its first files together, or none. */
static enum exit_status begin(struct training *training)
{
    const struct train_options *options = &training->options;
    CLI_TRY(refuse_data(training));
    CLI_TRY(run_create(&training->run, options->out, training->data.name, options->force));
    CLI_TRY(train_checkpoint_save(training));
    CLI_TRY(train_config_save(training, NULL));
    return run_begin(&training->run);
}

static enum exit_status start_or_resume(struct training *training)
{
    CLI_TRY(path_check());
    CLI_TRY(training->checkpoint != NULL ? go_on(training) : begin(training));
    CLI_TRY(train_log_open(training));
    CLI_TRY(path_check());
    train_log_start(training);
    CLI_TRY(train_checkup_start(training));
    checkup_from_json(&training->facts, &training->told_before,
                      json_object_get(training->saved, TRAIN_CONFIG_CHECKUP));
    bool untrained = descent_trainer_steps(descent_fit_trainer(training->fit)) == 0;
    return untrained ? train_start(training) : DONE;
}

void train_destroy(struct training *training)
{
    train_log_close(training);
    json_decref(training->saved);
    json_decref(training->config);
    json_decref(training->checkup);
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
    CLI_TRY(train_log_keep(training));
    CLI_TRY(read_options(training));
    CLI_TRY(prepare(training));
    interrupt_watch();
    CLI_TRY(start_or_resume(training));
    CLI_TRY(train_epochs(training));
    run_follow(&training->run);
    return train_is_paused(training) ? train_result_paused(training) : train_result(training);
}

const struct option_table *command_train_options(void)
{
    return &TRAIN_OPTIONS;
}

enum exit_status command_train(int argc, const char **argv)
{
    struct training training = {
        .argc = argc, .argv = argv, .run = {.lock = -1}, .started = progress_clock()};
    enum exit_status status = train(&training);
    train_destroy(&training);
    return status;
}
