/*
 * A training run in progress: what command_train.c and its helpers share.
 *
 *     options → data → plan (first weights, fit) → start or resume
 *             → epochs, each: the fit's, then the files → result
 */
#ifndef DESCENT_CLI_TRAIN_H
#define DESCENT_CLI_TRAIN_H

#include "cli/base/cli.h"
#include "cli/base/metrics.h"
#include "cli/base/progress.h"
#include "cli/base/run.h"
#include "cli/base/trained_model.h"
#include "cli/doctor/checkup.h"
#include "cli/train/options.h"

#include <descent/descent.h>
#include <jansson.h>

/* The learning-rate range test: range_test.c. */
enum { RANGE_TEST_STEPS_MIN = 50, RANGE_TEST_STEPS_MAX = 1000000, RANGE_TEST_DENSITY = 40 };

#define RANGE_TEST_SPAN_MIN 10.0

/* The usual learning rates of the first step and of the last. */
#define RANGE_TEST_FROM 1e-6
#define RANGE_TEST_TO 10.0

/* The test ends where the smoothed loss is above so many times its lowest value. */
#define RANGE_TEST_BLOW_UP 4.0

/*
 * The suggestion: so many times the learning rate of the steepest descent, to two digits. On MNIST
 * and the bundled digits, for linear and hidden layers, sgd with and without momentum and adamw,
 * the highest learning rate of a cosine schedule that left the lowest validation loss was 3.5 to 5
 * times that rate; scripts/study-find-lr.sh measures it again.
 */
#define RANGE_TEST_FACTOR 3.0
#define RANGE_TEST_RULE "3 times that of the steepest descent"

struct range_test_point {
    size_t step;
    double rate;
    double loss;     /* of the step's batch, before the step */
    double smoothed; /* exponential mean of the losses so far, corrected for its start at zero */
};

struct range_test {
    struct range_test_point *points;
    size_t count;
    size_t lowest;     /* the point of the lowest smoothed loss */
    double steepest;   /* the learning rate where the smoothed loss falls fastest */
    double divergence; /* that where it blows up; NaN where it does not */
    double suggestion; /* NaN where the loss did not fall; steepest is then NaN as well */
};

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
    descent_preparation *preparation;   /* what all three go through, or NULL */
    char *preparation_text;             /* the same as files hold it, or NULL */
    descent_columns *known_columns;     /* of the run that is resumed, or NULL */
    char *columns_text;                 /* those of the table as files hold them, or NULL */
    bool numbers;                       /* targets are numbers to predict, not labels */
    double variances[TRAIN_PARTS];      /* of the targets: see regression_variance() */
    double low, high;                   /* of images that are made of floats; else 0 */
    struct fingerprint fingerprints[2]; /* of source and test, once the configuration is made */
    bool as_mnist;                      /* whether pictures from outside become like MNIST's */
};

/* How often --recover goes back. */
enum { TRAIN_RECOVERIES_MAX = 3 };

/* Where messages are kept: in memory until there is a run folder, then in its file. */
struct train_log {
    FILE *memory; /* NULL: they are in the file */
    char *early;
    size_t size;
    struct run_path path;
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
    struct {
        size_t count;
        descent_batch_stage stage[DESCENT_BATCH_STAGES_MAX];
    } batches; /* of --batch-schedule, those behind the first */
    struct run run;
    struct train_log log;

    struct trained_model initial; /* the file that --init-from names; without a model: none */
    descent_model *model;         /* the first weights */
    bool last_layer_new;          /* not from the file that the others came from */
    struct range_test search;     /* without points where the learning rate was given */
    descent_fit *fit;
    enum exit_status recovered; /* of saving a recovery */

    descent_checkpoint *checkpoint; /* what is resumed, or NULL */
    json_t *saved;                  /* the configuration in it */
    json_t *config;                 /* config.json of the run that is resumed, or NULL */
    char *checkpoint_config;        /* the configuration as checkpoints hold it */

    struct checkup_facts facts;
    unsigned told;        /* by the check-up */
    unsigned told_before; /* by the processes before this one */
    json_t *checkup;      /* of both, what checkpoint_config has, or NULL */

    descent_metrics tested; /* with --log-test: the test samples at the last epoch's end */
    struct {
        char text[256]; /* of the best epoch's row, as long as that was not shown; else empty */
        size_t shown;
    } best_row;
    double sharpness;       /* at the last epoch's end; NaN where it was not measured */
    double started;         /* by progress_clock() */
    uint64_t saved_epoch;   /* of the checkpoint */
    double saved_at;        /* when it was written, by progress_clock() */
    double seconds;         /* of epochs in all, processes before this one included */
    double train_seconds;   /* in this process, in steps alone */
    uint64_t train_samples; /* in this process */
};

/* How far the run has come: the fit, or where there is none the checkpoint. */
static inline const descent_progress *train_progress(const struct training *training)
{
    return training->fit != NULL ? descent_fit_progress(training->fit)
                                 : descent_checkpoint_progress(training->checkpoint);
}

/* command_train.c: takes the one positional argument, DATA, which a resumed run may leave out. */
enum exit_status train_read_data(struct training *training, const char *command);

/* Settles the options that follow from others; USAGE after naming one that was
 * given where it has no effect. */
enum exit_status train_check_options(struct training *training);

/* Frees all that a zeroed training has come to hold; run.lock must be −1 or open. */
void train_destroy(struct training *training);

/* parts.c: loads training and test part of the data whose folder is known, and settles whether
 * samples are held back for testing; splits off the validation set. */
enum exit_status train_parts_load(struct training *training);
enum exit_status train_parts_split(struct training *training);

/* data.c: finds and loads both parts, splits off the validation set, and prepares them all. */
enum exit_status train_data_load(struct training *training);
void train_data_destroy(struct train_data *data);

/* Takes over the preparation in a model's file; text NULL: its features are taken as they are. */
enum exit_status train_data_adopt(struct training *training, const char *text);

/* Whether samples are rows of numbers that are no pixels: these have defaults of their own. */
bool train_is_table(const struct train_options *options, const descent_dataset *train);

/* Outputs of a network for the data: one a class, or one a target. */
size_t train_outputs(const struct train_data *data);

/* What is told of a part's metrics; NaN for what classification or regression does not have, and
 * without samples. */
struct train_figures {
    double loss, accuracy, r2, rmse;
};
struct train_figures train_figures(const struct train_data *data, enum train_part part,
                                   const descent_metrics *metrics);

/* outputs.c: USAGE where the loss reads logits and the last layer's activation is not the identity,
 * and where that activation cannot give the targets of the training samples. */
enum exit_status train_check_output_activation(const struct train_options *options);
enum exit_status train_check_reach(const struct training *training);

/* plan.c: the deviation that --init-bias means, 0 for zeros; USAGE for any other text. */
enum exit_status train_read_init_bias(double *deviation, const char *text);

/* plan.c: USAGE for a text that is no --class-weights, whatever the classes. */
enum exit_status train_check_class_weights(const char *text);

/* plan.c: resolves the options that depend on the data; makes the first weights and the fit; with
 * --lr auto, searches for the learning rate. The second leaves this search out. */
enum exit_status train_plan(struct training *training);
enum exit_status train_plan_fit(struct training *training);

/* Its parts for init_from.c: the first weights; and FAILED, with both shapes, where a file's model
 * is not the one that data and options describe. */
enum exit_status train_model_create(struct training *training);
enum exit_status train_model_compare(const struct training *training, const descent_model *model,
                                     const char *path);

/* init_from.c: the first weights from those of another run's file. */
enum exit_status train_init_from(struct training *training);

/* defaults.c: fills in what is left to the data: hidden layers, epochs, and what follows from the
 * number of steps. */
void train_defaults(struct training *training);

/* What the options are to a fit; augmentation left aside. */
descent_fit_config train_fit_config(const struct training *training);

/* resume.c: opens the run that is to be continued and lays the options that were given over the
 * stored ones; then, once all is planned, puts its state in place; and says where it goes on and
 * what has changed. */
enum exit_status train_resume_open(struct training *training);
enum exit_status train_resume_restore(struct training *training);
void train_log_resumed(struct training *training);

/* The parts of these that only read, without a lock: the files of the run whose folder is known;
 * whether it is known where the data are, and they are there; whether the data are its own; and its
 * state, which goes into the fit. Where no data are given or stored, the first leaves data.given
 * NULL. */
enum exit_status train_resume_read(struct training *training);
enum exit_status train_resume_find_data(const struct training *training);
enum exit_status train_resume_check(const struct training *training);
enum exit_status train_resume_place(struct training *training);

/* examine.c, for commands that look at a run, which they neither lock nor change: takes RUN, and
 * perhaps DATA; then, behind train_resume_read(), the data, which must be the run's own, and its
 * state on them, on the run's own engine unless another was given. */
enum exit_status train_examine_find(struct training *training, const char *command,
                                    const char *const *arguments);
enum exit_status train_examine_load(struct training *training, const struct engine_options *given);

/* batches.c: --batch-schedule, whose first batch size becomes the options' batch. */
enum exit_status train_batches_read(struct training *training);

/* config.c: the configuration for checkpoints, and the run's config.json with the name of why it
 * does not go on, or NULL while it does; and the failure of putting a file's text together. */
enum exit_status train_config_create(struct training *training);

/* Brings the check-up in it up to date, before it is saved. */
enum exit_status train_config_update(struct training *training);
enum exit_status train_config_save(const struct training *training, const char *reason);
enum exit_status train_not_told(const char *what);

/* The commands that a configuration has, which may be NULL, and this one behind them. The caller
 * owns the reference; NULL where memory is out. */
json_t *train_commands_to_json(const json_t *config, int argc, const char **argv);

/* Writes an object with its checksum in place of a file, with so many digits; NULL is reported. */
enum exit_status train_json_save(const char *path, const json_t *object, size_t digits);

/* The name, folder and fingerprints of data, the options, and the commands, under these keys in
 * config.json as in checkpoints; the texts of preparation and
 * columns in checkpoints. */
#define TRAIN_CONFIG_DATA "data"
#define TRAIN_CONFIG_PREPARATION "preparation"
#define TRAIN_CONFIG_COLUMNS "columns"
#define TRAIN_CONFIG_OPTIONS "options"
#define TRAIN_CONFIG_COMMANDS "commands"
#define TRAIN_CONFIG_CHECKUP "checkup"
#define TRAIN_CONFIG_STOP "stop_reason"
#define TRAIN_CONFIG_SECONDS "seconds"

/* The name of the data and the fingerprints of both parts, for all of a run's files. */
json_t *train_data_to_json(const struct train_data *data);

/* model_file.c: the best weights, with what is needed to use them. */
enum exit_status train_model_save(const struct training *training);

/* epochs.c: the checkpoint; metrics.csv with the untrained network's row; one epoch after another
 * until all are done. */
enum exit_status train_checkpoint_save(struct training *training);
enum exit_status train_start(struct training *training);
enum exit_status train_epochs(struct training *training);

/* Whether --until holds it here: the run is not over, and has no result. */
bool train_is_paused(const struct training *training);

/* range_test.c. Runs the test with the steps of a fit that has not begun, and judges it; the fit is
 * of no more use then. Learning rates: 0 < from, and to at least RANGE_TEST_SPAN_MIN times that.
 * Steps: from RANGE_TEST_STEPS_MIN to RANGE_TEST_STEPS_MAX, or 0 for as many as the rule for the
 * suggestion was measured with, RANGE_TEST_DENSITY for each factor of ten. The same seed gives the
 * same numbers. On failure it says why and returns FAILED; the caller frees the points in any case.
 */
enum exit_status range_test_run(struct range_test *test, double from, double to, size_t steps,
                                descent_fit *fit);

/* Why there is no suggestion, in words. */
const char *range_test_trouble(const struct range_test *test);

/* The fit's event function, for a training. */
descent_watch train_watch;

/* The columns of the run's metrics. */
struct metrics_form train_form(const struct training *training);

/* checkup.c: the check-up, of the data before the first epoch and of what a resumed run has shown;
 * and of each row, after it is told. */
enum exit_status train_checkup_start(struct training *training);
enum exit_status train_checkup_row(struct training *training, const struct metrics_row *row);

/* What it finds once the run is over, from the figures of each part; the first only looks. */
descent_status train_checkup_close(struct training *training,
                                   const descent_metrics parts[TRAIN_PARTS]);
enum exit_status train_checkup_end(struct training *training,
                                   const descent_metrics parts[TRAIN_PARTS]);

/* The L2 norm of a layer's weights and biases. */
double train_layer_norm(const descent_layer *layer);

/* log.c: what is about to be trained, and of that data and network alone. */
void train_log_data(struct training *training);
void train_log_start(struct training *training);

/* epoch_table.c: the heading of the table of epochs; a row, where the epoch is one that is shown,
 * and below the last that of the best epoch, where it was not. */
void train_log_header(struct training *training);
void train_log_row(struct training *training, const struct metrics_row *row);

/* log_file.c: keeps messages from here on, which until the run's log.txt is opened are in memory.
 */
enum exit_status train_log_keep(struct training *training);
enum exit_status train_log_open(struct training *training);
void train_log_close(struct training *training);

/* result.c: evaluates the saved weights, writes result.json and prints the result; the first only
 * evaluates, and leaves the figures of a part that is not there at 0. */
descent_status train_evaluate(const struct training *training, descent_metrics parts[TRAIN_PARTS]);
enum exit_status train_result(struct training *training);

/* Prints where a run has paused. */
enum exit_status train_result_paused(const struct training *training);

/* target.c: makes a target that was given the only one, USAGE where there are several. */
enum exit_status train_target_settle(struct training *training);

/* In words behind "stopped": what reached it, or that it was not reached, and nothing where there
 * is none; a line of when it was reached, where it was; and all of it for result.json. */
void train_target_describe(const struct training *training, char *text, size_t size);
void train_target_print(const struct training *training);
json_t *train_target_to_json(const struct training *training);

/* Takes away the result of a run that goes on. */
enum exit_status train_result_remove(const struct training *training);

/* Why the run is over, or NONE, interruptions left aside; in words, where it is. */
descent_stop train_stop(const struct training *training);
void train_stop_describe(const struct training *training, char *text, size_t size);

#endif
