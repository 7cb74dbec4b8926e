/*
 * A training run in progress: what command_train.c and its helpers share.
 *
 *     options → data → plan (model, trainer, loader, schedule) → start or resume
 *             → epochs, each: steps, validation, files → summary
 */
#ifndef DESCENT_CLI_TRAIN_H
#define DESCENT_CLI_TRAIN_H

#include "cli/base/cli.h"
#include "cli/base/metrics.h"
#include "cli/base/progress.h"
#include "cli/base/run.h"
#include "cli/doctor/checkup.h"
#include "cli/train/options.h"
#include "cli/train/range_test.h"

#include <descent/descent.h>
#include <jansson.h>

/* Room for the longest description: 65 sizes of up to 7 digits, and two activations. */
enum { TRAIN_DESCRIPTION_SIZE = 1024 };

/* The parts of the data that samples are used as. */
enum train_part { TRAIN_PART, VALIDATION_PART, TEST_PART, TRAIN_PARTS };

/* The data of a run. */
struct train_data {
    char *given;             /* as it was given, or as the run's configuration has it */
    char *folder;            /* absolute; also a CSV file */
    char *name;              /* short, for files and default folders */
    descent_dataset *source; /* the training part, as it is on the disk */
    descent_dataset *train;  /* its two halves; validation may be NULL */
    descent_dataset *validation;
    descent_dataset *test;
    descent_preparation *preparation; /* what all three go through, or NULL */
    char *preparation_text;           /* the same as files hold it, or NULL */
    double variances[TRAIN_PARTS];    /* of the targets: see regression_variance() */
    double low, high;                 /* of images that are made of floats; else 0 */
    struct progress *display;         /* shows how far reading is, or NULL */
};

/* Why a run is over; the first that holds is told. */
enum stop_reason {
    STOP_NOT,
    STOP_ACCURACY,
    STOP_GRADIENT,
    STOP_PATIENCE,
    STOP_BUDGET,
    STOP_EPOCHS,
    STOP_INTERRUPTED,
    STOP_NONFINITE,
    STOP_EXPLODED,
    STOP_REASONS
};

/* The time of a run that has only so much of it, in seconds. */
struct train_budget {
    double before;  /* used up by earlier processes */
    double started; /* on the clock; 0: not yet */
    double latest;  /* on the clock, the start of the latest step */
    double step;    /* running mean of the steps' durations */
    double reserve; /* running mean of what it takes to end an epoch after its steps */
};

struct training {
    int argc; /* the command line, as given */
    const char **argv;
    struct option_arguments arguments;
    struct train_options options;
    struct train_options stored; /* those of the run that is resumed */
    struct progress display;
    struct train_data data;
    float *class_weights; /* [classes], or NULL */
    struct run run;

    descent_model *model; /* the last weights, as of the last epoch's end */
    descent_model *best;  /* the best by validation loss; NULL where there is no validation set */
    descent_metrics best_validation;
    descent_trainer *trainer;
    descent_loader *loader;
    descent_schedule schedule;
    struct range_test search; /* without points where the learning rate was given */
    descent_progress done;

    descent_checkpoint *checkpoint; /* what is resumed, or NULL */
    json_t *config;                 /* config.json of the run that is resumed, or NULL */
    char *checkpoint_config;        /* the configuration as checkpoints hold it */

    struct checkup_facts facts;
    unsigned told; /* by the check-up */

    struct {
        enum stop_reason reason; /* STOP_NOT: none */
        char text[1024];
    } alarm; /* of the guard */

    struct train_budget budget;
    double seconds;         /* in all, processes before this one included */
    double train_seconds;   /* in this process, in steps alone */
    uint64_t train_samples; /* in this process */
};

/* command_train.c: frees all that a zeroed training has come to hold; run.lock must be −1 or open.
 */
void train_destroy(struct training *training);

/* train_data.c: finds and loads both parts, and splits off the validation set. */
enum exit_status train_data_load(struct train_data *data, const struct train_options *options);
void train_data_destroy(struct train_data *data);

/* train_regression.c: whether targets are numbers. */
bool train_is_regression(const struct training *training);

/* Settles the options that follow from others; USAGE after naming one that was given where it has
 * no effect. */
enum exit_status train_check_options(struct training *training);

/* Outputs of a network for the data: one a class, or one a target. */
size_t train_outputs(const struct train_data *data);

/* Fills in the targets' variances and the range of floats, once the data and their preparation are
 * known. */
void train_data_measure(struct train_data *data);

/* Columns of the run's metrics. */
size_t train_columns(const struct training *training);

/* What is told of a part's metrics; NaN for what classification or regression does not have. */
struct train_figures {
    double loss, accuracy, r2, rmse;
};
struct train_figures train_figures(const struct training *training, enum train_part part,
                                   const descent_metrics *metrics);

/* train_preparation.c: what the data go through, by the options or as the checkpoint says that is
 * resumed. */
enum exit_status train_data_prepare(struct train_data *data, const struct train_options *options);

/* Takes over the preparation that a model's file tells. */
enum exit_status train_data_adopt(struct train_data *data, struct train_options *options,
                                  const char *text);

/* train_weights.c: the weights of classes, as the options say and the training samples are. */
enum exit_status train_weights_create(struct training *training);

/* train_plan.c: resolves the options that depend on the data; makes model, trainer and loader; with
 * --lr auto, searches for the learning rate. */
enum exit_status train_plan(struct training *training);

/* The first part of it, without learning rate and schedule; and a range test with what it has made,
 * after which the trainer's weights are of no more use. */
enum exit_status train_plan_trainer(struct training *training);
enum exit_status train_range_test(struct training *training, const struct range_test_setup *setup,
                                  struct range_test *test);

/* train_resume.c: opens the run that is to be continued and lays the options that were given over
 * the stored ones; then, once all is planned, puts its state in place; and says where
 * it goes on and what has changed. */
enum exit_status train_resume_open(struct training *training);
enum exit_status train_resume_restore(struct training *training);

/* The parts of these that only read, without a lock: the files of the run whose folder is known;
 * whether the data are its own; and its state, which goes into trainer and progress. Where no data
 * are given or stored, the first leaves data.given NULL. */
enum exit_status train_resume_read(struct training *training);
enum exit_status train_resume_check(const struct training *training);
enum exit_status train_resume_place(struct training *training);
enum exit_status train_state_restore(struct training *training,
                                     const descent_checkpoint *checkpoint);
void train_resume_report(struct training *training);

/* train_config.c: the configuration for checkpoints, and the run's config.json with why the run is
 * over; and the failure of putting a file's text together. */
enum exit_status train_config_create(struct training *training);
enum exit_status train_config_save(const struct training *training, enum stop_reason reason);
enum exit_status train_not_told(const char *what);

/* train_model.c: the best weights, with what is needed to use them. */
enum exit_status train_model_save(const struct training *training);

/* The name, folder and fingerprints of data, the options, and the commands, under these keys in
 * config.json as in checkpoints; the preparation's text in checkpoints. */
#define TRAIN_CONFIG_DATA "data"
#define TRAIN_CONFIG_PREPARATION "preparation"
#define TRAIN_CONFIG_OPTIONS "options"
#define TRAIN_CONFIG_COMMANDS "commands"
#define TRAIN_CONFIG_STOP "stop_reason"
#define TRAIN_CONFIG_SECONDS "seconds"

/* A data set's fingerprint as 8 hexadecimal digits. */
struct train_fingerprint {
    char text[16];
};
struct train_fingerprint train_fingerprint(const descent_dataset *dataset);

/* train_epoch.c: the checkpoint; metrics.csv with the untrained network's row; one epoch after
 * another until all are done. */
enum exit_status train_checkpoint_save(struct training *training);
enum exit_status train_start(struct training *training);
enum exit_status train_epochs(struct training *training);

/* Says what is saved, of the epoch that has begun so many steps, and how to go on; INTERRUPTED. */
enum exit_status train_interrupted(struct training *training, uint64_t steps);

/* train_stop.c: whether the run is over, and why: its name in files, and in words. */
enum stop_reason train_stop_reason(const struct training *training);
const char *train_stop_name(enum stop_reason reason);
void train_stop_describe(const struct training *training, char *text, size_t size);

/* train_budget.c: with --budget; without, the schedule stays and every step is allowed. The time
 * runs from the start; before each step the schedule is fitted to it, behind each step it is asked
 * whether there is time for another; what is left is without what is set aside for an epoch's end.
 * Before files are saved, the progress notes what is used. */
void train_budget_start(struct training *training);
void train_budget_set_aside(struct training *training, double seconds);
void train_budget_fit(struct training *training);
bool train_budget_allows_step(struct training *training);
double train_budget_left(const struct training *training);
void train_budget_note(struct training *training);

/* train_guard.c: the learning rate of a step, recoveries included. */
double train_learning_rate(const struct training *training, uint64_t step);

/* Loss and correct answers of the trainer's present weights on a whole part of the data. */
descent_status train_evaluate(const struct training *training, const descent_dataset *dataset,
                              descent_metrics *metrics);

/* The gradient over a whole part of the data: its norms are those that the trainer tells then. */
descent_status train_measure(const struct training *training, const descent_dataset *dataset);

/* train_checkup.c: the check-up, of the data before the first epoch and of what a resumed run has
 * shown; and of each row, after it is told. */
enum exit_status train_checkup_start(struct training *training);
enum exit_status train_checkup_row(struct training *training, const struct metrics_row *row);

/* train_layers.c: layers.csv, where --log-layers asks for it: with the untrained network's rows;
 * those of an epoch whose gradient was measured; without those behind the last epoch. */
enum exit_status train_layers_start(const struct training *training);
enum exit_status train_layers_append(const struct training *training);
enum exit_status train_layers_cut(const struct training *training);

/* The L2 norm of a layer's weights and biases. */
double train_layer_norm(const descent_layer *layer);

/* train_report.c: what is about to be trained, and of that data and network alone; a row, as one
 * line. */
void train_report_data(struct training *training);
void train_report_start(struct training *training);
void train_report_header(struct training *training);
void train_report_row(struct training *training, const struct metrics_row *row);

/* train_summary.c: evaluates the saved weights and prints the result. */
enum exit_status train_summary(struct training *training);

#endif
